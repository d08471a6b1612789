"""Many workspaces watched at once: the share of a core, and how late polls begin.

A poller asks a thousand workspaces every five seconds. Beside it bare aiohttp sends the same
requests at the same moments, from timers.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Final, TypeAlias

from attrs import field, frozen

from benchmarks.harness import Outcome, Round, Table, Target, compared, ratio, spread, take_turns
from benchmarks.origin import ACCOUNT_SID, origin, statistics_path
from benchmarks.peers import Ask, bare_session
from taskrouter_async import TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.polling import Poller
from taskrouter_async.resources.statistics import RealTimeStatistics

WORKSPACES: Final = 1_000
EVERY: Final = 5.0
ROUNDS: Final = 8

_BARE: Final = "bare aiohttp"
_OURS: Final = "poller, updates are read"
_UNREAD: Final = "poller, nobody reads"

Handles: TypeAlias = Sequence[RealTimeStatistics[WorkspaceRealTimeStatistics]]
Interval: TypeAlias = Callable[[], Coroutine[object, object, float]]


@frozen
class Watch:
    """What is watched, and how late it was.

    Attributes:
        every: Seconds between two polls of a workspace.
        p50: How late half of each interval's polls began at most, in milliseconds, by contestant.
        p99: The same for all but the worst hundredth.
    """

    every: float
    p50: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    p99: dict[str, list[float]] = field(factory=lambda: defaultdict(list))

    async def polled(self, handles: Handles, name: str, *, is_read: bool) -> float:
        """Poll for an interval; returns the share of a core that it took, in percent."""
        async with Poller(handles, every=self.every) as poller:
            before = time.process_time()
            reader = asyncio.ensure_future(_read(poller)) if is_read else None
            await asyncio.sleep(self.every)
            stats = poller.stats()
            share = self._share(before, stats.polls, len(handles))
            if reader is not None:
                reader.cancel()
        assert stats.errors == 0
        assert stats.polls > 0.8 * len(handles)
        self._late(name, stats.lateness_p50, stats.lateness_p99)
        return share

    async def asked(self, asks: Sequence[Ask], name: str) -> float:
        """Ask for an interval from timers; returns the same."""
        loop, lateness = asyncio.get_running_loop(), list[float]()
        tasks, begin = list[asyncio.Task[object]](), loop.time()

        def ask(number: int) -> None:
            lateness.append(loop.time() - begin - number * self.every / len(asks))
            tasks.append(asyncio.ensure_future(asks[number]()))
            if len(tasks) < len(asks):
                loop.call_at(begin + (number + 1) * self.every / len(asks), ask, number + 1)

        before = time.process_time()
        ask(0)
        await asyncio.sleep(self.every)
        share = self._share(before, len(tasks), len(asks))
        while len(tasks) < len(asks):
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        lateness.sort()
        self._late(name, *(lateness[math.ceil(p * len(lateness)) - 1] for p in (0.5, 0.99)))
        return share

    def _share(self, before: float, begun: int, due: int) -> float:
        # On a busy machine not all are begun when the interval ends.
        return 100 * (time.process_time() - before) / self.every * due / begun

    def _late(self, name: str, p50: float, p99: float) -> None:
        self.p50[name].append(1e3 * p50)
        self.p99[name].append(1e3 * p99)

    def table(self) -> Table:
        """Return how late they were."""
        # The first interval of each is the one that does not count.
        rows = tuple(
            (name, round(spread(p50[1:]).median, 2), round(spread(self.p99[name][1:]).median, 2))
            for name, p50 in self.p50.items()
        )
        note = "Milliseconds between the moment of a poll and its beginning; medians of intervals."
        return Table("Lateness", ("", "p50, ms", "p99, ms"), rows, note)


async def _read(poller: Poller[WorkspaceRealTimeStatistics]) -> int:
    tasks = 0
    async for update in poller:
        tasks += 0 if update.value is None else update.value.total_tasks
    return tasks


def _round(runner: asyncio.Runner, interval: Interval) -> Round:
    return lambda: runner.run(interval())


def play(scale: float) -> Outcome:
    """Watch, an interval each in turns."""
    watch = Watch(min(EVERY, max(1.0, 2 * EVERY * scale)))
    count = round(WORKSPACES * watch.every / EVERY)
    sids = [f"WS{number:032x}" for number in range(count)]
    with origin() as base_url, asyncio.Runner() as runner:
        client = TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url)
        handles = [client.workspaces(sid).real_time_statistics for sid in sids]
        session = bare_session(base_url)
        asking = runner.run(session.__aenter__())
        asks = [asking(statistics_path(sid)) for sid in sids]
        intervals: dict[str, Interval] = {
            _BARE: partial(watch.asked, asks, _BARE),
            _OURS: partial(watch.polled, handles, _OURS, is_read=True),
            _UNREAD: partial(watch.polled, handles, _UNREAD, is_read=False),
        }
        rounds = {name: _round(runner, interval) for name, interval in intervals.items()}
        samples = take_turns(rounds, max(3, round(ROUNDS * scale)))
        runner.run(client.aclose())
        runner.run(session.__aexit__(None, None, None))
    note = f"{count:,} workspaces every {watch.every:g} s: CPU time of an interval."
    table = compared("Many workspaces watched", "% of a core", samples, base=_BARE, note=note)
    times = ratio(samples, _OURS, _BARE).median
    target = Target("CPU of a poller that is read ÷ bare aiohttp's", 1.3, times)
    return Outcome((table, watch.table()), (target,))
