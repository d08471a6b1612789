"""The paths of the API and who answers on each: https://www.twilio.com/docs/taskrouter/api."""

from typing import Final

from taskrouter_async.sandbox.api import (
    activities,
    events,
    reservations,
    statistics,
    task_channels,
    task_queues,
    tasks,
    worker_channels,
    workers,
    workflows,
    workspaces,
)
from taskrouter_async.sandbox.api.asking import Handler
from taskrouter_async.sandbox.api.routes import Routes

_WORKSPACE: Final = "/v1/Workspaces/{}"
_TASK: Final = _WORKSPACE + "/Tasks/{}"
_TASK_QUEUE: Final = _WORKSPACE + "/TaskQueues/{}"
_WORKER: Final = _WORKSPACE + "/Workers/{}"
_WORKFLOW: Final = _WORKSPACE + "/Workflows/{}"

_LINES: Final[dict[str, dict[str, Handler]]] = {
    "/v1/Workspaces": {"GET": workspaces.list_, "POST": workspaces.create},
    _WORKSPACE: {
        "GET": workspaces.fetch,
        "POST": workspaces.update,
        "DELETE": workspaces.delete,
    },
    _WORKSPACE + "/RealTimeStatistics": {"GET": statistics.workspace_real_time},
    _WORKSPACE + "/CumulativeStatistics": {"GET": statistics.workspace_cumulative},
    _WORKSPACE + "/Statistics": {"GET": statistics.workspace_both},
    _WORKSPACE + "/Activities": {"GET": activities.list_, "POST": activities.create},
    _WORKSPACE + "/Activities/{}": {
        "GET": activities.fetch,
        "POST": activities.update,
        "DELETE": activities.delete,
    },
    _WORKSPACE + "/Events": {"GET": events.list_},
    _WORKSPACE + "/Events/{}": {"GET": events.fetch},
    _WORKSPACE + "/TaskChannels": {"GET": task_channels.list_, "POST": task_channels.create},
    _WORKSPACE + "/TaskChannels/{}": {
        "GET": task_channels.fetch,
        "POST": task_channels.update,
        "DELETE": task_channels.delete,
    },
    _WORKSPACE + "/Tasks": {"GET": tasks.list_, "POST": tasks.create},
    _TASK: {"GET": tasks.fetch, "POST": tasks.update, "DELETE": tasks.delete},
    _TASK + "/Reservations": {"GET": reservations.list_of_task},
    _TASK + "/Reservations/{}": {
        "GET": reservations.fetch_of_task,
        "POST": reservations.update_of_task,
    },
    _WORKSPACE + "/TaskQueues": {"GET": task_queues.list_, "POST": task_queues.create},
    _WORKSPACE + "/TaskQueues/Statistics": {"GET": statistics.list_of_task_queues},
    _WORKSPACE + "/TaskQueues/RealTimeStatistics": {"POST": statistics.task_queues_bulk},
    _TASK_QUEUE: {
        "GET": task_queues.fetch,
        "POST": task_queues.update,
        "DELETE": task_queues.delete,
    },
    _TASK_QUEUE + "/RealTimeStatistics": {"GET": statistics.task_queue_real_time},
    _TASK_QUEUE + "/CumulativeStatistics": {"GET": statistics.task_queue_cumulative},
    _TASK_QUEUE + "/Statistics": {"GET": statistics.task_queue_both},
    _WORKSPACE + "/Workers": {"GET": workers.list_, "POST": workers.create},
    _WORKSPACE + "/Workers/RealTimeStatistics": {"GET": statistics.workers_real_time},
    _WORKSPACE + "/Workers/CumulativeStatistics": {"GET": statistics.workers_cumulative},
    _WORKSPACE + "/Workers/Statistics": {"GET": statistics.workers_both},
    _WORKER: {"GET": workers.fetch, "POST": workers.update, "DELETE": workers.delete},
    _WORKER + "/Statistics": {"GET": statistics.worker_both},
    _WORKER + "/Channels": {"GET": worker_channels.list_},
    _WORKER + "/Channels/{}": {"GET": worker_channels.fetch, "POST": worker_channels.update},
    _WORKER + "/Reservations": {"GET": reservations.list_of_worker},
    _WORKER + "/Reservations/{}": {
        "GET": reservations.fetch_of_worker,
        "POST": reservations.update_of_worker,
    },
    _WORKSPACE + "/Workflows": {"GET": workflows.list_, "POST": workflows.create},
    _WORKFLOW: {"GET": workflows.fetch, "POST": workflows.update, "DELETE": workflows.delete},
    _WORKFLOW + "/RealTimeStatistics": {"GET": statistics.workflow_real_time},
    _WORKFLOW + "/CumulativeStatistics": {"GET": statistics.workflow_cumulative},
    _WORKFLOW + "/Statistics": {"GET": statistics.workflow_both},
}


def all_routes() -> Routes:
    """Return the 37 paths with their 61 operations."""
    routes = Routes()
    for path, handlers in _LINES.items():
        routes.add(path, handlers)
    return routes
