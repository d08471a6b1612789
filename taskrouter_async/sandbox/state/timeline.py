"""The sandbox's time: what is planned happens in order of its moment, then of its planning."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime

from attrs import define, field


@define(eq=False)
class Timer:
    """Something that will happen unless it is called off.

    Attributes:
        at: Its moment, in seconds since 1970.
        act: What happens.
    """

    at: float
    act: Callable[[], None]

    @property
    def over(self) -> bool:
        """Whether it was called off or has happened."""
        return self.act is _nothing

    def cancel(self) -> None:
        """Call it off; doing so twice, or after it happened, is fine."""
        self.act = _nothing

    def happen(self) -> None:
        """Do it now, and never again."""
        act, self.act = self.act, _nothing
        act()


@define(eq=False)
class Timeline:
    """Time that moves only when it is told to, and everything planned on it.

    Attributes:
        now: Seconds since 1970.
        quiet_until: Up to when nothing begins by itself, for nobody was there to see it.
    """

    now: float
    quiet_until: float = field(init=False, default=float("-inf"))
    _planned: list[tuple[float, int, Timer]] = field(init=False, factory=list)
    _number: int = field(init=False, default=0)

    def at(self, moment: float, act: Callable[[], None]) -> Timer:
        """Plan something; a moment that has passed comes at once when time moves next."""
        self._number += 1
        timer = Timer(moment, act)
        heapq.heappush(self._planned, (moment, self._number, timer))
        return timer

    def later(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Plan something so many seconds from now."""
        return self.at(self.now + seconds, act)

    def next_moment(self) -> float | None:
        """Return when the next planned thing happens."""
        while self._planned and self._planned[0][2].over:
            heapq.heappop(self._planned)
        return self._planned[0][0] if self._planned else None

    def step(self, until: float) -> bool:
        """Let the next planned thing happen if its moment is not after ``until``.

        Returns:
            Whether something happened; if not, it is ``until`` now.
        """
        moment = self.next_moment()
        if moment is None or moment > until:
            self.now = max(self.now, until)
            return False
        _, _, timer = heapq.heappop(self._planned)
        self.now = max(self.now, timer.at)
        timer.happen()
        return True

    def run(self, until: float) -> None:
        """Let everything happen whose moment is not after ``until``."""
        while self.step(until):
            pass


def call_off(timer: Timer | None) -> None:
    """Cancel a timer, if there is one."""
    if timer is not None:
        timer.cancel()


def wire_date(moment: float | None) -> str | None:
    """Return a moment as the service writes it, to the second."""
    if moment is None:
        return None
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _nothing() -> None:
    """Stand for what will not happen any more."""
