"""Statistics of workspaces, task queues and workflows: right now, and over a window of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Generic, Self, TypeVar

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, thresholds
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Operation
from taskrouter_async._protocol.slots import Reader, Slot
from taskrouter_async.models import Cached
from taskrouter_async.resources._statistics import StatisticsHandle, channel, wishes
from taskrouter_async.resources._window import window

T = TypeVar("T")

_ANEW: Final = Directives(max_age=0.0)


class RealTimeStatistics(Generic[T]):
    """The real-time statistics of one workspace, task queue or workflow, or of all workers.

    Answers come through the client's cache. A handle is cheap to keep and faster when kept: it
    knows its place in the cache.
    """

    __slots__ = ("_reader", "_slot")

    def __init__(
        self, reader: Reader, operation: Operation[T], sids: Pairs, arguments: Pairs = ()
    ) -> None:
        self._reader = reader
        self._slot = reader.slot(operation, sids, arguments)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._slot.call.request().target}>"

    def __call__(self, *, task_channel: str) -> Self:
        """Return a handle for the tasks of one channel.

        Args:
            task_channel: The channel's SID, ``TC…``, or its unique name, such as ``voice``.

        Raises:
            InvalidArgumentError: The channel is no text, or empty.
        """
        call = self._slot.call
        return type(self)(self._reader, call.operation, call.sids, channel(task_channel))

    async def fetch(
        self,
        *,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
        only_if_cached: bool = False,
        no_store: bool = False,
    ) -> T:
        """Return the statistics, from memory if they are fresh there.

        Args:
            task_channel: Count only the tasks of this channel: its SID or its unique name. Each
                channel is cached by itself.
            max_age: Accept only an answer that is younger than this many seconds, even if the
                cache holds a fresh one; 0 asks the service anew. Only if the service fails, an
                older answer may come instead; `fetch_cached` tells.
            only_if_cached: Send nothing: take what memory can serve.
            no_store: Send a request that is shared with nobody and whose answer is not kept.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            CacheMissError: Nothing was to be sent, and memory has nothing to serve.
            ApiError: The service refused, now or a moment ago.
            TransportError: No whole answer came in time.
            ProtocolError: The answer makes no sense.
            ClosedError: The client was closed.
        """
        # Written out here and not called: the fastest road has no step that it can do without.
        if max_age is None and task_channel is NOT_GIVEN and not no_store:
            slot = self._slot
            entry = slot.entry
            if entry is not None and slot.clock() < entry.fresh_until:
                slot.hits.count += 1
                return entry.value
        asked = wishes(max_age, only_if_cached=only_if_cached, no_store=no_store)
        return (await self._reader.serve(self._slot_for(task_channel), asked)).value

    async def fetch_cached(
        self,
        *,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
        only_if_cached: bool = False,
        no_store: bool = False,
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        slot = self._slot_for(task_channel)
        served = slot.hit() if max_age is None and not no_store else None
        if served is None:
            asked = wishes(max_age, only_if_cached=only_if_cached, no_store=no_store)
            served = await self._reader.serve(slot, asked)
        return served.cached()

    def peek(self) -> T | None:
        """Return the statistics if they are fresh in memory, else ``None``, without waiting."""
        return self._slot.peek()

    async def refresh(self) -> T:
        """Return statistics that are asked for now, whatever memory holds.

        Whoever refreshes at the same time shares the request. While the service is left alone after
        a failure, no request is sent: what memory holds is returned, or the last error raised.

        Raises:
            ApiError: The service refused, now or a moment ago.
            TransportError: No whole answer came in time.
            ProtocolError: The answer makes no sense.
            ClosedError: The client was closed.
        """
        return (await self._reader.serve(self._slot, _ANEW)).value

    async def invalidate(self) -> None:
        """Have the cache forget the statistics, and any error: the next call asks the service.

        Whoever waits for a request at this moment still gets its answer, which is not kept.

        Raises:
            ClosedError: The client was closed.
        """
        self._reader.invalidate(self._slot)

    def _slot_for(self, task_channel: str | NotGiven) -> Slot[T]:
        if task_channel is NOT_GIVEN:
            return self._slot
        call = self._slot.call
        return self._reader.slot(call.operation, call.sids, channel(task_channel))


class _SplitStatistics(StatisticsHandle[T]):
    """Statistics over a window of time whose counts can be split by waiting time."""

    __slots__ = ()

    async def fetch(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        split_by_wait_time: Sequence[int] | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> T:
        """Return the statistics.

        Args:
            minutes: How long a window, up to now; the service takes 15 if neither this nor dates
                are given.
            start_date: When the window begins, 30 days ago at most.
            end_date: When the window ends.
            task_channel: Count only the tasks of this channel: its SID or its unique name.
            split_by_wait_time: Split the counts at each of these numbers of seconds; the service
                counts 10,000 tasks at most for each.
            max_age: Accept only an answer that is younger than this many seconds, even if the
                cache holds a fresh one; 0 asks the service anew.

        Raises:
            InvalidArgumentError: An argument cannot be used, minutes stand beside dates, or the
                window ends before it begins; nothing was sent.
            ApiError: The service refused.
            TransportError: No whole answer came in time.
            ProtocolError: The answer makes no sense.
            ClosedError: The client was closed.
        """
        arguments = (
            *window(minutes, start_date, end_date),
            *channel(task_channel),
            *thresholds("split_by_wait_time", split_by_wait_time),
        )
        return (await self._fetch(arguments, wishes(max_age))).value

    async def fetch_cached(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        split_by_wait_time: Sequence[int] | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        arguments = (
            *window(minutes, start_date, end_date),
            *channel(task_channel),
            *thresholds("split_by_wait_time", split_by_wait_time),
        )
        return await self._fetch(arguments, wishes(max_age))


class CumulativeStatistics(_SplitStatistics[T]):
    """What happened in one workspace, task queue or workflow within a window of time.

    It is cached only if the client's cache policy says so.
    """

    __slots__ = ()


class Statistics(_SplitStatistics[T]):
    """Both kinds of statistics of one workspace, task queue or workflow at once.

    They are cached only if the client's cache policy says so.
    """

    __slots__ = ()
