"""One request in the air for each key, however many callers wait for its outcome.

A flight runs in a task of its own, which the cache owns. No caller's cancellation, deadline or
context reaches it, and a flight that nobody waits for any more finishes: its request is spent
already, and where callers' patience is shorter than the latency, cancelling would mean that no
answer ever arrives. What ends it is its own time limit.

Callers do not await the task. Each has a future of its own that only wakes it up; then it reads the
outcome from the flight. So one caller's cancellation is nobody else's, no failure goes unretrieved,
and each caller gets an error object of its own.

A flight is known by its identity, never by its key alone: once it is no longer the one registered
under the key, its landing neither removes nor stores anything.
"""

# One table holds the flights of every kind of answer; a flight's type is known where it is joined.
# pyright: reportExplicitAny=false

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeAlias, TypeVar

from taskrouter_async._cache.failures import Trouble
from taskrouter_async._home import Home
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    LoadAbortedError,
    TaskRouterError,
)
from taskrouter_async.models.cache_events import LoadReason

T = TypeVar("T")

_Told: TypeAlias = Trouble | None


class Flight(Generic[T]):
    """One load, the callers who wait for it, and its outcome once it has landed.

    Args:
        key: What others find it by; ``None`` if nobody shall.
        reason: Why it takes off.
        started_at: When, on the cache's clock.
        settle: Is told of its outcome before anybody wakes up, and whether it was still the one
            registered under its key.

    Attributes:
        asked_at: When the service was asked; ``None`` as long as it was not.
        told: The failure that another process told of, if that is why it brought nothing.
        offered: What those who wait may have while it is still in the air.
        pinned: Whether it serves somebody who does not wait: the next callers.
        value: What it brought; not to be read before it landed, nor if it failed.
        error: Why it brought nothing.
        landed: Whether there is an outcome.
    """

    __slots__ = (
        "_settle",
        "_wakers",
        "asked_at",
        "error",
        "key",
        "landed",
        "offered",
        "pinned",
        "reason",
        "started_at",
        "told",
        "value",
    )

    def __init__(
        self,
        key: Hashable,
        reason: LoadReason,
        started_at: float,
        settle: "Callable[[Flight[T], bool], None]",
    ) -> None:
        self.key = key
        self.reason: LoadReason = reason
        self.started_at = started_at
        self.asked_at: float | None = None
        self.told: _Told = None
        self.offered: T | None = None
        self.pinned = False
        self.landed = False
        self.value: T
        self.error: TaskRouterError | None = None
        self._settle = settle
        self._wakers: set[asyncio.Future[None]] = set()

    @property
    def waiters(self) -> int:
        """How many callers wait."""
        return len(self._wakers)

    async def landing(self, patience: float | None = None) -> bool:
        """Wait until there is an outcome or an offer, and tell whether there is an outcome.

        Args:
            patience: For how many seconds to wait; ``None`` for as long as it takes.
        """
        if not self.landed:
            loop = asyncio.get_running_loop()
            waker = loop.create_future()
            self._wakers.add(waker)
            timer = None if patience is None else loop.call_later(patience, _wake, waker)
            try:
                await waker
            finally:
                self._wakers.discard(waker)
                if timer is not None:
                    timer.cancel()
        return self.landed

    def offer(self, value: T) -> None:
        """Let everybody who waits have this; the flight goes on for those who come next."""
        self.pinned = True
        self.offered = value
        self._wake_all()

    def land(self, *, registered: bool) -> None:
        """Have the outcome seen to, then wake everybody who waits."""
        self.landed = True
        try:
            self._settle(self, registered)
        finally:
            # Ctrl-C may strike in a listener; nobody shall wait for ever because of that.
            self._wake_all()

    def _wake_all(self) -> None:
        for waker in tuple(self._wakers):
            _wake(waker)


def _wake(waker: "asyncio.Future[None]") -> None:
    if not waker.done():
        waker.set_result(None)


