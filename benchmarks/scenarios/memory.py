"""Memory of statistics that are kept, beyond what the decoded values take by themselves.

Each size is measured in a process of its own. The values alone are what the same client hands out
with ``no_store``, held in a list.
"""

import asyncio
import gc
import tracemalloc
from typing import Final

from benchmarks.apart import apart
from benchmarks.harness import Outcome, Table, Target
from benchmarks.origin import ACCOUNT_SID, origin
from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.resources.workspaces import WorkspaceHandle

SIZES: Final = (1, 1_000, 10_000)

_AT_ONCE: Final = 50
_KIB: Final = 1024


async def _fetched(client: TaskRouterClient, count: int, *, no_store: bool) -> list[object]:
    """Fetch the statistics of so many workspaces; the list holds what is not stored."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def fetch(workspace: WorkspaceHandle) -> object:
        async with room:
            return await workspace.real_time_statistics.fetch(no_store=no_store)

    workspaces = (client.workspaces(f"WS{number:032x}") for number in range(1, count + 1))
    values = await asyncio.gather(*(fetch(workspace) for workspace in workspaces))
    return values if no_store else []


async def _bytes_held(base_url: str, count: int, *, no_store: bool) -> int:
    policy = CachePolicy(ttl=3600.0, maxsize=2 * max(SIZES))
    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, cache=policy) as client:
        # What comes into being with the first call, and the connections, are no workspace's.
        await client.workspaces("WS" + "f" * 32).real_time_statistics.fetch(no_store=no_store)
        await _fetched(client, min(count, _AT_ONCE), no_store=True)
        before = _allocated()
        held = await _fetched(client, count, no_store=no_store)
        # What the client had to do with last is not let go of at once; let it be another's.
        await _fetched(client, 1, no_store=True)
        grown = _allocated() - before
        assert client.cache.stats().entries + len(held) == count + (not no_store)
        return grown


def _allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _measured(base_url: str, count: int) -> tuple[int, int]:
    """Return how many bytes so many cached workspaces take, and their values alone."""
    tracemalloc.start()
    cached = asyncio.run(_bytes_held(base_url, count, no_store=False))
    return cached, asyncio.run(_bytes_held(base_url, count, no_store=True))


def play(scale: float) -> Outcome:
    """Keep few, many and very many."""
    rows: list[tuple[str, float, float, float, float]] = []
    with origin() as base_url:
        for count in SIZES if scale >= 0.5 else SIZES[:2]:
            cached, alone = apart(_measured, base_url, count)
            rows.append(
                (
                    f"{count:,}",
                    round(cached / 1e6, 3),
                    round(cached / count / _KIB, 2),
                    round(alone / count / _KIB, 2),
                    round((cached - alone) / count / _KIB, 2),
                )
            )
    columns = ("workspaces", "MB in all", "KiB each", "KiB the values alone", "KiB beyond")
    note = "What Python has allocated (tracemalloc), measured in a process for each size."
    target = Target("KiB for a cached workspace beyond its value", 3.0, rows[-1][-1])
    return Outcome((Table("Memory of what is kept", columns, tuple(rows), note),), (target,))
