"""What the benchmarks share: an origin, an event loop, a client."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskrouter_async import CachePolicy, TaskRouterClient

ACCOUNT_SID = "AC" + "a" * 32


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """The address of an origin in a process of its own."""
    script = Path(__file__).with_name("origin.py")
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """An event loop that outlives the rounds of a benchmark."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def client(origin: str, runner: asyncio.Runner) -> Iterator[TaskRouterClient]:
    """A client of the origin whose cache holds for a minute."""
    client = TaskRouterClient(ACCOUNT_SID, "token", base_url=origin, cache=CachePolicy(ttl=60.0))
    yield client
    runner.run(client.aclose())
