"""One seed's world: accounts, their clients, and ten minutes in which callers want things.

A world is made of the library's own parts, from the engine down to the admission, with a carrier
below them that plays network and service. All chance comes from the seed, and each account has a
chance of its own, so that one account's history does not hang on what the others do.
"""

import asyncio
import math
import random
from functools import partial
from typing import Final

from attrs import define, field
from simulation import nature
from simulation.books import Books, Purse, account_purse, pool_purse
from simulation.callers import Callers
from simulation.client import GOOD_PARTS, Client, Parts, opened
from simulation.loop import RestingLoop
from simulation.nature import Nature
from simulation.records import Records
from simulation.service import Service
from simulation.watch import BrokenPromiseError, Ledger, Watch

from taskrouter_async._admission import Admission
from taskrouter_async.config import Timeouts

SECONDS: Final = 600.0
_SECONDS_BETWEEN_CALLS: Final = 1.0
_SECONDS_UNTIL_ALL_IS_QUIET: Final = 45.0  # what is carried out late comes 40 s late at most
_ROOMS: Final = (100, 100, 100, 40, 6)
_TIMEOUTS: Final = (Timeouts(), Timeouts(), Timeouts(total=12.0, attempt=4.0))


@define(eq=False)
class Account:
    """One account of a world, on both sides of the carrier."""

    service: Service
    ledger: Ledger
    purse: Purse
    chance: random.Random
    closes_at: float
    clients: list[Client] = field(factory=list)


class World:
    """One seed's world.

    Args:
        seed: What decides everything.
        loop: Whose time passes.
        parts: What it is made of.
        calm: Whether no account has any trouble, with everything else as it is.

    Attributes:
        watch: Sees everything.
        callers: The callers of each account.
        complaints: What asyncio complains about; more may come when garbage is collected.
    """

    def __init__(self, seed: int, loop: RestingLoop, parts: Parts, *, calm: bool) -> None:
        chance = random.Random(seed)
        room = chance.choice(_ROOMS)
        self.complaints = loop.complaints
        self._loop = loop
        self._parts = parts
        self._timeouts = chance.choice(_TIMEOUTS)
        self._admission = Admission(room, chance=random.Random(seed).random)
        self._purse = pool_purse()
        self.watch = Watch(self._admission, room, loop.time)
        drawn = nature.drawn(chance)
        self._accounts = [
            self._account(number, Nature(each.latency) if calm else each, chance.getrandbits(64))
            for number, each in enumerate(drawn)
        ]
        self.callers = [self._callers(each) for each in self._accounts]

    def _account(self, number: int, drawn: Nature, seed: int) -> Account:
        account_sid = "AC" + "abcd"[number] * 32
        records = Records(account_sid, self.watch.carried_out)
        service = Service(records, drawn, random.Random(seed), self._loop.time)
        desk = self._admission.desk(account_sid)
        self._parts.furnish(desk)
        ledger = self.watch.ledgers[account_sid] = Ledger(service, desk)
        own = random.Random(seed + 1)
        closes_at = own.uniform(0.0, SECONDS) if nature.is_on(own) else math.inf
        return Account(service, ledger, account_purse(), own, closes_at)

    def _callers(self, account: Account) -> Callers:
        account.clients += (self._client(account) for _ in range(account.chance.choice((1, 1, 2))))
        return Callers(
            account.service,
            account.clients,
            self.watch,
            account.chance,
            _SECONDS_BETWEEN_CALLS * len(self._accounts),
            self._timeouts.total,
        )

    def _client(self, account: Account) -> Client:
        stranger = next(each for each in self._accounts if each is not account)
        books = Books(self._purse, account.purse)
        return opened(
            self._parts,
            self._parts.carrier(account.service, stranger.service, self.watch),
            account.ledger.desk,
            account.service.records.account_sid,
            self._timeouts,
            account.chance,
            partial(self.watch.heard, account.ledger, books),
        )

    @property
    def healthy(self) -> list[str]:
        """The accounts that have no trouble of their own."""
        services = [account.service for account in self._accounts]
        return [each.records.account_sid for each in services if each.nature.healthy]

    def history(self) -> dict[str, list[tuple[float, float, str]]]:
        """Return how each account's calls went, as they began."""
        services = [account.service for account in self._accounts]
        return {
            each.records.account_sid: [errand.history() for errand in each.errands]
            for each in services
        }

    async def live(self) -> None:
        """Let ten minutes pass, and everything end that began in them."""
        self._loop.call_at_rest(self.watch.at_rest)
        closing = [self._replace(account) for account in self._accounts]
        await asyncio.gather(*(each.come(SECONDS) for each in self.callers), *closing)
        await asyncio.sleep(_SECONDS_UNTIL_ALL_IS_QUIET)
        for account in self._accounts:
            for client in account.clients:
                await client.aclose()
        self._admission.close()
        await self._admission.idle()
        self._look_at_the_end()

    async def _replace(self, account: Account) -> None:
        """Close a client in the middle of everything, if so drawn, when there is a new one."""
        if account.closes_at < SECONDS:
            await asyncio.sleep(account.closes_at)
            client, account.clients[0] = account.clients[0], self._client(account)
            await client.aclose()

    def _look_at_the_end(self) -> None:
        watch = self.watch
        watch.check(not any(each.calls for each in self.callers), "no call is lost")
        watch.check(len(asyncio.all_tasks()) == 1, "no task is left over")
        watch.check(not self._admission.in_flight, "no permit is left over")
        for account in self._accounts:
            watch.check(not account.service.in_flight, "no request is left over")
            watch.check(not account.ledger.desk.limits().waiting, "nobody waits any more")
            watch.counts.update(account.service.faults)
        watch.at_rest()


def play(seed: int, parts: Parts = GOOD_PARTS, *, calm: bool = False) -> World:
    """Play one seed's world and return it when it is over.

    Raises:
        BrokenPromiseError: It says which promise, and how to play the seed again.
    """
    loop = RestingLoop()
    again = f"(again: nox -s simulation -- --seed {seed})"
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            world = runner.run(_live(seed, loop, parts, calm=calm))
        except BrokenPromiseError as error:
            raise BrokenPromiseError(f"seed {seed}, {error}\n{again}") from None
        finally:
            loop.call_at_rest(_look_away)
    if loop.complaints:
        raise BrokenPromiseError(f"seed {seed}: asyncio complains: {loop.complaints[0]}\n{again}")
    return world


async def _live(seed: int, loop: RestingLoop, parts: Parts, *, calm: bool) -> World:
    world = World(seed, loop, parts, calm=calm)
    await world.live()
    return world


def _look_away() -> None:
    """Look at nothing while a world is cleared away."""


def compared_with_peace(seed: int, parts: Parts = GOOD_PARTS) -> int:
    """Play a world with and without its troubles; accounts that have none must not see any.

    Returns:
        How many accounts were compared: none where there were so few connections that accounts had
        to take turns.

    Raises:
        BrokenPromiseError: A call went otherwise, if only by a moment.
    """
    world = play(seed, parts)
    if world.watch.crowded:
        return 0
    history, in_peace = world.history(), play(seed, parts, calm=True).history()
    for account_sid in world.healthy:
        if history[account_sid] != in_peace[account_sid]:
            raise BrokenPromiseError(f"seed {seed}: somebody's trouble reached {account_sid}")
    return len(world.healthy)
