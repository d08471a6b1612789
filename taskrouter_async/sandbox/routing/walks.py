"""A task's way through its workflow.

https://www.twilio.com/docs/taskrouter/workflow-configuration. Where it is silent: a filter without
an expression holds for every task; a timeout that passes while a worker is deciding counts when
the decision is not to accept; the time of a skipped target is not added to those after it; a target
whose time is over before the task reaches it is passed by without a word; a skip leads to the
default filter even if targets before the skipped one timed out; a task for which no filter holds
and that finds no default filter falls out at once; a task enters a workflow once, however often it
is evaluated, and the log says nothing of workflows for a task that does not go through one.
"""

import re
from functools import partial
from typing import Final

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing.endings import end, leave
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.matching import MISSING, name_in, named_worker, task_scope
from taskrouter_async.sandbox.routing.moves import TaskMove
from taskrouter_async.sandbox.state.records import Place, Task, TaskQueue
from taskrouter_async.sandbox.state.rules import DEFAULT_FILTER, KnownWorker, Target

WORKER_ELSEWHERE: Final = 40152
WORKER_UNKNOWN: Final = 40154
WORKER_OF_NOBODY: Final = 40155

TIMED_OUT: Final = "workflow.timeout"
SKIPPED: Final = "workflow.skipped"

_WORKER_SID: Final = re.compile(r"WK[0-9a-f]{32}")
_REASONS: Final = {
    TIMED_OUT: "Task canceled on Workflow timeout",
    SKIPPED: "Task canceled on Workflow skip",
}


def enter(floor: Floor, task: Task) -> None:
    """Bring a task from the top to its first place; it may fall out of its workflow at once."""
    leave(floor, task)
    if not task.announced:
        _log(floor, task, "workflow.entered", "entered Workflow")
    place = _first_match(task, after=-1, base_age=0.0) or _default(task, base_age=0.0)
    _go(floor, task, place, TIMED_OUT)


def resume(floor: Floor, task: Task) -> None:
    """Let a task that was not accepted go on from where it is."""
    place = _place(task)
    if place.overdue:
        _time_out(floor, task)
    elif _skips(floor, task):
        _go(floor, task, _after_skip(task, place), SKIPPED)
    else:
        _line_up(floor, task)


def give_up(floor: Floor) -> bool:
    """Let tasks skip a target if those who were free when they came have got other tasks.

    Returns:
        Whether one of them moved on.
    """
    hopeful, floor.hopeful = floor.hopeful, []
    disappointed = [each for each in hopeful if each in floor.lanes and _skips(floor, each)]
    for task in disappointed:
        _go(floor, task, _after_skip(task, _place(task)), SKIPPED)
    return bool(disappointed)


def reorder(floor: Floor, task: Task) -> None:
    """Give a waiting task its place in the order anew, after what decides on it has changed."""
    if task in floor.lanes:
        floor.lanes.remove(task)
        floor.lanes.add(task, target_of(task))


def target_of(task: Task) -> Target:
    """Return the target on which an open task is that is not assigned."""
    return _place(task).target


def _age_out(floor: Floor, task: Task) -> None:
    if task.status is TaskStatus.RESERVED:
        _place(task).overdue = True
    else:
        _time_out(floor, task)


def _time_out(floor: Floor, task: Task) -> None:
    place = _place(task)
    floor.journal.task("task-queue.timeout", task, f"Task {task.sid} timed out in its TaskQueue")
    _go(floor, task, _after_timeout(task, place), TIMED_OUT)


def _go(floor: Floor, task: Task, place: Place | None, fallen: str) -> None:
    while place is not None:
        if _is_overdue(floor, task, place):
            place, fallen = _after_timeout(task, place), TIMED_OUT
            continue
        _settle(floor, task, place)
        if not _skips(floor, task):
            _wait(floor, task, place)
            return
        place, fallen = _after_skip(task, place), SKIPPED
    _fall_out(floor, task, fallen)


def _fall_out(floor: Floor, task: Task, fallen: str) -> None:
    _announce(floor, task)
    _log(floor, task, fallen, "fell out of Workflow")
    end(floor, task, TaskMove.CANCEL, _REASONS[fallen])


def _settle(floor: Floor, task: Task, place: Place) -> None:
    leave(floor, task)
    task.place, target = place, place.target
    if target.priority is not None:
        task.priority = target.priority
    queue = floor.workspace.task_queues[target.queue_sid] if target.queue_sid else None
    if queue is not None and queue is not task.queue:
        _change_queue(floor, task, queue)
    _announce(floor, task)
    _log(floor, task, "workflow.target-matched", "matched a target of Workflow")
    if target.known_worker is not None and queue is not None:
        _look_for(floor, task, target.known_worker, queue)


