"""What is done beside everything else: each lane in order, the lanes at the same time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from attrs import define, field

Errand: TypeAlias = Callable[[], Awaitable[None]]


@define(eq=False)
class Errands:
    """Errands that are under way or wait for their turn."""

    _lanes: dict[str, deque[Errand]] = field(init=False, factory=dict)
    _walkers: set[asyncio.Task[None]] = field(init=False, factory=set)

    def send(self, lane: str, errand: Errand) -> None:
        """Let something be done after everything else in its lane."""
        if lane in self._lanes:
            self._lanes[lane].append(errand)
            return
        self._lanes[lane] = deque([errand])
        walker = asyncio.get_running_loop().create_task(self._walk(lane))
        self._walkers.add(walker)
        walker.add_done_callback(self._walkers.discard)

    async def settle(self) -> None:
        """Wait until all is done, and also what was sent for meanwhile."""
        while self._walkers:
            await asyncio.wait(self._walkers)

    async def aclose(self) -> None:
        """Call everything off, and wait until nobody is on their way any more."""
        walkers = list(self._walkers)
        for walker in walkers:
            walker.cancel()
        await asyncio.gather(*walkers, return_exceptions=True)
        self._lanes.clear()

    async def _walk(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                await waiting.popleft()()
        finally:
            del self._lanes[lane]
