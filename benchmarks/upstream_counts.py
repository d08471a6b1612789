"""How many requests reach the service, however many callers ask.

A sandbox serves one workspace; callers ask for its statistics again and again, over ten times the
time to live, and over three times while the service fails. Run it as a script:

    python benchmarks/upstream_counts.py --ttl 0.5
"""

import argparse
import asyncio
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from attrs import define

from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.sandbox import Fault, RateLimits, Sandbox
from taskrouter_async.sandbox.faults import Status

_WINDOWS: Final = 10
_FAILING_WINDOWS: Final = 3
_JITTER: Final = 0.1
_LATENCY_SECONDS: Final = 0.02

Statistics = RealTimeStatistics[WorkspaceRealTimeStatistics]


@define
class Seen:
    """What the callers have seen."""

    answers: int = 0
    errors: int = 0
    most_at_once: int = 0
    oldest: float = 0.0


@asynccontextmanager
async def _stage(ttl: float) -> AsyncIterator[tuple[Sandbox, Statistics]]:
    policy = CachePolicy(
        ttl=ttl, stale_while_revalidate=2 * ttl, jitter=_JITTER, failure_backoff=(ttl / 5, 6 * ttl)
    )
    async with (
        # With limits the service tells in a header how many requests are in the air.
        Sandbox(
            workspaces=1, latency=_LATENCY_SECONDS, rate_limits=RateLimits(general=100_000)
        ) as sandbox,
        TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url, cache=policy
        ) as client,
    ):
        yield sandbox, client.workspaces(sandbox.workspace_sids[0]).real_time_statistics


async def _ask(statistics: Statistics, until: float, pause: float, seen: Seen) -> None:
    while time.monotonic() < until:
        try:
            cached = await statistics.fetch_cached()
        except Exception:  # noqa: BLE001 - every error that a caller sees is counted
            seen.errors += 1
        else:
            seen.answers += 1
            seen.oldest = max(seen.oldest, cached.status.age)
            response = cached.value.response
            at_once = int((response and response.concurrent_requests) or 0)
            seen.most_at_once = max(seen.most_at_once, at_once)
        await asyncio.sleep(pause * random.random() * 2)


async def _callers(statistics: Statistics, callers: int, seconds: float) -> Seen:
    seen, until = Seen(), time.monotonic() + seconds
    # Ten thousand callers on one core ask less often each, or nothing but them would run.
    pause = max(0.01, callers / 20_000)
    await asyncio.gather(*(_ask(statistics, until, pause, seen) for _ in range(callers)))
    return seen


def _asked(sandbox: Sandbox) -> int:
    return sum(sandbox.request_counts.values())


async def healthy(callers: int, ttl: float) -> str:
    """Return a line about ten windows of a service that answers."""
    async with _stage(ttl) as (sandbox, statistics):
        began = time.monotonic()
        seen = await _callers(statistics, callers, _WINDOWS * ttl)
        seconds = time.monotonic() - began
        bound = math.ceil(seconds / (ttl * (1 - _JITTER))) + 1
        return (
            f"{callers:>7} callers  {seen.answers:>9} answers  {_asked(sandbox):>4} requests"
            f" (at most {bound})  {seen.most_at_once} at once  oldest {seen.oldest:.2f} s"
            f"  {seen.errors} errors"
        )


async def failing(callers: int, ttl: float) -> str:
    """Return a line about three windows of a service that fails, after one in which it answered."""
    async with _stage(ttl) as (sandbox, statistics):
        await statistics.fetch()
        order = sandbox.faults.add(Fault(Status(503)))
        seen = await _callers(statistics, callers, _FAILING_WINDOWS * ttl)
        return (
            f"{callers:>7} callers  {seen.answers:>9} answers  {order.struck:>4} failed tries"
            f"  oldest {seen.oldest:.2f} s  {seen.errors} errors"
        )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ttl", type=float, default=0.5)
    ttl = parser.parse_args().ttl
    print(f"the service answers, {_WINDOWS} windows of {ttl} s:")
    for callers in (1, 100, 10_000):
        print(asyncio.run(healthy(callers, ttl)))
    print(f"the service fails, {_FAILING_WINDOWS} windows:")
    for callers in (1, 100, 10_000):
        print(asyncio.run(failing(callers, ttl)))


if __name__ == "__main__":
    main()
