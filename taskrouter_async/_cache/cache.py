"""Answers from memory, one request for all who need another.

The callers of one client share its cache and two clients never do: no account can see another's
answers, whatever their keys look like.
"""

import math
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from attrs import asdict

from taskrouter_async import models
from taskrouter_async._cache.aftermath import Aftermath, Counters
from taskrouter_async._cache.entries import Loaded
from taskrouter_async._cache.failures import Verdict, another, judged, remembered
from taskrouter_async._cache.flights import Flight, Flights
from taskrouter_async._cache.loads import Loads
from taskrouter_async._cache.looks import Look, look
from taskrouter_async._cache.names import NOBODY, Owner
from taskrouter_async._cache.slot_table import Slots
from taskrouter_async._cache.states import Load, Receive, State, state_at
from taskrouter_async._cache.store import Store
from taskrouter_async._cache.surroundings import Surroundings
from taskrouter_async._cache.turns import flight_seconds
from taskrouter_async._hooks import tell
from taskrouter_async._protocol.directives import NO_WISHES, Directives
from taskrouter_async._protocol.slots import Entry, Hits, Served, Slot
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import CacheMissError, TaskRouterError
from taskrouter_async.models import CacheStats

if TYPE_CHECKING:
    from taskrouter_async._cache.shared import Shared

T = TypeVar("T")


