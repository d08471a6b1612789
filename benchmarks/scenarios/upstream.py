"""How many requests reach the service, however many callers ask.

A sandbox serves one workspace; callers ask for its statistics again and again, over ten times the
time to live, and over three times while the service fails.
"""

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from attrs import define

from benchmarks.harness import Outcome, Table, Target
from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.sandbox import Fault, RateLimits, Sandbox
from taskrouter_async.sandbox.faults import Status

_CALLERS: Final = (1, 100, 10_000)
_TTL: Final = 0.5
_WINDOWS: Final = 10
_FAILING_WINDOWS: Final = 3
_JITTER: Final = 0.1
_LATENCY_SECONDS: Final = 0.02

_HEALTHY: Final = ("callers", "answers", "requests", "at most", "at once", "oldest, s", "errors")
_FAILING: Final = ("callers", "answers", "failed tries", "oldest, s", "errors")

Row: TypeAlias = tuple[int | float, ...]
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


async def _healthy(callers: int, ttl: float) -> Row:
    """Return what came of ten windows of a service that answers."""
    async with _stage(ttl) as (sandbox, statistics):
        began = time.monotonic()
        seen = await _callers(statistics, callers, _WINDOWS * ttl)
        seconds = time.monotonic() - began
        bound = math.ceil(seconds / (ttl * (1 - _JITTER))) + 1
        asked = _asked(sandbox)
        return (callers, seen.answers, asked, bound, seen.most_at_once, *_ages(seen))


async def _failing(callers: int, ttl: float) -> Row:
    """Return what came of three windows of a service that fails, after one in which it answered."""
    async with _stage(ttl) as (sandbox, statistics):
        await statistics.fetch()
        order = sandbox.faults.add(Fault(Status(503)))
        seen = await _callers(statistics, callers, _FAILING_WINDOWS * ttl)
        return (callers, seen.answers, order.struck, *_ages(seen))


def _ages(seen: Seen) -> tuple[float, int]:
    return round(seen.oldest, 2), seen.errors


def play(_scale: float) -> Outcome:
    """Let one, a hundred and ten thousand callers ask."""
    logging.disable()
    well = tuple(asyncio.run(_healthy(callers, _TTL)) for callers in _CALLERS)
    ill = tuple(asyncio.run(_failing(callers, _TTL)) for callers in _CALLERS)
    note = f"Time to live {_TTL:g} s, jitter {_JITTER:g}, latency {_LATENCY_SECONDS * 1e3:g} ms."
    healthy = Table(f"The service answers, {_WINDOWS} windows", _HEALTHY, well, note)
    failing = Table(f"The service fails, {_FAILING_WINDOWS} windows", _FAILING, ill, note)
    beyond = max(asked - bound for _, _, asked, bound, *_ in well)
    return Outcome((healthy, failing), (Target("requests beyond what is allowed", 0, beyond),))
