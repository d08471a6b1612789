"""Task queues: where tasks wait for the workers who match."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.enumerations import Order
from taskrouter_async.models.statistics import (
    NO_LINKS,
    NO_PRIORITIES,
    NO_STATUSES,
    ActivityStatistic,
    Links,
    TasksByPriority,
    TasksByStatus,
)


@frozen(kw_only=True)
class TaskQueue(Answer):
    """Where tasks wait for the workers who match.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/task-queue

    Attributes:
        sid: The queue, ``WQ…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        friendly_name: Its name.
        target_workers: The expression over workers' attributes that says who matches.
        max_reserved_workers: How many workers are offered a task at once.
        task_order: Which task comes first: the oldest (FIFO) or the newest (LIFO).
        reservation_activity_sid: The activity of workers who are offered a task, ``WA…``; used
            without multitasking only.
        reservation_activity_name: The name of that activity.
        assignment_activity_sid: The activity of workers who accepted a task, ``WA…``; used
            without multitasking only.
        assignment_activity_name: The name of that activity.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it, its ``statistics`` and ``workspace`` among them.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    friendly_name: str | None = None
    target_workers: str | None = None
    max_reserved_workers: int = 0
    task_order: Order | None = None
    reservation_activity_sid: str | None = None
    reservation_activity_name: str | None = None
    assignment_activity_sid: str | None = None
    assignment_activity_name: str | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS


@frozen(kw_only=True)
class TaskQueueBulkStatistics:
    """How one of several task queues stands right now.

    Attributes:
        task_queue_sid: The queue, ``WQ…``.
        total_tasks: Tasks, whatever their status.
        total_available_workers: Workers who match the queue and whose activity is available,
            busy or not.
        total_eligible_workers: Workers who match the queue, whatever their activity.
        longest_task_waiting_age: Seconds since the oldest waiting task was created; 0 when none
            waits.
        longest_task_waiting_sid: That task, ``WT…``; ``None`` when none waits.
        tasks_by_status: The tasks counted by assignment status.
        tasks_by_priority: The tasks counted by priority.
        activity_statistics: The workers counted by activity.
    """

    task_queue_sid: str
    total_tasks: int = 0
    total_available_workers: int = 0
    total_eligible_workers: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    tasks_by_status: TasksByStatus = NO_STATUSES
    tasks_by_priority: TasksByPriority = NO_PRIORITIES
    activity_statistics: tuple[ActivityStatistic, ...] = ()


@frozen(kw_only=True)
class TaskQueueBulkRealTimeStatistics(Answer):
    """How several task queues stand right now, from one request.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        task_queue_data: One entry for each queue; zeros for a queue that does not exist.
        task_queue_response_count: How many queues the service says it told about.
        url: The address of these statistics.
    """

    account_sid: str
    workspace_sid: str
    task_queue_data: tuple[TaskQueueBulkStatistics, ...] = ()
    task_queue_response_count: int = 0
    url: str | None = None
