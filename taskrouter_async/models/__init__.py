"""Frozen facts, one file per resource.

No HTTP and no behaviour here but reading the JSON that a fact itself carries. One object serves
all callers of a cache, therefore nothing in it can be changed, however deep.
"""

from typing import TYPE_CHECKING

from taskrouter_async._first_use import on_first_use

__all__ = [
    "AccountLimits",
    "Activity",
    "ActivityDuration",
    "ActivityStatistic",
    "Answer",
    "BreakerChanged",
    "CacheEvent",
    "CacheStats",
    "CacheStatus",
    "Cached",
    "Document",
    "Event",
    "EventData",
    "FrozenMap",
    "Json",
    "Links",
    "LoadFailed",
    "LoadStarted",
    "LoadSucceeded",
    "OpenEnum",
    "Order",
    "Page",
    "PageMeta",
    "RateLimit",
    "RequestEnded",
    "RequestEvent",
    "RequestStarted",
    "Reservation",
    "ReservationStatus",
    "RetryScheduled",
    "SharedReconnected",
    "SharedRejected",
    "SplitByWaitTime",
    "StaleServed",
    "Task",
    "TaskChannel",
    "TaskQueue",
    "TaskQueueBulkRealTimeStatistics",
    "TaskQueueBulkStatistics",
    "TaskQueueCumulativeStatistics",
    "TaskQueueRealTimeStatistics",
    "TaskQueueStatistics",
    "TaskStatus",
    "TasksByPriority",
    "TasksByStatus",
    "TtlTooShort",
    "Versioned",
    "WaitDuration",
    "WaitTimeCounts",
    "WaitTimeSplit",
    "Worker",
    "WorkerChannel",
    "WorkerStatistics",
    "WorkersCumulativeStatistics",
    "WorkersRealTimeStatistics",
    "WorkersStatistics",
    "Workflow",
    "WorkflowConfiguration",
    "WorkflowCumulativeStatistics",
    "WorkflowFilter",
    "WorkflowRealTimeStatistics",
    "WorkflowStatistics",
    "WorkflowTarget",
    "Workspace",
    "WorkspaceCumulativeStatistics",
    "WorkspaceRealTimeStatistics",
    "WorkspaceStatistics",
]

