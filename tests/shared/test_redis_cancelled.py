"""Whoever is cancelled, and whenever: no lease stays, no connection hands on a foreign reply."""

import asyncio
import random
from contextlib import suppress

import pytest
from hypothesis import settings
from shared.redis_server import RedisServer
from shared.ships import Origin, patient, sea
from shared.slow_wire import slow_wire
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async._cache.cache import Cache
from taskrouter_async.errors import TaskRouterError

# The nightly profile looks at every step and reads ten thousand times.
_THOROUGH = settings().max_examples > 1000
_STEPS = range(0, 400, 1 if _THOROUGH else 20)
_READS = 10_000 if _THOROUGH else 1_000


def _cache_of(client: TaskRouterClient) -> Cache:
    return client.cache._cache


async def _steps(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def _keys(server: RedisServer) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"KEYS *\r\n")
    count = int((await reader.readline()).strip()[1:])
    keys = []
    for _ in range(count):
        await reader.readline()
        keys.append((await reader.readline()).decode().strip())
    writer.close()
    return keys


async def _lease_is_over(server: RedisServer) -> bool:
    return not any(key.endswith(":l") for key in await _keys(server))


@pytest.mark.parametrize("whom", ["the caller", "the flight", "the client"])
async def test_no_lease_outlives_a_cancellation(redis_server: RedisServer, whom: str) -> None:
    """Cancelled after any number of steps, the lease is given back, and the next call works."""
    async with sea() as open_sea:
        other = await open_sea.handle(patient(redis_server.url))
        for steps in _STEPS:
            client = await open_sea.client(patient(redis_server.url))
            handle = client.workspaces(WORKSPACE_SID).real_time_statistics
            caller = asyncio.create_task(handle.fetch())
            await _steps(steps)
            if whom == "the caller":
                caller.cancel()
            elif whom == "the flight":
                for flight in list(_cache_of(client)._flights._tasks):
                    flight.cancel()
            else:
                await client.aclose()
            with suppress(TaskRouterError, asyncio.CancelledError):
                await caller
            async with asyncio.timeout(3):
                while not await _lease_is_over(redis_server):
                    await asyncio.sleep(0.01)
            assert (await other.refresh()).workspace_sid == WORKSPACE_SID
            assert not client.cache.stats().shared_errors
            await client.aclose()


@pytest.mark.timeout(600 if _THOROUGH else 60)
async def test_cancelled_callers_leave_no_foreign_replies(redis_server: RedisServer) -> None:
    """Two accounts, eight workspaces, slow replies, callers that give up: nobody gets another's."""
    chance = random.Random(7)
    policy = CachePolicy(ttl=0.4, jitter=0.0, stale_while_revalidate=0.0)
    sids = [f"WS{number:032x}" for number in range(8)]
    async with slow_wire(redis_server.port) as wire, sea(Origin()) as open_sea:
        level = patient(f"redis://127.0.0.1:{wire.port}/0")
        clients = {
            (sid, number): await open_sea.client(level, account_sid=sid, policy=policy)
            for sid in (ACCOUNT_SID, OTHER_ACCOUNT_SID)
            for number in range(2)
        }

        async def foreign_values(account_sid: str, number: int) -> int:
            foreign = 0
            for _ in range(_READS // 40):
                wire.back = chance.random() * 0.02
                sid = chance.choice(sids)
                handle = clients[account_sid, number].workspaces(sid).real_time_statistics
                with suppress(TimeoutError):
                    async with asyncio.timeout(chance.choice((None, 0.005, 0.02))):
                        value = await handle.fetch()
                        foreign += (value.account_sid, value.workspace_sid) != (account_sid, sid)
                await asyncio.sleep(chance.random() * 0.02)
            return foreign

        crowd = [foreign_values(*key) for _ in range(10) for key in clients]
        foreign = await asyncio.gather(*crowd)
        stats = [client.cache.stats() for client in clients.values()]

    assert sum(foreign) == 0
    assert sum(each.shared_hits for each in stats) > 0
    assert sum(each.shared_rejected for each in stats) == 0
