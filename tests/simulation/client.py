"""A client of the library, wired as `TaskRouterClient` wires it, with a carrier of our own."""

import asyncio
import random
from collections.abc import Callable
from typing import Final

from attrs import define, field, frozen
from simulation.carrier import Carrier
from simulation.errands import STATISTICS, WORKSPACE, Errand, Want

from taskrouter_async._admission import Desk
from taskrouter_async._attempts import Attempts
from taskrouter_async._cache import Cache
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.directives import NO_WISHES
from taskrouter_async.config import BASE_URL, CachePolicy, RetryPolicy, Timeouts
from taskrouter_async.models import RequestEvent

_WALL_CLOCK_SECONDS: Final = 1_767_225_600.0


def _as_they_come(desk: Desk) -> None:
    """Leave a desk as it is."""


@frozen
class Parts:
    """What a world is made of; a test that wants to see a promise broken hands in a bad part.

    Attributes:
        attempts: Carries calls.
        engine: Answers calls.
        carrier: Carries requests.
        furnish: Changes a desk.
    """

    attempts: type[Attempts] = Attempts
    engine: type[Engine] = Engine
    carrier: type[Carrier] = Carrier
    furnish: Callable[[Desk], None] = _as_they_come


GOOD_PARTS: Final = Parts()


@define(eq=False)
class Client:
    """A client of one account.

    Attributes:
        open: The errands that have not ended.
    """

    _engine: Engine
    _attempts: Attempts
    _cache: Cache
    _grace: float
    open: dict[Errand, None] = field(factory=dict)

    async def ask(self, errand: Errand) -> object:
        """Return what the engine answers."""
        if errand.want is Want.STATISTICS:
            slot = self._engine.slot(STATISTICS, WORKSPACE)
            return (await self._engine.serve(slot, NO_WISHES)).value
        if errand.want is Want.SEARCH:
            return await self._engine.send_page(errand.call())
        return await self._engine.send(errand.call())

    async def aclose(self) -> None:
        """Close as `TaskRouterClient` does; every call has to end within the grace."""
        latest = asyncio.get_running_loop().time() + self._grace
        for errand in self.open:
            errand.latest = min(errand.latest, latest)
        await asyncio.gather(self._cache.aclose(), self._attempts.aclose(self._grace))


def opened(
    parts: Parts,
    carrier: Carrier,
    desk: Desk,
    account_sid: str,
    timeouts: Timeouts,
    chance: random.Random,
    listener: Callable[[RequestEvent], None],
) -> Client:
    """Return a new client."""
    policy = CachePolicy()
    attempts = parts.attempts(
        carrier, desk, RetryPolicy(), timeouts, chance=chance.random, listener=listener
    )
    cache = Cache(
        policy,
        asyncio.get_running_loop().time,
        chance=chance.random,
        wall_clock=lambda: _WALL_CLOCK_SECONDS,
    )
    engine = parts.engine(
        attempts,
        cache,
        account_sid=account_sid,
        base_url=BASE_URL,
        total_seconds=timeouts.total,
    )
    return Client(engine, attempts, cache, policy.close_grace)
