"""Many processes that want the same at once, where things do not go as usual."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

import pytest
from attrs import define, evolve
from shared.fleet import NAME, POLICY, Answer, Fleet, answer, fleet
from support import settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._level import Notice
from taskrouter_async.errors import (
    AuthenticationError,
    NotFoundError,
    ServerError,
    TaskRouterError,
)
from taskrouter_async.models import Cached, WorkspaceRealTimeStatistics

LATENCY = 0.5
SIZE = 20
GONE = NotFoundError("no such thing", status=404, code=20404)


@define
class Service:
    """Takes half a second, answers as the test wants, and counts."""

    outcome: Answer | TaskRouterError
    requests: int = 0

    async def __call__(self) -> Answer:
        self.requests += 1
        outcome = self.outcome
        await asyncio.sleep(LATENCY)
        if isinstance(outcome, TaskRouterError):
            raise outcome
        return outcome


async def _seconds(asking: Awaitable[Cached[WorkspaceRealTimeStatistics]]) -> float:
    began = virtual_loop().time()
    with suppress(TaskRouterError):
        await asking
    return virtual_loop().time() - began


async def _longest_wait(ships: Fleet, service: Callable[[], Awaitable[Answer]]) -> float:
    waits = [_seconds(process.fetch(service)) for process in ships.processes]
    return max(await asyncio.gather(*waits))


@in_virtual_time
async def test_an_invalidation_under_way_costs_one_more_request() -> None:
    """Whoever waits then gets the first answer that was asked for afterwards, and all share it."""
    ships, service = fleet(SIZE), Service(answer(7))
    waiting = asyncio.create_task(_longest_wait(ships, service))
    await asyncio.sleep(0.2)

    ships.processes[0].cache.invalidate(ships.processes[0].slot)

    assert await waiting < 3 * LATENCY
    assert service.requests == 2
    await settle()
    assert NAME in ships.server.values
    await ships.aclose()


@pytest.mark.parametrize(
    ("outcome", "limit"),
    [(answer(7), 100), (AuthenticationError("no"), 10**6)],
    ids=["too large to be shared", "a refusal"],
)
@in_virtual_time
async def test_what_cannot_be_shared_is_asked_for_side_by_side(
    outcome: Answer | TaskRouterError, limit: int
) -> None:
    """After two that asked in vain nobody waits for another one."""
    ships, service = fleet(SIZE, evolve(POLICY, max_value_bytes=limit)), Service(outcome)

    assert await _longest_wait(ships, service) < 4 * LATENCY
    assert service.requests == SIZE
    await ships.aclose()


@pytest.mark.parametrize(("ends", "requests"), [("fail", 1), ("free", 0)])
@in_virtual_time
async def test_only_those_who_asked_have_asked_in_vain(
    ends: Literal["fail", "free"], requests: int
) -> None:
    """Who gives a lease back unused says nothing about the service, and nobody asks beside another.

    Where answers are stale when they come, most leases end like that.
    """
    ships, service = fleet(1), Service(answer(1))
    ships.server.set_lease(NAME, "another's", 5000)
    caller = asyncio.create_task(ships.processes[0].fetch(service))
    for _ in range(3):
        await asyncio.sleep(0.01)
        ships.server.publish(Notice(ends, NAME))
    await asyncio.sleep(0.01)

    assert service.requests == requests
    await caller
    await ships.aclose()


@pytest.mark.parametrize("error", [GONE, ServerError("no", status=503)])
@in_virtual_time
async def test_an_invalidation_reaches_an_error_that_nobody_holds(error: TaskRouterError) -> None:
    """What went wrong is remembered without a handle, and is forgotten like everything else."""
    ships, service = fleet(2), Service(error)
    here, there = ships.processes
    slot = there.slot
    await _longest_wait(ships, service)
    service.outcome = answer(1)
    del slot, there.slot
    gc.collect()

    here.cache.invalidate(here.slot)
    await asyncio.sleep(0.01)

    there.slot = there.cache.slots.slot(here.slot.call.operation, here.slot.call.sids)
    assert (await there.fetch(service)).value.total_tasks == 1
    await ships.aclose()


@pytest.mark.parametrize(("writes", "reads"), [(0.0, 60.0), (60.0, 300.0), (300.0, 60.0)])
@in_virtual_time
async def test_who_serves_stale_answers_for_longer_asks_no_more_often(
    writes: float, reads: float
) -> None:
    """What is fresh is fresh for all; a lease that came with it is given back unused."""
    ships, service = fleet(1, evolve(POLICY, stale_if_error=writes)), Service(answer(1))
    one = ships.processes[0]
    other = type(one)(one.shared, evolve(POLICY, stale_if_error=reads))
    await one.fetch(service)
    await asyncio.sleep(4.0)
    heard: asyncio.Queue[Notice | None] = asyncio.Queue()
    ships.server.listeners.append(heard)

    assert (await other.fetch(service)).status.source == "l2"
    await asyncio.sleep(0.01)
    assert ships.server.lease(NAME) is None
    assert heard.empty() or heard.get_nowait() == Notice("free", NAME)
    assert service.requests == 1
    await other.cache.aclose()
    await ships.aclose()


@in_virtual_time
async def test_a_404_is_as_old_everywhere() -> None:
    """It was asked for when it was: young enough for some, and too old for others."""
    ships, service = fleet(2), Service(GONE)
    assert await _seconds(ships.processes[0].fetch(service)) == LATENCY
    service.outcome = answer(1)
    await asyncio.sleep(2.0)

    with pytest.raises(NotFoundError):
        await ships.processes[1].fetch(service, max_age=3.0)
    await asyncio.sleep(1.0)
    found = await ships.processes[1].fetch(service, max_age=3.0)

    assert found.value.total_tasks == 1
    assert service.requests == 2
    await ships.aclose()


@in_virtual_time
async def test_a_pause_longer_than_any_of_ours_is_not_kept() -> None:
    """Another process may be more patient than this one, or the level's clock be wrong."""
    ships = fleet(1)
    patient = type(ships.processes[0])(
        ships.processes[0].shared, evolve(POLICY, failure_backoff=(600.0, 3600.0))
    )
    service = Service(ServerError("no", status=503))
    await _seconds(patient.fetch(service))
    service.outcome = answer(1)

    assert (await ships.processes[0].fetch(service)).value.total_tasks == 1
    await patient.cache.aclose()
    await ships.aclose()


@in_virtual_time
async def test_a_fresh_value_on_the_way_is_not_called_stale() -> None:
    """Who joins a refresh gets the level's value at once, and its status says what it is."""
    ships, service = fleet(2), Service(answer(1))
    await ships.processes[0].fetch(service)
    await asyncio.sleep(1.0)
    there = ships.processes[1]
    refresh = asyncio.create_task(there.fetch(service, max_age=0))
    await asyncio.sleep(0.0)

    joined = await there.fetch(service)

    assert (joined.status.source, joined.status.detail) == ("l2", None)
    assert joined.status.ttl > 0
    await refresh
    await ships.aclose()
