"""Workers: https://www.twilio.com/docs/taskrouter/api/worker."""

from collections.abc import Callable
from types import NoneType
from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    Attributes,
    NotGiven,
    Pairs,
    boolean,
    json_text,
    required_text,
    text,
)
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.models import (
    Worker,
    WorkersCumulativeStatistics,
    WorkersRealTimeStatistics,
    WorkersStatistics,
    WorkerStatistics,
)
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources._versions import modify, version
from taskrouter_async.resources.changes import WorkerChange
from taskrouter_async.resources.reservations import WorkerReservations
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.resources.worker_channels import WorkerChannels
from taskrouter_async.resources.workers_statistics import FilteredStatistics, WindowStatistics

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/Workers"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}"

CREATE: Final = Operation("POST", _COLLECTION, Worker)
FETCH: Final = Operation("GET", _ONE, Worker)
LIST: Final = Operation("GET", _COLLECTION, Worker, list_key="workers")
UPDATE: Final = Operation("POST", _ONE, Worker)
DELETE: Final = Operation("DELETE", _ONE, NoneType)
FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET", _COLLECTION + "/RealTimeStatistics", WorkersRealTimeStatistics, keep=Keep.REAL_TIME
)
FETCH_CUMULATIVE_STATISTICS: Final = Operation(
    "GET", _COLLECTION + "/CumulativeStatistics", WorkersCumulativeStatistics, keep=Keep.OVER_TIME
)
FETCH_STATISTICS: Final = Operation(
    "GET", _COLLECTION + "/Statistics", WorkersStatistics, keep=Keep.OVER_TIME
)
FETCH_STATISTICS_OF_ONE: Final = Operation(
    "GET", _COLLECTION + "/{WorkerSid}/Statistics", WorkerStatistics, keep=Keep.OVER_TIME
)


