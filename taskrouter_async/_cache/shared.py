"""The shared level as the cache sees it: flights visit it, and what is invalidated goes there."""

# Tables hold what belongs to answers of every kind.
# pyright: reportExplicitAny=false

import asyncio
import math
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

from taskrouter_async._cache.desk import Desk
from taskrouter_async._cache.flights import Flight
from taskrouter_async._cache.names import Names, Owner
from taskrouter_async._cache.post import Post
from taskrouter_async._cache.surroundings import Surroundings
from taskrouter_async._cache.visits import Visit, Wanted
from taskrouter_async._level import Level, SharedLevel
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.slots import Entry, Slot

T = TypeVar("T")

_Mark: TypeAlias = tuple[float, asyncio.Task[None]]
_AnyCall: TypeAlias = Call[Any]

_NEVER: Final = -math.inf


class Shared:
    """A cache's share in the level.

    Args:
        level: How to open it.
        owner: Whose answers the cache keeps.
        cache: The cache.
        forget: Empties a slot that another process invalidated.
    """

    def __init__(
        self,
        level: SharedLevel,
        owner: Owner,
        cache: Surroundings,
        forget: Callable[[Slot[Any]], None],
    ) -> None:
        self._cache = cache
        self._forget = forget
        self._names = Names(owner, level.key_secret, batches=cache.policy.batch_queues)
        self._desk = Desk(
            level,
            cache.counters,
            chance=cache.chance,
            listener=cache.listener,
            invalidated=self._invalidated,
            # What was fresh is stale now, and each answer costs one look at the level.
            missed=lambda: cache.store.end_freshness(cache.clock()),
        )
        self._post = Post(
            owner, self._names, cache.policy, cache.counters, cache.listener, cache.wall_clock
        )
        self._slots: WeakValueDictionary[str, Slot[Any]] = WeakValueDictionary()
        # Errors are remembered even if nobody holds the slot any more.
        self._calls: LRUCache[str, _AnyCall] = LRUCache(cache.policy.maxsize)
        # The level may be slow to forget, or away: what is older than this is not believed again.
        self._marks: LRUCache[_AnyCall, _Mark] = LRUCache(cache.policy.maxsize)

    @property
    def away(self) -> bool:
        """Whether the level is left alone."""
        return self._desk.away

    @property
    def lookers(self) -> int:
        """How many flights are about to learn whether they have to ask the service."""
        return self._desk.lookers

    def when_settled(self, call: Callable[[], None]) -> None:
        """Have somebody called whenever no flight is about to learn that any more."""
        self._desk.settled = call

    def visit(self, slot: Slot[T], flight: Flight[Entry[T]], ttl: float, oldest: float) -> Visit[T]:
        """Return the visit of a flight that is about to take off.

        Args:
            slot: The place for its answer.
            flight: The flight.
            ttl: How long the answer is fresh at most.
            oldest: The earliest instant from which the answer may be.
        """
        name = self._names.of(slot.call)
        self._slots[name] = slot
        self._calls[name] = slot.call
        mark, cleared = self._marks.get(slot.call, (_NEVER, None))
        wanted = Wanted(slot, name, ttl, max(oldest, mark), mark, cleared)
        return Visit(self._cache, self._desk, self._post, flight, wanted)

    def invalidate(self, slot: Slot[T]) -> None:
        """Have the level forget an answer, and all processes with it."""
        name = self._names.of(slot.call)
        task = self._desk.start(self._clear(name))
        self._marks[slot.call] = (self._cache.clock(), task)

    async def _clear(self, name: str) -> None:
        desk = self._desk

        async def command(level: Level) -> None:
            await level.invalidate(name, desk.sender)

        await desk.enter(desk.budget)
        await desk.ask(command, desk.budget)

    def _invalidated(self, name: str) -> None:
        slot = self._slots.get(name)
        if slot is not None:
            self._forget(slot)
        elif name in self._calls:
            self._cache.aftermath.forgive(self._calls[name])

    async def aclose(self, grace: float) -> None:
        """End what is under way, and let go of the level.

        Args:
            grace: For how many seconds to wait for what was begun.
        """
        await self._desk.aclose(grace)
