"""Where an answer comes from, how old it is, and what the cache has done so far."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from attrs import frozen

T_co = TypeVar("T_co", covariant=True)

Forwarded = Literal["miss", "stale", "request", "bypass"]
"""Why an answer in memory did not do, as RFC 9211 puts it.

``miss``: there was none. ``stale``: it was no longer fresh. ``request``: it was fresh, and this
call asked for something younger. ``bypass``: the cache was not to be used.
"""

LoadReason = Literal["miss", "stale", "reload", "bypass"]
"""Why the service is asked.

``miss``: nothing could be served. ``stale``: what there is has to be replaced. ``reload``: a call
with ``max_age`` asked for something younger than what is fresh. ``bypass``: a call that neither
looks into memory nor shares its request.
"""


@frozen
class CacheStatus:
    """How the cache served one answer, in the words of RFC 9211.

    Attributes:
        hit: Whether a fresh answer was served from memory.
        age: Seconds since the request that brought the answer was sent, at the moment of serving.
        ttl: Seconds for which the answer stays fresh; negative once it is stale.
        source: ``l1`` for this process's memory, ``l2`` for the level that processes share,
            ``origin`` for the service.
        stored: Whether the answer can be served to others from now on.
        collapsed: Whether this caller joined a request that another caller had caused.
        fwd: Why a hit was not possible: ``miss``, ``stale``, ``request`` or ``bypass``; ``None``
            for a hit.
        fwd_status: The HTTP status with which the service answered, where it was asked and did.
        detail: Why an answer is served although it is stale: ``stale-while-revalidate``,
            ``stale-if-error``, ``soft-timeout`` or ``cooldown``.
        error: What went wrong when something newer was asked for, where a stale answer stands in
            for it.
        fetched_at: When the request was sent, by the wall clock; for people, never compared.
    """

    hit: bool
    age: float
    ttl: float
    source: Literal["l1", "l2", "origin"]
    stored: bool
    collapsed: bool
    fwd: Forwarded | None = None
    fwd_status: int | None = None
    detail: str | None = None
    error: Exception | None = None
    fetched_at: datetime | None = None


@frozen
class Cached(Generic[T_co]):
    """An answer and how the cache served it.

    Attributes:
        value: The answer's model.
        status: Where it comes from and how old it is.
    """

    value: T_co
    status: CacheStatus


@frozen(kw_only=True)
class CacheStats:
    """What a client's cache has done since it was made, and what it holds now.

    Each call is counted once as a hit, a stale hit or a miss, unless it bypasses the cache.

    Attributes:
        hits: Fresh answers served from memory.
        stale_hits: Stale answers served at once, while a newer one was on its way or none could
            be had.
        misses: Calls that memory alone could not answer.
        collapsed: The misses that joined a request already in the air.
        bypassed: Calls that neither looked into memory nor shared their request.
        negative_hits: The misses that were refused at once since a 404 was remembered.
        cooldown_served: Calls answered at once, with a stale answer or the last error, since the
            service had just failed.
        stale_if_error: Stale answers served since a request for a newer one had failed.
        soft_timeouts: Stale answers served since a newer one took too long.
        loads_started: Requests that the cache caused.
        loads_succeeded: Those that brought an answer.
        loads_failed: Those that brought an error.
        refreshes: Those that were started in the background, for a stale answer.
        reloads: Those that a call with ``max_age`` started although there was a fresh answer.
        load_seconds: How long all that landed took together.
        evictions: Answers that made room for others.
        expirations: Answers that were forgotten since not even an error would have brought them
            back.
        invalidations: How often an answer was taken back on request.
        shared_hits: Answers taken from the level that processes share.
        shared_misses: Requests sent since the shared level had no answer, or was away.
        shared_stores: Answers left there for other processes.
        shared_rejected: Values there that could not be used.
        shared_errors: Commands and subscriptions that failed.
        shared_reconnects: How often the shared level was listened to anew.
        leases_won: How often this process was to ask the service for all.
        leases_busy: How often another process was asking already.
        leases_lost: Leases that were over, or answers of no more use, before they could be left
            there.
        breaker_changes: How often it was decided to leave the shared level alone, or to use it
            again.
        breaker_open: Whether it is left alone now.
        entries: Answers held now.
        flights: Requests in the air now.
        waiters: Callers who wait for one now.
    """

    hits: int = 0
    stale_hits: int = 0
    misses: int = 0
    collapsed: int = 0
    bypassed: int = 0
    negative_hits: int = 0
    cooldown_served: int = 0
    stale_if_error: int = 0
    soft_timeouts: int = 0
    loads_started: int = 0
    loads_succeeded: int = 0
    loads_failed: int = 0
    refreshes: int = 0
    reloads: int = 0
    load_seconds: float = 0.0
    evictions: int = 0
    expirations: int = 0
    invalidations: int = 0
    shared_hits: int = 0
    shared_misses: int = 0
    shared_stores: int = 0
    shared_rejected: int = 0
    shared_errors: int = 0
    shared_reconnects: int = 0
    leases_won: int = 0
    leases_busy: int = 0
    leases_lost: int = 0
    breaker_changes: int = 0
    breaker_open: bool = False
    entries: int = 0
    flights: int = 0
    waiters: int = 0
