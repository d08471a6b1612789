"""The admission of requests, over all accounts of one session pool."""

import random
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

from taskrouter_async._admission.desk import Desk
from taskrouter_async._admission.hall import Hall
from taskrouter_async._protocol.limiting import POOL_TOKENS, TokenBudget

MAX_WAITING: Final = 1000


class Admission:
    """Decide which request may go to the connections next.

    An account is remembered for as long as somebody holds its desk.

    Args:
        max_in_flight: How many requests may be under way, 1 or more.
        max_waiting: How many calls of one account may wait until it is their turn.
        chance: Random numbers, 0 to 1.
    """

    def __init__(
        self,
        max_in_flight: int,
        *,
        max_waiting: int = MAX_WAITING,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._hall = Hall(max_in_flight)
        self._max_waiting = max_waiting
        self._chance = chance
        self._tokens = TokenBudget(POOL_TOKENS)
        self._desks: WeakValueDictionary[str, Desk] = WeakValueDictionary()

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return self._hall.in_flight

    def desk(self, account_sid: str) -> Desk:
        """Return the account's desk, one for all who ask; to be held for as long as it is used."""
        desk = self._desks.get(account_sid)
        if desk is None:
            desk = Desk(self._hall, self._max_waiting, self._tokens, self._chance)
            self._desks[account_sid] = desk
            self._hall.divide(len(self._desks))
        return desk

    def close(self) -> None:
        """Admit nobody any more; who waits gets a `ClosedError`. Closing again does nothing."""
        self._hall.close()
        for desk in tuple(self._desks.values()):
            desk.turn_away()

    async def idle(self) -> None:
        """Return as soon as no request is under way."""
        await self._hall.idle()
