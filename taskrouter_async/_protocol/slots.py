"""The place where the answer to one call is kept, and who finds one that is not.

A handle that is held for long keeps its slot, and whoever awaits it finds a fresh answer there
without asking anybody. All changes to a slot are the cache's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from attrs import define, frozen

from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async.errors import ApiError, TaskRouterError
from taskrouter_async.models import Cached, CacheStatus
from taskrouter_async.models.caching import Forwarded

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen
class Entry(Generic[T_co]):
    """An answer that may be served again, and until when; never changed, only replaced.

    Attributes:
        value: The model.
        t0: The instant before its request was sent, on the cache's clock: what the network took
            counts as age (RFC 9111, 4.2.3).
        fresh_until: The first instant at which it is stale.
        swr_until: The first at which it is no longer served while a newer one is fetched.
        dead_at: The first at which it is not served whatever happens.
        fetched_at: What the wall clock said at ``t0``.
        status: The HTTP status of the answer.
        size: How many bytes its body had.
        source: ``origin`` if this process asked the service for it, ``l2`` if another did.
    """

    value: T_co
    t0: float
    fresh_until: float
    swr_until: float
    dead_at: float
    fetched_at: datetime
    status: int | None
    size: int
    source: Literal["l2", "origin"] = "origin"


@define(eq=False)
class Served(Generic[T_co]):
    """An answer that a caller gets, and how it came to that.

    Most callers want the answer alone: the status is made when somebody asks for it.

    Attributes:
        entry: The answer.
        now: When it is served.
        fwd: Why it is no hit, as RFC 9211 puts it; ``None`` for a hit.
        is_new: Whether it was not in this process's memory before.
        stored: Whether others can be served from now on.
        collapsed: Whether the caller joined a request that another caller had caused.
        detail: Why it is served although it is stale.
        error: What went wrong when something newer was asked for.
    """

    entry: Entry[T_co]
    now: float
    fwd: Forwarded | None = None
    is_new: bool = False
    stored: bool = True
    collapsed: bool = False
    detail: str | None = None
    error: TaskRouterError | None = None

    @property
    def value(self) -> T_co:
        """The answer's model."""
        return self.entry.value

    @property
    def age(self) -> float:
        """How old it is, in seconds."""
        return self.now - self.entry.t0

    def cached(self) -> Cached[T_co]:
        """Return the answer and its status."""
        entry = self.entry
        status = CacheStatus(
            hit=self.fwd is None,
            age=self.age,
            ttl=entry.fresh_until - self.now,
            source=entry.source if self.is_new else "l1",
            stored=self.stored,
            collapsed=self.collapsed,
            fwd=self.fwd,
            fwd_status=entry.status if self.is_new else _status_of(self.error),
            detail=self.detail,
            error=self.error,
            fetched_at=entry.fetched_at,
        )
        return Cached(entry.value, status)


def _status_of(error: TaskRouterError | None) -> int | None:
    return error.status if isinstance(error, ApiError) else None


@define
class Hits:
    """How often a fresh answer was served, from whichever slot.

    Attributes:
        count: That often.
    """

    count: int = 0


class Slot(Generic[T]):
    """The one place for the answer to one call, for as long as anybody holds it.

    Attributes:
        call: What the answer is to.
        entry: The answer; ``None`` if there is none.
        clock: The cache's clock.
        hits: Where a fresh answer that was served is counted.
        slow: Whether it was told that this answer takes too long for its ``ttl``.
        failing: Whether it was logged that a newer answer cannot be had.
    """

    __slots__ = ("__weakref__", "call", "clock", "entry", "failing", "hits", "slow")

    def __init__(self, call: Call[T], clock: Callable[[], float], hits: Hits) -> None:
        self.call = call
        self.clock = clock
        self.hits = hits
        self.entry: Entry[T] | None = None
        self.slow = False
        self.failing = False

    def peek(self) -> T | None:
        """Return a fresh answer, or ``None``."""
        entry = self.entry
        if entry is None or self.clock() >= entry.fresh_until:
            return None
        self.hits.count += 1
        return entry.value

    def hit(self) -> Served[T] | None:
        """Return a fresh answer as it is served, or ``None``."""
        entry, now = self.entry, self.clock()
        if entry is None or now >= entry.fresh_until:
            return None
        self.hits.count += 1
        return Served(entry, now)


class Reader(Send, Protocol):
    """Who answers calls from memory where that is allowed, and asks the service where not."""

    def slot(
        self, operation: Operation[T], sids: Pairs, arguments: Pairs = (), json: str = ""
    ) -> Slot[T]:
        """Return the place where the answer to a call is kept, whose parts these are."""
        ...

    def serve(self, slot: Slot[T], asked: Directives) -> Awaitable[Served[T]]:
        """Return an answer, kept or new, and how it came to that."""
        ...

    def invalidate(self, slot: Slot[T]) -> None:
        """Forget what is kept, so that the next call asks the service."""
        ...
