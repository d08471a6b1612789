"""What one process tells the others about a failure: its kind and its numbers, never its text.

The vendor's text may name SIDs, and what anybody typed.
"""

import json
import math
from typing import Final, cast

from taskrouter_async._cache.failures import Trouble
from taskrouter_async.errors import (
    ApiError,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
    DecodingError,
    IdentityMismatchError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    ResponseTooLargeError,
    ServerError,
    TaskRouterError,
    TlsError,
    TransportError,
    UnexpectedRedirectError,
)

_LONGEST_PAUSE_SECONDS: Final = 1e9
"""Thirty years; far beyond, a number may not fit into a float."""

_PLAIN: Final[dict[str, type[TaskRouterError]]] = {
    kind.__name__: kind
    for kind in (
        *(TransportError, ConnectError, TlsError, ConnectionLostError, CallTimeoutError),
        *(ProtocolError, DecodingError, IdentityMismatchError),
        *(ResponseTooLargeError, UnexpectedRedirectError),
    )
}
_REFUSALS: Final[dict[str, type[ApiError]]] = {
    kind.__name__: kind for kind in (NotFoundError, RateLimitedError, ServerError)
}


def told(trouble: Trouble) -> str:
    """Return what the others are told."""
    error = trouble.error
    facts: dict[str, object] = {
        "e": type(error).__name__,
        "n": trouble.failures,
        "p": round(trouble.until - trouble.t0, 3),
    }
    if isinstance(error, ApiError):
        facts |= {"s": error.status, "c": error.code}
    return json.dumps(facts, separators=(",", ":"))


def heard(reason: str, *, until: float) -> Trouble:
    """Return what another process told, as a trouble of ours.

    Args:
        reason: What it told; if that makes no sense, all we know is that something failed.
        until: When the service may be asked again. How long the pause is as a whole was told, so
            that the failure is as old here as it is there.
    """
    facts = _facts(reason)
    kind, failures = facts.get("e"), facts.get("n")
    error = _error(str(kind), facts)
    t0 = until - _pause(facts)
    if isinstance(error, NotFoundError):
        return Trouble(error, t0, until, 0)
    return Trouble(error, t0, until, failures if isinstance(failures, int) and failures > 0 else 1)


def _pause(facts: dict[str, object]) -> float:
    # Of a failure that does not say how old it is, nobody can say that it is young enough.
    pause = facts.get("p")
    if isinstance(pause, (int, float)) and 0 <= pause <= _LONGEST_PAUSE_SECONDS:
        return pause
    return math.inf


def _facts(reason: str) -> dict[str, object]:
    try:
        facts: object = json.loads(reason)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", facts) if isinstance(facts, dict) else {}


def _error(kind: str, facts: dict[str, object]) -> TaskRouterError:
    refusal = _REFUSALS.get(kind)
    if refusal is None:
        known = _PLAIN.get(kind, TransportError)
        return known("another process asked a moment ago, and got no answer that makes sense")
    status, code = facts.get("s"), facts.get("c")
    return refusal(
        f"the service answered {status} when another process asked a moment ago",
        status=status if isinstance(status, int) else 0,
        code=code if isinstance(code, int) else None,
    )
