"""Which workers may take a task, and who is first.

https://www.twilio.com/docs/taskrouter/how-workflows-assign-tasks and
https://www.twilio.com/docs/taskrouter/multitasking.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Final, cast

from attrs import define, field

from taskrouter_async.expressions import Expression, Order
from taskrouter_async.sandbox.state.records import (
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChannel,
)
from taskrouter_async.sandbox.state.rules import KnownWorker, Target
from taskrouter_async.sandbox.state.workspace import Workspace

MISSING: Final = object()


@define(eq=False)
class Matching:
    """Answer who may take what in a workspace."""

    _workspace: Workspace
    _eligible: dict[TaskQueue, list[Worker]] = field(init=False, factory=dict)
    _full: dict[TaskChannel, set[tuple[TaskQueue | None, bool]]] = field(init=False, factory=dict)

    def forget(self, queue: TaskQueue | None = None) -> None:
        """Ask anew who belongs to a queue, or to any: it has changed, or a worker has."""
        self._full.clear()
        if queue is None:
            self._eligible.clear()
        else:
            self._eligible.pop(queue, None)

    def eligible(self, queue: TaskQueue) -> list[Worker]:
        """Return the workers for whom a queue's condition holds, busy and absent ones too."""
        known = self._eligible.get(queue)
        if known is None:
            known = self.matching(queue.condition)
            if queue.condition is None or not uses_channels(queue.condition):
                self._eligible[queue] = known
        return known

    def free(self, task: Task, target: Target) -> list[Worker]:
        """Return who could be offered a task now, the one who should be first at the front."""
        workers = _suitable(self._able(task), task, target)
        if len(workers) > 1:
            workers.sort(key=_turn(task.channel))
        if target.order_by:
            workers.sort(key=lambda worker: _ranks(worker, target.order_by))
        return workers

    def hopeless(self, task: Task) -> bool:
        """Say whether it is known that nobody has room for a task, whatever its target demands."""
        return (task.queue, task.ignore_capacity) in self._full.get(task.channel, ())

    def nobody_for(self, task: Task) -> None:
        """Remember that nobody was free for a task, if nobody in its queue has room at all."""
        queue = task.queue
        if task.sole_worker is not None or queue is None or self._able(task):
            return
        # What a queue asks about channels changes too often to be remembered.
        if queue.condition is None or not uses_channels(queue.condition):
            self._full.setdefault(task.channel, set()).add((queue, task.ignore_capacity))

    def made_room(self, channel: TaskChannel) -> None:
        """Ask anew who has room: a worker is done with a task, or was not given it."""
        if self._workspace.multi_task_enabled:
            self._full.pop(channel, None)
        else:
            self._full.clear()

    def matching(self, condition: Expression | None) -> list[Worker]:
        """Return the workers for whom a condition holds, whatever they are doing."""
        if condition is None:
            return []
        scope = scope_with_channels if uses_channels(condition) else worker_scope
        return [each for each in self._workspace.workers.values() if condition.holds(scope(each))]

    def _able(self, task: Task) -> list[Worker]:
        workers, sid = self._members(task), task.channel.sid
        if task.ignore_capacity:
            return list(workers)
        able = [each for each in workers if each.activity.available and each.channels[sid].has_room]
        if self._workspace.multi_task_enabled:
            return able
        return [each for each in able if not _busy(each)]

    def _members(self, task: Task) -> list[Worker]:
        if task.sole_worker is None:
            return self.eligible(task.queue) if task.queue else []
        known = self._workspace.workers.get(task.sole_worker.sid)
        return [known] if known else []


def worker_scope(worker: Worker) -> dict[str, object]:
    """Return what an expression can ask about a worker, channels aside."""
    scope: dict[str, object] = {
        **worker.facts,
        "sid": worker.sid,
        "friendly_name": worker.friendly_name,
        "activity_sid": worker.activity.sid,
        "activity_name": worker.activity.friendly_name,
    }
    scope["worker"] = scope
    return scope


def scope_with_channels(worker: Worker) -> dict[str, object]:
    """Return what an expression can ask about a worker, with the load of each channel."""
    scope = worker_scope(worker)
    scope["channel"] = {
        each.task_channel.unique_name: _load(each) for each in worker.channels.values()
    }
    return scope


def task_scope(task: Task) -> dict[str, object]:
    """Return what an expression can ask about a task."""
    scope: dict[str, object] = dict(task.facts)
    scope["task"] = task.facts
    return scope


def uses_channels(condition: Expression) -> bool:
    """Say whether a condition asks for the load of a worker's channels."""
    return any(name.startswith(("channel.", "worker.channel.")) for name in condition.references)


def named_worker(task: Task, known: KnownWorker, workers: Iterable[Worker]) -> Worker | None:
    """Return the one of these workers whom the task names, if it names one of them."""
    name = name_in(task, known)
    for worker in workers:
        if name == (worker.sid if known.by == "sid" else worker.friendly_name):
            return worker
    return None


def name_in(task: Task, known: KnownWorker) -> object:
    """Return what the task's attributes say about who is to take it; MISSING if nothing."""
    return _at(task.facts, known.path)


def _at(facts: Mapping[str, object], path: tuple[str, ...]) -> object:
    found: object = facts
    for name in path:
        found = _member(found, name)
    return found


def _member(holder: object, name: str) -> object:
    if not isinstance(holder, Mapping):
        return MISSING
    return cast("Mapping[str, object]", holder).get(name, MISSING)


def _suitable(workers: list[Worker], task: Task, target: Target) -> list[Worker]:
    if target.known_worker is not None:
        known = named_worker(task, target.known_worker, workers)
        workers = [known] if known else []
    condition = target.condition
    if condition is None:
        return workers
    return [each for each in workers if _suits(condition, each, task)]


def _suits(condition: Expression, worker: Worker, task: Task) -> bool:
    scope = scope_with_channels(worker) if uses_channels(condition) else worker_scope(worker)
    return condition.holds({"worker": scope, "task": task.facts})


def _load(channel: WorkerChannel) -> dict[str, object]:
    return {
        "configured_capacity": channel.configured_capacity,
        "assigned_tasks": channel.assigned_tasks,
        "available_capacity_percentage": channel.available_capacity_percentage,
    }


def _busy(worker: Worker) -> bool:
    return any(channel.reservations for channel in worker.channels.values())


def _turn(channel: TaskChannel) -> Callable[[Worker], int]:
    if channel.channel_optimized_routing:
        return lambda worker: worker.channels[channel.sid].turn
    return attrgetter("turn")


def _ranks(worker: Worker, order_by: tuple[Order, ...]) -> tuple[float, ...]:
    return tuple(_rank(worker, order) for order in order_by)


def _rank(worker: Worker, order: Order) -> float:
    value = _at(worker.facts, order.path[order.path[0] == "worker" :])
    if not isinstance(value, int | float) or isinstance(value, bool):
        return float("inf")
    # As it was sent: a whole number may be larger than any float.
    return -value if order.descending else value
