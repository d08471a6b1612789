"""``taskrouter watch``: the real-time statistics of some workspaces, over and over."""

import asyncio
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from taskrouter_async.cli.board import Board
from taskrouter_async.cli.crew import work
from taskrouter_async.client import TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import RateLimitedError, ServerError, TransportError

_MAY_PASS: Final = (RateLimitedError, ServerError, TransportError)


async def watch(workspace_sids: Sequence[str], every: float) -> None:
    """Show the workspaces until cancelled.

    An error at the first look ends it, and so does one that will not pass by itself; any other
    is noted beside the last figures, and the next look comes as planned.

    Args:
        workspace_sids: The workspaces.
        every: Seconds between two looks at each.

    Raises:
        TaskRouterError: The environment, a SID or the service says that this cannot work.
    """
    async with TaskRouterClient.from_env(cache=CachePolicy(ttl=every)) as client:
        board = Board(workspace_sids)
        crew = [_look(client, sid, board, every) for sid in workspace_sids]
        crew.append(board.display(Console(), lambda: f"every {every:g} s", every))
        await work(crew, None)


async def _look(client: TaskRouterClient, sid: str, board: Board, every: float) -> None:
    statistics = client.workspaces(sid).real_time_statistics
    board.show(sid, await statistics.fetch_cached())
    while True:
        await asyncio.sleep(every)
        try:
            board.show(sid, await statistics.fetch_cached(max_age=every / 2))
        except _MAY_PASS as error:
            board.mark(sid, str(error))
