"""An answer from memory, beside a coroutine that does nothing and beside other caches."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Final

import aiocache
import cashews
from async_lru import alru_cache
from cachetools import TTLCache

from benchmarks.harness import Outcome, Round, Target, compared, ratio, take_turns
from benchmarks.origin import ACCOUNT_SID, WORKSPACE_SID, origin
from taskrouter_async import CachePolicy, TaskRouterClient

CALLS: Final = 1000
ROUNDS: Final = 60
HELD: Final = "a handle that is kept"
WHOLE: Final = "the whole expression"
_NOTHING: Final = "an empty coroutine"

Call = Callable[[], Awaitable[object]]
Often = Callable[[], Coroutine[object, object, None]]


async def _nothing() -> None:
    return None


async def _answer(key: str) -> str:
    return key


def _often(call: Call) -> Often:
    async def often() -> None:
        for _ in range(CALLS):
            await call()

    return often


def _cachetools() -> Call:
    cache: TTLCache[str, str] = TTLCache(1024, 60.0)

    async def fetch() -> str:
        try:
            return cache[WORKSPACE_SID]
        except KeyError:
            cache[WORKSPACE_SID] = await _answer(WORKSPACE_SID)
            return cache[WORKSPACE_SID]

    return fetch


def _async_lru() -> Call:
    cached = alru_cache(maxsize=1024, ttl=60)(_answer)
    return partial(cached, WORKSPACE_SID)


def _aiocache() -> Call:
    cached = aiocache.cached(ttl=60, cache=aiocache.SimpleMemoryCache)(_answer)
    return partial(cached, WORKSPACE_SID)


def _cashews() -> Call:
    cache = cashews.Cache()
    cache.setup("mem://")
    cached = cache(ttl="60s")(_answer)
    return partial(cached, WORKSPACE_SID)


def _ours(client: TaskRouterClient) -> dict[str, Often]:
    handle = client.workspaces(WORKSPACE_SID).real_time_statistics

    async def whole() -> None:
        for _ in range(CALLS):
            await client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()

    async def peek() -> None:
        for _ in range(CALLS):
            handle.peek()

    return {
        "peek, which awaits nothing": peek,
        HELD: _often(handle.fetch),
        "fetch_cached of a handle that is kept": _often(handle.fetch_cached),
        WHOLE: whole,
    }


async def _contestants(client: TaskRouterClient) -> dict[str, Often]:
    others = {
        "cachetools in a coroutine": _cachetools(),
        "async-lru": _async_lru(),
        "aiocache": _aiocache(),
        "cashews": _cashews(),
    }
    contestants = {_NOTHING: _often(_nothing), **_ours(client)}
    contestants |= {name: _often(call) for name, call in others.items()}
    await client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()
    return contestants


def _round(runner: asyncio.Runner, often: Often) -> Round:
    async def timed() -> float:
        before = time.process_time()
        await often()
        return (time.process_time() - before) / CALLS * 1e9

    return lambda: runner.run(timed())


def play(scale: float) -> Outcome:
    """Let all answer from memory, in turns."""
    policy = CachePolicy(ttl=3600.0)
    with origin() as base_url, asyncio.Runner() as runner:
        client = TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, cache=policy)
        contestants = runner.run(_contestants(client))
        rounds = {name: _round(runner, often) for name, often in contestants.items()}
        samples = take_turns(rounds, max(10, int(ROUNDS * scale)))
        assert client.cache.stats().loads_started == 1
        runner.run(client.aclose())
    note = f"CPU time of a call, over rounds of {CALLS:,} calls; all were answered from memory."
    table = compared("A hit", "ns", samples, base=_NOTHING, note=note)
    held, whole = (ratio(samples, name, _NOTHING).median for name in (HELD, WHOLE))
    return Outcome(
        (table,),
        (
            Target("a hit of a handle that is kept ÷ an empty coroutine", 5.0, held),
            Target("a hit of the whole expression ÷ an empty coroutine", 20.0, whole),
        ),
    )
