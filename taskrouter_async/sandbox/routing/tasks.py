"""What callers do with tasks: https://www.twilio.com/docs/taskrouter/api/task."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from attrs import frozen

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import offers, walks
from taskrouter_async.sandbox.routing.endings import end, plan
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.moves import TaskMove, check_task
from taskrouter_async.sandbox.state.records import (
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
)
from taskrouter_async.sandbox.state.refusals import invalid, refused

EXPIRED: Final = "Task TTL Exceeded"


@frozen(kw_only=True)
class NewTask:
    """A task to be made: through a workflow, straight to a queue, or straight to a worker."""

    attributes: str
    facts: Mapping[str, object]
    channel: TaskChannel
    workflow: Workflow | None = None
    queue: TaskQueue | None = None
    worker: Worker | None = None
    priority: int = 0
    timeout: int = 86_400
    virtual_start_time: float | None = None
    routing_target: str | None = None
    ignore_capacity: bool = False


@frozen(kw_only=True)
class TaskUpdate:
    """What is to be changed; None leaves a field as it is."""

    attributes: str | None = None
    facts: Mapping[str, object] | None = None
    channel: TaskChannel | None = None
    priority: int | None = None
    virtual_start_time: float | None = None
    status: TaskStatus | None = None
    reason: str | None = None


def create(floor: Floor, new: NewTask) -> Task:
    """Make a task and bring it to its first queue."""
    task = _record(floor, new)
    floor.workspace.tasks[task.sid] = task
    plan(floor, task, floor.now + task.timeout, partial(_expire, floor, task))
    walks.enter(floor, task)
    return task


def update(floor: Floor, task: Task, change: TaskUpdate) -> None:
    """Change a task in all respects or, if one is refused, in none.

    Raises:
        RefusalError: Its life cycle does not allow the change; nothing was changed.
    """
    ending = _checked(task, change)
    task.version += 1
    task.date_updated = floor.now
    _rewrite(floor, task, change, over=change.status is TaskStatus.CANCELED)
    if ending is not None:
        ending(floor, task, change.reason)
    floor.journal.task("task.updated", task, f"Task {task.sid} updated")


def delete(floor: Floor, task: Task) -> None:
    """Remove a task: what was accepted is completed, pending offers are canceled."""
    floor.journal.task("task.deleted", task, f"Task {task.sid} deleted")
    offers.drop(floor, task)


def re_evaluate(floor: Floor, task: Task) -> None:
    """Send a pending task through its workflow from the top; its age is kept."""
    if task.status is not TaskStatus.PENDING:
        return
    if task.workflow is not None and not task.straight:
        task.rules = task.workflow.rules
    walks.enter(floor, task)


def cancel(floor: Floor, task: Task, reason: str | None) -> None:
    """Call a task off.

    Raises:
        RefusalError: The task is neither pending nor reserved; nothing was changed.
    """
    end(floor, task, TaskMove.CANCEL, reason)
    offers.withdraw_all(floor, task)


def _wrap_up(floor: Floor, task: Task, reason: str | None) -> None:
    task.reason = reason or task.reason
    offers.wrap_up(floor, task)


_ENDINGS: Final[Mapping[str, tuple[TaskMove, Callable[[Floor, Task, str | None], None]]]] = {
    TaskStatus.CANCELED: (TaskMove.CANCEL, cancel),
    TaskStatus.WRAPPING: (TaskMove.WRAP_UP, _wrap_up),
    TaskStatus.COMPLETED: (TaskMove.COMPLETE, offers.complete),
}


def _checked(task: Task, change: TaskUpdate) -> Callable[[Floor, Task, str | None], None] | None:
    if change.channel not in (None, task.channel) and task.status is not TaskStatus.PENDING:
        raise refused(f"Cannot change the TaskChannel of task {task.sid} that is not pending.")
    if change.status is None:
        return None
    if change.status not in _ENDINGS:
        raise invalid("AssignmentStatus")
    move, ending = _ENDINGS[change.status]
    check_task(task, move)
    return ending


def _rewrite(floor: Floor, task: Task, change: TaskUpdate, *, over: bool) -> None:
    task.priority = task.priority if change.priority is None else change.priority
    task.channel = change.channel or task.channel
    if change.virtual_start_time is not None:
        task.virtual_start_time = change.virtual_start_time
    if change.attributes is not None and change.facts is not None:
        task.attributes, task.facts = change.attributes, change.facts
    if over:
        return
    if change.attributes is not None:
        re_evaluate(floor, task)
    else:
        walks.reorder(floor, task)


def _record(floor: Floor, new: NewTask) -> Task:
    workspace, now = floor.workspace, floor.now
    straight = new.queue is not None or new.worker is not None
    rules = new.workflow.rules if new.workflow and not straight else floor.straight_to(new.queue)
    return Task(
        sid=workspace.sids.new("WT"),
        number=workspace.next_number(),
        date_created=now,
        date_updated=now,
        attributes=new.attributes,
        facts=new.facts,
        channel=new.channel,
        workflow=new.workflow,
        rules=rules,
        timeout=new.timeout,
        virtual_start_time=now if new.virtual_start_time is None else new.virtual_start_time,
        priority=new.priority,
        straight=straight,
        sole_worker=new.worker,
        routing_target=new.routing_target,
        ignore_capacity=new.ignore_capacity,
    )


def _expire(floor: Floor, task: Task) -> None:
    cancel(floor, task, EXPIRED)