class Workers:
    """The workers of one workspace: who handles its tasks."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __call__(self, sid: str) -> "WorkerHandle":
        """Return a handle for one worker; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WK`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WK", argument="sid")
        return WorkerHandle(self._reader, (*self._sids, ("Sid", checked)))

    async def create(
        self,
        *,
        friendly_name: str,
        activity_sid: str | NotGiven = NOT_GIVEN,
        attributes: Attributes | NotGiven = NOT_GIVEN,
    ) -> Worker:
        """Make a worker.

        Args:
            friendly_name: Their name, 64 characters at most, unique in the workspace whatever its
                case.
            activity_sid: What they are doing, ``WA…``; the service takes the workspace's default
                activity.
            attributes: What there is to know about them: a mapping, or the text of a JSON object,
                4096 characters at most; the service takes an empty object.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *sid_argument("activity_sid", activity_sid, "WA"),
            *json_text("attributes", attributes),
        )
        return await self._reader.send(Call(CREATE, self._sids, arguments))

    def list(  # noqa: PLR0913 - the reference's own list of filters
        self,
        *,
        activity_name: str | NotGiven = NOT_GIVEN,
        activity_sid: str | NotGiven = NOT_GIVEN,
        available: bool | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        target_workers_expression: str | NotGiven = NOT_GIVEN,
        task_queue_name: str | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
        ordering: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Worker]:
        """List the workers; nothing is sent before the listing is iterated over.

        Args:
            activity_name: Only those in the activity of this name.
            activity_sid: Only those in this activity, ``WA…``.
            available: Only those who are, or are not, available.
            friendly_name: Only those of this name.
            target_workers_expression: Only those whose attributes fulfil this expression, which
                may name ``sid``, ``friendly_name``, ``activity_sid`` and ``activity_name`` too.
                The service takes three such requests a second from a workspace.
            task_queue_name: Only those who match the queue of this name.
            task_queue_sid: Only those who match this queue, ``WQ…``.
            ordering: The order, as the service understands it, which does not document it.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = (
            *text("activity_name", activity_name),
            *sid_argument("activity_sid", activity_sid, "WA"),
            *boolean("available", available),
            *text("friendly_name", friendly_name),
            *text("target_workers_expression", target_workers_expression),
            *text("task_queue_name", task_queue_name),
            *sid_argument("task_queue_sid", task_queue_sid, "WQ"),
            *text("ordering", ordering),
        )
        return listing(self._reader, Call(LIST, self._sids, filters), limit, page_size)

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkersRealTimeStatistics]:
        """Where all workers of the workspace are right now."""
        return RealTimeStatistics(self._reader, FETCH_REAL_TIME_STATISTICS, self._sids)

    @property
    def cumulative_statistics(self) -> WindowStatistics[WorkersCumulativeStatistics]:
        """What all workers of the workspace did within a window of time."""
        return WindowStatistics(self._reader, Call(FETCH_CUMULATIVE_STATISTICS, self._sids))

    @property
    def statistics(self) -> FilteredStatistics[WorkersStatistics]:
        """Both kinds of statistics of all workers, or of some; refused above 100 workers."""
        return FilteredStatistics(self._reader, Call(FETCH_STATISTICS, self._sids))


class WorkerHandle:
    """One worker and what belongs to them."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    def __repr__(self) -> str:
        return f"<Worker {self.sid}>"

    @property
    def sid(self) -> str:
        """The worker's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Worker:
        """Return the worker.

        Raises:
            NotFoundError: There is none.
        """
        return await self._reader.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        activity_sid: str | NotGiven = NOT_GIVEN,
        attributes: Attributes | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        reject_pending_reservations: bool | NotGiven = NOT_GIVEN,
        if_match: str | NotGiven = NOT_GIVEN,
    ) -> Worker:
        """Change the worker.

        Args:
            activity_sid: As in `WorkerChange`, like all that follow but the last.
            attributes: All their attributes anew.
            friendly_name: Their name.
            reject_pending_reservations: Whether what they are offered is rejected.
            if_match: Change this version only: the ``etag`` of the worker as they were read.
                Without it the last writer wins.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such worker.
            PreconditionFailedError: Somebody else changed them since; nothing was changed.
            ApiError: The service refused.
        """
        change = WorkerChange(
            activity_sid=activity_sid,
            attributes=attributes,
            friendly_name=friendly_name,
            reject_pending_reservations=reject_pending_reservations,
        )
        return await self._write(change, version(if_match))

    async def delete(self, *, if_match: str | NotGiven = NOT_GIVEN) -> None:
        """Delete the worker.

        Args:
            if_match: Delete this version only: the ``etag`` of the worker as they were read.

        Raises:
            InvalidArgumentError: The version cannot be used; nothing was sent.
            NotFoundError: There is none.
            PreconditionFailedError: Somebody else changed them since; nothing was deleted.
        """
        await self._reader.send(Call(DELETE, self._sids, if_match=version(if_match)))

    async def modify(
        self, function: Callable[[Worker], WorkerChange | None], *, attempts: int = 3
    ) -> Worker:
        """Change the worker by what they are now, without losing what others write meanwhile.

        This goes as `TaskHandle.modify` does. A change of capacity is a new version too.

        Args:
            function: Takes the worker as they are and returns the change, or ``None`` for none.
            attempts: How often at most.

        Raises:
            InvalidArgumentError: An argument or the change cannot be used.
            NotFoundError: There is no such worker.
            PreconditionFailedError: Somebody else wrote each time.
            ApiError: The service refused.
        """
        return await modify(self.fetch, self._write, function, attempts)

    @property
    def worker_channels(self) -> WorkerChannels:
        """The worker's channels."""
        return WorkerChannels(self._reader, self._own)

    @property
    def reservations(self) -> WorkerReservations:
        """The worker's reservations."""
        return WorkerReservations(self._reader, self._own)

    @property
    def statistics(self) -> WindowStatistics[WorkerStatistics]:
        """What the worker did within a window of time."""
        return WindowStatistics(self._reader, Call(FETCH_STATISTICS_OF_ONE, self._own))

    @property
    def _own(self) -> Pairs:
        return (*self._sids[:-1], ("WorkerSid", self.sid))

    async def _write(self, change: WorkerChange, if_match: str) -> Worker:
        call = Call(UPDATE, self._sids, change.pairs(), if_match=if_match)
        return await self._reader.send(call)
