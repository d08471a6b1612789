"""The four real-time statistics of a floor, as the service writes them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from taskrouter_async.sandbox.floor import Floor, Status, Task, TaskQueue, Worker

Body: TypeAlias = dict[str, object]

_REPORTED_STATUSES: Final[tuple[Status, ...]] = (
    "pending",
    "reserved",
    "assigned",
    "wrapping",
    "completed",
    "canceled",
)


def of_workspace(floor: Floor, channel: str | None) -> Body:
    """Count everything on the floor."""
    tasks = _on_channel(floor.tasks, channel)
    return {
        **_task_counts(floor, tasks),
        "total_workers": len(floor.workers),
        "activity_statistics": _activities(floor, floor.workers),
    }


def of_workers(floor: Floor) -> Body:
    """Count the workers."""
    return {
        "total_workers": len(floor.workers),
        "activity_statistics": _activities(floor, floor.workers),
    }


def of_workflow(floor: Floor, workflow_sid: str, channel: str | None) -> Body:
    """Count the tasks that came through one workflow."""
    tasks = _on_channel(floor.tasks, channel)
    return _task_counts(floor, [task for task in tasks if task.workflow_sid == workflow_sid])


def of_task_queue(floor: Floor, task_queue: TaskQueue, channel: str | None) -> Body:
    """Count the tasks in one queue and the workers who match it."""
    tasks = [t for t in _on_channel(floor.tasks, channel) if t.task_queue is task_queue]
    eligible = [worker for worker in floor.workers if task_queue in worker.task_queues]
    longest = min(_waiting(tasks), key=lambda task: task.entered_queue_at, default=None)
    since = longest.entered_queue_at if longest else floor.now
    return {
        **_task_counts(floor, tasks),
        "longest_relative_task_age_in_queue": _age(floor, since),
        "longest_relative_task_sid_in_queue": longest.sid if longest else None,
        "total_eligible_workers": len(eligible),
        "total_available_workers": sum(worker.activity.available for worker in eligible),
        "activity_statistics": _activities(floor, eligible),
    }


def _task_counts(floor: Floor, tasks: Sequence[Task]) -> Body:
    oldest = min(_waiting(tasks), key=lambda task: task.created_at, default=None)
    since = oldest.created_at if oldest else floor.now
    by_status = Counter(task.status for task in tasks)
    by_priority = Counter(str(task.priority) for task in tasks)
    return {
        "longest_task_waiting_age": _age(floor, since),
        "longest_task_waiting_sid": oldest.sid if oldest else None,
        "tasks_by_priority": dict(sorted(by_priority.items())),
        "tasks_by_status": {status: by_status[status] for status in _REPORTED_STATUSES},
        "total_tasks": len(tasks),
    }


def _on_channel(tasks: Sequence[Task], channel: str | None) -> list[Task]:
    return [task for task in tasks if channel in (None, task.channel)]


def _waiting(tasks: Iterable[Task]) -> list[Task]:
    return [task for task in tasks if task.status == "pending"]


def _age(floor: Floor, since: float) -> int:
    # Whole seconds lie between the two, but for what adding floats has lost.
    return round(floor.now - since)


def _activities(floor: Floor, workers: Iterable[Worker]) -> list[Body]:
    counts = Counter(worker.activity.sid for worker in workers)
    return [
        {"sid": each.sid, "friendly_name": each.friendly_name, "workers": counts[each.sid]}
        for each in floor.activities
    ]