class Flights:
    """The flights of one cache.

    Flights live in a plain dict and not in the bounded store: eviction cannot lose them.

    Args:
        limit: How many seconds a flight may take.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._home = Home("client")
        self._context = contextvars.copy_context()
        self._by_key: dict[Hashable, Flight[Any]] = {}
        self._tasks: dict[asyncio.Task[Any], Flight[Any]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def waiters(self) -> int:
        """How many callers wait."""
        return sum(flight.waiters for flight in self._tasks.values())

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the event loop that the flights belong to, if a caller may use them now.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The running loop is another one.
        """
        return self._home.enter()

    def find(self, key: Hashable) -> Flight[Any] | None:
        """Return the flight that a caller with this key may join."""
        return self._by_key.get(key)

    def joinable(self, flight: Flight[Any]) -> bool:
        """Tell whether a flight is the one that callers with its key may join."""
        return self._by_key.get(flight.key) is flight

    def forget(self, key: Hashable) -> None:
        """Let nobody join the key's flight any more; it lands for those who wait already."""
        self._by_key.pop(key, None)

    def start(self, flight: Flight[T], load: Callable[[], Coroutine[None, None, T]]) -> None:
        """Register a flight and let it take off."""
        loop = self._home.enter()
        if flight.key is not None:
            # Registered before the task exists: an eager task runs at once, to its end perhaps.
            self._by_key[flight.key] = flight
        # The context is the client's, so that a caller's does not live as long as the flight.
        context = self._context.copy()
        coroutine = load()
        try:
            task = loop.create_task(coroutine, context=context)
        except BaseException:
            # A flight that never took off would keep its key for ever.
            coroutine.close()
            self.forget(flight.key)
            raise
        self._tasks[task] = flight
        timer = loop.call_later(self._limit, self._expire, flight, task, context=context)
        task.add_done_callback(lambda done: self._done(flight, done, timer), context=context)

    def _expire(self, flight: Flight[T], task: "asyncio.Task[T]") -> None:
        # Landed here and not where the task ends: a load that does not heed its cancellation would
        # keep the key for ever.
        flight.error = CallTimeoutError(
            f"the service gave no answer within {self._limit:g} s", seconds=self._limit
        )
        self._land(flight)
        task.cancel()

    def _done(self, flight: Flight[T], task: "asyncio.Task[T]", timer: asyncio.TimerHandle) -> None:
        timer.cancel()
        del self._tasks[task]
        error = _error_of(task, closed=self._home.closed)
        if flight.landed:
            return
        flight.error = error
        if error is None:
            flight.value = task.result()
        self._land(flight)

    def _land(self, flight: Flight[Any]) -> None:
        registered = self.joinable(flight)
        if registered:
            del self._by_key[flight.key]
        flight.land(registered=registered)

    def close(self) -> None:
        """Let nobody enter any more; refused in another event loop and in a forked child."""
        self._home.close()

    async def aclose(self, grace: float) -> None:
        """End every flight; whoever waits gets a `ClosedError`. Closing again does nothing.

        Args:
            grace: For how many seconds to wait for flights that somebody waits for.
        """
        self._home.close()
        tasks = set(self._tasks)
        waited_for = {task for task, flight in self._tasks.items() if flight.waiters}
        try:
            _cancel(tasks - waited_for)
            if waited_for and grace > 0:
                await asyncio.wait(waited_for, timeout=grace)
        finally:
            _cancel(waited_for)
        await asyncio.gather(*tasks, return_exceptions=True)


def _cancel(tasks: "set[asyncio.Task[Any]]") -> None:
    for task in tasks:
        task.cancel()


def _error_of(task: "asyncio.Task[Any]", *, closed: bool) -> TaskRouterError | None:
    if task.cancelled() and closed:
        return ClosedError("the client was closed while the call waited for its answer")
    cause = asyncio.CancelledError() if task.cancelled() else task.exception()
    if cause is None or isinstance(cause, TaskRouterError):
        return cause
    error = LoadAbortedError(f"the shared request ended with {type(cause).__name__}")
    error.__cause__ = cause
    return error