def _log(floor: Floor, task: Task, type_: str, what: str) -> None:
    if task.workflow is not None and not task.straight:
        name = task.workflow.friendly_name
        floor.journal.task(type_, task, f"Task {task.sid} {what} {name}")


def _announce(floor: Floor, task: Task) -> None:
    if not task.announced:
        task.announced = True
        floor.journal.task("task.created", task, f"Task {task.sid} created")


def _change_queue(floor: Floor, task: Task, queue: TaskQueue) -> None:
    if task.queue is not None:
        description = f"Task {task.sid} moved to TaskQueue {queue.friendly_name}"
        floor.journal.task("task-queue.moved", task, description)
    task.queue, task.queue_entered = queue, floor.now
    description = f"Task {task.sid} entered TaskQueue {queue.friendly_name}"
    floor.journal.task("task-queue.entered", task, description)


def _wait(floor: Floor, task: Task, place: Place) -> None:
    _line_up(floor, task)
    if place.age_limit is not None:
        moment = task.date_created + place.age_limit
        place.timer = floor.at(moment, partial(_age_out, floor, task))


def _line_up(floor: Floor, task: Task) -> None:
    target = target_of(task)
    floor.lanes.add(task, target)
    if target.skip_if is not None:
        floor.hopeful.append(task)


def _is_overdue(floor: Floor, task: Task, place: Place) -> bool:
    return place.age_limit is not None and floor.now - task.date_created >= place.age_limit


def _skips(floor: Floor, task: Task) -> bool:
    target = target_of(task)
    if target.skip_if is None or floor.matching.free(task, target):
        return False
    return target.skip_if.holds({**task_scope(task), "workers": _head_count(floor, task)})


def _head_count(floor: Floor, task: Task) -> dict[str, object]:
    workers = floor.matching.eligible(task.queue) if task.queue else []
    available = sum(each.activity.available for each in workers)
    counts: dict[str, object] = {
        activity.sid: sum(each.activity is activity for each in workers)
        for activity in floor.workspace.activities.values()
    }
    return {**counts, "available": available, "unavailable": len(workers) - available}


def _place(task: Task) -> Place:
    if task.place is None:
        raise LookupError(task.sid)
    return task.place


def _after_timeout(task: Task, place: Place) -> Place | None:
    base_age = place.base_age if place.age_limit is None else place.age_limit
    return _following(task, place, base_age)


def _after_skip(task: Task, place: Place) -> Place | None:
    following = _following(task, place, place.base_age)
    if following is None and place.filter != DEFAULT_FILTER:
        return _default(task, place.base_age)
    return following


def _following(task: Task, place: Place, base_age: float) -> Place | None:
    if place.filter == DEFAULT_FILTER:
        return None
    following = _at(task, place.filter, place.number + 1, base_age)
    return following or _first_match(task, after=place.filter, base_age=base_age)


def _first_match(task: Task, *, after: int, base_age: float) -> Place | None:
    scope = task_scope(task)
    for number, each in enumerate(task.rules.filters):
        if number > after and each.targets and each.matches(scope):
            return _at(task, number, 0, base_age)
    return None


def _default(task: Task, base_age: float) -> Place | None:
    return _at(task, DEFAULT_FILTER, 0, base_age)


def _at(task: Task, filter_: int, number: int, base_age: float) -> Place | None:
    target = task.rules.target(filter_, number)
    if target is None:
        return None
    limit = None if target.timeout is None else base_age + target.timeout
    return Place(filter=filter_, number=number, target=target, base_age=base_age, age_limit=limit)


def _look_for(floor: Floor, task: Task, known: KnownWorker, queue: TaskQueue) -> None:
    name = name_in(task, known)
    # That a task has no known worker is said by null, and is no reason to complain.
    if name is None or named_worker(task, known, floor.matching.eligible(queue)) is not None:
        return
    if named_worker(task, known, floor.workspace.workers.values()) is not None:
        code, what = WORKER_ELSEWHERE, f"Known worker {name} is not in the TaskQueue"
    elif name is MISSING or not isinstance(name, str):
        code, what = WORKER_UNKNOWN, f"Attribute {'.'.join(known.path)} names no known worker"
    elif known.by == "sid" and _WORKER_SID.fullmatch(name):
        code, what = WORKER_OF_NOBODY, f"Known worker {name} is not in the Workspace"
    else:
        code, what = WORKER_UNKNOWN, f"Known worker {name!r:.100} is not a worker"
    floor.workspace.alert(code, what, task.sid)
