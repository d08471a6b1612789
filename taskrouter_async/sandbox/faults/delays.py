"""How long an answer takes: a fixed time, or one of a distribution."""

import math
import random
from typing import Final, TypeAlias

from attrs import Attribute, field, frozen

from taskrouter_async.sandbox.faults.checks import number

LONGEST_SECONDS: Final = 3_600.0

_seconds: Final = number(0, LONGEST_SECONDS)


@frozen
class Uniform:
    """Any time between two, each as likely as the others."""

    least: float = field(validator=_seconds)
    most: float = field(validator=_seconds)

    def __attrs_post_init__(self) -> None:
        if self.most < self.least:
            raise ValueError(f"most must not be less than least, not {self.most!r}")

    def draw(self, chance: random.Random) -> float:
        """Return one of the times."""
        return chance.uniform(self.least, self.most)


@frozen
class Exponential:
    """Mostly short, sometimes long."""

    mean: float = field(validator=_seconds)

    def draw(self, chance: random.Random) -> float:
        """Return one of the times."""
        return -math.log(1.0 - chance.random()) * self.mean


@frozen
class Lognormal:
    """As networks are: half of the times are below the median, a few far above.

    Attributes:
        median: The time in the middle.
        sigma: How far apart the times are; 0.5 puts one in a hundred above three medians.
    """

    median: float = field(validator=_seconds)
    sigma: float = field(default=0.5, validator=number(0, 5))

    def draw(self, chance: random.Random) -> float:
        """Return one of the times."""
        return self.median * chance.lognormvariate(0.0, self.sigma)


Distribution: TypeAlias = Uniform | Exponential | Lognormal


def _is_time(instance: object, attribute: "Attribute[float]", value: float | Distribution) -> None:
    if not isinstance(value, Uniform | Exponential | Lognormal):
        _seconds(instance, attribute, value)


@frozen
class Latency:
    """The answer comes later, by so many real seconds; never by more than an hour."""

    seconds: float | Distribution = field(validator=_is_time)

    def draw(self, chance: random.Random) -> float:
        """Return how long it takes this time."""
        if isinstance(self.seconds, Uniform | Exponential | Lognormal):
            return min(LONGEST_SECONDS, self.seconds.draw(chance))
        return self.seconds
