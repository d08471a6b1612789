"""The poller, as its user sees it."""

import math
import random
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Generic, Self, TypeVar

from taskrouter_async._home import Home
from taskrouter_async.config import check_at_least_one, check_positive
from taskrouter_async.errors import InvalidArgumentError, UsageError
from taskrouter_async.polling._desk import Desk
from taskrouter_async.polling._facts import Pollable, PollerStats, Update
from taskrouter_async.polling._meter import Meter
from taskrouter_async.polling._rounds import Pace, Rounds

T = TypeVar("T")


class Poller(Generic[T]):
    """Asks many statistics handles over and over, and tells what comes of it.

    ::

        async with Poller([workspace.real_time_statistics, ...], every=5.0) as updates:
            async for update in updates:
                ...

    The handles may belong to several clients and accounts. Their moments are spread evenly over the
    interval and do not drift; each handle's first one lies within the first interval. A poll
    accepts an answer that somebody else has asked for within the last interval, so that it shares
    the cache with everybody else. One that takes long or fails delays no other. After an error the
    handle's interval doubles, up to a limit; the first success leads back.

    The consumer may take its time: of each handle it gets the newest state, and never an older
    value after a newer one. One consumer may iterate at a time. The iteration ends with the
    ``async with`` block, which leaves nothing running behind. An error of a poll that is no
    `TaskRouterError` is a mistake in a program: it ends the polling, and the iteration raises it;
    if nobody iterates any more, the end of the block does.

    Args:
        handles: Whom to ask; each is told apart by its identity.
        every: Seconds between two polls of a handle.
        changed_only: Leave out updates whose value is that of the handle's update before; errors
            and recoveries still come.
        max_concurrent: Polls under way at most; ``None`` for as many as are due. One that hangs
            keeps its room until the client's timeout ends it.
        max_backoff: Seconds between two polls of a failing handle at most, give or take a
            quarter, unless the service asks for more. An interval that is longer stays as it is.
        chance: Gives random numbers from 0 up to 1: handles that fail together come back apart.

    Raises:
        InvalidArgumentError: An argument cannot be used.
    """

    def __init__(
        self,
        handles: Iterable[Pollable[T]] = (),
        *,
        every: float,
        changed_only: bool = False,
        max_concurrent: int | None = None,
        max_backoff: float = 60.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        check_positive("every", every)
        check_positive("max_backoff", max_backoff)
        if max_concurrent is not None:
            check_at_least_one("max_concurrent", max_concurrent)
        room = math.inf if max_concurrent is None else max_concurrent
        self._home = Home("poller")
        self._meter = Meter(every)
        self._desk = Desk[T](changed_only=changed_only)
        self._rounds = Rounds(Pace(every, room, max_backoff, chance), self._desk, self._meter)
        for handle in handles:
            self._enlist("handles", handle)

    async def __aenter__(self) -> Self:
        loop = self._home.enter()
        if self._rounds.started:
            raise UsageError("the poller runs already: one async with is all it takes")
        self._rounds.start(loop)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._home.close()
        self._rounds.end()
        await self._rounds.reap()
        failure = self._rounds.take_failure()
        if failure is not None and error is None:
            raise failure

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Update[T]:
        if not self._rounds.started:
            raise UsageError("the poller does not run: iterate within its async with")
        while True:
            failure = self._rounds.take_failure()
            if failure is not None:
                raise failure
            if self._rounds.ended:
                raise StopAsyncIteration
            update = self._desk.take(self._home.enter().time())
            if update is not None:
                return update
            await self._desk.news()

    def add(self, handle: Pollable[T]) -> None:
        """Ask one more handle from now on, for the first time within the next interval.

        Raises:
            InvalidArgumentError: It is no handle, or is polled already.
            ClosedError: The poller has ended.
            WrongLoopError: The poller belongs to another event loop.
        """
        self._check_home()
        self._enlist("handle", handle)

    def remove(self, handle: Pollable[T]) -> None:
        """Ask this handle no more; a poll under way is cancelled, and no update of it comes.

        Raises:
            InvalidArgumentError: This very object is not polled.
            ClosedError: The poller has ended.
            WrongLoopError: The poller belongs to another event loop.
        """
        self._check_home()
        if not self._rounds.dismiss(handle):
            raise InvalidArgumentError(
                f"{handle!r} is not polled: handles are told apart by identity, so keep them",
                argument="handle",
            )

    def pause(self) -> None:
        """Begin no poll until `resume`; those under way still bring their updates.

        Raises:
            ClosedError: The poller has ended.
            WrongLoopError: The poller belongs to another event loop.
        """
        self._check_home()
        self._rounds.pause()

    def resume(self) -> None:
        """Go on after `pause`: each handle at its next moment, and none in a burst.

        Raises:
            ClosedError: The poller has ended.
            WrongLoopError: The poller belongs to another event loop.
        """
        self._check_home()
        self._rounds.resume()

    def stats(self) -> PollerStats:
        """Return the counts since the start and the gauges of this moment."""
        meter = self._meter
        return PollerStats(
            polls=meter.polls,
            errors=meter.errors,
            late=meter.late,
            missed=meter.missed,
            conflated=meter.conflated,
            lateness_p50=meter.lateness(0.5),
            lateness_p99=meter.lateness(0.99),
            in_flight=self._rounds.in_flight,
            waiting=self._rounds.waiting,
            pending=len(self._desk),
            handles=len(self._rounds),
        )

    def _check_home(self) -> None:
        # Before it starts it belongs to no event loop, and may be filled outside of any.
        if self._rounds.started or self._home.closed:
            self._home.enter()

    def _enlist(self, argument: str, handle: Pollable[T]) -> None:
        if not callable(getattr(handle, "fetch_cached", None)):
            raise InvalidArgumentError(
                f"{argument} must be handles of statistics, not {handle!r}", argument=argument
            )
        if not self._rounds.enlist(handle):
            raise InvalidArgumentError(f"{handle!r} is polled already", argument=argument)
