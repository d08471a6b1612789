"""Frozen facts, one file per resource.

No behaviour, no JSON and no HTTP here: the converter knows how they are written on the wire. One
object serves all callers of a cache, therefore nothing in it can be changed, however deep.
"""

from taskrouter_async.models._json import Json
from taskrouter_async.models.caching import Cached, CacheStats, CacheStatus
from taskrouter_async.models.statistics import ActivityStatistic, TasksByStatus
from taskrouter_async.models.task_queues import TaskQueueRealTimeStatistics
from taskrouter_async.models.workers import WorkersRealTimeStatistics
from taskrouter_async.models.workflows import WorkflowRealTimeStatistics
from taskrouter_async.models.workspaces import WorkspaceRealTimeStatistics

__all__ = [
    "ActivityStatistic",
    "CacheStats",
    "CacheStatus",
    "Cached",
    "Json",
    "TaskQueueRealTimeStatistics",
    "TasksByStatus",
    "WorkersRealTimeStatistics",
    "WorkflowRealTimeStatistics",
    "WorkspaceRealTimeStatistics",
]
