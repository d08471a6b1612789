"""The bounded memory of answers, touched only where somebody has to wait anyway.

cachetools counts and forgets; who finds a fresh answer looks into its slot and does not come here.
So recency is that of the last renewal, and a slot that loses its place is emptied.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias, TypeVar

from attrs import evolve
from cachetools import TLRUCache

from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.slots import Entry, Slot

# One store holds the slots of every kind of answer; a slot's type is known by its call's.
# pyright: reportExplicitAny=false

T = TypeVar("T")

_Kept: TypeAlias = tuple[Slot[Any], Entry[Any]]

_SWEEP_SECONDS: Final = 1.0


class Store:
    """The slots that hold an answer.

    Args:
        maxsize: How many at most.
        clock: The cache's clock.
    """

    def __init__(self, maxsize: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held = _Held(maxsize, ttu=_dead_at, timer=clock)
        self._sweep_at = clock() + _SWEEP_SECONDS

    def __len__(self) -> int:
        return int(self._held.currsize)

    @property
    def evictions(self) -> int:
        """How many answers made room for others."""
        return self._held.evictions

    @property
    def expirations(self) -> int:
        """How many answers were forgotten at the end of their time."""
        return self._held.expirations

    def put(self, slot: Slot[T], entry: Entry[T]) -> None:
        """Keep an answer in its slot; the one renewed longest ago may have to make room."""
        self._held[slot.call] = (slot, entry)
        # Afterwards: an older answer that is dead by now has emptied the slot as it went.
        slot.entry = entry

    def drop(self, slot: Slot[T]) -> None:
        """Empty a slot."""
        slot.entry = None
        with suppress(KeyError):  # not held, or dead
            del self._held[slot.call]

    def end_freshness(self, now: float) -> None:
        """Make every answer stale; each may still be served while a newer one is fetched."""
        for slot, _ in list(self._held.values()):
            if slot.entry is not None and slot.entry.fresh_until > now:
                slot.entry = evolve(slot.entry, fresh_until=now)

    def sweep(self, now: float) -> None:
        """Let go of answers that are dead, once a second at most."""
        if now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_SECONDS
            self._held.expire()

    def clear(self) -> None:
        """Empty every slot."""
        # The list first: an iterator that is left open would stop the time of a cachetools cache.
        for slot, _ in list(self._held.values()):
            slot.entry = None
        self._held.clear()


class _Held(TLRUCache[Call[Any], _Kept]):
    evictions = 0
    expirations = 0

    def popitem(self) -> tuple[Call[Any], _Kept]:
        call, kept = super().popitem()
        kept[0].entry = None
        self.evictions += 1
        return call, kept

    def expire(self, time: float | None = None) -> list[tuple[Call[Any], _Kept]]:
        expired = list(super().expire(time))
        for _, (slot, _entry) in expired:
            slot.entry = None
        self.expirations += len(expired)
        return expired


def _dead_at(_call: Call[Any], kept: _Kept, _now: float) -> float:
    return kept[1].dead_at
