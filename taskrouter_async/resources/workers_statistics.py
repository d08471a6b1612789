"""Statistics of workers: https://www.twilio.com/docs/taskrouter/api/worker/statistics."""

from datetime import datetime, timedelta
from typing import TypeVar

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, text
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async.models import Cached
from taskrouter_async.resources._statistics import StatisticsHandle, channel, wishes
from taskrouter_async.resources._window import window

T = TypeVar("T")


class WindowStatistics(StatisticsHandle[T]):
    """The statistics over a window of time of one worker, or of all workers.

    They are cached only if the client's cache policy says so.
    """

    __slots__ = ()

    async def fetch(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> T:
        """Return the statistics.

        Args:
            minutes: How long a window, up to now; the service takes 15 if neither this nor dates
                are given.
            start_date: When the window begins, 30 days ago at most.
            end_date: When the window ends.
            task_channel: Count only the tasks of this channel: its SID or its unique name.
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
        arguments = (*window(minutes, start_date, end_date), *channel(task_channel))
        return (await self._fetch(arguments, wishes(max_age))).value

    async def fetch_cached(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        arguments = (*window(minutes, start_date, end_date), *channel(task_channel))
        return await self._fetch(arguments, wishes(max_age))


class FilteredStatistics(StatisticsHandle[T]):
    """Both kinds of statistics of all workers of a workspace at once, or of some of them.

    They are cached only if the client's cache policy says so.
    """

    __slots__ = ()

    async def fetch(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
        task_queue_name: str | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> T:
        """Return the statistics; the service refuses them above 100 workers.

        Args:
            minutes: As in `WindowStatistics.fetch`, like all but the filters.
            start_date: When the window begins.
            end_date: When the window ends.
            task_queue_sid: Only the workers who match this queue, ``WQ…``.
            task_queue_name: Only the workers who match the queue of this name.
            friendly_name: Only the worker of this name.
            task_channel: Count only the tasks of this channel.
            max_age: Accept only an answer that is younger than this many seconds.

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
            *_workers(task_queue_sid, task_queue_name, friendly_name),
            *channel(task_channel),
        )
        return (await self._fetch(arguments, wishes(max_age))).value

    async def fetch_cached(
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
        task_queue_name: str | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        max_age: float | None = None,
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        arguments = (
            *window(minutes, start_date, end_date),
            *_workers(task_queue_sid, task_queue_name, friendly_name),
            *channel(task_channel),
        )
        return await self._fetch(arguments, wishes(max_age))


def _workers(
    task_queue_sid: str | NotGiven, task_queue_name: str | NotGiven, friendly_name: str | NotGiven
) -> Pairs:
    return (
        *sid_argument("task_queue_sid", task_queue_sid, "WQ"),
        *text("task_queue_name", task_queue_name),
        *text("friendly_name", friendly_name),
    )
