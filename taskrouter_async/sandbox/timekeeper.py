"""Who moves the sandbox's time."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from attrs import define, field

from taskrouter_async.sandbox.clock import Clock
from taskrouter_async.sandbox.state.timeline import Timeline

LAST_MOMENT: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()

_STEPS_WITHOUT_PAUSE: Final = 1_000
_LONGEST_CATCH_UP_SECONDS: Final = 900.0


@define(eq=False)
class Timekeeper:
    """A clock, and what is planned by it.

    Attributes:
        clock: The clock.
        timeline: What is planned.
    """

    clock: Clock
    timeline: Timeline
    _is_awake: bool = field(init=False, default=False)
    _alarm: asyncio.TimerHandle | None = field(init=False, default=None)
    _turn: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    def start(self) -> None:
        """Let happen at its moment what is due, also while nobody asks for anything."""
        self._is_awake = True
        self.wake_up()

    def stop(self) -> None:
        """Let nothing happen by itself any more."""
        self._is_awake = False
        self._cancel()

    def catch_up(self) -> None:
        """Let happen what is due now."""
        now = self.clock()
        if self.clock.kind == "system":
            self.timeline.quiet_until = now - _LONGEST_CATCH_UP_SECONDS
        self.timeline.run(now)

    def wake_up(self) -> None:
        """Let happen what is due, and set the alarm for what comes next."""
        self._cancel()
        if self.clock.kind == "virtual" or not self._is_awake:
            return
        try:
            self.catch_up()
        finally:  # what went wrong now must not stop the clock for what comes later
            self._set_alarm()

    def _set_alarm(self) -> None:
        moment = self.timeline.next_moment()
        if moment is not None:
            wait = max(0.0, moment - self.clock())
            self._alarm = asyncio.get_running_loop().call_later(wait, self.wake_up)

    async def advance(self, seconds: float, settle: Callable[[], Awaitable[None]]) -> None:
        """Put the clock forward, and let everything happen that was due meanwhile.

        Args:
            seconds: 0 or more.
            settle: Waits until it is quiet; a virtual clock stands still meanwhile.

        Raises:
            ValueError: Time cannot be turned back, nor beyond the year 9998.
        """
        if isinstance(seconds, bool) or not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be 0 or more, not {seconds!r:.50}")
        if seconds >= LAST_MOMENT - self.clock():
            raise ValueError("seconds must not lead beyond the year 9998")
        if self.clock.kind == "system":
            self.clock.turn(seconds)
            await self._run()
        else:
            async with self._turn:
                await self._pass(self.clock() + seconds, settle)
        self.wake_up()

    async def _run(self) -> None:
        steps = 0
        while self.timeline.step(self.clock()):
            steps += 1
            if steps % _STEPS_WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)

    async def _pass(self, until: float, settle: Callable[[], Awaitable[None]]) -> None:
        steps = 0
        await settle()
        while (moment := self.timeline.next_moment()) is not None and moment <= until:
            self.clock.turn_to(moment)
            self.timeline.step(moment)
            steps += 1
            if steps % _STEPS_WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)
            await settle()
        self.clock.turn_to(until)
        self.timeline.run(until)

    def _cancel(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
