"""Statistics of workspaces, task queues and workflows: right now, and over a window of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self, TypeVar

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, required_text, thresholds
from taskrouter_async._protocol.operation import Call
from taskrouter_async.config import check_not_negative
from taskrouter_async.models import Cached
from taskrouter_async.resources._statistics import StatisticsHandle, channel
from taskrouter_async.resources._window import window

T = TypeVar("T")


class RealTimeStatistics(StatisticsHandle[T]):
    """The real-time statistics of one workspace, task queue or workflow, or of all workers.

    Answers come through the client's cache. A handle is cheap to keep and faster when kept: its
    key in the cache is built once.
    """

    __slots__ = ()

    def __call__(self, *, task_channel: str) -> Self:
        """Return a handle for the tasks of one channel.

        Args:
            task_channel: The channel's SID, ``TC…``, or its unique name, such as ``voice``.

        Raises:
            InvalidArgumentError: The channel is no text, or empty.
        """
        return type(self)(self._reader, self._for_channel(task_channel))

    async def fetch(
        self, *, task_channel: str | NotGiven = NOT_GIVEN, max_age: float | None = None
    ) -> T:
        """Return the statistics, from memory if they are fresh there.

        Args:
            task_channel: Count only the tasks of this channel: its SID or its unique name. Each
                channel is cached by itself.
            max_age: Accept only an answer that is younger than this many seconds, even if the
                cache holds a fresh one; 0 asks the service anew.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
            TransportError: No whole answer came in time.
            ProtocolError: The answer makes no sense.
            ClosedError: The client was closed.
        """
        call = self._call if task_channel is NOT_GIVEN else self._for_channel(task_channel)
        # Written out here and not through _fetch: the fastest road has one step less.
        if max_age is not None:
            check_not_negative("max_age", max_age)
        value = self._reader.peek(call, max_age)
        if value is not None:
            return value
        return await self._reader.read(call, max_age)

    async def fetch_cached(
        self, *, task_channel: str | NotGiven = NOT_GIVEN, max_age: float | None = None
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        call = self._call if task_channel is NOT_GIVEN else self._for_channel(task_channel)
        return await self._fetch_cached(call, max_age)

    def _for_channel(self, task_channel: str) -> Call[T]:
        return self._with(required_text("task_channel", task_channel))


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
        return await self._fetch(self._with(arguments), max_age)

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
        return await self._fetch_cached(self._with(arguments), max_age)


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
