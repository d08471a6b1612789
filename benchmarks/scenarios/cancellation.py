"""What becomes of six callers of one request when some are cancelled, here and in other caches.

Each cell tells what came of it: how many requests it took, and what went wrong, if anything did. A
fault is whatever a caller did not bring about: a CancelledError without having been cancelled, a
second request for the same answer, an error object that others hold as well, or a complaint of the
event loop.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import aiocache
import cashews
from async_lru import alru_cache

from benchmarks.harness import Outcome, Table, Target
from taskrouter_async._cache import Cache, Loaded
from taskrouter_async._protocol.operation import Keep, Operation
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import ServerError

CALLERS: Final = 6
SECONDS: Final = 0.05

Load = Callable[[], Coroutine[Any, Any, str]]
Fetch = Callable[[], Awaitable[Any]]


def ours(load: Load) -> Fetch:
    """Return a call through our cache."""
    loop = asyncio.get_running_loop()
    cache = Cache(CachePolicy(), loop.time)
    operation = Operation("GET", "/v1/Things/{Sid}", str, keep=Keep.REAL_TIME)
    slot = cache.slots.slot(operation, (("Sid", "key"),))

    async def loaded() -> Loaded[str]:
        return Loaded(await load(), 200)

    return lambda: cache.read(slot, loaded)


def async_lru(load: Load) -> Fetch:
    """Return a call through async-lru."""
    return alru_cache(maxsize=10, ttl=5)(load)


def aiocache_stampede(load: Load) -> Fetch:
    """Return a call through aiocache, with its guard against stampedes."""
    guard = aiocache.cached_stampede(lease=2, ttl=5, key="key", cache=aiocache.SimpleMemoryCache)
    decorated: Fetch = guard(load)
    return decorated


def cashews_protected(load: Load) -> Fetch:
    """Return a call through cashews, with its guard against stampedes."""
    cache = cashews.Cache()
    cache.setup("mem://")
    decorated: Fetch = cache(ttl="5s", key="key", protected=True)(load)
    return decorated


LIBRARIES: Final = {
    "taskrouter-async": ours,
    "async-lru": async_lru,
    "aiocache": aiocache_stampede,
    "cashews": cashews_protected,
}
SCENES: Final = {
    "the first is cancelled": [0],
    "a later one is cancelled": [3],
    "all are cancelled": list(range(CALLERS)),
    "all, then a new one comes": list(range(CALLERS)),
    "the load fails": [],
}


async def _came_of(scene: str, make: Callable[[Load], Fetch]) -> str:
    """Return what came of a scene."""
    requests = 0
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context["message"])
    )

    async def load() -> str:
        nonlocal requests
        requests += 1
        await asyncio.sleep(SECONDS)
        if scene == "the load fails":
            raise ServerError("down", status=503)
        return "answer"

    fetch = make(load)
    callers = [asyncio.ensure_future(fetch()) for _ in range(CALLERS)]
    await asyncio.sleep(SECONDS / 5)
    for number in SCENES[scene]:
        callers[number].cancel()
    cancelled = set(SCENES[scene])
    if scene.endswith("comes"):
        await asyncio.sleep(0)
        callers.append(asyncio.ensure_future(fetch()))
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    await asyncio.sleep(3 * SECONDS)
    # A dictionary of tasks, or an error's traceback, would keep what has to be collected.
    told = _faults(scene, outcomes, cancelled, requests)
    del callers, outcomes, fetch
    gc.collect()
    return "; ".join([*told, *sorted(set(complaints))]) or f"{requests} request, fine"


def _faults(scene: str, outcomes: list[Any], cancelled: set[int], requests: int) -> list[str]:
    faults = []
    if requests != 1:
        faults.append(f"{requests} requests")
    stray = [
        outcome
        for number, outcome in enumerate(outcomes)
        if number not in cancelled and isinstance(outcome, BaseException)
    ]
    if scene == "the load fails":
        if len({id(error) for error in stray}) != len(stray):
            faults.append("one error object for all")
        stray = [error for error in stray if not isinstance(error, ServerError)]
    faults.extend(
        f"{sum(type(s) is kind for s in stray)} x {kind.__name__}" for kind in {*map(type, stray)}
    )
    return faults


def play(_scale: float) -> Outcome:
    """Play every scene with every library."""
    logging.disable()
    rows = tuple(
        (scene, *(asyncio.run(_came_of(scene, make)) for make in LIBRARIES.values()))
        for scene in SCENES
    )
    fine = sum(str(row[1]).endswith("fine") for row in rows)
    note = f"{CALLERS} callers want one answer that takes {SECONDS * 1e3:.0f} ms."
    table = Table("Callers who are cancelled", ("", *LIBRARIES), rows, note)
    target = Target("scenes that are fine, of all", len(SCENES), fine, at_least=True)
    return Outcome((table,), (target,))
