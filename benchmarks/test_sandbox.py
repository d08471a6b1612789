"""What a day costs that the sandbox plays, and that it is the same day each time."""

import asyncio
import time
from typing import TypeAlias

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from taskrouter_async.sandbox import Sandbox, Traffic

DAY = 86_400
BIG = Traffic(workers=200, tasks_per_hour=10_000 / 24)

Log: TypeAlias = list[tuple[float, str, str]]


async def _play(traffic: Traffic, seconds: float) -> Log:
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(traffic)
    await sandbox.advance(seconds)
    events = sandbox._floor(sandbox.workspace_sids[0]).journal.events
    return [(each.at, each.type, each.resource_sid) for each in events]


def play(traffic: Traffic, seconds: float) -> Log:
    """Play so much time; return what happened when to what."""
    return asyncio.run(_play(traffic, seconds))


def test_an_hour_of_a_workspace(benchmark: BenchmarkFixture) -> None:
    """Play an hour of a workspace with 20 workers; a watched sandbox has to keep up with twelve."""
    assert benchmark(play, Traffic(), 3600)


@pytest.mark.timeout(300)
def test_a_day_with_ten_thousand_tasks() -> None:
    """Play a day with 200 workers and 10,000 tasks, twice: the same day, in a few seconds each."""
    began = time.process_time()
    day = play(BIG, DAY)
    seconds = time.process_time() - began
    print(f"\n{seconds:.1f} s of CPU, {len(day):,} events")

    assert sum(type_ == "task.created" for _, type_, _ in day) == pytest.approx(10_000, rel=0.05)
    assert seconds < 30
    assert play(BIG, DAY) == day
