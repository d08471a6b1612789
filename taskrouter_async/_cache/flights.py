"""One request in the air for each key, however many callers wait for its outcome.

A flight runs in a task of its own, which the cache owns. No caller's cancellation, deadline or
context reaches it, and a flight that nobody waits for any more finishes: its request is spent
already, and where callers' patience is shorter than the latency, cancelling would mean that no
answer ever arrives.

Callers do not await the task. Each has a future of its own that only wakes it up; then it reads the
outcome from the flight. So one caller's cancellation is nobody else's, no failure goes unretrieved,
and each caller gets an error object of its own.

A flight is known by its identity, never by its key alone: once something else took its place under
the key, its landing neither removes nor stores anything.
"""

# One table holds the flights of every kind of answer; a flight's type is known where it is joined.
# pyright: reportExplicitAny=false

import asyncio
import contextvars
import copy
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from taskrouter_async._home import Home
from taskrouter_async.errors import ClosedError, LoadAbortedError, TaskRouterError

T = TypeVar("T")


class Flight(Generic[T]):
    """One load, the callers who wait for it, and its outcome once it has landed.

    Attributes:
        started_at: When it took off, on the cache's clock.
    """

    __slots__ = ("_error", "_landed", "_value", "_wakers", "started_at")

    def __init__(self, started_at: float) -> None:
        self.started_at = started_at
        self._wakers: set[asyncio.Future[None]] = set()
        self._landed = False
        self._value: T
        self._error: TaskRouterError | None = None

    async def landing(self) -> None:
        """Wait until there is an outcome."""
        if not self._landed:
            waker = asyncio.get_running_loop().create_future()
            self._wakers.add(waker)
            try:
                await waker
            finally:
                self._wakers.discard(waker)

    async def outcome(self) -> T:
        """Wait for the value, or raise a copy of the error whose cause is the original."""
        await self.landing()
        if self._error is None:
            return self._value
        error = copy.copy(self._error)
        raise error from self._error

    def land(self, task: "asyncio.Task[T]", *, closed: bool) -> None:
        """Take the outcome from the finished task and wake everybody who waits for it."""
        self._error = _error_of(task, closed=closed)
        if self._error is None:
            self._value = task.result()
        self._landed = True
        for waker in tuple(self._wakers):
            if not waker.done():
                waker.set_result(None)


def _error_of(task: "asyncio.Task[T]", *, closed: bool) -> TaskRouterError | None:
    if task.cancelled() and closed:
        return ClosedError("the client was closed while the call waited for its answer")
    cause = asyncio.CancelledError() if task.cancelled() else task.exception()
    if cause is None or isinstance(cause, TaskRouterError):
        return cause
    error = LoadAbortedError(f"the shared request ended with {type(cause).__name__}")
    error.__cause__ = cause
    return error


class Flights:
    """The flights of one cache.

    Flights live in a plain dict and not in the bounded store: eviction cannot lose them.
    """

    def __init__(self) -> None:
        self._home = Home("client")
        self._context = contextvars.copy_context()
        self._by_key: dict[Hashable, Flight[Any]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._by_key)

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the event loop that the flights belong to, if a caller may use them now.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The running loop is another one.
        """
        return self._home.enter()

    def find(self, key: Hashable) -> Flight[Any] | None:
        """Return the flight that a caller with this key may join.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The flights belong to another event loop.
        """
        self._home.enter()
        return self._by_key.get(key)

    def start(
        self, key: Hashable, load: Callable[[Flight[T]], Coroutine[None, None, T]], now: float
    ) -> Flight[T]:
        """Register a flight and let it take off."""
        loop = self._home.enter()
        flight = self._by_key[key] = Flight[T](now)
        # Registered before the task exists: an eager task runs at once, to its end perhaps.
        # The context is the client's, so that a caller's does not live as long as the flight.
        context = self._context.copy()
        coroutine = load(flight)
        try:
            task = loop.create_task(coroutine, context=context)
        except BaseException:
            # A flight that never took off would keep its key for ever.
            coroutine.close()
            del self._by_key[key]
            raise
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._land(key, flight, done), context=context)
        return flight

    def owns(self, key: Hashable, flight: Flight[Any]) -> bool:
        """Tell whether this very flight is the one registered under the key."""
        return self._by_key.get(key) is flight

    def _land(self, key: Hashable, flight: Flight[T], task: "asyncio.Task[T]") -> None:
        self._tasks.discard(task)
        if self.owns(key, flight):
            del self._by_key[key]
        flight.land(task, closed=self._home.closed)

    async def aclose(self) -> None:
        """End every flight; whoever waits gets a `ClosedError`. Closing again does nothing."""
        self._home.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
