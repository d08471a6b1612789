"""The callers of one account: when they come, what they want, and how patient they are."""

import asyncio
import itertools
import random
from typing import Final

from attrs import define, field
from simulation.client import Client
from simulation.errands import Ending, Errand, Want, knowledge
from simulation.service import Service
from simulation.watch import Watch

from taskrouter_async.errors import TaskRouterError

_PERCENTAGES: Final = {
    Want.FETCH: 30,
    Want.STATISTICS: 25,
    Want.CREATE: 15,
    Want.INSTRUCT: 8,
    Want.UPDATE: 5,
    Want.CONDITIONAL: 9,
    Want.DELETE: 5,
    Want.SEARCH: 3,
}
_WANTS: Final = tuple(_PERCENTAGES)
_WEIGHTS: Final = tuple(itertools.accumulate(_PERCENTAGES.values()))
_BURSTS: Final = (1, 1, 1, 1, 1, 1, 2, 3, 6, 10)
_LARGEST_BURST: Final = 40
_LARGEST_BURST_CHANCE: Final = 0.005
_MEAN_BURST: Final = 2.7 + 0.2
_IMPATIENT: Final = 0.04
_LATEST_KNOWN: Final = 12


@define(eq=False)
class Callers:
    """The callers of one account.

    Attributes:
        service: Their account.
        clients: The clients that they use.
        watch: Is told how their calls end.
        chance: Where their whims come from.
        seconds_each: How many seconds there are between two calls, on average.
        patience: How many seconds a call may take.
        calls: The calls that have not ended.
    """

    service: Service
    clients: list[Client]
    watch: Watch
    chance: random.Random
    seconds_each: float
    patience: float
    calls: set[asyncio.Task[None]] = field(factory=set)
    _known: list[str] = field(factory=list)

    async def come(self, seconds: float) -> None:
        """Call for so many seconds."""
        loop, chance = asyncio.get_running_loop(), self.chance
        self._known += (self.service.records.make() for _ in range(_LATEST_KNOWN))
        pause = 1.0 / (self.seconds_each * _MEAN_BURST)
        while loop.time() < seconds:
            await asyncio.sleep(chance.expovariate(pause))
            big = chance.random() < _LARGEST_BURST_CHANCE
            for _ in range(_LARGEST_BURST if big else chance.choice(_BURSTS)):
                self._start(loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        chance = self.chance
        errand = self._errand(loop.time())
        patience = chance.uniform(0.0, 5.0) if chance.random() < _IMPATIENT else None
        call = loop.create_task(self._call(chance.choice(self.clients), errand, patience))
        self.calls.add(call)
        call.add_done_callback(self.calls.discard)
        if chance.random() < _IMPATIENT:
            loop.call_later(chance.uniform(0.0, 3.0), self._cancel, call, errand)

    def _cancel(self, call: "asyncio.Task[None]", errand: Errand) -> None:
        if call.cancel():
            errand.latest = asyncio.get_running_loop().time()

    def _errand(self, now: float) -> Errand:
        chance, errands = self.chance, self.service.errands
        (want,) = chance.choices(_WANTS, cum_weights=_WEIGHTS)
        sid = chance.choice(self._known[-_LATEST_KNOWN:])
        errand = Errand(len(errands), want, sid, now, now + self.patience)
        if want is Want.CONDITIONAL:
            version = self.service.records.versions.get(sid, 0)
            errand.if_match = str(version if chance.random() < 0.8 else version + 7)
        errands.append(errand)
        return errand

    async def _call(self, client: Client, errand: Errand, patience: float | None) -> None:
        client.open[errand] = None
        answer: object = None
        try:
            if patience is None:
                answer = await client.ask(errand)
            else:
                answer = await _impatiently(client, errand, patience)
        except (TaskRouterError, TimeoutError, asyncio.CancelledError) as error:
            errand.ending = knowledge(errand.want, error)
            errand.outcome = _name(error)
        else:
            errand.ending, errand.outcome = Ending.DONE, "answer"
            self._learn(errand, answer)
        del client.open[errand]
        self.watch.ended(self.service, errand, answer)

    def _learn(self, errand: Errand, answer: object) -> None:
        sid = getattr(answer, "sid", None)
        if errand.want is Want.CREATE and isinstance(sid, str):
            self._known.append(sid)


async def _impatiently(client: Client, errand: Errand, patience: float) -> object:
    errand.latest = min(errand.latest, errand.started_at + patience)
    async with asyncio.timeout(patience):
        return await client.ask(errand)


def _name(error: BaseException) -> str:
    return type(error).__name__ if isinstance(error, TaskRouterError) else "given up"
