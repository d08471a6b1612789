"""Those who call in, and who may lose their patience."""

import json
from typing import Final

from attrs import define, field

from taskrouter_async.sandbox.routing import tasks
from taskrouter_async.sandbox.state.records import WAITING_TASKS, Task
from taskrouter_async.sandbox.state.timeline import Timer
from taskrouter_async.sandbox.traffic.furniture import Furniture
from taskrouter_async.sandbox.traffic.pace import Pace
from taskrouter_async.sandbox.traffic.plan import Traffic

ABANDONED: Final = "Abandoned"

_HOUR: Final = 3_600.0
_OTHER: Final = "other"


@define(eq=False)
class Callers:
    """The tasks that arrive in a workspace.

    Attributes:
        gone: Nobody calls any more.
    """

    _traffic: Traffic
    _furniture: Furniture
    _pace: Pace
    gone: bool = field(init=False, default=False)
    _shares: tuple[float, ...] = field(init=False)
    _patience: dict[Task, Timer] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._shares = tuple(each.share for each in self._traffic.channels.values())

    def begin(self) -> None:
        """Let the first one call, if any do."""
        if self._traffic.expected_tasks_per_hour > 0:
            gap = self._pace.gap(_HOUR / self._traffic.expected_tasks_per_hour)
            self._pace.begin_in(gap, self._call)

    def answered(self, task: Task) -> None:
        """Let a caller whose task was accepted be content."""
        timer = self._patience.pop(task, None)
        if timer is not None:
            timer.cancel()

    def _call(self) -> None:
        if self.gone:
            return
        new, workspace = self._new_task(), self._pace.floor.workspace
        # Whoever uses the sandbox may have deleted what the traffic needs.
        if self._furniture.workflow.sid in workspace.workflows:
            if new.channel.sid in workspace.task_channels:
                self._wait(tasks.create(self._pace.floor, new))
            self.begin()

    def _new_task(self) -> tasks.NewTask:
        chance = self._pace.chance
        (channel,) = chance.choices(self._furniture.channels, self._shares)
        other = self._pace.happens(self._traffic.other_share)
        facts = {
            "type": _OTHER if other else chance.choice(self._traffic.skills),
            "important": self._pace.happens(self._traffic.important_share),
        }
        return tasks.NewTask(
            attributes=json.dumps(facts),
            facts=facts,
            channel=channel,
            workflow=self._furniture.workflow,
        )

    def _wait(self, task: Task) -> None:
        patience = self._pace.about(self._traffic.patience_seconds)
        self._patience[task] = self._pace.in_(patience, lambda: self._lose_patience(task))

    def _lose_patience(self, task: Task) -> None:
        del self._patience[task]
        if task.status in WAITING_TASKS:
            tasks.cancel(self._pace.floor, task, ABANDONED)
