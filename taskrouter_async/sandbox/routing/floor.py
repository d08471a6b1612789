"""Where tasks meet workers: what the steps of routing share."""

from collections.abc import Callable
from functools import partial

from attrs import define, field

from taskrouter_async.sandbox.routing.lanes import Lanes
from taskrouter_async.sandbox.routing.matching import Matching
from taskrouter_async.sandbox.state.journal import Journal
from taskrouter_async.sandbox.state.records import Reservation, Task, TaskQueue
from taskrouter_async.sandbox.state.rules import Rules, Target
from taskrouter_async.sandbox.state.timeline import Timer
from taskrouter_async.sandbox.state.workspace import Workspace


@define(eq=False)
class Floor:
    """One workspace's routing.

    Attributes:
        workspace: Its records.
        lanes: The tasks that wait.
        matching: Who may take what.
        offered: Called with each new reservation.
        hopeful: Tasks that wait only because somebody was free when they came.
    """

    workspace: Workspace
    lanes: Lanes = field(init=False)
    matching: Matching = field(init=False)
    offered: list[Callable[[Reservation], None]] = field(init=False, factory=list)
    hopeful: list[Task] = field(init=False, factory=list)
    _after_timers: Callable[["Floor"], None]
    _direct: dict[TaskQueue | None, Rules] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.lanes = Lanes(self.workspace)
        self.matching = Matching(self.workspace)

    @property
    def now(self) -> float:
        """The sandbox's present, in seconds since 1970."""
        return self.workspace.timeline.now

    @property
    def journal(self) -> Journal:
        """The workspace's log."""
        return self.workspace.journal

    def at(self, moment: float, act: Callable[[], None]) -> Timer:
        """Plan something, after which waiting tasks are offered again."""
        return self.workspace.timeline.at(moment, partial(self._happen, act))

    def straight_to(self, queue: TaskQueue | None) -> Rules:
        """Return the rules of tasks that go straight to a queue, or to a worker alone."""
        if queue not in self._direct:
            self._direct[queue] = Rules(default=Target(queue.sid if queue else None))
        return self._direct[queue]

    def _happen(self, act: Callable[[], None]) -> None:
        if self.workspace.removed:
            return
        act()
        self._after_timers(self)
