"""The records of one workspace. They change only through the commands beside them.

Moments are seconds since 1970. Texts that hold JSON are kept as they were sent, with what they say
beside them.
"""

from collections.abc import Mapping
from typing import Final

from attrs import define, field

from taskrouter_async.expressions import Expression
from taskrouter_async.models import Order, ReservationStatus, TaskStatus
from taskrouter_async.sandbox.state.rules import Rules, Target
from taskrouter_async.sandbox.state.timeline import Timer

OPEN_TASKS: Final = frozenset(
    {TaskStatus.PENDING, TaskStatus.RESERVED, TaskStatus.ASSIGNED, TaskStatus.WRAPPING}
)
WAITING_TASKS: Final = frozenset({TaskStatus.PENDING, TaskStatus.RESERVED})
OPEN_RESERVATIONS: Final = frozenset(
    {ReservationStatus.PENDING, ReservationStatus.ACCEPTED, ReservationStatus.WRAPPING}
)


@define(eq=False, kw_only=True)
class Record:
    """What every record has.

    Attributes:
        sid: Its name on the wire.
        number: Its place in the order of creation within its workspace.
        date_created: When it was made.
        date_updated: When it was last changed.
    """

    sid: str
    number: int
    date_created: float
    date_updated: float


@define(eq=False, kw_only=True)
class Activity(Record):
    """What a worker may be doing; whether that is being available never changes."""

    friendly_name: str
    available: bool


@define(eq=False, kw_only=True)
class TaskChannel(Record):
    """A kind of task, such as ``voice``."""

    unique_name: str
    friendly_name: str
    channel_optimized_routing: bool = False


@define(eq=False, kw_only=True)
class TaskQueue(Record):
    """Where tasks wait for the workers for whom ``target_workers`` holds.

    ``condition`` is that text parsed; None if it is empty: then nobody matches.
    """

    friendly_name: str
    target_workers: str | None = "1==1"
    condition: Expression | None = None
    max_reserved_workers: int = 1
    task_order: Order = Order.FIFO
    reservation_activity: Activity | None = None
    assignment_activity: Activity | None = None


@define(eq=False, kw_only=True)
class Workflow(Record):
    """The rules that bring tasks to queues: ``configuration`` as sent, ``rules`` as read."""

    friendly_name: str
    configuration: str
    rules: Rules
    task_reservation_timeout: int = 120
    assignment_callback_url: str | None = None
    fallback_assignment_callback_url: str | None = None


@define(eq=False, kw_only=True)
class WorkerChannel(Record):
    """How much of one kind of work a worker takes.

    Attributes:
        task_channel: The kind of work.
        configured_capacity: How many tasks at a time.
        available: Whether new ones are taken at all.
        reservations: Those that take up capacity: pending, accepted and wrapping ones.
        idle_since: When work of this kind was last offered or finished.
        turn: Where among the others it is their turn: grows whenever ``idle_since`` is set.
    """

    task_channel: TaskChannel
    configured_capacity: int = 1
    available: bool = True
    reservations: "dict[str, Reservation]" = field(factory=dict)
    idle_since: float = 0.0
    turn: int = 0

    @property
    def has_room(self) -> bool:
        """Whether a task of this kind can be offered."""
        return self.available and len(self.reservations) < self.configured_capacity

    @property
    def assigned_tasks(self) -> int:
        """How many tasks the worker has accepted and not yet ended."""
        statuses = [each.status for each in self.reservations.values()]
        return statuses.count(ReservationStatus.ACCEPTED)

    @property
    def available_capacity_percentage(self) -> int:
        """Which part of the capacity is free, rounded down, 0 to 100."""
        capacity = self.configured_capacity
        free = capacity - len(self.reservations)
        return 100 * free // capacity if free > 0 else 0


@define(eq=False, kw_only=True)
class Worker(Record):
    """Somebody who takes tasks.

    Attributes:
        friendly_name: Unique in the workspace, whatever the case.
        attributes: As sent.
        facts: What the attributes say.
        activity: What the worker is doing.
        version: Grows with every change.
        channels: By the SID of the task channel.
        date_status_changed: When the activity last changed.
        idle_since: When a task was last offered or finished, or the worker became available.
        turn: Where among the others it is their turn: grows whenever ``idle_since`` is set.
        reservations: All that are known, ended ones too, oldest first.
        history: From when on the worker was in which activity, oldest first.
    """

    friendly_name: str
    attributes: str
    facts: Mapping[str, object]
    activity: Activity
    date_status_changed: float
    idle_since: float
    turn: int = 0
    version: int = 0
    channels: dict[str, WorkerChannel] = field(factory=dict)
    reservations: "dict[str, Reservation]" = field(factory=dict)
    history: list[tuple[float, Activity]] = field(factory=list)


@define(eq=False, kw_only=True)
class Place:
    """Where in its workflow a task is, and the timer that moves it on.

    Attributes:
        filter: Which filter; -1 is the default filter.
        number: Which of its targets.
        target: That target.
        base_age: The task's age in seconds from which the target's timeout counts.
        age_limit: The task's age in seconds at which it moves on; None is never.
        overdue: The limit passed while somebody was deciding on the task.
        timer: What moves it on.
    """

    filter: int
    number: int
    target: Target
    base_age: float
    age_limit: float | None
    overdue: bool = False
    timer: Timer | None = None


@define(eq=False, kw_only=True)
class Task(Record):
    """A piece of work.

    Attributes:
        attributes: As sent.
        facts: What the attributes say.
        channel: Its kind.
        workflow: Where it entered; None if it was routed straight to a queue or worker.
        rules: Those it follows, as they were when it was last evaluated from the top.
        timeout: How long it may wait, in seconds.
        queue: Where it waits or waited.
        queue_entered: Since when.
        place: Where in its workflow it is, while it is open.
        routing_target: The SID it was routed to directly.
        straight: It goes to a queue or a worker and not through the rules of its workflow.
        sole_worker: The only worker who may take it, if it was routed to one.
        announced: Its creation is in the log.
        assignment_count: How many rounds of offers were made.
        expiry: The timer of ``timeout``, then of a day's work, then of its removal.
        reservations: All of them, oldest first.
        round: Those of the round that is being decided.
    """

    attributes: str
    facts: Mapping[str, object]
    channel: TaskChannel
    workflow: Workflow | None
    rules: Rules
    timeout: int
    virtual_start_time: float
    priority: int = 0
    status: TaskStatus = TaskStatus.PENDING
    reason: str | None = None
    queue: TaskQueue | None = None
    queue_entered: float | None = None
    place: Place | None = None
    routing_target: str | None = None
    straight: bool = False
    sole_worker: Worker | None = None
    ignore_capacity: bool = False
    announced: bool = False
    assignment_count: int = 0
    version: int = 0
    expiry: Timer | None = None
    reservations: "list[Reservation]" = field(factory=list)
    round: "list[Reservation]" = field(factory=list)


@define(eq=False, kw_only=True)
class Reservation(Record):
    """An offer of a task to a worker, and what became of it.

    Attributes:
        previous_activity: What the worker did before the queue's ``reservation_activity``, where
            one task at a time is taken.
        post_work_activity: What the worker is to do once the task is done; None is: the same.
        timer: The end of the worker's time to answer.
    """

    task: Task
    worker: Worker
    queue: TaskQueue | None
    previous_activity: Activity | None = None
    post_work_activity: Activity | None = None
    status: ReservationStatus = ReservationStatus.PENDING
    version: int = 0
    timer: Timer | None = None
