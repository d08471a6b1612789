"""``taskrouter demo``: many consumers, one cache, a sandbox behind it."""

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import cycle
from typing import Final

from attrs import define, field
from rich.console import Console

from taskrouter_async._level import SharedLevel
from taskrouter_async.cli.board import Board
from taskrouter_async.cli.crew import work
from taskrouter_async.cli.serve import Facts, separate_sandbox
from taskrouter_async.client import TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics

_PAUSE_SECONDS: Final = 0.02

Handles = Sequence[tuple[str, RealTimeStatistics[WorkspaceRealTimeStatistics]]]


@define
class Demo:
    """One demonstration.

    Attributes:
        workspaces: Workspaces in the sandbox.
        seconds: How long to poll them.
        ttl: The cache's, in seconds.
        consumers: Callers at the same time.
        shared: What other processes may share.
    """

    workspaces: int
    seconds: float
    ttl: float
    consumers: int
    shared: SharedLevel | None = None
    _answers: int = field(default=0, init=False)
    _started_at: float = field(factory=time.monotonic, init=False)

    async def run(self, *, json: bool) -> None:
        """Poll the sandbox, show what comes, and sum up; also when cancelled."""
        async with separate_sandbox(self.workspaces) as facts:
            client = TaskRouterClient(
                facts.account_sid,
                facts.auth_token,
                base_url=facts.base_url,
                cache=CachePolicy(
                    ttl=self.ttl, maxsize=max(1024, self.workspaces), shared=self.shared
                ),
            )
            async with client:
                self._started_at = time.monotonic()
                try:
                    await self._poll(client, facts, shown=not json)
                finally:
                    self._sum_up(client, json_line=json)

    async def _poll(self, client: TaskRouterClient, facts: Facts, *, shown: bool) -> None:
        board = Board(facts.workspace_sids)
        handles = [
            (sid, client.workspaces(sid).real_time_statistics) for sid in facts.workspace_sids
        ]
        crew = [self._consume(number, handles, board) for number in range(self.consumers)]
        if shown:
            every = max(self.ttl, 1.0)
            crew.append(board.display(Console(), lambda: self._title(client), every))
        await work(crew, self.seconds)

    async def _consume(self, number: int, handles: Handles, board: Board) -> None:
        first = number % len(handles)
        order = cycle([*handles[first:], *handles[:first]])
        while True:
            sid, statistics = next(order)
            board.show(sid, await statistics.fetch_cached())
            self._answers += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    def _title(self, client: TaskRouterClient) -> str:
        stats = client.cache.stats()
        return (
            f"{self._elapsed():.0f} of {self.seconds:g} s, {self._answers:,} answers, "
            f"{stats.loads_started:,} upstream requests"
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self._started_at

    def _sum_up(self, client: TaskRouterClient, *, json_line: bool) -> None:
        stats = client.cache.stats()
        requests = stats.loads_started
        hit_ratio = stats.hits / max(1, stats.hits + stats.misses)
        if json_line:
            figures = {
                "workspaces": self.workspaces,
                "seconds": round(self._elapsed(), 3),
                "answers": self._answers,
                "upstream_requests": requests,
                "hit_ratio": round(hit_ratio, 6),
            }
            print(json.dumps(figures), flush=True)
            return
        per_second = self._answers / self._elapsed()
        print(f"answers served     {self._answers:>10,}   {per_second:,.0f} per second")
        print(f"upstream requests  {requests:>10,}   {requests / self._elapsed():,.1f} per second")
        print(f"hit ratio          {hit_ratio:>10.2%}", flush=True)
