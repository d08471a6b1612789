"""What a poller counts and measures."""

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

_WINDOW: Final = 1024
_LATE: Final = 0.05


class Meter:
    """The counts since a poller started, and the lateness of its newest polls.

    Args:
        every: Seconds between two polls of a handle.

    Attributes:
        polls: Polls that began.
        errors: Polls that brought an error.
        late: Polls that began far behind their moment.
        missed: Moments without a poll.
        conflated: Outcomes that gave way to newer ones.
    """

    __slots__ = ("_lateness", "_tolerated", "conflated", "errors", "late", "missed", "polls")

    def __init__(self, every: float) -> None:
        self._tolerated = every * _LATE
        self._lateness: deque[float] = deque(maxlen=_WINDOW)
        self.polls = 0
        self.errors = 0
        self.late = 0
        self.missed = 0
        self.conflated = 0

    def began(self, lateness: float) -> None:
        """Count a poll that begins so many seconds behind its moment."""
        self.polls += 1
        self._lateness.append(lateness)
        if lateness > self._tolerated:
            self.late += 1

    def lateness(self, share: float) -> float:
        """Return the seconds within which this share of the newest polls began."""
        return _quantile(sorted(self._lateness), share)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0.0
