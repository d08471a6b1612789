"""What the service tells about workflows."""

from collections.abc import Mapping

from attrs import field, frozen

from taskrouter_async.models._json import NOTHING, Json
from taskrouter_async.models.statistics import NO_PRIORITIES, NO_TASKS, TasksByStatus


@frozen
class WorkflowRealTimeStatistics:
    """How a workflow stands right now.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workflow-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        workflow_sid: The workflow, ``WW…``.
        total_tasks: Tasks that came through the workflow, whatever their status.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        url: The address of these statistics.
        extra: Members of the answer that this release does not know.
    """

    account_sid: str
    workspace_sid: str
    workflow_sid: str
    total_tasks: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    tasks_by_status: TasksByStatus = NO_TASKS
    tasks_by_priority: Mapping[int, int] = field(default=NO_PRIORITIES, hash=False)
    url: str | None = None
    extra: Mapping[str, Json] = field(default=NOTHING, hash=False, repr=False)
