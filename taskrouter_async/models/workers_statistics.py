"""Statistics of workers."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import (
    ActivityDuration,
    ActivityStatistic,
)


@frozen(kw_only=True)
class WorkersRealTimeStatistics(Answer):
    """Where the workers of a workspace are right now.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker/statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        total_workers: Workers, whatever their activity.
        activity_statistics: The workers counted by activity.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    total_workers: int = 0
    activity_statistics: tuple[ActivityStatistic, ...] = ()
    url: str | None = None


@frozen(kw_only=True)
class WorkersCumulativeStatistics(Answer):
    """What workers did within a window of time.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker/statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        start_time: When the window begins, in UTC.
        end_time: When the window ends, in UTC.
        reservations_created: Reservations made.
        reservations_accepted: Reservations accepted by a worker.
        reservations_rejected: Reservations rejected by a worker.
        reservations_timed_out: Reservations that nobody answered in time.
        reservations_canceled: Reservations called off with their task.
        reservations_rescinded: Reservations withdrawn because another worker accepted.
        reservations_completed: Reservations completed; only within combined statistics.
        reservations_wrapup: Reservations in wrap-up; only within combined statistics.
        tasks_assigned: Tasks assigned; only within combined statistics.
        activity_durations: How long workers were in each activity.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    reservations_created: int = 0
    reservations_accepted: int = 0
    reservations_rejected: int = 0
    reservations_timed_out: int = 0
    reservations_canceled: int = 0
    reservations_rescinded: int = 0
    reservations_completed: int = 0
    reservations_wrapup: int = 0
    tasks_assigned: int = 0
    activity_durations: tuple[ActivityDuration, ...] = ()
    url: str | None = None


@frozen(kw_only=True)
class WorkersStatistics(Answer):
    """Both kinds of statistics of all workers of a workspace.

    By default the service refuses these above 100 workers.
    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker/statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        realtime: How it stands right now.
        cumulative: What happened within the window.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    realtime: WorkersRealTimeStatistics | None = None
    cumulative: WorkersCumulativeStatistics | None = None
    url: str | None = None


@frozen(kw_only=True)
class WorkerStatistics(Answer):
    """What one worker did within a window of time.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker/statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        worker_sid: The worker, ``WK…``.
        cumulative: What happened within the window.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    worker_sid: str | None = None
    cumulative: WorkersCumulativeStatistics | None = None
    url: str | None = None
