"""The API reference as code: one file per resource, explicit typed methods.

A resource knows what is asked and what comes back; it knows neither the network nor the cache, only
that somebody reads its calls. Names follow the vendor's SDK.
"""

from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.resources.task_queues import TaskQueueHandle, TaskQueues
from taskrouter_async.resources.workers import Workers
from taskrouter_async.resources.workflows import WorkflowHandle, Workflows
from taskrouter_async.resources.workspaces import WorkspaceHandle, Workspaces

__all__ = [
    "RealTimeStatistics",
    "TaskQueueHandle",
    "TaskQueues",
    "Workers",
    "WorkflowHandle",
    "Workflows",
    "WorkspaceHandle",
    "Workspaces",
]
