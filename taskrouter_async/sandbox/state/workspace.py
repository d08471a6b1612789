"""A workspace: its records, and nothing of any other's."""

from typing import Final

from attrs import define, field, frozen

from taskrouter_async.models import Order
from taskrouter_async.sandbox.state.journal import Journal
from taskrouter_async.sandbox.state.records import (
    Activity,
    Record,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
)
from taskrouter_async.sandbox.state.sids import Sids
from taskrouter_async.sandbox.state.timeline import Timeline

MOST_ALERTS: Final = 1_000


@frozen
class Alert:
    """A complaint that the vendor shows in its console only.

    Attributes:
        at: When, in seconds since 1970.
        code: The vendor's error code, such as 40154.
        message: What is wrong.
        resource_sid: With what.
    """

    at: float
    code: int
    message: str
    resource_sid: str


@define(eq=False, kw_only=True)
class Workspace(Record):
    """Everything that one workspace holds, each kind by SID in the order of creation.

    Attributes:
        timeline: The sandbox's time.
        sids: Where its SIDs come from.
        journal: What happened in it.
        alerts: Complaints, oldest first.
        removed: It was deleted: its timers do nothing any more.
    """

    account_sid: str
    timeline: Timeline
    sids: Sids
    journal: Journal
    friendly_name: str
    event_callback_url: str = ""
    events_filter: str | None = None
    multi_task_enabled: bool = True
    prioritize_queue_order: Order = Order.FIFO
    default_activity: Activity = field(init=False)
    timeout_activity: Activity = field(init=False)
    activities: dict[str, Activity] = field(factory=dict)
    task_channels: dict[str, TaskChannel] = field(factory=dict)
    task_queues: dict[str, TaskQueue] = field(factory=dict)
    workers: dict[str, Worker] = field(factory=dict)
    workflows: dict[str, Workflow] = field(factory=dict)
    tasks: dict[str, Task] = field(factory=dict)
    reservations: dict[str, Reservation] = field(factory=dict)
    alerts: list[Alert] = field(factory=list)
    removed: bool = False
    _number: int = field(init=False, default=0)

    @property
    def now(self) -> float:
        """The sandbox's present, in seconds since 1970."""
        return self.timeline.now

    def next_number(self) -> int:
        """Return the place of the next record in the order of creation."""
        self._number += 1
        return self._number

    def alert(self, code: int, message: str, resource_sid: str) -> None:
        """Write down a complaint; of many, the latest thousand are kept."""
        del self.alerts[: 1 - MOST_ALERTS]
        self.alerts.append(Alert(self.now, code, message, resource_sid))
