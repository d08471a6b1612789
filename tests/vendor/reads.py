"""Every operation that reads, as the vendor's SDK asks for it and as we do."""

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen

from taskrouter_async import TaskRouterClient
from taskrouter_async._pages import Listing
from taskrouter_async.resources.workspaces import WorkspaceHandle


@frozen
class Names:
    """The SIDs that the reads are about."""

    workspace: str
    activity: str
    channel: str
    queue: str
    workflow: str
    worker: str
    task: str
    reservation: str
    event: str


@frozen
class Desk:
    """Both clients at the same workspace."""

    vendor: Any
    ours: TaskRouterClient
    names: Names

    @property
    def v(self) -> Any:
        """The vendor's context of the workspace."""
        return self.vendor.taskrouter.v1.workspaces(self.names.workspace)

    @property
    def o(self) -> WorkspaceHandle:
        """Our handle of the workspace."""
        return self.ours.workspaces(self.names.workspace)


async def whole(listing: Listing[Any]) -> list[object]:
    """Return everything that a listing brings."""
    return [each async for each in listing]


Read = tuple[Callable[[Desk], Awaitable[Any]], Callable[[Desk], Awaitable[Any]]]

READS: dict[str, Read] = {
    "FetchWorkspace": (lambda d: d.v.fetch_async(), lambda d: d.o.fetch()),
    "ListWorkspace": (
        lambda d: d.vendor.taskrouter.v1.workspaces.list_async(page_size=1),
        lambda d: whole(d.ours.workspaces.list(page_size=1)),
    ),
    "FetchActivity": (
        lambda d: d.v.activities(d.names.activity).fetch_async(),
        lambda d: d.o.activities(d.names.activity).fetch(),
    ),
    "ListActivity": (
        lambda d: d.v.activities.list_async(page_size=1),
        lambda d: whole(d.o.activities.list(page_size=1)),
    ),
    "FetchEvent": (
        lambda d: d.v.events(d.names.event).fetch_async(),
        lambda d: d.o.events(d.names.event).fetch(),
    ),
    "ListEvent": (
        lambda d: d.v.events.list_async(page_size=7),
        lambda d: whole(d.o.events.list(page_size=7)),
    ),
    "FetchTask": (
        lambda d: d.v.tasks(d.names.task).fetch_async(),
        lambda d: d.o.tasks(d.names.task).fetch(),
    ),
    "ListTask": (
        lambda d: d.v.tasks.list_async(page_size=1, ordering="Priority:desc"),
        lambda d: whole(d.o.tasks.list(page_size=1, ordering="Priority:desc")),
    ),
    "FetchTaskChannel": (
        lambda d: d.v.task_channels("voice").fetch_async(),
        lambda d: d.o.task_channels("voice").fetch(),
    ),
    "ListTaskChannel": (
        lambda d: d.v.task_channels.list_async(page_size=1),
        lambda d: whole(d.o.task_channels.list(page_size=1)),
    ),
    "FetchTaskQueue": (
        lambda d: d.v.task_queues(d.names.queue).fetch_async(),
        lambda d: d.o.task_queues(d.names.queue).fetch(),
    ),
    "ListTaskQueue": (
        lambda d: d.v.task_queues.list_async(page_size=1),
        lambda d: whole(d.o.task_queues.list(page_size=1)),
    ),
    "CreateTaskQueueBulkRealTimeStatistics": (
        lambda d: d.v.task_queues.bulk_real_time_statistics.create_async(
            body=Body({"queueSids": [d.names.queue]})
        ),
        lambda d: d.o.task_queues.bulk_real_time_statistics.fetch([d.names.queue]),
    ),
    "FetchTaskQueueCumulativeStatistics": (
        lambda d: (
            d.v.task_queues(d.names.queue)
            .cumulative_statistics()
            .fetch_async(minutes=30, split_by_wait_time="5,30")
        ),
        lambda d: d.o.task_queues(d.names.queue).cumulative_statistics.fetch(
            minutes=30, split_by_wait_time=[5, 30]
        ),
    ),
    "FetchTaskQueueRealTimeStatistics": (
        lambda d: d.v.task_queues(d.names.queue).real_time_statistics().fetch_async(),
        lambda d: d.o.task_queues(d.names.queue).real_time_statistics.fetch(),
    ),
    "FetchTaskQueueStatistics": (
        lambda d: d.v.task_queues(d.names.queue).statistics().fetch_async(minutes=30),
        lambda d: d.o.task_queues(d.names.queue).statistics.fetch(minutes=30),
    ),
    "ListTaskQueuesStatistics": (
        lambda d: d.v.task_queues.statistics.list_async(page_size=1),
        lambda d: whole(d.o.task_queues.statistics.list(page_size=1)),
    ),
    "ListTaskReservation": (
        lambda d: d.v.tasks(d.names.task).reservations.list_async(page_size=1),
        lambda d: whole(d.o.tasks(d.names.task).reservations.list(page_size=1)),
    ),
    "FetchTaskReservation": (
        lambda d: d.v.tasks(d.names.task).reservations(d.names.reservation).fetch_async(),
        lambda d: d.o.tasks(d.names.task).reservations(d.names.reservation).fetch(),
    ),
    "ListWorker": (
        lambda d: d.v.workers.list_async(page_size=1),
        lambda d: whole(d.o.workers.list(page_size=1)),
    ),
    "FetchWorker": (
        lambda d: d.v.workers(d.names.worker).fetch_async(),
        lambda d: d.o.workers(d.names.worker).fetch(),
    ),
    "ListWorkerChannel": (
        lambda d: d.v.workers(d.names.worker).worker_channels.list_async(page_size=1),
        lambda d: whole(d.o.workers(d.names.worker).worker_channels.list(page_size=1)),
    ),
    "FetchWorkerChannel": (
        lambda d: d.v.workers(d.names.worker).worker_channels("voice").fetch_async(),
        lambda d: d.o.workers(d.names.worker).worker_channels("voice").fetch(),
    ),
    "FetchWorkerInstanceStatistics": (
        lambda d: d.v.workers(d.names.worker).statistics().fetch_async(minutes=30),
        lambda d: d.o.workers(d.names.worker).statistics.fetch(minutes=30),
    ),
    "ListWorkerReservation": (
        lambda d: d.v.workers(d.names.worker).reservations.list_async(page_size=1),
        lambda d: whole(d.o.workers(d.names.worker).reservations.list(page_size=1)),
    ),
    "FetchWorkerReservation": (
        lambda d: d.v.workers(d.names.worker).reservations(d.names.reservation).fetch_async(),
        lambda d: d.o.workers(d.names.worker).reservations(d.names.reservation).fetch(),
    ),
    "FetchWorkerStatistics": (
        lambda d: d.v.workers.statistics().fetch_async(minutes=30),
        lambda d: d.o.workers.statistics.fetch(minutes=30),
    ),
    "FetchWorkersCumulativeStatistics": (
        lambda d: d.v.workers.cumulative_statistics().fetch_async(),
        lambda d: d.o.workers.cumulative_statistics.fetch(),
    ),
    "FetchWorkersRealTimeStatistics": (
        lambda d: d.v.workers.real_time_statistics().fetch_async(),
        lambda d: d.o.workers.real_time_statistics.fetch(),
    ),
    "FetchWorkflow": (
        lambda d: d.v.workflows(d.names.workflow).fetch_async(),
        lambda d: d.o.workflows(d.names.workflow).fetch(),
    ),
    "ListWorkflow": (
        lambda d: d.v.workflows.list_async(page_size=1),
        lambda d: whole(d.o.workflows.list(page_size=1)),
    ),
    "FetchWorkflowCumulativeStatistics": (
        lambda d: d.v.workflows(d.names.workflow).cumulative_statistics().fetch_async(),
        lambda d: d.o.workflows(d.names.workflow).cumulative_statistics.fetch(),
    ),
    "FetchWorkflowRealTimeStatistics": (
        lambda d: d.v.workflows(d.names.workflow).real_time_statistics().fetch_async(),
        lambda d: d.o.workflows(d.names.workflow).real_time_statistics.fetch(),
    ),
    "FetchWorkflowStatistics": (
        lambda d: (
            d.v.workflows(d.names.workflow)
            .statistics()
            .fetch_async(minutes=30, split_by_wait_time="5")
        ),
        lambda d: d.o.workflows(d.names.workflow).statistics.fetch(
            minutes=30, split_by_wait_time=[5]
        ),
    ),
    "FetchWorkspaceCumulativeStatistics": (
        lambda d: d.v.cumulative_statistics().fetch_async(),
        lambda d: d.o.cumulative_statistics.fetch(),
    ),
    "FetchWorkspaceRealTimeStatistics": (
        lambda d: d.v.real_time_statistics().fetch_async(task_channel="voice"),
        lambda d: d.o.real_time_statistics.fetch(task_channel="voice"),
    ),
    "FetchWorkspaceStatistics": (
        lambda d: d.v.statistics().fetch_async(),
        lambda d: d.o.statistics.fetch(),
    ),
}
"""By the vendor's name for the operation."""


@frozen
class Body:
    """What the SDK wants of the one operation with a JSON body."""

    document: dict[str, object]

    def to_dict(self) -> dict[str, object]:
        return self.document
