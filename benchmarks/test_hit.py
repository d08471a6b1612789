"""An answer from memory, beside awaiting a coroutine that does nothing, and beside others' caches.

Each runs a thousand times in one go, so that starting the loop does not count. The ratios to the
first one are what the documentation promises: at most 6 for a handle that is kept, at most 30 for
the whole expression.
"""

import asyncio
from collections.abc import Awaitable, Callable

import aiocache
import cashews
import pytest
from async_lru import alru_cache
from cachetools import TTLCache
from pytest_benchmark.fixture import BenchmarkFixture

from taskrouter_async import TaskRouterClient

CALLS = 1000
WORKSPACE_SID = "WS" + "1" * 32


async def _often(call: Callable[[], Awaitable[object]]) -> None:
    for _ in range(CALLS):
        await call()


async def _nothing() -> None:
    return None


def test_a_thousand_empty_coroutines(benchmark: BenchmarkFixture, runner: asyncio.Runner) -> None:
    """The floor: awaiting nothing, a thousand times."""
    benchmark(lambda: runner.run(_often(_nothing)))


def test_a_thousand_hits_of_a_kept_handle(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, client: TaskRouterClient
) -> None:
    """`await handle.fetch()` on a fresh entry, a thousand times."""
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    runner.run(_often(statistics.fetch))

    benchmark(lambda: runner.run(_often(statistics.fetch)))

    assert client.cache.stats().loads_started == 1


def test_a_thousand_hits_of_the_whole_expression(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, client: TaskRouterClient
) -> None:
    """`await client.workspaces(sid).real_time_statistics.fetch()`, a thousand times."""

    def fetch() -> Awaitable[object]:
        return client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()

    benchmark(lambda: runner.run(_often(fetch)))

    assert client.cache.stats().loads_started == 1


def test_a_thousand_statuses_of_a_kept_handle(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, client: TaskRouterClient
) -> None:
    """`await handle.fetch_cached()` on a fresh entry, a thousand times."""
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    runner.run(_often(statistics.fetch_cached))

    benchmark(lambda: runner.run(_often(statistics.fetch_cached)))


def test_a_thousand_peeks(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, client: TaskRouterClient
) -> None:
    """`handle.peek()` on a fresh entry, a thousand times; nothing is awaited."""
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    runner.run(_often(statistics.fetch))

    async def peek_often() -> None:
        for _ in range(CALLS):
            statistics.peek()

    benchmark(lambda: runner.run(peek_often()))


async def _answer(key: str) -> str:
    return key


def _make_cachetools() -> Callable[[], Awaitable[object]]:
    cache: TTLCache[str, str] = TTLCache(1024, 60.0)

    async def fetch() -> str:
        try:
            return cache[WORKSPACE_SID]
        except KeyError:
            cache[WORKSPACE_SID] = await _answer(WORKSPACE_SID)
            return cache[WORKSPACE_SID]

    return fetch


def _make_async_lru() -> Callable[[], Awaitable[object]]:
    cached = alru_cache(maxsize=1024, ttl=60)(_answer)
    return lambda: cached(WORKSPACE_SID)


def _make_aiocache() -> Callable[[], Awaitable[object]]:
    cached = aiocache.cached(ttl=60, cache=aiocache.SimpleMemoryCache)(_answer)
    return lambda: cached(WORKSPACE_SID)


def _make_cashews() -> Callable[[], Awaitable[object]]:
    cache = cashews.Cache()
    cache.setup("mem://")
    cached = cache(ttl="60s")(_answer)
    return lambda: cached(WORKSPACE_SID)


@pytest.mark.parametrize(
    "make",
    [_make_cachetools, _make_async_lru, _make_aiocache, _make_cashews],
    ids=["cachetools", "async-lru", "aiocache", "cashews"],
)
def test_a_thousand_hits_of_others(
    benchmark: BenchmarkFixture,
    runner: asyncio.Runner,
    make: Callable[[], Callable[[], Awaitable[object]]],
) -> None:
    """The same with the caches that others use."""

    async def made() -> Callable[[], Awaitable[object]]:
        return make()

    fetch = runner.run(made())
    runner.run(_often(fetch))

    benchmark(lambda: runner.run(_often(fetch)))