class Cache:
    """A client's cache.

    Args:
        policy: How long and how much is kept.
        clock: Seconds that never run backwards.
        chance: Random numbers, 0 to 1.
        wall_clock: Seconds since 1970, for people to read.
        listener: Is told what happens apart from hits.
        owner: Whose answers these are; only a level that processes share wants to know.
        total_seconds: How long a call may take, the waiting for other processes included.

    Attributes:
        policy: How long and how much is kept.
        slots: The places for answers.
    """

    def __init__(
        self,
        policy: CachePolicy,
        clock: Callable[[], float],
        *,
        chance: Callable[[], float] = random.random,
        wall_clock: Callable[[], float] = time.time,
        listener: Callable[["models.CacheEvent"], None] | None = None,
        owner: Owner = NOBODY,
        total_seconds: float = math.inf,
    ) -> None:
        self.policy = policy
        self._clock = clock
        self._listener = listener
        self._hits = Hits()
        self._counters = Counters()
        self._flights = Flights(
            flight_seconds(policy.load_timeout, total_seconds, shared=policy.shared is not None)
        )
        self._store = Store(policy.maxsize, clock)
        self._aftermath = Aftermath(policy, self._store, self._counters, clock, chance, listener)
        cache = Surroundings(
            policy,
            self._flights,
            self._store,
            self._aftermath,
            self._counters,
            clock,
            chance,
            wall_clock,
            listener,
        )
        self._shared = self._share(owner, cache)
        self._loads = Loads(cache, self._shared)
        self.slots = Slots(clock, self._hits)

    def _share(self, owner: Owner, cache: Surroundings) -> "Shared | None":
        if self.policy.shared is None:
            return None
        from taskrouter_async._cache.shared import Shared  # noqa: PLC0415 - few share

        return Shared(self.policy.shared, owner, cache, self._forget)

    def stats(self) -> CacheStats:
        """Return the counts since the client was made and the gauges of this moment."""
        return CacheStats(
            **asdict(self._counters),
            hits=self._hits.count,
            evictions=self._store.evictions,
            expirations=self._store.expirations,
            entries=len(self._store),
            flights=len(self._flights),
            waiters=self._flights.waiters,
            breaker_open=self._shared is not None and self._shared.away,
        )

    async def read(
        self,
        slot: Slot[T],
        load: Callable[[], Awaitable[Loaded[T]]],
        asked: Directives = NO_WISHES,
        heard: Callable[[T | TaskRouterError], None] | None = None,
    ) -> Served[T]:
        """Return an answer from memory, or the outcome of the one flight that fetches it.

        Args:
            slot: The place for the answer.
            load: Asks the service.
            asked: What the call wishes.
            heard: Is told, in the caller's context, what a flight brought that was waited for.

        Raises:
            CacheMissError: The answer was to come from memory, which has none.
            ClosedError: The cache was closed, before or meanwhile.
            WrongLoopError: The cache belongs to another event loop.
        """
        self._flights.enter()
        began = self._clock()
        if asked.no_store or self._loads.ttl(slot) == 0:
            return await self._bypass(slot, load, asked)
        self._store.sweep(began)
        seen = self._look(slot, asked, began, waited=False)
        self._count(seen)
        while seen.older_flight is not None or seen.decision.load is Load.JOIN:
            if seen.older_flight is not None:
                # A key never has two requests in the air: the older lands first, however it ends.
                await seen.older_flight.landing()
            elif joined := await self._join(slot, load, seen, heard):
                return joined
            seen = self._look(slot, asked, began, waited=True)
        return self._at_once(slot, load, seen)

    def _look(self, slot: Slot[T], asked: Directives, began: float, *, waited: bool) -> Look[T]:
        return look(
            slot.entry,
            self._flights.find(slot.call),
            self._aftermath.trouble(slot.call),
            asked,
            began=began,
            now=self._clock(),
            waited=waited,
        )

    def _count(self, seen: Look[T]) -> None:
        if seen.decision.receive is not Receive.KEPT:
            self._counters.misses += 1
        elif seen.decision.detail is None:
            self._hits.count += 1
        else:
            self._counters.stale_hits += 1

    def _at_once(
        self, slot: Slot[T], load: Callable[[], Awaitable[Loaded[T]]], seen: Look[T]
    ) -> Served[T]:
        if seen.decision.load is Load.BACKGROUND:
            self._counters.refreshes += seen.flight is None
            (seen.flight or self._loads.start(slot, load, "stale")).pinned = True
        if seen.decision.receive is Receive.KEPT and seen.entry is not None:
            if seen.decision.detail is None:
                return Served(seen.entry, seen.now)
            return self._stale_at_once(slot, seen.entry, seen)
        if seen.decision.receive is Receive.LAST_ERROR and seen.trouble is not None:
            self._count_refusal(negative=seen.trouble.negative)
            error = remembered(seen.trouble, seen.now)
            raise error from seen.trouble.error
        raise CacheMissError("there is nothing in memory that may be served")

    def _stale_at_once(self, slot: Slot[T], entry: Entry[T], seen: Look[T]) -> Served[T]:
        error = None
        if seen.trouble is not None:
            self._counters.cooldown_served += 1
            error = remembered(seen.trouble, seen.now)
        return self._stale(slot, entry, seen, seen.decision.detail, error=error)

    def _count_refusal(self, *, negative: bool) -> None:
        if negative:
            self._counters.negative_hits += 1
        else:
            self._counters.cooldown_served += 1

    async def _join(
        self,
        slot: Slot[T],
        load: Callable[[], Awaitable[Loaded[T]]],
        seen: Look[T],
        heard: Callable[[T | TaskRouterError], None] | None,
    ) -> Served[T] | None:
        joined = seen.flight is not None
        self._counters.collapsed += joined
        flight = seen.flight or self._loads.start(slot, load, seen.reason, seen.oldest)
        impatient = seen.decision.receive is Receive.NEW_OR_KEPT
        while not await flight.landing(self.policy.soft_timeout if impatient else None):
            meanwhile = self._meanwhile(slot, flight, seen, impatient=impatient)
            if meanwhile is not None:
                return meanwhile
            impatient = False
        if flight.error is None:
            if flight.value.source == "l2" and flight.value.t0 < seen.oldest:
                return None  # fresh for who caused the flight, and too old for this call
            if heard is not None:
                heard(flight.value.value)
            stored = slot.entry is flight.value
            now = self._clock()
            return Served(flight.value, now, seen.fwd, is_new=True, stored=stored, collapsed=joined)
        error = another(flight.error)
        if heard is not None:
            heard(error)
        entry = self._servable(slot)
        if (
            entry is None
            or (seen.decision.receive is Receive.NEW and entry.source == "origin")
            or judged(error) is not Verdict.FAILING
        ):
            raise error from flight.error
        self._counters.stale_if_error += 1
        return self._stale(slot, entry, seen, "stale-if-error", collapsed=joined, error=error)

    def _meanwhile(
        self, slot: Slot[T], flight: Flight[Entry[T]], seen: Look[T], *, impatient: bool
    ) -> Served[T] | None:
        joined, entry = seen.flight is not None, flight.offered
        if entry is not None and entry.t0 >= seen.oldest:
            now, stored = self._clock(), slot.entry is entry
            # Another process's answer, perhaps stale already, but somebody waited for it.
            why = None if now < entry.fresh_until else "stale-while-revalidate"
            return Served(
                entry, now, seen.fwd, is_new=True, stored=stored, collapsed=joined, detail=why
            )
        entry = self._servable(slot) if impatient else None
        if entry is None:
            return None
        self._counters.soft_timeouts += 1
        return self._stale(slot, entry, seen, "soft-timeout", collapsed=joined)

    def _servable(self, slot: Slot[T]) -> Entry[T] | None:
        return None if state_at(self._clock(), slot.entry) is State.DEAD else slot.entry

    def _stale(
        self,
        slot: Slot[T],
        entry: Entry[T],
        seen: Look[T],
        detail: str | None,
        *,
        collapsed: bool = False,
        error: TaskRouterError | None = None,
    ) -> Served[T]:
        served = Served(
            entry, self._clock(), seen.fwd, collapsed=collapsed, detail=detail, error=error
        )
        path = slot.call.operation.path
        tell(self._listener, models.StaleServed(path, detail or "", served.age))
        return served

    async def _bypass(
        self,
        slot: Slot[T],
        load: Callable[[], Awaitable[Loaded[T]]],
        asked: Directives,
    ) -> Served[T]:
        if asked.only_if_cached:
            raise CacheMissError("what is not kept cannot come from memory")
        self._counters.bypassed += 1
        entry = await self._loads.alone(slot, load)
        return Served(entry, self._clock(), "bypass", is_new=True, stored=False)

    def invalidate(self, slot: Slot[T]) -> None:
        """Forget what is kept, and what went wrong; who waits for a request still gets its outcome.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The cache belongs to another event loop.
        """
        self._flights.enter()
        self._counters.invalidations += 1
        self._forget(slot)
        if self._shared is not None:
            self._shared.invalidate(slot)

    def _forget(self, slot: Slot[T]) -> None:
        self._store.drop(slot)
        self._aftermath.forgive(slot.call)
        # No longer registered, the request in the air cannot store what it brings.
        self._flights.forget(slot.call)

    def expects(self) -> bool:
        """Tell whether flights are about to learn from the level whether to ask the service."""
        return self._shared is not None and self._shared.lookers > 0

    def when_settled(self, call: Callable[[], None]) -> None:
        """Have somebody called whenever that ends."""
        if self._shared is not None:
            self._shared.when_settled(call)

    def enter(self) -> None:
        """Refuse a caller from another event loop, or after closing.

        Raises:
            ClosedError: The cache was closed.
            WrongLoopError: The cache belongs to another event loop.
        """
        self._flights.enter()

    def close(self) -> None:
        """Let nobody enter any more.

        Raises:
            WrongLoopError: The cache belongs to another event loop.
            ForkedError: It was used before this process was forked off.
        """
        self._flights.close()

    async def aclose(self) -> None:
        """End every flight and forget every answer; closing again does nothing."""
        self._store.clear()
        try:
            try:
                await self._flights.aclose(self.policy.close_grace)
            finally:
                # Whoever is cancelled meanwhile leaves no task and no connection behind, either.
                if self._shared is not None:
                    await self._shared.aclose(self.policy.close_grace)
        finally:
            self._store.clear()
