"""How a flight takes off, and what it does up there."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from taskrouter_async._cache.aftermath import Aftermath
from taskrouter_async._cache.entries import Loaded, entry_of
from taskrouter_async._cache.flights import Flight, Flights
from taskrouter_async._protocol.operation import Keep
from taskrouter_async._protocol.slots import Entry, Slot
from taskrouter_async.config import CachePolicy
from taskrouter_async.models.cache_events import LoadReason

T = TypeVar("T")


class Loads:
    """Starts the requests that memory cannot do without.

    Args:
        policy: How long answers may be served.
        flights: Who is in the air.
        aftermath: What happens when they land.
        clock: The cache's clock.
        chance: Random numbers, 0 to 1.
        wall_clock: Seconds since 1970, for people to read.
    """

    def __init__(
        self,
        policy: CachePolicy,
        flights: Flights,
        aftermath: Aftermath,
        clock: Callable[[], float],
        chance: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._policy = policy
        self._flights = flights
        self._aftermath = aftermath
        self._clock = clock
        self._chance = chance
        self._wall_clock = wall_clock
        self._ttls = {
            Keep.NEVER: 0.0,
            Keep.REAL_TIME: policy.ttl,
            Keep.OVER_TIME: policy.window_ttl,
        }

    def ttl(self, slot: Slot[T]) -> float:
        """Return for how many seconds an answer of this kind is fresh at most."""
        return self._ttls[slot.call.operation.keep]

    def start(
        self, slot: Slot[T], load: Callable[[], Awaitable[Loaded[T]]], reason: LoadReason
    ) -> Flight[Entry[T]]:
        """Let a flight take off, one that others can join unless it bypasses the cache."""
        ttl = self.ttl(slot)

        def settle(flight: Flight[Entry[T]], registered: bool) -> None:  # noqa: FBT001
            self._aftermath.settle(slot, flight, ttl, registered=registered)

        key = None if reason == "bypass" else slot.call
        flight = Flight(key, reason, self._clock(), settle)
        self._aftermath.started(slot, reason)
        self._flights.start(flight, lambda: self._fly(flight.started_at, load, ttl))
        return flight

    async def _fly(
        self, t0: float, load: Callable[[], Awaitable[Loaded[T]]], ttl: float
    ) -> Entry[T]:
        # A level that processes share would be asked here before the service is, and told after.
        at = self._wall_clock()
        loaded = await load()
        return entry_of(loaded, self._policy, ttl, t0=t0, at=at, chance=self._chance())
