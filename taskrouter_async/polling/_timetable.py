"""When each handle is due: pure arithmetic over instants that somebody else reads off a clock."""

import math
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final, Generic, TypeVar

from attrs import frozen

K = TypeVar("K")

# Steps of the golden ratio around a circle leave no gap much larger than another, however many
# steps there are, from whichever step they begin, and even if only every n-th is looked at.
_STEP: Final = (math.sqrt(5.0) - 1.0) / 2.0

# A wait this long is a mistake or malice of whoever asks for it.
_LONGEST_HINT_SECONDS: Final = 3600.0

_JITTER: Final = 0.25

# A heap smaller than this is not worth tidying up.
_SLACK: Final = 64


def phase(place: int) -> float:
    """Return where in the interval the handle in this place is due, from 0 up to 1."""
    return place * _STEP % 1.0


def max_age(every: float, age: float) -> float:
    """Return how old an answer may be that a poll accepts, in seconds.

    Whatever is younger than half of the interval will do. So will an older one that others asked
    for since: where many poll, the first to be due asks, and the others share its answer. Two
    readings of one answer may differ a little, so it has to be newer by a tenth of the interval.

    Args:
        every: Seconds in an interval.
        age: How old the answer is by now that the poll before brought.
    """
    return max(every / 2, min(every, age - every / 10))


class Places:
    """Numbers from 0 up, each in one hand at a time, and the lowest free one first.

    So the places in use stay close to a whole series, whose phases are the most even.
    """

    def __init__(self) -> None:
        self._unused = count()
        self._free: list[int] = []

    def take(self) -> int:
        """Return a number that nobody has."""
        return heappop(self._free) if self._free else next(self._unused)

    def give_back(self, place: int) -> None:
        """Let somebody else have it."""
        heappush(self._free, place)


@frozen
class Grid:
    """The moments of all handles: each has one in every interval.

    Attributes:
        start: When the first interval began.
        every: Seconds in an interval.
    """

    start: float
    every: float

    def moment(self, place: int, tick: int) -> float:
        """Return a handle's moment in an interval.

        It is computed from the start and not from the moment before, so that nothing adds up.
        """
        return self.start + (phase(place) + tick) * self.every

    def tick_after(self, place: int, now: float) -> int:
        """Return the first interval in which the handle's moment is still to come."""
        tick = max(0, math.ceil((now - self.start) / self.every - phase(place)))
        # A moment that is just now is over, and rounding may have led one too far down.
        return tick if self.moment(place, tick) > now else tick + 1


class Schedule(Generic[K]):
    """Who is due when, each once at most; whatever happens costs O(log n)."""

    def __init__(self) -> None:
        self._due: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._numbers = count()  # between two who are due at once, the first one put goes first

    def put(self, key: K, due: float) -> None:
        """Note when somebody is due, instead of what was noted before."""
        self._due[key] = due
        heappush(self._heap, (due, next(self._numbers), key))
        self._tidy()

    def due(self, key: K) -> float:
        """Return when somebody is due who was put here."""
        return self._due[key]

    def discard(self, key: K) -> None:
        """Forget somebody."""
        self._due.pop(key, None)
        self._tidy()

    def clear(self) -> None:
        """Forget everybody."""
        self._due.clear()
        self._heap.clear()

    def next_due(self) -> float | None:
        """Return when the next one is due; ``None`` if nobody is."""
        while self._heap:
            due, _, key = self._heap[0]
            if self._due.get(key) == due:
                return due
            heappop(self._heap)  # superseded, or forgotten
        return None

    def pop(self, now: float) -> tuple[K, float] | None:
        """Return who is due by now and since when, and forget them; ``None`` if nobody is."""
        due = self.next_due()
        if due is None or due > now:
            return None
        key = heappop(self._heap)[2]
        del self._due[key]
        return key, due

    def _tidy(self) -> None:
        # What is superseded stays in the heap until its time. Where that happens often, or the
        # time is far away, it would pile up.
        if len(self._heap) > 2 * len(self._due) + _SLACK:
            self._heap = [item for item in self._heap if self._due.get(item[2]) == item[0]]
            heapify(self._heap)


def backoff(every: float, errors: int, cap: float, hint: float | None, chance: float) -> float:
    """Return how many seconds to leave a handle alone after an error.

    The interval doubles with every error in a row. It is never shorter than without any.

    Args:
        every: Seconds between two polls while all is well.
        errors: The errors in a row, this one included.
        cap: The longest interval.
        hint: How long the service asks us to wait at least, if it does.
        chance: A random number from 0 up to 1: handles that failed together come back apart.
    """
    interval = min(every * 2.0 ** min(errors, 60), max(cap, every))
    if hint is not None and hint > interval:
        interval = min(hint, max(interval, _LONGEST_HINT_SECONDS))
    return interval * (1.0 + _JITTER * chance)
