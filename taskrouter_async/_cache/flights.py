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
from typing import Any, Generic, TypeAlias, TypeVar, cast

from taskrouter_async._cache.failures import Trouble
from taskrouter_async._home import Home
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    LoadAbortedError,
    TaskRouterError,
)
from taskrouter_async.models.caching import LoadReason

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
        deadline: When it is over, in the event loop's time.
        value: What it brought; not to be read before it landed, nor if it failed.
        error: Why it brought nothing.
        landed: Whether there is an outcome.
    """

    __slots__ = (
        "_settle",
        "_wakers",
        "asked_at",
        "deadline",
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
        self.deadline = 0.0
        self.value: T
        self.error: TaskRouterError | None = None
        self._settle = settle
        self._wakers: set[asyncio.Future[None]] = set()

    @property
    def waiters(self) -> int:
        """How many callers wait."""
        return len(self._wakers)

    @property
    def began_at(self) -> float:
        """When its request began, or what it does instead of one."""
        return self.started_at if self.asked_at is None else self.asked_at

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
        # In the order in which they took off.
        self._tasks: dict[asyncio.Task[None], Flight[Any]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return sum(not flight.landed for flight in self._tasks.values())

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
        flight.deadline = loop.time() + self._limit
        # The context is the client's, so that a caller's does not live as long as the flight.
        context = self._context.copy()
        coroutine = self._fly(flight, load)
        try:
            task = loop.create_task(coroutine, context=context)
        except BaseException:
            # A flight that never took off would keep its key for ever.
            coroutine.close()
            self.forget(flight.key)
            raise
        self._tasks[task] = flight
        task.add_done_callback(self._done, context=context)
        if self._timer is None:
            self._set_timer(loop, flight.deadline)

    async def _fly(self, flight: Flight[T], load: Callable[[], Coroutine[None, None, T]]) -> None:
        value = await load()
        if not flight.landed:
            flight.value = value
            self._land(flight)

    def _done(self, task: "asyncio.Task[None]") -> None:
        flight = self._tasks.pop(task)
        if flight.landed:
            return
        # A flight that was not landed by its task has failed, maybe before its first step.
        cause = asyncio.CancelledError() if task.cancelled() else task.exception()
        flight.error = error_of(cast("BaseException", cause), closed=self._home.closed)
        self._land(flight)

    def _set_timer(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        # One timer will do: all flights may take the same time, so the first one is the next.
        self._timer = loop.call_at(due, self._ring, loop, context=self._context)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for task, flight in tuple(self._tasks.items()):
            if flight.landed:
                continue
            if flight.deadline > now:
                self._set_timer(loop, flight.deadline)
                break
            self._expire(flight, task)

    def _expire(self, flight: Flight[Any], task: "asyncio.Task[None]") -> None:
        # Landed here and not where the task ends: a load that does not heed its cancellation would
        # keep the key for ever.
        flight.error = CallTimeoutError(
            f"the service gave no answer within {self._limit:g} s", seconds=self._limit
        )
        self._land(flight)
        task.add_done_callback(_overhear)
        task.cancel()

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
            if self._timer is not None:
                self._timer.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _overhear(task: "asyncio.Task[None]") -> None:
    # What it ends with after its time nobody wants to know, asyncio's complaints included.
    if not task.cancelled():
        task.exception()


def _cancel(tasks: "set[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()


def error_of(cause: BaseException, *, closed: bool = False) -> TaskRouterError:
    """Return what those who waited for a load are told when it ended like this.

    Args:
        cause: What the load ended with.
        closed: Whether the client was closed meanwhile, which is why loads are cancelled then.
    """
    if isinstance(cause, TaskRouterError):
        return cause
    if closed and isinstance(cause, asyncio.CancelledError):
        return ClosedError("the client was closed while the call waited for its answer")
    error = LoadAbortedError(f"the shared request ended with {type(cause).__name__}")
    error.__cause__ = cause
    return error
