"""Statistics of several task queues: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    sequence,
    text,
    thresholds,
)
from taskrouter_async._protocol.bulk import MOST_QUEUES, bulk_body
from taskrouter_async._protocol.operation import Call, Keep, Operation, Send
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import TaskQueueBulkRealTimeStatistics, TaskQueueStatistics
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources._statistics import wishes
from taskrouter_async.resources._window import window

FETCH_BULK: Final = Operation(
    "POST",
    "/v1/Workspaces/{WorkspaceSid}/TaskQueues/RealTimeStatistics",
    TaskQueueBulkRealTimeStatistics,
    keep=Keep.REAL_TIME,
)
LIST_STATISTICS: Final = Operation(
    "GET",
    "/v1/Workspaces/{WorkspaceSid}/TaskQueues/Statistics",
    TaskQueueStatistics,
    list_key="task_queues_statistics",
)


class TaskQueuesBulkRealTimeStatistics:
    """How several task queues of one workspace stand right now."""

    __slots__ = ("_reader", "_sids")

    def __init__(self, reader: Reader, sids: Pairs) -> None:
        self._reader = reader
        self._sids = sids

    async def fetch(
        self, task_queue_sids: Sequence[str], *, max_age: float | None = None
    ) -> TaskQueueBulkRealTimeStatistics:
        """Return the statistics of up to 50 task queues from one request, or from memory.

        The service takes five such requests a second from a workspace. The same queues, in
        whatever order, are one entry of the cache.

        Args:
            task_queue_sids: The task queues, ``WQ…``, 1 to 50 of them.
            max_age: Accept only an answer that is younger than this many seconds; 0 asks anew.

        Raises:
            InvalidArgumentError: There are none or too many, or one is no task queue's SID;
                nothing was sent.
            ApiError: The service refused.
        """
        given = sequence(task_queue_sids)
        asked = wishes(max_age)
        if not 1 <= len(given) <= MOST_QUEUES:
            raise InvalidArgumentError(
                f"task_queue_sids must be a sequence of 1 to {MOST_QUEUES} SIDs",
                argument="task_queue_sids",
            )
        checked = {
            checked_sid(cast("str", each), prefix="WQ", argument="task_queue_sids")
            for each in given
        }
        slot = self._reader.slot(FETCH_BULK, self._sids, json=bulk_body(checked))
        return (await self._reader.serve(slot, asked)).value


class TaskQueuesStatistics:
    """Both kinds of statistics of all task queues of one workspace."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def list(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        split_by_wait_time: Sequence[int] | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[TaskQueueStatistics]:
        """List the task queues' statistics; nothing is sent before they are iterated over.

        Args:
            minutes: How long a window, up to now; the service takes 15 if neither this nor dates
                are given.
            start_date: When the window begins, 30 days ago at most.
            end_date: When the window ends.
            friendly_name: Only those of the queue of this name.
            task_channel: Count only the tasks of this channel: its SID or its unique name.
            split_by_wait_time: Split the counts at each of these numbers of seconds.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used, or minutes stand beside dates;
                nothing was sent.
        """
        filters = (
            *window(minutes, start_date, end_date),
            *text("friendly_name", friendly_name),
            *text("task_channel", task_channel),
            *thresholds("split_by_wait_time", split_by_wait_time),
        )
        return listing(self._send, Call(LIST_STATISTICS, self._sids, filters), limit, page_size)
