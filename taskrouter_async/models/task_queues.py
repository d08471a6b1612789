"""What the service tells about task queues."""

from collections.abc import Mapping

from attrs import field, frozen

from taskrouter_async.models._json import NOTHING, Json
from taskrouter_async.models.statistics import (
    NO_PRIORITIES,
    NO_TASKS,
    ActivityStatistic,
    TasksByStatus,
)


@frozen
class TaskQueueRealTimeStatistics:
    """How a task queue stands right now.

    The figures may lag the events by a few seconds, says the vendor, and asks to cache them in
    the backend: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        task_queue_sid: The queue, ``WQ…``.
        total_tasks: Tasks in the queue, whatever their status.
        total_available_workers: Workers who match the queue and whose activity is available,
            busy or not.
        total_eligible_workers: Workers who match the queue, whatever their activity.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        longest_relative_task_age_in_queue: Seconds since the task that waits longest in this
            queue entered it; 0 when none waits.
        longest_relative_task_sid_in_queue: That task, ``WT…``; ``None`` when none waits.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        activity_statistics: The matching workers counted by activity.
        url: The address of these statistics.
        extra: Members of the answer that this release does not know.
    """

    account_sid: str
    workspace_sid: str
    task_queue_sid: str
    total_tasks: int = 0
    total_available_workers: int = 0
    total_eligible_workers: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    longest_relative_task_age_in_queue: int = 0
    longest_relative_task_sid_in_queue: str | None = None
    tasks_by_status: TasksByStatus = NO_TASKS
    tasks_by_priority: Mapping[int, int] = field(default=NO_PRIORITIES, hash=False)
    activity_statistics: tuple[ActivityStatistic, ...] = ()
    url: str | None = None
    extra: Mapping[str, Json] = field(default=NOTHING, hash=False, repr=False)
