"""Count the calls that a hit and a miss are made of: `python -m benchmarks.call_counts --check`.

Counted is what this package does: each call of a function of its own, a coroutine that goes on
included, and each call that these make of anything else, written in Python or not. One answer after
another comes over loopback, on a connection that is kept; so the same calls are made every time,
on every machine, by one version of Python.
"""

import argparse
import asyncio
import gc
import statistics
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Final

from attrs import define

import taskrouter_async
from benchmarks import guard
from benchmarks.origin import ACCOUNT_SID, WORKSPACE_SID, origin
from taskrouter_async import CachePolicy, TaskRouterClient

_PACKAGE: Final = str(Path(taskrouter_async.__file__).parent)
_TIMES: Final = 15
_WARM: Final = 30

Call = Callable[[], Awaitable[object]]


@define
class Tally:
    """What was counted.

    Attributes:
        own: Calls of this package's functions.
        others: Calls that these make of anything else.
    """

    own: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        """All calls."""
        return self.own + self.others

    def hear(self, frame: FrameType, event: str, _: object) -> None:
        """Be told of a call, as `sys.setprofile` tells it."""
        if event == "call":
            if _is_ours(frame):
                self.own += 1
            elif _is_ours(frame.f_back):
                self.others += 1
        elif event == "c_call" and _is_ours(frame):
            self.others += 1


def _is_ours(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename.startswith(_PACKAGE)


async def _counted(call: Call) -> Tally:
    tally = Tally()
    sys.setprofile(tally.hear)
    try:
        await call()
    finally:
        sys.setprofile(None)
    return tally


async def _usual(call: Call) -> Tally:
    for _ in range(_WARM):
        await call()
    gc.collect()
    gc.disable()
    try:
        tallies = [await _counted(call) for _ in range(_TIMES)]
    finally:
        gc.enable()
    own = statistics.median_low(each.own for each in tallies)
    return Tally(own, statistics.median_low(each.others for each in tallies))


def _calls(client: TaskRouterClient) -> dict[str, Call]:
    handle = client.workspaces(WORKSPACE_SID).real_time_statistics

    def whole() -> Awaitable[object]:
        return client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()

    def uncached() -> Awaitable[object]:
        return client.workspaces(WORKSPACE_SID).fetch()

    return {
        "a hit of a handle that is kept": handle.fetch,
        "a hit of the whole expression": whole,
        "an uncached call": uncached,
        "a call with no_store": lambda: handle.fetch(no_store=True),
        "a miss": lambda: handle.fetch(max_age=0),
    }


async def _count_all(base_url: str) -> dict[str, Tally]:
    policy = CachePolicy(ttl=3600.0)
    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, cache=policy) as client:
        return {name: await _usual(call) for name, call in _calls(client).items()}


def count() -> dict[str, Tally]:
    """Return the calls of each path, by its name; the same every time."""
    with origin() as base_url:
        return asyncio.run(_count_all(base_url))


def _check(counts: guard.Counts, record: Path) -> int:
    before = guard.recorded(record).get(guard.this_python(), {})
    if not before:
        print(f"nothing is recorded for Python {guard.this_python()}: not checked")
    complaints = guard.risen(before, counts)
    for complaint in complaints:
        print(f"more work than it was: {complaint}")
    return bool(complaints)


def main() -> int:
    """Print the counts, and record or check them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.call_counts")
    parser.add_argument("--check", action="store_true", help="fail if one rose by more than 5 %%")
    parser.add_argument("--record", action="store_true", help="keep them as what they should be")
    parser.add_argument("--file", type=Path, default=guard.RECORD, help="where they are kept")
    options = parser.parse_args()
    counts = {name: tally.total for name, tally in count().items()}
    print(*(f"{number:>5}  {name}" for name, number in counts.items()), sep="\n")
    if options.record:
        guard.record(counts, options.file)
    return _check(counts, options.file) if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
