"""How a task's life ends: https://www.twilio.com/docs/taskrouter/lifecycle-task-state."""

from functools import partial
from typing import Final

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.moves import TaskMove, move_task
from taskrouter_async.sandbox.state.records import Task
from taskrouter_async.sandbox.state.timeline import call_off

REMOVED_AFTER_SECONDS: Final = 300.0

_EVENTS: Final = {TaskMove.CANCEL: "task.canceled", TaskMove.COMPLETE: "task.completed"}


def leave(floor: Floor, task: Task) -> None:
    """Take a task from its place in its workflow, if it has one."""
    floor.lanes.remove(task)
    if task.place is not None:
        call_off(task.place.timer)
    task.place = None


def end(floor: Floor, task: Task, move: TaskMove, reason: str | None) -> None:
    """Complete or cancel a task; some minutes later it is gone.

    Raises:
        RefusalError: The life cycle does not allow it; nothing was changed.
    """
    move_task(task, move, floor.now)
    task.reason = reason
    leave(floor, task)
    why = f": {reason}" if reason else ""
    floor.journal.task(_EVENTS[move], task, f"Task {task.sid} {task.status}{why}")
    plan(floor, task, floor.now + REMOVED_AFTER_SECONDS, partial(forget, floor, task))


def plan(floor: Floor, task: Task, moment: float, act: "partial[None]") -> None:
    """Replace what time will do to a task."""
    call_off(task.expiry)
    task.expiry = floor.at(moment, act)


def forget(floor: Floor, task: Task) -> None:
    """Remove a task and its reservations from the records; what happened stays in the log."""
    workspace = floor.workspace
    call_off(task.expiry)
    del workspace.tasks[task.sid]
    for reservation in task.reservations:
        del workspace.reservations[reservation.sid]
        del reservation.worker.reservations[reservation.sid]
