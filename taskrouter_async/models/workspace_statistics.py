"""Statistics of a workspace."""

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
class WorkspaceRealTimeStatistics(Answer):
    """How a workspace stands right now.

    The figures may lag the events by a few seconds, says the vendor:
    https://www.twilio.com/docs/taskrouter/api/workspace-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        total_tasks: Tasks, whatever their status.
        total_workers: Workers, whatever their activity.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        activity_statistics: The workers counted by activity.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    total_tasks: int = 0
    total_workers: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    tasks_by_status: TasksByStatus = NO_STATUSES
    tasks_by_priority: TasksByPriority = NO_PRIORITIES
    activity_statistics: tuple[ActivityStatistic, ...] = ()
    url: str | None = None


@frozen(kw_only=True)
class WorkspaceCumulativeStatistics(Answer):
    """What happened in a workspace within a window of time.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workspace-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
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
        tasks_created: Tasks created.
        tasks_assigned: Tasks assigned; only within combined statistics.
        tasks_canceled: Tasks called off.
        tasks_completed: Tasks completed.
        tasks_deleted: Tasks deleted.
        tasks_moved: Tasks moved from one queue to another.
        tasks_timed_out_in_workflow: Tasks that fell out of a workflow and were deleted.
        wait_duration_until_accepted: Seconds from a task's creation to its acceptance.
        wait_duration_until_canceled: Seconds from a task's creation to its cancellation.
        split_by_wait_time: The split for each threshold asked for; ``None`` when none was.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
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
    tasks_created: int = 0
    tasks_assigned: int = 0
    tasks_canceled: int = 0
    tasks_completed: int = 0
    tasks_deleted: int = 0
    tasks_moved: int = 0
    tasks_timed_out_in_workflow: int = 0
    wait_duration_until_accepted: WaitDuration = NO_WAIT
    wait_duration_until_canceled: WaitDuration = NO_WAIT
    split_by_wait_time: SplitByWaitTime | None = None
    url: str | None = None


@frozen(kw_only=True)
class WorkspaceStatistics(Answer):
    """Both kinds of statistics of a workspace.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workspace-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        realtime: How it stands right now.
        cumulative: What happened within the window.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    realtime: WorkspaceRealTimeStatistics | None = None
    cumulative: WorkspaceCumulativeStatistics | None = None
    url: str | None = None
