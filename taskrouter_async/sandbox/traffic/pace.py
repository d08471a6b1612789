"""When the next thing of a traffic happens, and whether it still does."""

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Final

from attrs import define, field

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.timeline import Timer

# How far durations are spread: with 0.6, one of twenty is longer than two and a half times the
# typical one.
_SPREAD: Final = 0.6


@define(eq=False)
class Pace:
    """The timing of one workspace's traffic.

    Attributes:
        floor: The workspace.
        chance: What its durations are drawn from.
        over: Nothing that was planned happens any more.
    """

    floor: Floor
    chance: random.Random
    over: bool = field(init=False, default=False)

    @property
    def start(self) -> float:
        """The moment from which on something may begin by itself."""
        return max(self.floor.now, self.floor.workspace.timeline.quiet_until)

    def in_(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Plan something so many seconds from now."""
        return self.floor.at(self.floor.now + seconds, partial(self._happen, act))

    def begin_in(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Plan that something begins by itself; what was missed does not count."""
        return self.floor.at(self.start + seconds, partial(self._happen, act))

    def about(self, mean: float) -> float:
        """Draw a duration of work: most are shorter than the mean, some are much longer."""
        if not mean:
            return 0.0
        return self.chance.lognormvariate(math.log(mean) - _SPREAD**2 / 2, _SPREAD)

    def gap(self, mean: float) -> float:
        """Draw the time to something that may come at any moment."""
        return self.chance.expovariate(1 / mean)

    def happens(self, share: float) -> bool:
        """Draw whether something happens that happens so often."""
        return self.chance.random() < share

    def _happen(self, act: Callable[[], None]) -> None:
        if not self.over:
            act()