if TYPE_CHECKING:
    from taskrouter_async.models._answer import (
        Answer,
        Document,
        FrozenMap,
        Json,
        OpenEnum,
        Versioned,
    )
    from taskrouter_async.models.activities import Activity
    from taskrouter_async.models.cache_events import (
        BreakerChanged,
        CacheEvent,
        LoadFailed,
        LoadStarted,
        LoadSucceeded,
        SharedReconnected,
        SharedRejected,
        StaleServed,
        TtlTooShort,
    )
    from taskrouter_async.models.caching import Cached, CacheStats, CacheStatus
    from taskrouter_async.models.enumerations import Order, ReservationStatus, TaskStatus
    from taskrouter_async.models.events import Event, EventData
    from taskrouter_async.models.limits import AccountLimits, RateLimit
    from taskrouter_async.models.pages import Page, PageMeta
    from taskrouter_async.models.request_events import (
        RequestEnded,
        RequestEvent,
        RequestStarted,
        RetryScheduled,
    )
    from taskrouter_async.models.reservations import Reservation
    from taskrouter_async.models.statistics import (
        ActivityDuration,
        ActivityStatistic,
        Links,
        SplitByWaitTime,
        TasksByPriority,
        TasksByStatus,
        WaitDuration,
        WaitTimeCounts,
        WaitTimeSplit,
    )
    from taskrouter_async.models.task_channels import TaskChannel
    from taskrouter_async.models.task_queue_statistics import (
        TaskQueueCumulativeStatistics,
        TaskQueueRealTimeStatistics,
        TaskQueueStatistics,
    )
    from taskrouter_async.models.task_queues import (
        TaskQueue,
        TaskQueueBulkRealTimeStatistics,
        TaskQueueBulkStatistics,
    )
    from taskrouter_async.models.tasks import Task
    from taskrouter_async.models.worker_channels import WorkerChannel
    from taskrouter_async.models.workers import Worker
    from taskrouter_async.models.workers_statistics import (
        WorkersCumulativeStatistics,
        WorkersRealTimeStatistics,
        WorkersStatistics,
        WorkerStatistics,
    )
    from taskrouter_async.models.workflow_configuration import (
        WorkflowConfiguration,
        WorkflowFilter,
        WorkflowTarget,
    )
    from taskrouter_async.models.workflow_statistics import (
        WorkflowCumulativeStatistics,
        WorkflowRealTimeStatistics,
        WorkflowStatistics,
    )
    from taskrouter_async.models.workflows import Workflow
    from taskrouter_async.models.workspace_statistics import (
        WorkspaceCumulativeStatistics,
        WorkspaceRealTimeStatistics,
        WorkspaceStatistics,
    )
    from taskrouter_async.models.workspaces import Workspace
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "AccountLimits": "limits",
            "Activity": "activities",
            "ActivityDuration": "statistics",
            "ActivityStatistic": "statistics",
            "Answer": "_answer",
            "BreakerChanged": "cache_events",
            "CacheEvent": "cache_events",
            "CacheStats": "caching",
            "CacheStatus": "caching",
            "Cached": "caching",
            "Document": "_answer",
            "Event": "events",
            "EventData": "events",
            "FrozenMap": "_answer",
            "Json": "_answer",
            "Links": "statistics",
            "LoadFailed": "cache_events",
            "LoadStarted": "cache_events",
            "LoadSucceeded": "cache_events",
            "OpenEnum": "_answer",
            "Order": "enumerations",
            "Page": "pages",
            "PageMeta": "pages",
            "RateLimit": "limits",
            "RequestEnded": "request_events",
            "RequestEvent": "request_events",
            "RequestStarted": "request_events",
            "Reservation": "reservations",
            "ReservationStatus": "enumerations",
            "RetryScheduled": "request_events",
            "SharedReconnected": "cache_events",
            "SharedRejected": "cache_events",
            "SplitByWaitTime": "statistics",
            "StaleServed": "cache_events",
            "Task": "tasks",
            "TaskChannel": "task_channels",
            "TaskQueue": "task_queues",
            "TaskQueueBulkRealTimeStatistics": "task_queues",
            "TaskQueueBulkStatistics": "task_queues",
            "TaskQueueCumulativeStatistics": "task_queue_statistics",
            "TaskQueueRealTimeStatistics": "task_queue_statistics",
            "TaskQueueStatistics": "task_queue_statistics",
            "TaskStatus": "enumerations",
            "TasksByPriority": "statistics",
            "TasksByStatus": "statistics",
            "TtlTooShort": "cache_events",
            "Versioned": "_answer",
            "WaitDuration": "statistics",
            "WaitTimeCounts": "statistics",
            "WaitTimeSplit": "statistics",
            "Worker": "workers",
            "WorkerChannel": "worker_channels",
            "WorkerStatistics": "workers_statistics",
            "WorkersCumulativeStatistics": "workers_statistics",
            "WorkersRealTimeStatistics": "workers_statistics",
            "WorkersStatistics": "workers_statistics",
            "Workflow": "workflows",
            "WorkflowConfiguration": "workflow_configuration",
            "WorkflowCumulativeStatistics": "workflow_statistics",
            "WorkflowFilter": "workflow_configuration",
            "WorkflowRealTimeStatistics": "workflow_statistics",
            "WorkflowStatistics": "workflow_statistics",
            "WorkflowTarget": "workflow_configuration",
            "Workspace": "workspaces",
            "WorkspaceCumulativeStatistics": "workspace_statistics",
            "WorkspaceRealTimeStatistics": "workspace_statistics",
            "WorkspaceStatistics": "workspace_statistics",
        },
    )
