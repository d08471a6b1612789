"""Ten thousand callers want one answer that is not there yet, beside tasks that do nothing."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Final

from async_lru import alru_cache

from benchmarks.harness import Outcome, Round, Target, compared, ratio, take_turns
from benchmarks.origin import ACCOUNT_SID, origin, statistics_path
from benchmarks.peers import Asking, bare_session
from taskrouter_async import TaskRouterClient
from taskrouter_async.models import RequestEvent, RequestStarted

CALLERS: Final = 10_000
ROUNDS: Final = 30

_NOTHING: Final = "tasks of asyncio.sleep(0)"
_OURS: Final = "ours"

Call = Callable[[], Awaitable[object]]
Cold = Callable[[str], Call]


def _ours(client: TaskRouterClient) -> Cold:
    return lambda sid: client.workspaces(sid).real_time_statistics.fetch


def _async_lru(bare: Asking) -> Cold:
    @alru_cache(maxsize=1024, ttl=60)
    async def fetch(sid: str) -> object:
        return await bare(statistics_path(sid))()

    return lambda sid: lambda: fetch(sid)


def _nothing(_sid: str) -> Call:
    return lambda: asyncio.sleep(0)


def _round(runner: asyncio.Runner, cold: Cold, cpu: list[float]) -> Round:
    """Return what gathers the callers of a workspace that nobody asked for before."""
    numbers = itertools.count()

    async def gathered() -> float:
        call = cold(f"WS{next(numbers):032x}")
        used, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(call() for _ in range(CALLERS)))
        cpu.append((time.process_time() - used) * 1e3)
        return (time.perf_counter() - began) * 1e3

    return lambda: runner.run(gathered())


def play(scale: float) -> Outcome:
    """Let the callers come, again and again, each time for a new workspace."""
    rounds = max(5, round(ROUNDS * scale))
    requests = 0

    def count(event: RequestEvent) -> None:
        nonlocal requests
        requests += isinstance(event, RequestStarted)

    with origin() as base_url, asyncio.Runner() as runner:
        client = TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, on_request_event=count)
        session = bare_session(base_url)
        bare = runner.run(session.__aenter__())
        colds = {_NOTHING: _nothing, _OURS: _ours(client), "async-lru": _async_lru(bare)}
        cpu: dict[str, list[float]] = {name: [] for name in colds}
        turns = {name: _round(runner, cold, cpu[name]) for name, cold in colds.items()}
        samples = take_turns(turns, rounds)
        runner.run(client.aclose())
        runner.run(session.__aexit__(None, None, None))
    note = f"{CALLERS:,} tasks gathered, on the clock, one request to the origin included."
    table = compared("A key that is cold", "ms", samples, base=_NOTHING, note=note)
    used = {name: spent[1:] for name, spent in cpu.items()}  # the first round does not count
    note = "The same rounds: other programs make less of a difference to these figures."
    lean = compared("A key that is cold, CPU time", "ms", used, base=_NOTHING, note=note)
    times = ratio(samples, _OURS, _NOTHING).median
    return Outcome(
        (table, lean),
        (
            Target(f"{CALLERS:,} callers of one cold key ÷ {_NOTHING}", 3.0, times),
            # One round before the others does not count, but asks.
            Target("requests for each cold key", 1.0, requests / (rounds + 1)),
        ),
    )
