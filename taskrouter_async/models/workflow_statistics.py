"""Statistics of a workflow."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import (
    NO_PRIORITIES,
    NO_STATUSES,
    NO_WAIT,
    SplitByWaitTime,
    TasksByPriority,
    TasksByStatus,
    WaitDuration,
)


@frozen(kw_only=True)
class WorkflowRealTimeStatistics(Answer):
    """How a workflow stands right now.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workflow-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        workflow_sid: The workflow, ``WW…``.
        total_tasks: Tasks, whatever their status.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    workflow_sid: str | None = None
    total_tasks: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    tasks_by_status: TasksByStatus = NO_STATUSES
    tasks_by_priority: TasksByPriority = NO_PRIORITIES
    url: str | None = None


@frozen(kw_only=True)
class WorkflowCumulativeStatistics(Answer):
    """What happened in a workflow within a window of time.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workflow-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        workflow_sid: The workflow, ``WW…``.
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
        tasks_timed_out_in_workflow: Tasks that fell out of a workflow and were deleted.
        wait_duration_until_accepted: Seconds from a task's creation to its acceptance.
        wait_duration_until_canceled: Seconds from a task's creation to its cancellation.
        split_by_wait_time: The split for each threshold asked for; ``None`` when none was.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    workflow_sid: str | None = None
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
    tasks_timed_out_in_workflow: int = 0
    wait_duration_until_accepted: WaitDuration = NO_WAIT
    wait_duration_until_canceled: WaitDuration = NO_WAIT
    split_by_wait_time: SplitByWaitTime | None = None
    url: str | None = None


@frozen(kw_only=True)
class WorkflowStatistics(Answer):
    """Both kinds of statistics of a workflow.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workflow-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        workflow_sid: The workflow, ``WW…``.
        realtime: How it stands right now.
        cumulative: What happened within the window.
        url: The address of these statistics.
    """

    account_sid: str | None = None
    workspace_sid: str | None = None
    workflow_sid: str | None = None
    realtime: WorkflowRealTimeStatistics | None = None
    cumulative: WorkflowCumulativeStatistics | None = None
    url: str | None = None
