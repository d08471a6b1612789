"""Statistics of a task queue."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import (
    NO_PRIORITIES,
    NO_STATUSES,
    NO_WAIT,
    ActivityStatistic,
    SplitByWaitTime,
    TasksByPriority,
    TasksByStatus,
    WaitDuration,
)


@frozen(kw_only=True)
class TaskQueueRealTimeStatistics(Answer):
    """How a task queue stands right now.

    The figures may lag the events by a few seconds, says the vendor, and asks to cache them in
    the backend: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        task_queue_sid: The queue, ``WQ…``.
        total_tasks: Tasks, whatever their status.
        total_available_workers: Workers who match the queue and whose activity is available,
            busy or not.
        total_eligible_workers: Workers who match the queue, whatever their activity.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        longest_relative_task_age_in_queue: Seconds since the task that waits longest in this
            queue entered it; 0 when none waits, ``None`` when the answer does not tell, which is
            so with `CachePolicy.batch_queues`.
        longest_relative_task_sid_in_queue: That task, ``WT…``; ``None`` when none waits or the
            answer does not tell.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        activity_statistics: The workers counted by activity.
        url: The address of these statistics; ``None`` with `CachePolicy.batch_queues`.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    task_queue_sid: str | None = None
    total_tasks: int = 0
    total_available_workers: int = 0
    total_eligible_workers: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    longest_relative_task_age_in_queue: int | None = None
    longest_relative_task_sid_in_queue: str | None = None
    tasks_by_status: TasksByStatus = NO_STATUSES
    tasks_by_priority: TasksByPriority = NO_PRIORITIES
    activity_statistics: tuple[ActivityStatistic, ...] = ()
    url: str | None = None


@frozen(kw_only=True)
class TaskQueueCumulativeStatistics(Answer):
    """What happened in a task queue within a window of time.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        task_queue_sid: The queue, ``WQ…``.
        start_time: When the window begins, in UTC.
        end_time: When the window ends, in UTC.
        avg_task_acceptance_time: Mean seconds from a task's creation to its acceptance.
        reservations_created: Reservations made.
        reservations_accepted: Reservations accepted by a worker.
        reservations_rejected: Reservations rejected by a worker.
        reservations_timed_out: Reservations that nobody answered in time.
        reservations_canceled: Reservations called off with their task.
        reservations_rescinded: Reservations withdrawn because another worker accepted.
        reservations_completed: Reservations completed; only within combined statistics.
        reservations_wrapup: Reservations in wrap-up; only within combined statistics.
        tasks_entered: Tasks that entered.
        tasks_assigned: Tasks assigned; only within combined statistics.
        tasks_canceled: Tasks called off.
        tasks_completed: Tasks completed.
        tasks_deleted: Tasks deleted.
        tasks_moved: Tasks moved from one queue to another.
        wait_duration_until_accepted: Seconds from a task's creation to its acceptance.
        wait_duration_until_canceled: Seconds from a task's creation to its cancellation.
        wait_duration_in_queue_until_accepted: Seconds from entering the queue to
            acceptance.
        split_by_wait_time: The split for each threshold asked for; ``None`` when none was.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    task_queue_sid: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    avg_task_acceptance_time: float = 0.0
    reservations_created: int = 0
    reservations_accepted: int = 0
    reservations_rejected: int = 0
    reservations_timed_out: int = 0
    reservations_canceled: int = 0
    reservations_rescinded: int = 0
    reservations_completed: int = 0
    reservations_wrapup: int = 0
    tasks_entered: int = 0
    tasks_assigned: int = 0
    tasks_canceled: int = 0
    tasks_completed: int = 0
    tasks_deleted: int = 0
    tasks_moved: int = 0
    wait_duration_until_accepted: WaitDuration = NO_WAIT
    wait_duration_until_canceled: WaitDuration = NO_WAIT
    wait_duration_in_queue_until_accepted: WaitDuration = NO_WAIT
    split_by_wait_time: SplitByWaitTime | None = None
    url: str | None = None


@frozen(kw_only=True)
class TaskQueueStatistics(Answer):
    """Both kinds of statistics of a task queue.

    An item of the listing of all queues' statistics has no address of its own.
    The vendor's page: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        task_queue_sid: The queue, ``WQ…``.
        realtime: How it stands right now.
        cumulative: What happened within the window.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    task_queue_sid: str | None = None
    realtime: TaskQueueRealTimeStatistics | None = None
    cumulative: TaskQueueCumulativeStatistics | None = None
    url: str | None = None
