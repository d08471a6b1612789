"""The place where the answer to one call is kept, and who finds one that is not.

A handle that is held for long keeps its slot, and whoever awaits it finds a fresh answer there
without asking anybody. All changes to a slot are the cache's.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from attrs import define, frozen

from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async.models import Cached

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


class Reader(Send, Protocol):
    """Who answers calls from memory where that is allowed, and asks the service where not."""

    def slot(
        self, operation: Operation[T], sids: Pairs, arguments: Pairs = (), json: str = ""
    ) -> Slot[T]:
        """Return the place where the answer to a call is kept, whose parts these are."""
        ...

    async def read(self, slot: Slot[T], asked: Directives) -> Cached[T]:
        """Return an answer, kept or new, and where it comes from."""
        ...

    def invalidate(self, slot: Slot[T]) -> None:
        """Forget what is kept, so that the next call asks the service."""
        ...
