"""A request over loopback: CPU and wall time, beside other clients, 1 to 1,000 in flight."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import uvloop

from benchmarks import peers
from benchmarks.harness import (
    Outcome,
    Round,
    Samples,
    Table,
    Target,
    opened,
    ratio,
    spread,
    take_turns,
)
from benchmarks.origin import ACCOUNT_SID, origin, statistics_path, workspace_path
from taskrouter_async import SessionPool, TaskRouterClient

# Rounds of each, by the number of requests in flight: more requests make a round longer.
ROUNDS: Final = {1: 80, 10: 60, 100: 24, 1000: 10}
LOOPS: Final = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
BARE: Final = "bare aiohttp"
VENDOR: Final = "twilio-python"

# Who is compared with whom: the answers of a workspace, and those of its statistics, differ.
WORKSPACE: Final = "a workspace: "
STATISTICS: Final = "statistics: "
UNCACHED: Final = f"{WORKSPACE}this library"
NO_STORE: Final = f"{STATISTICS}this library, no_store"
MISS: Final = f"{STATISTICS}this library, a miss"

_REQUESTS: Final = 20
_WARM: Final = 6000
# Its first 1,000 at once, which open its connections, take about as long as its timeout of 30 s.
_MOST_FOR_HTTPX: Final = 100

_NOTE: Final = (
    "The median of the ratios of rounds that are neighbours in time, and the middle half of these; "
    f"{peers.CONNECTIONS} connections each, so that of 1,000 requests most wait for one."
)

Ask = Callable[[], Awaitable[object]]
Asks = Callable[[int], Ask]  # what the caller with this number does
Figures = dict[str, list[float]]


def _sid(number: int) -> str:
    return f"WS{number:032x}"


def _ours(client: TaskRouterClient) -> dict[str, Asks]:
    def uncached(number: int) -> Ask:
        sid = _sid(number)
        return lambda: client.workspaces(sid).fetch()

    def no_store(number: int) -> Ask:
        statistics = client.workspaces(_sid(number)).real_time_statistics
        return lambda: statistics.fetch(no_store=True)

    def miss(number: int) -> Ask:
        # A workspace for each caller: those who miss the same answer share a request.
        statistics = client.workspaces(_sid(number)).real_time_statistics
        return lambda: statistics.fetch(max_age=0)

    return {UNCACHED: uncached, NO_STORE: no_store, MISS: miss}


def _same(asking: peers.Asking, path: str) -> Asks:
    return lambda _: asking(path)


@asynccontextmanager
async def contestants(base_url: str, in_flight: int) -> AsyncIterator[dict[str, Asks]]:
    """Open all clients; yields what a caller does, by name.

    Args:
        base_url: The origin.
        in_flight: How many requests there will be at a time.
    """
    pool = SessionPool(max_connections=peers.CONNECTIONS)
    async with (
        pool,
        TaskRouterClient(ACCOUNT_SID, peers.TOKEN, base_url=base_url, pool=pool) as client,
        peers.raw_connections(base_url) as raw,
        peers.bare_session(base_url) as bare,
        peers.usual_session(base_url) as usual,
        peers.vendor_session(base_url) as vendor,
        peers.httpx_session(base_url) as other,
    ):
        workspace, statistics = workspace_path(), statistics_path()
        asks = {
            f"{WORKSPACE}a raw protocol": _same(raw, workspace),
            WORKSPACE + BARE: _same(bare, workspace),
            f"{WORKSPACE}aiohttp as usual": _same(usual, workspace),
            WORKSPACE + VENDOR: _same(vendor, workspace),
            f"{WORKSPACE}httpx": _same(other, workspace),
            STATISTICS + BARE: _same(bare, statistics),
            STATISTICS + VENDOR: _same(vendor, statistics),
            **_ours(client),
        }
        if in_flight > _MOST_FOR_HTTPX:
            del asks[f"{WORKSPACE}httpx"]
        # Those who ask for the same stand together.
        yield {name: asks[name] for name in sorted(asks, key=lambda name: not _is_workspace(name))}


def _is_workspace(name: str) -> bool:
    return name.startswith(WORKSPACE)


async def _ask(asks: list[Ask], times: int) -> tuple[float, float]:
    """Let callers ask so many times each; returns microseconds of CPU and wall per request."""

    async def caller(ask: Ask) -> None:
        for _ in range(times):
            await ask()

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*map(caller, asks))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    requests = times * len(asks)
    return cpu / requests * 1e6, wall / requests * 1e6


def _round(runner: asyncio.Runner, asks: list[Ask], walls: list[float]) -> Round:
    def timed() -> float:
        cpu, wall = runner.run(_ask(asks, max(1, _REQUESTS // len(asks))))
        walls.append(wall)
        return cpu

    return timed


def _warm_up(runner: asyncio.Runner, asks: dict[str, list[Ask]], in_flight: int) -> None:
    for name, each in asks.items():
        # Our limit of requests in flight begins at 10; 5,000 answers take it to 100.
        requests = _WARM if name == UNCACHED and in_flight > 10 else 100
        runner.run(_ask(each, max(1, requests // in_flight)))


def measured(base_url: str, loop: str, in_flight: int, rounds: int) -> tuple[Figures, Figures]:
    """Let all clients ask in turns; returns microseconds of CPU and of wall time per request."""
    with (
        asyncio.Runner(loop_factory=LOOPS[loop]) as runner,
        opened(runner, contestants(base_url, in_flight)) as everybody,
    ):
        asks = {
            name: [each(number) for number in range(in_flight)] for name, each in everybody.items()
        }
        _warm_up(runner, asks, in_flight)
        walls: Figures = {name: [] for name in asks}
        cpu = take_turns({name: _round(runner, asks[name], walls[name]) for name in asks}, rounds)
    return cpu, {name: each[1:] for name, each in walls.items()}


def _base_of(name: str) -> str:
    return (WORKSPACE if _is_workspace(name) else STATISTICS) + BARE


def _ratio_cell(cpu: Samples, name: str) -> str:
    if name not in cpu:
        return "-"
    times = ratio(cpu, name, _base_of(name))
    return f"{times.median:.2f} ({times.low:.2f}-{times.high:.2f})"


def _medians_cell(cpu: Samples, wall: Samples, name: str) -> str:
    if name not in cpu:
        return "-"
    return f"{spread(cpu[name]).median:,.0f} / {spread(wall[name]).median:,.0f}"


def _tables(loop: str, figures: dict[int, tuple[Figures, Figures]]) -> tuple[Table, Table]:
    names = list(next(iter(figures.values()))[0])
    columns = ("", *(f"{in_flight:,} in flight" for in_flight in figures))
    ratios = tuple(
        (name, *(_ratio_cell(cpu, name) for cpu, _ in figures.values())) for name in names
    )
    medians = tuple(
        (name, *(_medians_cell(*both, name) for both in figures.values())) for name in names
    )
    title = f"CPU time of a request ÷ {BARE}, {loop}"
    times = Table(title, columns, ratios, _NOTE, _samples(figures, 0))
    title = f"A request in µs, CPU / wall, {loop}"
    return times, Table(title, columns, medians, samples=_samples(figures, 1))


def _samples(figures: dict[int, tuple[Figures, Figures]], which: int) -> Figures:
    return {
        f"{name}, {in_flight} in flight": costs
        for in_flight, both in figures.items()
        for name, costs in both[which].items()
    }


def _targets(loop: str, figures: dict[int, tuple[Figures, Figures]]) -> tuple[Target, ...]:
    def worst(name: str, base: str) -> float:
        return max(ratio(cpu, name, base).median for cpu, _ in figures.values())

    what = f"CPU of {{}}, {loop}, worst of 1 to 1,000 in flight".format
    return (
        Target(what("an uncached call ÷ bare aiohttp"), 1.10, worst(UNCACHED, WORKSPACE + BARE)),
        Target(what("no_store ÷ bare aiohttp"), 1.10, worst(NO_STORE, STATISTICS + BARE)),
        Target(what("a miss ÷ bare aiohttp"), 1.20, worst(MISS, STATISTICS + BARE)),
        Target(what("a miss ÷ twilio-python"), 0.60, worst(MISS, STATISTICS + VENDOR)),
    )


def play(scale: float) -> Outcome:
    """Let all clients ask for the same, in turns, on both event loops."""
    tables: list[Table] = []
    targets: list[Target] = []
    with origin() as base_url:
        for loop in LOOPS:
            figures = {
                in_flight: measured(base_url, loop, in_flight, max(6, int(rounds * scale)))
                for in_flight, rounds in ROUNDS.items()
            }
            tables += _tables(loop, figures)
            targets += _targets(loop, figures)
    return Outcome(tuple(tables), tuple(targets))
