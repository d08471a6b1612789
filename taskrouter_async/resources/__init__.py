"""The API reference as code: one file per resource, explicit typed methods.

A resource knows what is asked and what comes back; it knows neither the network nor the cache, only
that somebody carries its calls. Names follow the vendor's SDK.
"""

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
