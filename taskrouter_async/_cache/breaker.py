"""When to leave the shared level alone, and for how long.

No clock and no chance here: chance is an argument, and the pause is taken by somebody else.
"""

from typing import Final

from attrs import define

_LIMIT: Final = 2
_FIRST_SECONDS: Final = 2.0
_LONGEST_SECONDS: Final = 30.0
_MOST_DOUBLINGS: Final = 10


@define
class Breaker:
    """Opens after two failures in a row; then only the listener tries, and closes it.

    Attributes:
        is_open: Whether the level is left alone.
    """

    is_open: bool = False
    _failures: int = 0
    _openings: int = 0

    def failed(self) -> bool:
        """Count a failure, and tell whether it opened the breaker."""
        self._failures += 1
        if self.is_open or self._failures < _LIMIT:
            return False
        self.is_open = True
        self._openings += 1
        return True

    def tried_in_vain(self) -> None:
        """Note that the level is still away: the next pause is longer."""
        self._openings += 1

    def worked(self) -> None:
        """Note that a command was carried out: the next pause is the first again."""
        if not self.is_open:
            self._failures = self._openings = 0

    def reached(self) -> bool:
        """Note that the level can be heard, and tell whether that closed the breaker.

        Pauses do not begin anew: a level that can be reached may still refuse every command.
        """
        was_open, self.is_open, self._failures = self.is_open, False, 0
        return was_open

    def pause(self, chance: float) -> float:
        """Return for how many seconds to leave the level alone.

        Args:
            chance: 0 to 1, which becomes a fifth less or a fifth more.
        """
        doubled = _FIRST_SECONDS * 2.0 ** min(self._openings - 1, _MOST_DOUBLINGS)
        return min(_LONGEST_SECONDS, doubled) * (0.8 + 0.4 * chance)
