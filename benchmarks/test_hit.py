"""An answer from memory, beside awaiting a coroutine that does nothing."""

import asyncio
from collections.abc import Awaitable, Callable

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
