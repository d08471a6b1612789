"""A long run of everything at once against a sandbox that fails now and then.

Accounts with their workspaces share one session pool. Pollers watch the statistics, wallboards read
them from memory, and others make, read, change, list and delete tasks, while one request in thirty
meets a fault. The sandbox has a process of its own. At the end, or at Ctrl-C, stands a report in
Markdown and JSON; every 10 seconds a line tells how it goes::

    python -m benchmarks.soak --minutes 15
"""

import argparse
import asyncio
import json
import logging
import random
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from attrs import define

from benchmarks.soak_figures import Ears, Figures, markdown, report
from benchmarks.soak_service import Service, service
from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient, Timeouts
from taskrouter_async.models import Task, WorkspaceRealTimeStatistics
from taskrouter_async.polling import Poller
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.resources.tasks import Tasks

TIMEOUTS: Final = Timeouts(total=5.0, attempt=2.0, connect=1.0)

T = TypeVar("T")


@define(eq=False)
class Load:
    """What the callers of one account do."""

    client: TaskRouterClient
    account_sid: str
    workspace_sids: tuple[str, ...]
    figures: Figures
    pause: float

    async def change(self) -> None:
        """Make a task, read, change, list and delete it, again and again."""
        while True:
            tasks = self.client.workspaces(random.choice(self.workspace_sids)).tasks
            mark = random.randbytes(8).hex()
            made = await self._timed(partial(tasks.create, attributes={"mark": mark}))
            if made is None:
                continue
            task = tasks(made.sid)
            await self._timed(task.fetch, partial(_is_unmarked, mark))
            await self._timed(partial(task.update, priority=random.randrange(100)))
            await self._timed(partial(_listed, tasks))
            await self._timed(task.delete)

    async def watch(self) -> None:
        """Read statistics as a wallboard does, most of them from memory."""
        while True:
            workspace = self.client.workspaces(random.choice(self.workspace_sids))
            await self._timed(workspace.real_time_statistics.fetch, kept=True)

    async def _timed(
        self,
        ask: Callable[[], Awaitable[T]],
        is_other: Callable[[T], bool] = lambda _: False,
        *,
        kept: bool = False,
    ) -> T | None:
        await asyncio.sleep(self.pause * 2 * random.random())
        began = time.monotonic()
        try:
            answer = await ask()
        except Exception as error:  # noqa: BLE001 - every error is counted
            self.figures.failed(error)
            return None
        else:
            self.figures.succeeded(foreign=self._is_foreign(answer) or is_other(answer))
            return answer
        finally:
            self.figures.took(self.account_sid, time.monotonic() - began, kept=kept)

    def _is_foreign(self, answer: object) -> bool:
        items = answer if isinstance(answer, list) else [answer]
        return any(getattr(i, "account_sid", self.account_sid) != self.account_sid for i in items)


def _is_unmarked(mark: str, task: Task) -> bool:
    return mark not in str(task.raw)


async def _listed(tasks: Tasks) -> list[Task]:
    return [task async for task in tasks.list(limit=20, page_size=20)]


async def _poll(handles: list[RealTimeStatistics[WorkspaceRealTimeStatistics]]) -> None:
    async with Poller(handles, every=5.0) as updates:
        async for _ in updates:
            pass


async def _measure_lag(figures: Figures) -> None:
    while True:
        due = time.monotonic() + 0.05
        await asyncio.sleep(0.05)
        figures.lag.add(max(0.0, time.monotonic() - due))


@asynccontextmanager
async def _running(works: Iterable[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    strays = [error for error in ended if not isinstance(error, asyncio.CancelledError)]
    if strays:
        raise RuntimeError(f"part of the load ended by itself: {strays!r}")


def _works(loads: list[Load], callers: int) -> Iterator[Coroutine[None, None, None]]:
    for load in loads:
        workspaces = [load.client.workspaces(sid) for sid in load.workspace_sids]
        yield _poll([each.real_time_statistics for each in workspaces])
        yield load.watch()
        for _ in range(callers):
            yield load.change()


async def _soak(served: Service, figures: Figures, wishes: argparse.Namespace) -> None:
    figures.sample()
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(SessionPool())
        loads = []
        for account_sid, token, workspace_sids in served.logins:
            client = _client(served.base_url, account_sid, token, pool, figures)
            await stack.enter_async_context(client)
            loads.append(Load(client, account_sid, workspace_sids, figures, wishes.pause))
        works = [*_works(loads, wishes.callers), _measure_lag(figures)]
        async with _running(works):
            await _watch_over(figures, wishes.minutes * 60)
    figures.sample()  # all is closed: what is left now is left behind


def _client(
    base_url: str, account_sid: str, token: str, pool: SessionPool, figures: Figures
) -> TaskRouterClient:
    return TaskRouterClient(
        account_sid,
        token,
        base_url=base_url,
        cache=CachePolicy(ttl=2.0),
        timeouts=TIMEOUTS,
        pool=pool,
        on_request_event=figures.hear,
    )


async def _watch_over(figures: Figures, seconds: float) -> None:
    until = time.monotonic() + seconds
    with suppress(asyncio.CancelledError):  # Ctrl-C: the report is about what there is so far
        while time.monotonic() < until:
            await asyncio.sleep(min(10.0, until - time.monotonic()))
            sample, untyped = figures.sample(), sum(figures.untyped.values())
            print(
                f"{time.monotonic() - figures.began:6.0f} s  {sample.calls:9,} calls"
                f"  {sum(figures.errors.values()):6,} errors  {untyped} untyped"
                f"  {sample.rss / 2**20:.1f} MiB  {sample.files} files  {sample.tasks} tasks"
                f"  lag {1e3 * figures.lag.quantile(0.99):.1f} ms",
                flush=True,
            )


def options(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what is wished for; by default on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--workspaces", type=int, default=10, help="of each account")
    parser.add_argument("--callers", type=int, default=3, help="of each account")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds before each call")
    parser.add_argument("--report", type=Path, default=Path("build/soak"), help="without suffix")
    return parser.parse_args(given)


def soaked(wishes: argparse.Namespace) -> dict[str, object]:
    """Run the load; returns what is to be reported, by its name."""
    with service(wishes.accounts, wishes.workspaces) as served:
        ears = Ears([(account_sid, token) for account_sid, token, _ in served.logins])
        logging.basicConfig(level=logging.DEBUG, handlers=[ears])
        figures = Figures(ears, TIMEOUTS.total)
        asyncio.run(_soak(served, figures, wishes))
        return report(figures, *served.counts())


def main() -> None:
    """Run the load, and write the report."""
    wishes = options()
    facts = soaked(wishes)
    wishes.report.parent.mkdir(parents=True, exist_ok=True)
    wishes.report.with_suffix(".json").write_text(json.dumps(facts, indent=2) + "\n")
    wishes.report.with_suffix(".md").write_text(markdown(facts))
    print(markdown(facts))


if __name__ == "__main__":
    main()
