"""What a hit costs with a level on Redis and without: it must not know the difference."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from benchmarks.fleet.actors import Redis
from benchmarks.harness import Round, Samples, opened, take_turns
from benchmarks.origin import ACCOUNT_SID, WORKSPACE_SID, origin
from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.shared_cache import RedisLevel

WITH: Final = "a hit with a level"
WITHOUT: Final = "a hit without"
_HITS: Final = 5000

Handle: TypeAlias = RealTimeStatistics[WorkspaceRealTimeStatistics]


@asynccontextmanager
async def _handles(base_url: str) -> AsyncIterator[dict[str, Handle]]:
    redis = Redis()
    await redis.start()
    level = RedisLevel(f"redis://127.0.0.1:{redis.port}/0", "bench")
    policies = {WITH: CachePolicy(ttl=3600.0, shared=level), WITHOUT: CachePolicy(ttl=3600.0)}
    clients = {
        name: TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, cache=policy)
        for name, policy in policies.items()
    }
    try:
        yield {
            name: client.workspaces(WORKSPACE_SID).real_time_statistics
            for name, client in clients.items()
        }
        assert clients[WITH].cache.stats().shared_stores == 1
    finally:
        for client in clients.values():
            await client.aclose()
        await redis.stop()


def _round(runner: asyncio.Runner, handle: Handle) -> Round:
    async def timed() -> float:
        before = time.process_time()
        for _ in range(_HITS):
            await handle.fetch()
        return (time.process_time() - before) / _HITS * 1e9

    return lambda: runner.run(timed())


def measured(rounds: int) -> Samples:
    """Return nanoseconds of CPU per hit, of rounds that take turns."""
    with (
        origin() as base_url,
        asyncio.Runner() as runner,
        opened(runner, _handles(base_url)) as handles,
    ):
        return take_turns({name: _round(runner, each) for name, each in handles.items()}, rounds)
