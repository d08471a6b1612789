"""What happens when a flight has landed, before anybody who waited learns of it."""

# One table holds the troubles of every kind of answer.
# pyright: reportExplicitAny=false

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from attrs import define
from cachetools import LRUCache

from taskrouter_async import models
from taskrouter_async._cache.failures import Trouble, Verdict, judged, trouble_after
from taskrouter_async._cache.flights import Flight
from taskrouter_async._cache.store import Store
from taskrouter_async._hooks import tell
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.slots import Entry, Slot
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import ClosedError, TaskRouterError
from taskrouter_async.models.caching import LoadReason

T = TypeVar("T")

_LOGGER: Final = logging.getLogger("taskrouter_async.cache")


@define(eq=False)
class Counters:
    """What is counted where somebody has to wait anyway; the names are those of `CacheStats`."""

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


class Aftermath:
    """Keeps what flights bring, and remembers what went wrong.

    Args:
        policy: How much is kept, and for how long.
        store: Where answers are kept.
        counters: Where it is counted.
        clock: The cache's clock.
        chance: Random numbers, 0 to 1.
        listener: Whom to tell.
    """

    def __init__(
        self,
        policy: CachePolicy,
        store: Store,
        counters: Counters,
        clock: Callable[[], float],
        chance: Callable[[], float],
        listener: Callable[["models.CacheEvent"], None] | None,
    ) -> None:
        self._policy = policy
        self._store = store
        self._counters = counters
        self._clock = clock
        self._chance = chance
        self._listener = listener
        self._troubles: LRUCache[Call[Any], Trouble] = LRUCache(policy.maxsize)

    def trouble(self, call: Call[Any]) -> Trouble | None:
        """Return what went wrong last, if the next request is not known to have gone well."""
        return self._troubles.get(call) if len(self._troubles) else None

    def forgive(self, call: Call[Any]) -> None:
        """Forget what went wrong."""
        self._troubles.pop(call, None)

    def started(self, slot: Slot[T], reason: LoadReason) -> None:
        """Note that a flight is about to take off."""
        self._counters.loads_started += 1
        self._counters.reloads += reason == "reload"
        if self._listener is not None:
            tell(self._listener, models.LoadStarted(_path(slot), reason))

    def settle(
        self, slot: Slot[T], flight: Flight[Entry[T]], ttl: float, *, registered: bool
    ) -> None:
        """See to the outcome of a flight that has landed.

        Args:
            slot: The place for its answer.
            flight: The flight.
            ttl: How long its answer is fresh.
            registered: Whether it was the one that callers could join; only such a one changes
                what is kept.
        """
        now = self._clock()
        if flight.asked_at is None and self._came_from_others(slot, flight, registered=registered):
            return
        if flight.error is not None:
            self._failed(slot, flight, flight.error, now, registered=registered)
            return
        stored = registered and self._keep(slot, flight.value, now)
        self.succeeded(slot, flight.reason, now - flight.began_at, ttl, stored=stored)

    def succeeded(
        self, slot: Slot[T], reason: LoadReason, seconds: float, ttl: float, *, stored: bool
    ) -> None:
        """Note that a request brought an answer."""
        self._counters.load_seconds += seconds
        self._counters.loads_succeeded += 1
        if self._listener is not None:
            tell(self._listener, models.LoadSucceeded(_path(slot), reason, seconds, stored))
        if seconds > ttl / 2 > 0 and not slot.slow:
            slot.slow = True
            tell(self._listener, models.TtlTooShort(_path(slot), seconds, ttl))

    def failed(
        self,
        slot: Slot[T],
        reason: LoadReason,
        seconds: float,
        error: TaskRouterError,
        *,
        cooldown: float = 0.0,
        asked: bool = True,
    ) -> None:
        """Note that a request brought an error, and for how long the service is left alone."""
        self._counters.load_seconds += seconds
        self._counters.loads_failed += asked
        if self._listener is not None:
            tell(self._listener, models.LoadFailed(_path(slot), reason, seconds, error, cooldown))

    def _came_from_others(
        self, slot: Slot[T], flight: Flight[Entry[T]], *, registered: bool
    ) -> bool:
        # Nothing was sent for it: another process asked the service, and told how that ended.
        if flight.error is None:
            if registered:
                self._keep(slot, flight.value, self._clock())
            return True
        if flight.told is not None and registered:
            self._note(slot, flight.told)
            self._mourn(slot, flight, flight.error)
        return flight.told is not None

    def _keep(self, slot: Slot[T], entry: Entry[T], now: float) -> bool:
        self.forgive(slot.call)
        if slot.failing:
            slot.failing = False
            _LOGGER.info("%s can be refreshed again", _path(slot))
        if entry.size > self._policy.max_value_bytes:
            self._store.drop(slot)  # what is older would stand in its way
            return False
        if now >= entry.dead_at:
            return False
        self._store.put(slot, entry)
        return True

    def _failed(
        self,
        slot: Slot[T],
        flight: Flight[Entry[T]],
        error: TaskRouterError,
        now: float,
        *,
        registered: bool,
    ) -> None:
        trouble = self._remember(slot, flight, error, now) if registered else None
        self.failed(
            slot,
            flight.reason,
            now - flight.began_at,
            error,
            cooldown=0.0 if trouble is None else trouble.until - now,
            asked=flight.asked_at is not None,
        )
        if registered:
            self._mourn(slot, flight, error)

    def _mourn(self, slot: Slot[T], flight: Flight[Entry[T]], error: TaskRouterError) -> None:
        if flight.pinned and not slot.failing and not isinstance(error, ClosedError):
            slot.failing = True
            # Not the error's text, which is the vendor's and may name SIDs.
            _LOGGER.warning("%s cannot be refreshed: %s", _path(slot), type(error).__name__)

    def _remember(
        self, slot: Slot[T], flight: Flight[Entry[T]], error: TaskRouterError, now: float
    ) -> Trouble | None:
        trouble = trouble_after(
            error,
            self.trouble(slot.call),
            self._policy,
            t0=flight.started_at,
            now=now,
            chance=self._chance(),
        )
        if trouble is not None:
            self._note(slot, trouble)
        elif judged(error) is Verdict.GONE:
            self._store.drop(slot)
        return trouble

    def _note(self, slot: Slot[T], trouble: Trouble) -> None:
        self._troubles[slot.call] = trouble
        if judged(trouble.error) is Verdict.GONE:
            self._store.drop(slot)


def _path(slot: Slot[T]) -> str:
    return slot.call.operation.path
