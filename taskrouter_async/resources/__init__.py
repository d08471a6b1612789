"""The API reference as code: one file per resource, explicit typed methods.

A resource knows what is asked and what comes back; it knows neither the network nor the cache, only
that somebody carries its calls. Names follow the vendor's SDK.
"""

from typing import TYPE_CHECKING

from taskrouter_async._first_use import on_first_use

__all__ = [
    "Accept",
    "Activities",
    "ActivityHandle",
    "CallOut",
    "Complete",
    "Conference",
    "CumulativeStatistics",
    "Dequeue",
    "EventHandle",
    "Events",
    "FilteredStatistics",
    "RealTimeStatistics",
    "Redirect",
    "Reject",
    "ReservationHandle",
    "Reservations",
    "Statistics",
    "Supervise",
    "TaskChange",
    "TaskChannelHandle",
    "TaskChannels",
    "TaskHandle",
    "TaskQueueHandle",
    "TaskQueues",
    "TaskQueuesBulkRealTimeStatistics",
    "TaskQueuesStatistics",
    "Tasks",
    "WindowStatistics",
    "WorkerChange",
    "WorkerChannelHandle",
    "WorkerChannels",
    "WorkerHandle",
    "WorkerReservations",
    "Workers",
    "WorkflowHandle",
    "Workflows",
    "WorkspaceHandle",
    "Workspaces",
    "WrapUp",
]

if TYPE_CHECKING:
    from taskrouter_async.resources.activities import Activities, ActivityHandle
    from taskrouter_async.resources.changes import TaskChange, WorkerChange
    from taskrouter_async.resources.conference import Conference
    from taskrouter_async.resources.events import EventHandle, Events
    from taskrouter_async.resources.instructions import (
        Accept,
        CallOut,
        Complete,
        Dequeue,
        Redirect,
        Reject,
        Supervise,
        WrapUp,
    )
    from taskrouter_async.resources.reservations import (
        ReservationHandle,
        Reservations,
        WorkerReservations,
    )
    from taskrouter_async.resources.statistics import (
        CumulativeStatistics,
        RealTimeStatistics,
        Statistics,
    )
    from taskrouter_async.resources.task_channels import TaskChannelHandle, TaskChannels
    from taskrouter_async.resources.task_queues import TaskQueueHandle, TaskQueues
    from taskrouter_async.resources.task_queues_statistics import (
        TaskQueuesBulkRealTimeStatistics,
        TaskQueuesStatistics,
    )
    from taskrouter_async.resources.tasks import TaskHandle, Tasks
    from taskrouter_async.resources.worker_channels import WorkerChannelHandle, WorkerChannels
    from taskrouter_async.resources.workers import WorkerHandle, Workers
    from taskrouter_async.resources.workers_statistics import FilteredStatistics, WindowStatistics
    from taskrouter_async.resources.workflows import WorkflowHandle, Workflows
    from taskrouter_async.resources.workspaces import WorkspaceHandle, Workspaces
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "Accept": "instructions",
            "Activities": "activities",
            "ActivityHandle": "activities",
            "CallOut": "instructions",
            "Complete": "instructions",
            "Conference": "conference",
            "CumulativeStatistics": "statistics",
            "Dequeue": "instructions",
            "EventHandle": "events",
            "Events": "events",
            "FilteredStatistics": "workers_statistics",
            "RealTimeStatistics": "statistics",
            "Redirect": "instructions",
            "Reject": "instructions",
            "ReservationHandle": "reservations",
            "Reservations": "reservations",
            "Statistics": "statistics",
            "Supervise": "instructions",
            "TaskChange": "changes",
            "TaskChannelHandle": "task_channels",
            "TaskChannels": "task_channels",
            "TaskHandle": "tasks",
            "TaskQueueHandle": "task_queues",
            "TaskQueues": "task_queues",
            "TaskQueuesBulkRealTimeStatistics": "task_queues_statistics",
            "TaskQueuesStatistics": "task_queues_statistics",
            "Tasks": "tasks",
            "WindowStatistics": "workers_statistics",
            "WorkerChange": "changes",
            "WorkerChannelHandle": "worker_channels",
            "WorkerChannels": "worker_channels",
            "WorkerHandle": "workers",
            "WorkerReservations": "reservations",
            "Workers": "workers",
            "WorkflowHandle": "workflows",
            "Workflows": "workflows",
            "WorkspaceHandle": "workspaces",
            "Workspaces": "workspaces",
            "WrapUp": "instructions",
        },
    )
