"""Where all accounts wait for the same connections, and take turns."""

import asyncio
from collections import OrderedDict
from typing import Protocol


class Line(Protocol):
    """Those of one account who wait."""

    def admit(self) -> None:
        """Let the first one in, and line up again if another one may follow."""
        ...


class Hall:
    """Count who is in, over all accounts, and let the accounts in by turns.

    Only lines that could move stand in `ready`: an account at its own limit does not, so that no
    look at it is wasted. After every change there is either nothing ready or no room, so whoever
    finds room takes it from nobody.

    Args:
        room: How many may be in.

    Attributes:
        room: How many may be in; none once it is closed.
        share: How many of one account may be: all, or nearly all as soon as there are others.
            What hangs for one of them leaves something for the rest.
        in_flight: How many are.
        closed: Whether nobody is let in any more.
        ready: The lines that wait for nothing but room, the next one first.
        idlers: Wakes up those who wait until nobody is in.
    """

    __slots__ = ("closed", "idlers", "in_flight", "ready", "room", "share")

    def __init__(self, room: int) -> None:
        self.room = room
        self.share = room
        self.in_flight = 0
        self.closed = False
        self.ready: OrderedDict[Line, None] = OrderedDict()
        self.idlers: set[asyncio.Future[None]] = set()

    def serve(self) -> None:
        """Let in whom there is room for; if nobody is in, tell those who wait for that."""
        while self.ready and self.in_flight < self.room:
            line, _ = self.ready.popitem(last=False)
            line.admit()
        if not self.in_flight:
            for idler in self.idlers:
                _wake(idler)

    async def idle(self) -> None:
        """Return as soon as nobody is in."""
        while self.in_flight:
            idler = asyncio.get_running_loop().create_future()
            self.idlers.add(idler)
            try:
                await idler
            finally:
                self.idlers.discard(idler)

    def divide(self, accounts: int) -> None:
        """Keep a tenth of the room, one place at least, out of each account's reach if it can."""
        kept = max(1, self.room // 10) if accounts > 1 else 0
        self.share = max(1, self.room - kept)

    def close(self) -> None:
        """Let nobody in any more; who is in may leave."""
        self.closed = True
        self.room = 0
        self.ready.clear()


def _wake(idler: "asyncio.Future[None]") -> None:
    if not idler.done():
        idler.set_result(None)
