"""What one account of the service is like in one world: how slow, how strict, how unreliable."""

import random
from enum import Enum
from typing import Final

from attrs import frozen


class Fault(Enum):
    """What can happen to a request, and whether the service carries it out all the same."""

    REFUSED = "the connection is refused"
    LOST = "the connection breaks on the way there"
    LOST_AFTERWARDS = "the connection breaks after the request was carried out"
    CLOSING = "the connection was just being closed"
    FAILED = "503, and nothing was done"
    FAILED_AFTERWARDS = "500, although it was carried out"
    HANG = "nothing comes, and nothing was done"
    HANG_AFTERWARDS = "nothing comes, although it was carried out"
    LATE = "nothing comes, and it is carried out when nobody waits any more"
    SLOW_BODY = "it is carried out, and the end of the answer takes long"
    GARBLED = "it is carried out, and the answer is no JSON"
    MIXED_UP = "it is carried out, and somebody else's answer comes"
    REFUSED_BY_CHANCE = "429, whatever the limits are"


_OUTAGES: Final = (Fault.REFUSED, Fault.LOST, Fault.FAILED, Fault.HANG)
_RETRY_AFTERS: Final = ("", "seconds", "date")
_LATENCIES: Final = (0.02, 0.4)
_NO_LIMIT: Final = 1_000_000


@frozen
class Outage:
    """Minutes in which every request fares the same."""

    fault: Fault
    begins_at: float
    ends_at: float


@frozen
class Nature:
    """How one account's requests fare.

    Attributes:
        latency: Seconds that an answer takes at least; twice as many at most.
        concurrency: How many requests at a time are taken; the others get a 429.
        per_second: How many requests a second are taken.
        retry_after: How a 429 says how long to wait, if it does.
        faults: How probable each fault is, one after the other.
        outage: A phase of failure, if there is one.
    """

    latency: float = 0.1
    concurrency: int = _NO_LIMIT
    per_second: int = _NO_LIMIT
    retry_after: str = ""
    faults: tuple[tuple[float, Fault], ...] = ()
    outage: Outage | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing ever goes wrong."""
        return self == Nature(self.latency)


def is_on(chance: random.Random) -> bool:
    """Decide whether something exists in this world at all: half of everything does."""
    return chance.random() < 0.5


def drawn(chance: random.Random) -> list[Nature]:
    """Draw two to four accounts; as long as the service is up for all, some are healthy."""
    everybodys = _outage(chance) if is_on(chance) and is_on(chance) else None
    return [
        _troubled(chance, everybodys)
        if everybodys or is_on(chance)
        else Nature(chance.uniform(*_LATENCIES))
        for _ in range(chance.randint(2, 4))
    ]


def _outage(chance: random.Random) -> Outage:
    begins_at = chance.uniform(0.0, 480.0)
    return Outage(chance.choice(_OUTAGES), begins_at, begins_at + chance.uniform(60.0, 240.0))


def _troubled(chance: random.Random, everybodys: Outage | None) -> Nature:
    own = _outage(chance) if is_on(chance) else None
    return Nature(
        latency=chance.uniform(*_LATENCIES),
        concurrency=chance.randint(1, 8) if is_on(chance) else _NO_LIMIT,
        per_second=chance.randint(2, 10) if is_on(chance) else _NO_LIMIT,
        retry_after=chance.choice(_RETRY_AFTERS),
        faults=tuple(_probability(chance, fault) for fault in Fault if is_on(chance)),
        outage=everybodys or own,
    )


def _probability(chance: random.Random, fault: Fault) -> tuple[float, Fault]:
    return 0.2 * chance.random() ** 2, fault  # most are rare, some are frequent
