"""Where one process speaks with the shared level: carefully, and always from tasks of its own.

A caller's cancellation never reaches a command, every command has a time limit, and no failure gets
past the desk. After two failures in a row the level is left alone; the one task that listens for
notices finds out when it is back.
"""

# One set holds the tasks of every kind of command.
# pyright: reportExplicitAny=false

import asyncio
import contextvars
import logging
import math
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import aclosing, contextmanager, suppress
from typing import Any, Final, TypeVar

from taskrouter_async import models
from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.breaker import Breaker
from taskrouter_async._cache.line import Line
from taskrouter_async._hooks import tell
from taskrouter_async._level import Level, Notice, SharedLevel

R = TypeVar("R")

_LOGGER: Final = logging.getLogger("taskrouter_async.cache")
_PROBE_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 0.1
_ANYTHING: Final = ""
# Of the level's eight connections one listens, and one is spare.
_MOST_AT_ONCE: Final = 6


class Desk:
    """One client's way to the shared level.

    Args:
        shared: How to open it.
        counters: Where it is counted.
        chance: Random numbers, 0 to 1.
        listener: Whom to tell of changes.
        invalidated: Is told a name that another process invalidated.
        missed: Is called when invalidations may have been missed.

    Attributes:
        budget: For how many seconds one request may be held up.
        lookers: How many are about to learn whether they have to ask the service.
        settled: Is called when nobody is any more.
        sender: What this process calls itself.
    """

    def __init__(
        self,
        shared: SharedLevel,
        counters: Counters,
        *,
        chance: Callable[[], float],
        listener: Callable[["models.CacheEvent"], None] | None,
        invalidated: Callable[[str], None],
        missed: Callable[[], None],
    ) -> None:
        self.budget = shared.budget
        self.sender = secrets.token_hex(8)
        self.lookers = 0
        self.settled: Callable[[], None] = _nothing
        self._shared = shared
        self._counters = counters
        self._chance = chance
        self._listener = listener
        self._invalidated = invalidated
        self._missed = missed
        self._breaker = Breaker()
        self._context = contextvars.copy_context()
        self._level: Level | None = None
        self._listening: asyncio.Task[None] | None = None
        self._settled = False
        self._subscriptions = 0
        self._answers = 0
        self._line = Line(_MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wakers: dict[str, set[asyncio.Future[bool]]] = {}

    @property
    def away(self) -> bool:
        """Whether the level is left alone."""
        return self._breaker.is_open

    @contextmanager
    def look(self) -> Generator[None]:
        """Count somebody who looks at the level, until the block is left."""
        self.lookers += 1
        try:
            yield
        finally:
            self.lookers -= 1
            if not self.lookers:
                self.settled()

    async def enter(self, patience: float) -> None:
        """Open the level at the first use, and wait until it can be heard or turns out not to be.

        What is kept from now on is no older than the first notice that could be missed.

        Args:
            patience: For how many seconds to wait.
        """
        if self._level is None:
            self._open()
        if self._level is not None and not self._settled:
            await self.hear(_ANYTHING, patience)

    def _open(self) -> None:
        try:
            self._level = self._shared.open()
        except Exception as error:  # noqa: BLE001 - whatever trouble it has, it is not ours
            self._not_heard(error)
        else:
            self._listen(self._level, 0.0)

    def start(self, work: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Run something in a task of the desk's, which nobody but the desk cancels."""
        task = asyncio.get_running_loop().create_task(work, context=self._context.copy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def ask(
        self,
        command: Callable[[Level], Awaitable[R]],
        seconds: float,
        *,
        patience: float = math.inf,
        proves: bool = True,
    ) -> R | None:
        """Carry out a command; ``None`` if the level is left alone, in trouble, or too busy.

        Args:
            command: What to ask the level.
            seconds: How long that may take.
            patience: For how many of these seconds to wait for its turn if the level is slow; the
                wait in a line that moves quickly does not count. With infinity nobody is held up,
                and the turn takes what it takes.
            proves: Whether it shows that the level works, if it succeeds.
        """
        if self._level is None or self.away:
            return None
        began = asyncio.get_running_loop().time()
        if not await self._line.turn(patience):
            return None
        try:
            waited = asyncio.get_running_loop().time() - began
            left = seconds - self._line.held_up(waited, patience)
            return await self._carry_out(command, left, proves=proves)
        finally:
            self._line.give_back()

    async def _carry_out(
        self, command: Callable[[Level], Awaitable[R]], seconds: float, *, proves: bool
    ) -> R | None:
        if self._level is None or self.away or seconds <= 0:
            return None
        answers, began = self._answers, asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(seconds):
                result = await command(self._level)
        except Exception as error:  # noqa: BLE001 - whatever trouble it has, it is not ours
            self._counters.shared_errors += 1
            # While others were answered, it was this process that was slow, and not the level.
            if self._answers == answers:
                self._failed(error)
            return None
        finally:
            self._line.note(asyncio.get_running_loop().time() - began)
        if proves:
            self._answers += 1
            self._breaker.worked()
        return result

    async def hear(self, name: str, patience: float) -> bool:
        """Wait for a notice about a name, and tell whether it says that a lease was in vain.

        Args:
            name: The name.
            patience: For how many seconds to wait at most.
        """
        loop = asyncio.get_running_loop()
        waker: asyncio.Future[bool] = loop.create_future()
        wakers = self._wakers.setdefault(name, set())
        wakers.add(waker)
        timer = loop.call_later(patience, _wake, waker)
        try:
            return await waker
        finally:
            timer.cancel()
            wakers.discard(waker)
            if not wakers and self._wakers.get(name) is wakers:
                del self._wakers[name]

    async def aclose(self, grace: float) -> None:
        """End what is under way, and let go of the level.

        Args:
            grace: For how many seconds to wait for what was begun.
        """
        try:
            if self._tasks and grace > 0:
                await asyncio.wait(self._tasks, timeout=grace)
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        level, self._level = self._level, None
        tasks = {*self._tasks, *filter(None, [self._listening])}
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            if level is not None:
                await _close(level)

    def _listen(self, level: Level, pause: float) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self._listening = asyncio.get_running_loop().create_task(
            self._listen_for_ever(level, pause), context=self._context.copy()
        )

    async def _listen_for_ever(self, level: Level, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                await self._subscribe(level)
            except Exception as error:  # noqa: BLE001 - whatever trouble it has, it is not ours
                pause = self._not_heard(error)
            self._settle()

    async def _subscribe(self, level: Level) -> None:
        async with aclosing(level.subscribe()) as notices:
            async with asyncio.timeout(_PROBE_SECONDS):
                await anext(notices)
            self._reached()
            async for notice in notices:
                self._notice(notice)
        raise ConnectionError("the subscription ended")

    def _reached(self) -> None:
        self._subscriptions += 1
        if self._breaker.reached():
            self._tell_of_change(None)
        if self._subscriptions > 1:
            self._counters.shared_reconnects += 1
            tell(self._listener, models.SharedReconnected(_ANYTHING))
        self._missed()
        self._settle()

    def _settle(self) -> None:
        self._settled = True
        self._wake(_ANYTHING)

    def _not_heard(self, error: Exception) -> float:
        self._counters.shared_errors += 1
        if self.away:
            self._breaker.tried_in_vain()
        elif self._breaker.failed():
            self._tell_of_change(error)
        return self._pause()

    def _pause(self) -> float:
        chance = self._chance()
        return self._breaker.pause(chance) if self.away else _RETRY_SECONDS * (0.5 + chance)

    def _failed(self, error: Exception) -> None:
        if self._breaker.failed() and self._level is not None:
            self._tell_of_change(error)
            # Who listens may not have noticed, and shall find out when it is over.
            self._listen(self._level, self._pause())
            self._settle()

    def _tell_of_change(self, error: Exception | None) -> None:
        self._counters.breaker_changes += 1
        kind = "" if error is None else type(error).__name__
        tell(self._listener, models.BreakerChanged(_ANYTHING, error is not None, kind))
        if error is None:
            _LOGGER.info("the shared level can be used again")
        else:
            # Not the error's text, which may tell where the level is.
            _LOGGER.warning("the shared level is left alone for a while: %s", kind)

    def _notice(self, notice: Notice) -> None:
        if notice.kind == "invalidate" and notice.sender != self.sender:
            self._invalidated(notice.name)
        self._wake(notice.name, in_vain=notice.kind == "fail")

    def _wake(self, name: str, *, in_vain: bool = False) -> None:
        for waker in self._wakers.pop(name, ()):
            _wake(waker, in_vain=in_vain)


def _nothing() -> None:
    """Tell nobody."""


async def _close(level: Level) -> None:
    with suppress(Exception):
        async with asyncio.timeout(_PROBE_SECONDS):
            await level.aclose()


def _wake(waker: "asyncio.Future[bool]", *, in_vain: bool = False) -> None:
    if not waker.done():
        waker.set_result(in_vain)
