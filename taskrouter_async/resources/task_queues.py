"""Task queues: https://www.twilio.com/docs/taskrouter/api/task-queue."""

from types import NoneType
from typing import Final, Literal

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    choice,
    integer,
    required_text,
    text,
)
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.models import (
    Order,
    TaskQueue,
    TaskQueueCumulativeStatistics,
    TaskQueueRealTimeStatistics,
    TaskQueueStatistics,
)
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources.statistics import (
    CumulativeStatistics,
    RealTimeStatistics,
    Statistics,
)
from taskrouter_async.resources.task_queues_statistics import (
    FETCH_BULK,
    TaskQueuesBulkRealTimeStatistics,
    TaskQueuesStatistics,
)

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/TaskQueues"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}"
_OF_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{TaskQueueSid}"
_MOST_RESERVED: Final = 50

CREATE: Final = Operation("POST", _COLLECTION, TaskQueue)
FETCH: Final = Operation("GET", _ONE, TaskQueue)
LIST: Final = Operation("GET", _COLLECTION, TaskQueue, list_key="task_queues")
UPDATE: Final = Operation("POST", _ONE, TaskQueue)
DELETE: Final = Operation("DELETE", _ONE, NoneType)
FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET",
    _OF_ONE + "/RealTimeStatistics",
    TaskQueueRealTimeStatistics,
    keep=Keep.REAL_TIME,
    bulk=FETCH_BULK,
)
FETCH_CUMULATIVE_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/CumulativeStatistics", TaskQueueCumulativeStatistics, keep=Keep.OVER_TIME
)
FETCH_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/Statistics", TaskQueueStatistics, keep=Keep.OVER_TIME
)


class TaskQueues:
    """The task queues of one workspace: where tasks wait for the workers who match."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __call__(self, sid: str) -> "TaskQueueHandle":
        """Return a handle for one task queue; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WQ`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WQ", argument="sid")
        return TaskQueueHandle(self._reader, (*self._sids, ("Sid", checked)))

    async def create(
        self,
        *,
        friendly_name: str,
        target_workers: str | NotGiven = NOT_GIVEN,
        max_reserved_workers: int | NotGiven = NOT_GIVEN,
        task_order: Order | Literal["FIFO", "LIFO"] | NotGiven = NOT_GIVEN,
        reservation_activity_sid: str | NotGiven = NOT_GIVEN,
        assignment_activity_sid: str | NotGiven = NOT_GIVEN,
    ) -> TaskQueue:
        """Make a task queue.

        Args:
            friendly_name: Its name.
            target_workers: The expression over workers' attributes that says who matches; the
                service takes ``1==1``, everybody. With an empty one nobody matches.
            max_reserved_workers: How many workers are offered a task at once, 1 to 50; the
                service takes 1.
            task_order: Which task comes first: the oldest (FIFO), which the service takes, or the
                newest (LIFO).
            reservation_activity_sid: The activity of workers who are offered a task, ``WA…``;
                used without multitasking only.
            assignment_activity_sid: The activity of workers who accepted a task, ``WA…``; used
                without multitasking only.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *text("target_workers", target_workers),
            *integer("max_reserved_workers", max_reserved_workers, 1, _MOST_RESERVED),
            *choice("task_order", task_order, Order),
            *sid_argument("reservation_activity_sid", reservation_activity_sid, "WA"),
            *sid_argument("assignment_activity_sid", assignment_activity_sid, "WA"),
        )
        return await self._reader.send(Call(CREATE, self._sids, arguments))

    def list(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        evaluate_worker_attributes: str | NotGiven = NOT_GIVEN,
        worker_sid: str | NotGiven = NOT_GIVEN,
        ordering: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[TaskQueue]:
        """List the task queues; nothing is sent before the listing is iterated over.

        Args:
            friendly_name: Only those of this name.
            evaluate_worker_attributes: Only those that a worker with these attributes matches.
                The service takes three such requests a second from a workspace.
            worker_sid: Only those that this worker matches, ``WK…``.
            ordering: The order, as the service understands it, which does not document it.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = (
            *text("friendly_name", friendly_name),
            *text("evaluate_worker_attributes", evaluate_worker_attributes),
            *sid_argument("worker_sid", worker_sid, "WK"),
            *text("ordering", ordering),
        )
        return listing(self._reader, Call(LIST, self._sids, filters), limit, page_size)

    @property
    def bulk_real_time_statistics(self) -> TaskQueuesBulkRealTimeStatistics:
        """How up to 50 of the task queues stand right now."""
        return TaskQueuesBulkRealTimeStatistics(self._reader, self._sids)

    @property
    def statistics(self) -> TaskQueuesStatistics:
        """Both kinds of statistics of all the task queues."""
        return TaskQueuesStatistics(self._reader, self._sids)


class TaskQueueHandle:
    """One task queue and its statistics."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __repr__(self) -> str:
        return f"<TaskQueue {self.sid}>"

    @property
    def sid(self) -> str:
        """The task queue's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> TaskQueue:
        """Return the task queue.

        Raises:
            NotFoundError: There is none.
        """
        return await self._reader.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        target_workers: str | NotGiven = NOT_GIVEN,
        reservation_activity_sid: str | NotGiven = NOT_GIVEN,
        assignment_activity_sid: str | NotGiven = NOT_GIVEN,
        max_reserved_workers: int | NotGiven = NOT_GIVEN,
        task_order: Order | Literal["FIFO", "LIFO"] | NotGiven = NOT_GIVEN,
    ) -> TaskQueue:
        """Change the task queue.

        Args:
            friendly_name: Its new name.
            target_workers: The expression over workers' attributes that says who matches; with an
                empty one nobody matches.
            reservation_activity_sid: The activity of workers who are offered a task, ``WA…``;
                used without multitasking only.
            assignment_activity_sid: The activity of workers who accepted a task, ``WA…``; used
                without multitasking only.
            max_reserved_workers: How many workers are offered a task at once, 1 to 50.
            task_order: Which task comes first: the oldest (FIFO) or the newest (LIFO).

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such task queue.
        """
        arguments = (
            *text("friendly_name", friendly_name),
            *text("target_workers", target_workers),
            *sid_argument("reservation_activity_sid", reservation_activity_sid, "WA"),
            *sid_argument("assignment_activity_sid", assignment_activity_sid, "WA"),
            *integer("max_reserved_workers", max_reserved_workers, 1, _MOST_RESERVED),
            *choice("task_order", task_order, Order),
        )
        return await self._reader.send(Call(UPDATE, self._sids, arguments))

    async def delete(self) -> None:
        """Delete the task queue; the service refuses while tasks or workflows need it.

        Raises:
            NotFoundError: There is none.
            ApiError: The service refused.
        """
        await self._reader.send(Call(DELETE, self._sids))

    @property
    def real_time_statistics(self) -> RealTimeStatistics[TaskQueueRealTimeStatistics]:
        """How the task queue stands right now."""
        return RealTimeStatistics(self._reader, FETCH_REAL_TIME_STATISTICS, self._own)

    @property
    def cumulative_statistics(self) -> CumulativeStatistics[TaskQueueCumulativeStatistics]:
        """What happened in the task queue within a window of time."""
        return CumulativeStatistics(self._reader, Call(FETCH_CUMULATIVE_STATISTICS, self._own))

    @property
    def statistics(self) -> Statistics[TaskQueueStatistics]:
        """Both kinds of the task queue's statistics at once."""
        return Statistics(self._reader, Call(FETCH_STATISTICS, self._own))

    @property
    def _own(self) -> Pairs:
        return (*self._sids[:-1], ("TaskQueueSid", self.sid))
