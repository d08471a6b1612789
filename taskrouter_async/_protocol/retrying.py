"""Whether a call may be tried again, and after what pause: neither clock nor chance in here.

TaskRouter has no keys that would let it recognise a request that comes twice. So the question is
always whether the service may have carried out what was asked, and what a second time would do.
"""

from enum import Enum
from typing import Final

from taskrouter_async._protocol.operation import Call, Keep
from taskrouter_async.config import RetryPolicy
from taskrouter_async.errors import (
    AmbiguousResultError,
    ApiError,
    ConnectionLostError,
    NotFoundError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
    TlsError,
    TransportError,
)


class Effect(Enum):
    """What carrying a call out a second time would do."""

    READ = "nothing"
    DELETE = "nothing: what is gone stays gone"
    CONDITIONAL = "nothing: the version that it names is not there any more"
    ONCE = "something happens twice: two tasks, two phone calls"


class Next(Enum):
    """What to do about an attempt that failed."""

    AT_ONCE = "try again without a pause"
    SOON = "try again after a pause"
    WHEN_TOLD = "try again when the service allows it"
    DONE = "it is done: an earlier attempt did it"
    CHECK = "it may be done: the caller has to look"
    GIVE_UP = "nothing that can be done here would help"


def effect_of(call: Call[object]) -> Effect:
    """Return what a second time would do.

    The instruction of a reservation may start phone calls, so that even naming a version does not
    make it harmless: the first may have started one and failed after that. ``*`` names every
    version, and so none.
    """
    operation = call.operation
    if operation.method == "GET" or operation.keep is not Keep.NEVER:
        return Effect.READ  # what may be kept is read, although one such question is a POST
    if operation.method == "DELETE":
        return Effect.DELETE
    if call.if_match not in {"", "*"} and "Instruction" not in dict(call.arguments):
        return Effect.CONDITIONAL
    return Effect.ONCE


_MAYBE_DONE_STATUSES: Final = frozenset({408, 425})


def judge(effect: Effect, error: TaskRouterError, *, maybe_done: bool) -> Next:
    """Return what to do about an attempt that failed, all limits of number and time aside.

    Args:
        effect: What a second time would do.
        error: What the attempt brought.
        maybe_done: Whether an earlier attempt may have been carried out.
    """
    if isinstance(error, RateLimitedError):
        return Next.WHEN_TOLD  # the vendor promises that such a request was not carried out
    if isinstance(error, TransportError) and not error.maybe_sent:
        return Next.GIVE_UP if isinstance(error, TlsError) else Next.SOON
    if is_maybe_done(error):
        return _again(effect, error)
    if maybe_done and effect is Effect.DELETE and isinstance(error, NotFoundError):
        return Next.DONE
    return Next.GIVE_UP


def hides_an_attempt(effect: Effect, error: TaskRouterError, *, maybe_done: bool) -> bool:
    """Tell whether an error is true of the last attempt, but not of the call.

    It says that nothing was done, while an earlier attempt may have been carried out. Another
    version may be that one's work, or somebody else's.

    Args:
        effect: What a second time would do.
        error: What the last attempt brought.
        maybe_done: Whether an earlier attempt may have been carried out.
    """
    if not maybe_done or is_maybe_done(error):
        return False
    return effect is Effect.CONDITIONAL or isinstance(error, PreconditionFailedError)


def is_maybe_done(error: TaskRouterError) -> bool:
    """Tell whether what was asked may have been carried out in spite of the error."""
    if isinstance(error, TransportError):
        return error.maybe_sent
    if isinstance(error, ApiError) and error.status in _MAYBE_DONE_STATUSES:
        return True
    return isinstance(error, ServerError | ProtocolError)


def _again(effect: Effect, error: TaskRouterError) -> Next:
    if effect is Effect.ONCE:
        return Next.CHECK
    if isinstance(error, ProtocolError):
        return Next.GIVE_UP  # who answers like that will do so again
    if isinstance(error, ConnectionLostError) and error.reused:
        return Next.AT_ONCE  # the connection was just being closed: a race, no overload
    return Next.SOON


def ambiguous(call: Call[object], error: TaskRouterError) -> AmbiguousResultError:
    """Return the error that says what may have happened, and why that is not known."""
    operation = call.operation
    doubt = AmbiguousResultError(
        f"{operation.method} {operation.path} may have been carried out, or not: {error}",
        status=_status_of(error),
        phase=error.phase if isinstance(error, TransportError) else None,
    )
    doubt.response, doubt.attempts = error.response, error.attempts
    doubt.retry_after = error.retry_after
    return doubt


def _status_of(error: TaskRouterError) -> int | None:
    if isinstance(error, ApiError | TransportError):
        return error.status
    return error.response.status if error.response else None


_MOST_DOUBLINGS: Final = 64  # more than any pair of numbers needs, and no float overflows
_SPREAD_SECONDS: Final = 0.5


def pause_seconds(
    policy: RetryPolicy, what: Next, failures: int, retry_after: float | None, chance: float
) -> float:
    """Return how long to pause before the next attempt.

    Full jitter, as AWS describes it ("Exponential Backoff And Jitter", 2015): anything between 0
    and a bound that doubles. What the service asks for is heeded up to ``max_retry_after``, and a
    little later by chance, so that not all come back in the same instant.

    Args:
        policy: The bounds.
        what: How to go on.
        failures: How many attempts have failed, 1 or more.
        retry_after: How many seconds the service asks for.
        chance: 0 to 1.
    """
    if what is Next.AT_ONCE:
        return 0.0
    first, longest = policy.backoff
    if what is Next.WHEN_TOLD:
        first = policy.throttle_backoff
    pause = chance * min(longest, first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))
    if retry_after is None:
        return pause
    told = min(retry_after, policy.max_retry_after)
    return max(pause, told + chance * min(told, _SPREAD_SECONDS))
