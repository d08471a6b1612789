"""A hundred thousand tasks listed: items a second of CPU, memory, and how long the loop is held.

All walk over the same pages of a thousand tasks and look at each task's SID. Memory is measured in
processes of their own, and how long the event loop is held in rounds of their own, so that neither
slows the rounds that count.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from benchmarks.apart import apart
from benchmarks.harness import Outcome, Table, Target, compared, ratio, spread, take_turns
from benchmarks.origin import ACCOUNT_SID, WORKSPACE_SID, origin
from benchmarks.peers import bare_session
from taskrouter_async import TaskRouterClient

PAGES: Final = 100
PAGE_SIZE: Final = 1_000
PAGES_HELD: Final = 20  # enough to see whether more are held than two
ROUNDS: Final = 6

_BARE: Final = "bare aiohttp, orjson, dictionaries"
_OURS: Final = "ours"
_VENDOR: Final = "twilio-python for asyncio"

Walk: TypeAlias = Callable[[str], Awaitable[int]]


async def ours(base_url: str) -> int:
    """Walk with this client."""
    count = 0
    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url) as client:
        async for task in client.workspaces(WORKSPACE_SID).tasks.list(page_size=PAGE_SIZE):
            count += task.sid.startswith("WT")
    return count


async def vendor(base_url: str) -> int:
    """Walk with the vendor's SDK and its client for asyncio."""
    count = 0
    async with AsyncTwilioHttpClient() as carrier:
        client = Client(ACCOUNT_SID, "token", http_client=carrier)
        client.taskrouter.base_url = base_url
        tasks = client.taskrouter.v1.workspaces(WORKSPACE_SID).tasks
        async for task in await tasks.stream_async(page_size=PAGE_SIZE):
            count += task.sid.startswith("WT")
    return count


async def bare(base_url: str) -> int:
    """Walk over documents as they come, page after page."""
    count, url = 0, f"/v1/Workspaces/{WORKSPACE_SID}/Tasks?PageSize={PAGE_SIZE}"
    async with bare_session(base_url) as asking:
        while url:
            page: Any = await asking(url)()
            count += sum(task["sid"].startswith("WT") for task in page["tasks"])
            following = page["meta"]["next_page_url"] or ""
            url = following.removeprefix(base_url)
    return count


WALKS: Final[dict[str, Walk]] = {_BARE: bare, _OURS: ours, _VENDOR: vendor}


def _cpu_seconds(walk: Walk, base_url: str, pages: int) -> float:
    before = time.process_time()
    _walked(walk, base_url, pages)
    return time.process_time() - before


def _walked(walk: Walk, base_url: str, pages: int) -> None:
    async def walking() -> int:
        return await walk(base_url)

    assert asyncio.run(walking()) == pages * PAGE_SIZE


@contextmanager
def _timed_steps() -> Iterator[list[float]]:
    """Yield the CPU time of each step of the event loop, as far as there were any."""
    steps: list[float] = []
    kind: Any = asyncio.Handle  # nothing public tells of steps
    known = kind._run

    def run(handle: asyncio.Handle) -> None:
        before = time.thread_time()
        known(handle)
        steps.append(time.thread_time() - before)

    kind._run = run
    try:
        yield steps
    finally:
        kind._run = known


def _longest_step(walk: Walk, base_url: str, pages: int) -> float:
    # What came with the rounds before, such as imports, is kept out of the collector's way as well.
    gc.freeze()
    with _timed_steps() as steps:
        _walked(walk, base_url, pages)
    return 1e3 * max(steps)


def _memory(name: str, base_url: str, pages: int) -> tuple[float, float]:
    """Return by how many MB a process grows that lists, and how many Python had allocated."""
    before = _most_resident()
    _walked(WALKS[name], base_url, pages)
    grown = _most_resident() - before
    gc.collect()
    tracemalloc.start()
    _walked(WALKS[name], base_url, pages)
    return grown / 1e6, tracemalloc.get_traced_memory()[1] / 1e6


def _most_resident() -> int:
    """Return how many bytes this process has had at most; Linux tells, others do not."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _page_size(base_url: str) -> float:
    """Return how many MB a page takes that is decoded, and nothing else."""

    async def one_page() -> float:
        async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url) as client:
            tasks = client.workspaces(WORKSPACE_SID).tasks
            assert [task async for task in tasks.list(limit=1)]  # what is made once is made now
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            listing = tasks.list(page_size=PAGE_SIZE, limit=PAGE_SIZE)
            kept = [page async for page in listing.pages()]
            gc.collect()
            assert len(kept[0].items) == PAGE_SIZE
            return (tracemalloc.get_traced_memory()[0] - before) / 1e6

    tracemalloc.start()
    return asyncio.run(one_page())


def _memories() -> tuple[Table, float]:
    rows: list[tuple[str, float, float, float]] = []
    with origin(pages=PAGES_HELD) as base_url:
        page = apart(_page_size, base_url)
        for name in WALKS:
            grown, peak = apart(_memory, name, base_url, PAGES_HELD)
            rows.append((name, round(peak, 1), round(peak / page, 2), round(grown, 1)))
    columns = ("", "MB at the peak", "÷ a decoded page of ours", "MB the process grew")
    note = f"A page of {PAGE_SIZE:,} tasks takes {page:.1f} MB, decoded by this client."
    peak_pages = next(pages_held for name, _, pages_held, _ in rows if name == _OURS)
    return Table("Memory of a listing", columns, tuple(rows), note), peak_pages


def play(scale: float) -> Outcome:
    """List with all, in turns; then look at memory."""
    pages, rounds = max(10, min(PAGES, round(PAGES * scale * 2))), max(3, round(ROUNDS * scale))
    with origin(pages=pages) as base_url:
        turns = {name: partial(_cpu_seconds, walk, base_url, pages) for name, walk in WALKS.items()}
        samples = take_turns(turns, rounds)
        steps = {
            name: partial(_longest_step, walk, base_url, pages) for name, walk in WALKS.items()
        }
        longest = take_turns(steps, 3)
    memory, peak_pages = _memories()
    items = pages * PAGE_SIZE
    note = f"CPU time of {items:,} tasks on pages of {PAGE_SIZE:,}, opening and closing included."
    speed = compared(f"{items:,} tasks listed", "s", samples, base=_BARE, note=note)
    rows = tuple((*row, round(items / spread(samples[str(row[0])]).median)) for row in speed.rows)
    speed = Table(speed.title, (*speed.columns, "items a second"), rows, note, samples)
    note = "The longest step of the event loop, in CPU time: so long nothing else happens."
    held = compared("How long the loop is held", "ms", longest, base=_BARE, note=note)
    targets = (
        Target(
            "items a second of CPU ÷ those of twilio-python",
            3.0,
            ratio(samples, _VENDOR, _OURS).median,
            at_least=True,
        ),
        Target("decoded pages in memory at the peak", 4.0, peak_pages),
        Target("longest step ÷ that of twilio-python", 0.2, ratio(longest, _OURS, _VENDOR).median),
    )
    return Outcome((speed, held, memory), targets)
