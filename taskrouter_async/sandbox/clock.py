"""The clocks that the sandbox's time can follow."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from attrs import define, field

Kind: TypeAlias = Literal["system", "virtual"]

# A Monday morning: what a virtual clock shows where nothing else is asked for.
VIRTUAL_START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


@define(eq=False)
class Clock:
    """Seconds since 1970: those of the system, or those that somebody turns.

    Args:
        kind: ``system`` runs by itself; ``virtual`` moves only when it is turned.
        monotonic: Seconds that never run backwards, for the clock that runs by itself.
        start: The first moment it shows.
    """

    kind: Kind
    start: float
    _monotonic: Callable[[], float] = time.monotonic
    _shown: float = field(init=False)
    _origin: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._shown = self.start
        self._origin = self._monotonic()

    def __call__(self) -> float:
        """Return the present."""
        if self.kind == "virtual":
            return self._shown
        return self._shown + self._monotonic() - self._origin

    def turn(self, seconds: float) -> None:
        """Put the clock forward."""
        self._shown += seconds

    def turn_to(self, moment: float) -> None:
        """Put a virtual clock forward to a moment; one that has passed changes nothing."""
        self._shown = max(self._shown, moment)
