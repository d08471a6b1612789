"""What is true now of tasks and workers.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. Where it is silent: a task that is
over counts until it is removed, among all tasks as well as by status and by priority, so that the
figures agree. Tasks wait while they are pending or reserved. A TaskChannel narrows the tasks only:
every worker has every channel.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.state.records import (
    WAITING_TASKS,
    Activity,
    Task,
    TaskChannel,
    Worker,
)
from taskrouter_async.sandbox.statistics.durations import Figures, whole

_STATUSES: Final = {each.value: each for each in TaskStatus}


def on_channel(tasks: Iterable[Task], channel: TaskChannel | None) -> list[Task]:
    """Return the tasks of one channel, or of all."""
    if channel is None:
        return list(tasks)
    return [each for each in tasks if each.channel is channel]


def by_task_queue(tasks: Iterable[Task]) -> Mapping[str | None, list[Task]]:
    """Return tasks by the SID of their queue; each SID has some, or none."""
    groups: defaultdict[str | None, list[Task]] = defaultdict(list)
    for each in tasks:
        groups[each.queue.sid if each.queue else None].append(each)
    return groups


def of_tasks(tasks: Sequence[Task], now: float) -> Figures:
    """Count tasks and find the one that waits longest.

    Args:
        tasks: Those that count, in the order of their creation.
        now: The present, in seconds since 1970.
    """
    longest = next((each for each in tasks if each.status in WAITING_TASKS), None)
    by_status = Counter([each.status for each in tasks])
    by_priority = Counter([each.priority for each in tasks])
    return {
        "longest_task_waiting_age": whole(now - longest.date_created) if longest else 0,
        "longest_task_waiting_sid": longest.sid if longest else None,
        "tasks_by_priority": {str(each): by_priority[each] for each in sorted(by_priority)},
        "tasks_by_status": {name: by_status.get(each, 0) for name, each in _STATUSES.items()},
        "total_tasks": len(tasks),
    }


def of_queue_entries(tasks: Iterable[Task], now: float) -> Figures:
    """Find the task of a queue that has waited in it longest.

    Args:
        tasks: Those of the queue.
        now: The present, in seconds since 1970.
    """
    entries = [
        (each.queue_entered, each.number, each.sid)
        for each in tasks
        if each.status in WAITING_TASKS and each.queue_entered is not None
    ]
    since, _, sid = min(entries, default=(now, 0, None))
    return {
        "longest_relative_task_age_in_queue": whole(now - since),
        "longest_relative_task_sid_in_queue": sid,
    }


def of_workers(workers: Iterable[Worker], activities: Iterable[Activity]) -> Figures:
    """Count workers by activity; activities in which nobody is are listed too."""
    counts = Counter([each.activity.sid for each in workers])
    statistics = [
        {"sid": each.sid, "friendly_name": each.friendly_name, "workers": counts.get(each.sid, 0)}
        for each in activities
    ]
    return {"activity_statistics": statistics}


def of_eligible(workers: Sequence[Worker]) -> Figures:
    """Count the workers of a queue, and those of them whose activity is available, busy or not."""
    return {
        "total_available_workers": sum(each.activity.available for each in workers),
        "total_eligible_workers": len(workers),
    }
