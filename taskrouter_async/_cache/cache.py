"""Fresh answers from memory, one request for all who miss.

The callers of one client share its cache and two clients never do: no account can see another's
answers, whatever their keys look like.
"""

# One table holds the entries of every kind of answer; an entry's type is known by its key's.
# pyright: reportExplicitAny=false

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from attrs import define
from cachetools import TLRUCache

from taskrouter_async._cache.entries import Entry
from taskrouter_async._cache.flights import Flight, Flights
from taskrouter_async._protocol.operation import Keep
from taskrouter_async.config import CachePolicy
from taskrouter_async.models import Cached, CacheStats

T = TypeVar("T")


@define
class _Counters:
    hits: int = 0
    misses: int = 0
    collapsed: int = 0
    loads_started: int = 0
    loads_succeeded: int = 0
    loads_failed: int = 0


class Cache:
    """A client's cache.

    Args:
        policy: How long and how much is kept.
        clock: Seconds that never run backwards.
    """

    def __init__(self, policy: CachePolicy, clock: Callable[[], float]) -> None:
        self._ttls = {
            Keep.NEVER: 0.0,
            Keep.REAL_TIME: policy.ttl,
            Keep.OVER_TIME: policy.window_ttl,
        }
        self._clock = clock
        self._counters = _Counters()
        self._flights = Flights()
        self._entries: TLRUCache[Hashable, Entry[Any]] = TLRUCache(
            policy.maxsize, ttu=lambda _key, entry, _now: entry.fresh_until, timer=clock
        )

    def stats(self) -> CacheStats:
        """Return the counts since the client was made and the gauges of this moment."""
        counters = self._counters
        return CacheStats(
            hits=counters.hits,
            misses=counters.misses,
            collapsed=counters.collapsed,
            loads_started=counters.loads_started,
            loads_succeeded=counters.loads_succeeded,
            loads_failed=counters.loads_failed,
            entries=len(self._entries),
            flights=len(self._flights),
        )

    def find(self, key: Hashable, max_age: float | None) -> Entry[Any] | None:
        """Return the entry that may be served now, without waiting."""
        try:
            entry = self._entries[key]
        except KeyError:
            return None
        if not entry.serves(self._clock(), max_age):
            return None
        self._counters.hits += 1
        return entry

    def told(self, entry: Entry[T]) -> Cached[T]:
        """Return what a caller is told about an entry that `find` gave."""
        return entry.kept(self._clock())

    async def fetch(
        self,
        key: Hashable,
        load: Callable[[], Awaitable[T]],
        max_age: float | None,
        keep: Keep = Keep.REAL_TIME,
    ) -> Cached[T]:
        """Return the outcome of the one flight that fetches the answer.

        A caller joins a flight unless `max_age` asks for something younger; then it waits for
        that flight to land and joins the next, so that a key never has two in the air.

        Raises:
            ClosedError: The cache was closed, before or meanwhile.
            WrongLoopError: The cache belongs to another event loop.
        """
        self._counters.misses += 1
        ttl = self._ttls[keep]
        if ttl == 0:
            # A key that nobody else has: what must not be kept for others is not shared either.
            key = object()
        flight, joined = await self._flight(key, load, max_age, ttl)
        entry = await flight.outcome()
        stored = self._entries.get(key) is entry
        return entry.new(self._clock(), stored=stored, collapsed=joined)

    async def _flight(
        self,
        key: Hashable,
        load: Callable[[], Awaitable[T]],
        max_age: float | None,
        ttl: float,
    ) -> tuple[Flight[Entry[T]], bool]:
        asked_at = self._clock()
        while flight := self._flights.find(key):
            age = asked_at - flight.started_at
            if max_age is None or age <= 0 or age < max_age:
                self._counters.collapsed += 1
                return flight, True
            await flight.landing()

        async def fly(flight: Flight[Entry[T]]) -> Entry[T]:
            entry = await self._load(load, flight.started_at, ttl)
            if self._flights.owns(key, flight) and ttl > 0:
                self._entries[key] = entry
            return entry

        return self._flights.start(key, fly, self._clock()), False

    async def _load(
        self, load: Callable[[], Awaitable[T]], asked_at: float, ttl: float
    ) -> Entry[T]:
        self._counters.loads_started += 1
        try:
            value = await load()
        except BaseException:
            self._counters.loads_failed += 1
            raise
        self._counters.loads_succeeded += 1
        return Entry(value, asked_at, asked_at + ttl)

    def enter(self) -> None:
        """Refuse a caller from another event loop, or after closing.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The cache belongs to another event loop.
        """
        self._flights.enter()

    async def aclose(self) -> None:
        """End every flight and forget every answer; closing again does nothing."""
        await self._flights.aclose()
        self._entries.clear()
