"""A real Redis that is stopped, frozen, full, or refuses: callers notice nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from shared.redis_server import RedisServer, need_redis
from shared.ships import Handle, Origin, patient, sea

from taskrouter_async import CachePolicy
from taskrouter_async.shared_cache import Level, RedisLevel

_TTL = 0.2
_POLICY = CachePolicy(ttl=_TTL, jitter=0.0, stale_while_revalidate=0.0, load_timeout=2.0)


def _level(url: str) -> RedisLevel:
    return RedisLevel(url, "test", timeout=0.3, connect_timeout=0.3, budget=0.5)


@asynccontextmanager
async def _asking(handle: Handle) -> AsyncIterator[list[float]]:
    """Ask all the time until the block is left; an error fails the test. Tell how long it took."""
    waits: list[float] = []

    async def ask() -> None:
        while True:
            began = time.monotonic()
            await handle.fetch()
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    callers = [asyncio.create_task(ask()) for _ in range(3)]
    yield waits
    assert not any(caller.done() for caller in callers), callers
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


def _stop(server: RedisServer) -> None:
    server.stop()


def _freeze(server: RedisServer) -> None:
    server.freeze()


def _fill(server: RedisServer) -> None:
    server.tell("CONFIG", "SET", "maxmemory", "1")


def _make_a_replica(server: RedisServer) -> None:
    server.tell("REPLICAOF", "127.0.0.1", "1")


def _forbid(server: RedisServer) -> None:
    server.tell("ACL", "SETUSER", "default", "-eval", "-evalsha")


@pytest.mark.parametrize("harm", [_stop, _freeze, _fill, _make_a_replica, _forbid])
async def test_no_caller_notices(
    own_server: RedisServer, harm: Callable[[RedisServer], None]
) -> None:
    """Whatever happens to it in the middle of a run: no error, no long wait, answers go on."""
    origin = Origin(latency=0.02)
    async with sea(origin) as open_sea:
        client = await open_sea.client(_level(own_server.url), policy=_POLICY)
        handle = client.workspaces("WS" + "1" * 32).real_time_statistics
        async with _asking(handle) as waits:
            await asyncio.sleep(0.5)
            harm(own_server)
            before = len(origin.requests)
            await asyncio.sleep(1.5)
            after = len(origin.requests) - before
        own_server.thaw()

    assert after >= 2
    assert max(waits) < 1.5
    assert client.cache.stats().breaker_changes >= 1


async def test_a_redis_that_comes_back_empty_is_used_again(own_server: RedisServer) -> None:
    """After a while the fleet asks once again; the scripts are told anew."""
    async with sea(Origin(latency=0.02)) as open_sea:
        clients = [await open_sea.client(_level(own_server.url), policy=_POLICY) for _ in range(2)]
        handles = [client.workspaces("WS" + "1" * 32).real_time_statistics for client in clients]
        async with _asking(handles[0]), _asking(handles[1]):
            await asyncio.sleep(0.3)
            own_server.stop()
            await asyncio.sleep(0.5)
            own_server.start()
            async with asyncio.timeout(20):
                while any(client.cache.stats().breaker_open for client in clients):
                    await asyncio.sleep(0.05)
            hits = sum(client.cache.stats().shared_hits for client in clients)
            await asyncio.sleep(1.0)
            assert sum(client.cache.stats().shared_hits for client in clients) > hits


async def test_lost_subscriptions_cost_nothing_upstream(own_server: RedisServer) -> None:
    """Five times all listeners are cut off; the service hears of it five times fewer than once."""
    origin = Origin()
    async with sea(origin) as open_sea:
        level = patient(own_server.url)
        clients = [await open_sea.client(level) for _ in range(3)]
        handles = [client.workspaces("WS" + "1" * 32).real_time_statistics for client in clients]
        for round_ in range(5):
            await asyncio.gather(*(handle.fetch() for handle in handles))
            own_server.tell("CLIENT", "KILL", "TYPE", "pubsub")
            async with asyncio.timeout(10):
                while min(client.cache.stats().shared_reconnects for client in clients) <= round_:
                    await asyncio.sleep(0.01)
        stats = [client.cache.stats() for client in clients]

    assert len(origin.requests) == 1
    assert not any(each.breaker_open for each in stats)


async def test_connections_that_are_cut_cost_no_error(own_server: RedisServer) -> None:
    """Whoever finds his connection closed asks for himself, and uses Redis the next time."""
    async with sea() as open_sea:
        client = await open_sea.client(patient(own_server.url))
        handle = client.workspaces("WS" + "1" * 32).real_time_statistics
        await handle.fetch()
        for _ in range(3):
            own_server.tell("CLIENT", "KILL", "TYPE", "normal")
            await handle.refresh()
        await asyncio.sleep(0.2)
        await handle.refresh()
        assert client.cache.stats().shared_stores >= 2


async def test_a_wrong_password_is_no_ones_trouble(
    canary: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The process asks for itself, and neither log nor event shows the address."""
    need_redis()
    server = RedisServer("--requirepass", "right")
    server.start()
    url = f"redis://:{canary}@127.0.0.1:{server.port}/0"
    async with sea() as open_sea:
        client = await open_sea.client(_level(url))
        handle = client.workspaces("WS" + "1" * 32).real_time_statistics
        for _ in range(3):
            await handle.refresh()
        assert client.cache.stats().breaker_open
    server.stop()
    assert canary not in caplog.text
    assert f":{server.port}" not in "".join(
        record.message for record in caplog.records if record.name.startswith("taskrouter")
    )


async def test_what_is_no_work_of_ours_is_overwritten(redis_server: RedisServer) -> None:
    """Keys of another type, or leases without an end, would be in the way for ever."""
    async with sea() as open_sea:
        client = await open_sea.client(patient(redis_server.url))
        handle = client.workspaces("WS" + "1" * 32).real_time_statistics
        await handle.fetch()
        async with asyncio.timeout(5):
            while not client.cache.stats().shared_stores:
                await asyncio.sleep(0.01)
        key = await _only_key(redis_server)
        lease = key.removesuffix(":v") + ":l"
        for command in (
            ("DEL", key, lease),
            ("RPUSH", key, "x"),
            ("SET", lease, "somebody"),
        ):
            redis_server.tell(*command)
        await handle.refresh()
        redis_server.tell("DEL", key)
        redis_server.tell("RPUSH", lease, "x")
        await handle.refresh()
        await asyncio.sleep(0.1)
        stats = client.cache.stats()

    assert (stats.shared_errors, stats.leases_won, stats.shared_stores) == (0, 3, 3)


async def _only_key(server: RedisServer) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"KEYS *\r\n")
    assert await reader.readline() == b"*1\r\n"
    await reader.readline()
    key = (await reader.readline()).decode().strip()
    writer.close()
    return key


async def test_silence_is_asked_about(redis_server: RedisServer) -> None:
    """A subscription without notices is tried with a PING; without an answer it is given up."""
    level = RedisLevel(redis_server.url, "test", timeout=0.2, silence=0.2)
    opened: Level = level.open()

    async def listen() -> None:
        async for notice in opened.subscribe():
            assert notice.kind == "listening"

    waiting = asyncio.create_task(listen())
    await asyncio.sleep(0.9)
    assert not waiting.done()
    redis_server.freeze()
    try:
        with pytest.raises(ConnectionError, match="silent"):
            await waiting
    finally:
        redis_server.thaw()
    await opened.aclose()
