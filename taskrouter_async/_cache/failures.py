"""What a failure means for what is kept, and for how long the service is left alone after it.

No clock and no chance here: both are arguments.
"""

import copy
from enum import Enum
from typing import Final, TypeVar

from attrs import frozen

from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import (
    AccountOverloadedError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
    TransportError,
)

E = TypeVar("E", bound=TaskRouterError)

_MOST_DOUBLINGS = 64  # more than any pair of numbers needs, and no float overflows


_FAILING: Final = (
    AccountOverloadedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TransportError,
)


class Verdict(Enum):
    """What a failure says about the answer that is kept."""

    FAILING = "the service fails: a stale answer may stand in (RFC 5861, 4)"
    GONE = "the answer must not be served any more"
    REFUSED = "this call cannot work; the answer is as good as before"


def judged(error: TaskRouterError) -> Verdict:
    """Return what an error means for what is kept.

    Whoever may not read any more must not go on reading from memory; so 401 and 403 take the
    answer away, like 404.
    """
    if isinstance(error, _FAILING):
        return Verdict.FAILING
    if isinstance(error, AuthenticationError | PermissionDeniedError | NotFoundError):
        return Verdict.GONE
    return Verdict.REFUSED


def stayed_here(error: TaskRouterError) -> bool:
    """Tell whether a call failed in a queue of this process: that says nothing of the service."""
    if isinstance(error, TransportError):
        return error.phase == "queue"
    return isinstance(error, AccountOverloadedError)


@frozen
class Trouble:
    """A failure that is remembered.

    Attributes:
        error: What the last request brought, without its traceback.
        t0: The instant before that request was sent.
        until: The first instant at which the service may be asked again.
        failures: How many requests failed in a row; 0 for a 404, which is an answer.
    """

    error: TaskRouterError
    t0: float
    until: float
    failures: int

    @property
    def negative(self) -> bool:
        """Whether the service did answer: that there is no such thing."""
        return self.failures == 0


def cooldown_seconds(
    policy: CachePolicy, error: TaskRouterError, failures: int, chance: float
) -> float:
    """Return for how long to leave the service alone.

    Args:
        policy: The first pause and the longest.
        error: What the last request brought. If it says when to try again, the pause is at least
            that long, but never longer than a stale answer could stand in.
        failures: How many requests failed in a row.
        chance: 0 to 1, which becomes a fifth less or a fifth more.
    """
    first, longest = policy.failure_backoff
    doubled = first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    pause = min(longest, doubled) * (0.8 + 0.4 * chance)
    return max(pause, min(error.retry_after or 0.0, policy.stale_if_error))


def longest_pause(policy: CachePolicy) -> float:
    """Return for how many seconds the service may be left alone at most."""
    return max(policy.failure_backoff[1] * 1.2, policy.stale_if_error, policy.negative_ttl)


def trouble_after(
    error: TaskRouterError,
    before: Trouble | None,
    policy: CachePolicy,
    *,
    t0: float,
    now: float,
    chance: float,
) -> Trouble | None:
    """Return what to remember of a failure; ``None`` if the next call may ask at once."""
    if judged(error) is Verdict.FAILING:
        failures = (before.failures if before else 0) + 1
        pause = cooldown_seconds(policy, error, failures, chance)
        return Trouble(_bare(error), t0, now + pause, failures)
    if isinstance(error, NotFoundError) and policy.negative_ttl > 0:
        return Trouble(_bare(error), t0, t0 + policy.negative_ttl, 0)
    return None


def remembered(trouble: Trouble, now: float) -> TaskRouterError:
    """Return the last error as an instance of its own that says when to try again."""
    error = another(trouble.error)
    error.retry_after = max(0.0, trouble.until - now)
    return error


def another(error: E) -> E:
    """Return an error like this one whose cause is this one."""
    twin = copy.copy(error)
    twin.__cause__ = error
    return twin


def _bare(error: TaskRouterError) -> TaskRouterError:
    # The frames of a traceback would be held for as long as the error is remembered.
    return copy.copy(error)
