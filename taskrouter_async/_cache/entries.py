"""How an answer becomes an entry."""

from datetime import UTC, datetime
from typing import Generic, TypeVar

from attrs import evolve, field, frozen

from taskrouter_async._protocol.slots import Entry
from taskrouter_async.config import CachePolicy

T_co = TypeVar("T_co", covariant=True)


@frozen(eq=False)
class Loaded(Generic[T_co]):
    """What a request brought.

    Attributes:
        value: The model.
        status: The HTTP status.
        size: How many bytes the body has.
        body: The JSON document as it came, for other processes; empty if it is none of theirs.
    """

    value: T_co
    status: int | None = None
    size: int = 0
    body: bytes = field(default=b"", repr=False)


def entry_of(
    loaded: Loaded[T_co], policy: CachePolicy, ttl: float, *, t0: float, at: float, chance: float
) -> Entry[T_co]:
    """Return the entry for an answer.

    Args:
        loaded: The answer.
        policy: How long it may be served when it is stale.
        ttl: How long it is fresh at most.
        t0: The instant before its request was sent, on the cache's clock.
        at: The same by the wall clock, in seconds since 1970.
        chance: 0 to 1: how much of the jitter is used. It only shortens, so that nothing fresh is
            ever older than ``ttl``.
    """
    spare = max(policy.stale_while_revalidate, policy.stale_if_error)
    return Entry(
        loaded.value,
        t0=t0,
        fresh_until=t0 + ttl * (1.0 - policy.jitter * chance),
        swr_until=t0 + ttl + policy.stale_while_revalidate,
        dead_at=t0 + ttl + spare,
        fetched_at=datetime.fromtimestamp(at, UTC),
        status=loaded.status,
        size=loaded.size,
    )


def shared_entry(
    loaded: Loaded[T_co],
    policy: CachePolicy,
    ttl: float,
    *,
    t0: float,
    at: float,
    fresh_seconds: float,
) -> Entry[T_co]:
    """Return the entry for an answer that another process got.

    Args:
        loaded: The answer.
        policy: How long it may be served when it is stale.
        ttl: How long it is fresh at most.
        t0: The instant before its request was sent, on this cache's clock.
        at: The same by the wall clock, in seconds since 1970.
        fresh_seconds: How long it is fresh by the other's policy and chance: nobody draws again, so
            that all processes agree on the moment. The stricter policy decides.
    """
    entry = entry_of(loaded, policy, ttl, t0=t0, at=at, chance=0.0)
    return evolve(entry, fresh_until=t0 + min(ttl, fresh_seconds), source="l2")
