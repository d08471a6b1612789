"""What a flight does at the shared level, decided from facts alone.

No clock and no chance here: both are arguments.
"""

from enum import Enum
from typing import Final

from taskrouter_async._cache.states import Times
from taskrouter_async._level import Outcome

LEASE_SPARE_SECONDS: Final = 0.5
"""By how much a lease is longer than the request that it is for: who lives has landed by then."""

NOTHING_IS_FRESH: Final = 2**53
"""More milliseconds than the level keeps anything for."""

_FIRST_POLL_SECONDS: Final = 0.1
_LONGEST_POLL_SECONDS: Final = 0.5
_POLL_GROWTH: Final = 1.5
_MOST_GROWTHS: Final = 10


class Step(Enum):
    """What a flight does next."""

    TAKE = "land with the shared value"
    INSIST = "come again at once, as if nothing were fresh"
    ASK = "ask the service"
    WAIT = "wait for who asks already"
    STAND_DOWN = "land with the error that another process got"


def step(
    outcome: Outcome | None, *, usable: bool, insisted: bool, anew: bool, came: bool = False
) -> Step:
    """Return what a flight does.

    Args:
        outcome: What the level said; ``None`` if it could not be asked.
        usable: Whether the value can be read, is fresh here too, and is as young as is wished.
        insisted: Whether the flight has insisted already.
        anew: Whether what the level remembers is of no use: an answer, that there is no such thing,
            which is too old for the flight; or a pause longer than any of ours.
        came: Whether a value came while the flight waited. Where the service takes longer than the
            value is fresh, that one is stale already, and so would the next one be.
    """
    match outcome:
        case Outcome.WON | Outcome.BUSY if came or usable:
            # Whose answers are kept for a shorter time than ours, theirs look old to the level.
            return Step.TAKE
        case Outcome.FRESH if usable:
            return Step.TAKE
        case Outcome.FRESH if not insisted:
            # Otherwise a value that nobody can read would stay the fresh one for everybody.
            return Step.INSIST
        case Outcome.BUSY:
            return Step.WAIT
        case Outcome.COOLDOWN if not anew:
            return Step.STAND_DOWN
        case _:
            return Step.ASK


def wait_seconds(lease_ms: int, polls: int, chance: float) -> float:
    """Return how long to wait for a notice before asking the level again.

    Notices may get lost, so a poll stands behind them.

    Args:
        lease_ms: When the lease ends by itself.
        polls: How often the level was asked in vain.
        chance: 0 to 1: half less to half more.
    """
    grown = _FIRST_POLL_SECONDS * _POLL_GROWTH ** min(polls, _MOST_GROWTHS)
    poll = min(_LONGEST_POLL_SECONDS, grown) * (0.5 + chance)
    # Who comes in the very millisecond in which it ends would find it still there.
    return min(poll, max(lease_ms, 0) / 1000 + 0.001)


def lease_seconds(load_timeout: float) -> float:
    """Return how long a lease lasts.

    Args:
        load_timeout: How long the request may take that it is for.
    """
    return load_timeout + LEASE_SPARE_SECONDS


def patience_seconds(load_timeout: float) -> float:
    """Return how long a flight waits for others before it asks the service by itself.

    That is a dead process's whole lease, and half of what the next one may take; the other half is
    left for the flight's own request.

    Args:
        load_timeout: How long a request may take.
    """
    return lease_seconds(load_timeout) + load_timeout / 2


def flight_seconds(load_timeout: float, total: float, *, shared: bool) -> float:
    """Return how long a flight may take.

    Args:
        load_timeout: How long its request may take.
        total: How long a call may take, waiting included.
        shared: Whether it may first have to wait until the lease of a dead process ends.
    """
    # Alone, it never waits, and its request knows when the call is over.
    return min(total, lease_seconds(load_timeout) + load_timeout) if shared else load_timeout


def stale_ms(fresh_seconds: float, hard_seconds: float) -> int:
    """Return for how long the level has what is stale by this process's policy.

    Args:
        fresh_seconds: The age from which on it is stale.
        hard_seconds: The age from which on it is of no use.
    """
    return round((hard_seconds - fresh_seconds) * 1000)


def is_servable(now: float, times: Times) -> bool:
    """Tell whether an answer may be served at once while a newer one is fetched."""
    return now < times.swr_until and now < times.dead_at
