"""How a flight takes off, and what it does up there."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from taskrouter_async._cache.entries import Loaded, entry_of
from taskrouter_async._cache.flights import Flight, error_of
from taskrouter_async._cache.surroundings import Surroundings
from taskrouter_async._protocol.operation import Keep
from taskrouter_async._protocol.slots import Entry, Slot
from taskrouter_async.models.caching import LoadReason

if TYPE_CHECKING:
    from taskrouter_async._cache.shared import Shared

T = TypeVar("T")

_EVER: Final = -math.inf


class Loads:
    """Starts the requests that memory cannot do without.

    Args:
        cache: Where their answers are kept.
        shared: What processes share, if they do.
    """

    def __init__(self, cache: Surroundings, shared: "Shared | None") -> None:
        self._cache = cache
        self._shared = shared
        policy = cache.policy
        self._ttls = {
            Keep.NEVER: 0.0,
            Keep.REAL_TIME: policy.ttl,
            Keep.OVER_TIME: policy.window_ttl,
        }

    def ttl(self, slot: Slot[T]) -> float:
        """Return for how many seconds an answer of this kind is fresh at most."""
        return self._ttls[slot.call.operation.keep]

    def start(
        self,
        slot: Slot[T],
        load: Callable[[], Awaitable[Loaded[T]]],
        reason: LoadReason,
        oldest: float = _EVER,
    ) -> Flight[Entry[T]]:
        """Let a flight take off, one that others can join.

        Args:
            slot: The place for its answer.
            load: Asks the service.
            reason: Why it takes off.
            oldest: The earliest instant from which another process's answer may be.
        """
        ttl = self.ttl(slot)

        # Its annotation is a text, which costs nothing each time.
        def settle(flight: "Flight[Entry[T]]", registered: bool) -> None:  # noqa: FBT001
            self._cache.aftermath.settle(slot, flight, ttl, registered=registered)
            if visit is not None:
                visit.leave(registered=registered)

        flight = Flight(slot.call, reason, self._cache.clock(), settle)
        if self._shared is None:
            visit = None
            flight.asked_at = flight.started_at
            self._cache.aftermath.started(slot, reason)
            self._cache.flights.start(flight, lambda: self._fly(flight.started_at, load, ttl))
        else:
            visit = self._shared.visit(slot, flight, ttl, oldest)
            self._cache.flights.start(flight, lambda: visit.fetch(load))
        return flight

    async def alone(self, slot: Slot[T], load: Callable[[], Awaitable[Loaded[T]]]) -> Entry[T]:
        """Return an answer that bypasses the cache.

        Nobody can join, so there is no flight in a task of its own: the request ends with its
        caller's, and what it raises is its caller's alone.
        """
        clock, aftermath = self._cache.clock, self._cache.aftermath
        t0, ttl = clock(), self.ttl(slot)
        aftermath.started(slot, "bypass")
        try:
            entry = await self._fly(t0, load, ttl)
        except asyncio.CancelledError:
            raise  # its caller's wish says nothing about the service
        except BaseException as error:
            aftermath.failed(slot, "bypass", clock() - t0, error_of(error))
            raise
        aftermath.succeeded(slot, "bypass", clock() - t0, ttl, stored=False)
        return entry

    async def _fly(
        self, t0: float, load: Callable[[], Awaitable[Loaded[T]]], ttl: float
    ) -> Entry[T]:
        at = self._cache.wall_clock()
        loaded = await load()
        return entry_of(loaded, self._cache.policy, ttl, t0=t0, at=at, chance=self._cache.chance())
