"""Many processes poll the same handle: who is due first asks for all."""

import asyncio

import pytest
from attrs import evolve, frozen
from shared.fleet import POLICY, Answer, Process, Statistics, answer, fleet
from virtual_loop import in_virtual_time

from taskrouter_async.models import Cached
from taskrouter_async.polling import Poller

EVERY = 4.0


@frozen(eq=False)
class Polled:
    """The handle of one process; all count in one list when the service is asked."""

    process: Process
    requests: list[float]

    async def fetch_cached(self, *, max_age: float | None) -> Cached[Statistics]:
        return await self.process.fetch(self._load, max_age=max_age)

    async def _load(self) -> Answer:
        self.requests.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.2)
        return answer(len(self.requests))


@pytest.mark.parametrize("size", [1, 2, 3, 6, 20])
@in_virtual_time
async def test_any_number_of_pollers_cost_one_request_per_interval(size: int) -> None:
    """Wherever in the interval each has its moment."""
    ships = fleet(size, evolve(POLICY, ttl=5.0))
    requests: list[float] = []

    async def poll(number: int) -> None:
        await asyncio.sleep(number * EVERY / size)
        async with Poller([Polled(ships.processes[number], requests)], every=EVERY) as poller:
            await asyncio.sleep(20.5 * EVERY)
            assert poller.stats().polls == 21

    await asyncio.gather(*(poll(number) for number in range(size)))

    # After the first has stopped, the next one takes its place for what is left of its time.
    assert 20 <= len(requests) <= 23
    await ships.aclose()
