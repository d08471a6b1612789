"""A process of the fleet: a client, many callers, and perhaps a level on Redis.

It prints ``ready``, begins with a line on its standard input, says ``load`` each time it asks the
service, and at last what its callers have seen.
"""

import asyncio
import json
import random
import sys
import time
from typing import Final

from attrs import asdict

from benchmarks.documents import ACCOUNT_SID, WORKSPACE_SID
from benchmarks.fleet.plan import Plan, Seen
from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import CacheEvent, LoadStarted
from taskrouter_async.shared_cache import RedisLevel

_PAUSE_SECONDS: Final = 0.02


async def _call(client: TaskRouterClient, until: float, seen: Seen) -> None:
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    while (began := time.monotonic()) < until:
        try:
            cached = await statistics.fetch_cached()
        except Exception as error:  # noqa: BLE001 - every error that a caller sees is counted
            seen.errors += 1
            seen.kinds = sorted({*seen.kinds, type(error).__name__})
        else:
            seen.answers += 1
            seen.oldest = max(seen.oldest, cached.status.age)
        seen.worst_wait = max(seen.worst_wait, time.monotonic() - began)
        await asyncio.sleep(_PAUSE_SECONDS * random.random() * 2)


def _tell(line: str) -> None:
    print(line, flush=True)


def _on_event(event: CacheEvent) -> None:
    if isinstance(event, LoadStarted):
        _tell("load")


async def work(plan: Plan, base_url: str, redis_url: str) -> None:
    """Be one of the fleet: wait for the signal, ask, and tell what was seen."""
    level = RedisLevel(
        redis_url,
        "bench",
        timeout=plan.redis_timeout,
        connect_timeout=2.5 * plan.redis_timeout,
        budget=2.5 * plan.redis_timeout,
    )
    policy = CachePolicy(
        ttl=plan.ttl,
        jitter=plan.jitter,
        stale_while_revalidate=2 * plan.ttl,
        stale_if_error=10 * plan.ttl,
        load_timeout=plan.load_timeout,
        failure_backoff=(plan.ttl / 2, 6 * plan.ttl),
        shared=level if plan.shared else None,
    )
    async with TaskRouterClient(
        ACCOUNT_SID, "token", base_url=base_url, cache=policy, on_cache_event=_on_event
    ) as client:
        _tell("ready")
        await asyncio.to_thread(sys.stdin.readline)
        seen, until = Seen(), time.monotonic() + plan.seconds
        await asyncio.gather(*(_call(client, until, seen) for _ in range(plan.callers)))
        stats = client.cache.stats()
    _tell(json.dumps({"seen": asdict(seen), "stats": asdict(stats)}))


if __name__ == "__main__":
    facts, service, level = json.loads(sys.argv[1])
    asyncio.run(work(Plan(**facts), service, level))
