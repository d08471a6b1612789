"""Commands to the shared level wait in line, so that few connections do for many.

A line that moves quickly is waited in, however long it is: it is made by this process alone. At a
slow level whoever has waited for long enough does without.
"""

import asyncio
import math
from collections import deque
from typing import Final

# A level is quick if so many commands one after the other fit into the patience of who waits. With
# six at a time and an eighth of a second that is 288 a second: nobody is faster elsewhere.
_QUICK_ROUNDS: Final = 6


class Line:
    """A line of commands.

    Args:
        places: How many may be under way at once.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._seats: deque[asyncio.Future[bool]] = deque()
        # One more than can be under way when this process is held up for a moment.
        self._took: deque[float] = deque(maxlen=places + 1)

    async def turn(self, patience: float) -> bool:
        """Wait for a turn, which is to be given back; ``False`` if it is not worth waiting for.

        Args:
            patience: For how many seconds to wait at a slow level.
        """
        if self._free:
            self._free -= 1
            return True
        seat: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._seats.append(seat)
        if patience < math.inf:
            self._judge_later(seat, patience)
        # Only closing cancels whoever waits here, and then nobody needs a turn any more.
        return await seat

    def give_back(self) -> None:
        """Let the next one have the turn."""
        while self._seats:
            seat = self._seats.popleft()
            if not seat.done():
                seat.set_result(True)
                return
        self._free += 1

    def note(self, seconds: float) -> None:
        """Remember how long a command took."""
        self._took.append(seconds)

    def held_up(self, waited: float, patience: float) -> float:
        """Return for how many seconds the level has held somebody up who waited for a turn.

        Args:
            waited: For how long.
            patience: For how long at most; after that there is not enough time for a command.
        """
        if not self._is_slow(patience):
            return 0.0
        return waited if waited <= patience else math.inf

    def _is_slow(self, patience: float) -> bool:
        return len(self._took) == self._took.maxlen and min(self._took) > patience / _QUICK_ROUNDS

    def _judge_later(self, seat: "asyncio.Future[bool]", patience: float) -> None:
        asyncio.get_running_loop().call_later(patience, self._judge, seat, patience)

    def _judge(self, seat: "asyncio.Future[bool]", patience: float) -> None:
        if seat.done():
            return
        if self._is_slow(patience):
            seat.set_result(False)
        else:
            self._judge_later(seat, patience)
