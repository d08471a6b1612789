"""A request over loopback, beside bare aiohttp doing the same."""

import asyncio
import json
from collections.abc import Iterator

import aiohttp
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from taskrouter_async import TaskRouterClient

CALLS = 100
PATH = f"/v1/Workspaces/WS{'1' * 32}/RealTimeStatistics"


@pytest.fixture
def session(runner: asyncio.Runner) -> Iterator[aiohttp.ClientSession]:
    """A session as somebody who knows aiohttp would tune it."""

    async def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    session = runner.run(open_session())
    yield session
    runner.run(session.close())


def test_a_hundred_misses(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, client: TaskRouterClient
) -> None:
    """Flight, request, decoding and storing, a hundred times in a row."""
    statistics = client.workspaces("WS" + "1" * 32).real_time_statistics

    async def misses() -> None:
        for _ in range(CALLS):
            await statistics.fetch(max_age=0)

    benchmark(lambda: runner.run(misses()))


def test_a_hundred_requests_of_bare_aiohttp(
    benchmark: BenchmarkFixture,
    runner: asyncio.Runner,
    session: aiohttp.ClientSession,
    origin: str,
) -> None:
    """The same requests with nothing around them but parsing the JSON."""

    async def requests() -> None:
        for _ in range(CALLS):
            async with session.get(origin + PATH) as answer:
                json.loads(await answer.read())

    benchmark(lambda: runner.run(requests()))
