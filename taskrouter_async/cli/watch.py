"""``taskrouter watch``: the real-time statistics of some workspaces, over and over."""

from collections.abc import Sequence
from typing import Final

from attrs import evolve
from rich.console import Console

from taskrouter_async._level import SharedLevel
from taskrouter_async.cli.board import Board
from taskrouter_async.cli.crew import work
from taskrouter_async.client import TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import RateLimitedError, ServerError, TransportError
from taskrouter_async.models import Cached, WorkspaceRealTimeStatistics
from taskrouter_async.polling import Poller, Update
from taskrouter_async.resources import RealTimeStatistics

Handles = dict[RealTimeStatistics[WorkspaceRealTimeStatistics], str]

_MAY_PASS: Final = (RateLimitedError, ServerError, TransportError)


async def watch(
    workspace_sids: Sequence[str], every: float, shared: SharedLevel | None = None
) -> None:
    """Show the workspaces until cancelled.

    An error at the first look ends it, and so does one that will not pass by itself; any other
    is noted beside the last figures, and the next look comes as planned.

    Args:
        workspace_sids: The workspaces.
        every: Seconds between two looks at each.
        shared: What other processes share.

    Raises:
        TaskRouterError: The environment, a SID or the service says that this cannot work.
    """
    async with TaskRouterClient.from_env(cache=CachePolicy(ttl=every, shared=shared)) as client:
        board = Board(workspace_sids)
        handles = {
            client.workspaces(sid).real_time_statistics: sid
            for sid in dict.fromkeys(workspace_sids)
        }
        display = board.display(Console(), lambda: f"every {every:g} s", every)
        await work([_look(handles, board, every), display], None)


async def _look(handles: Handles, board: Board, every: float) -> None:
    # At once, and not within the first interval: a wrong SID or token is told before one waits.
    for handle, sid in handles.items():
        board.show(sid, await handle.fetch_cached())
    sids = {id(handle): sid for handle, sid in handles.items()}
    async with Poller(handles, every=every) as updates:
        async for update in updates:
            _put_up(update, sids[id(update.handle)], board)


def _put_up(update: Update[WorkspaceRealTimeStatistics], sid: str, board: Board) -> None:
    if update.error is not None and not isinstance(update.error, _MAY_PASS):
        raise update.error
    if update.value is not None and update.status is not None and update.age is not None:
        board.show(sid, Cached(update.value, evolve(update.status, age=update.age)))
    if update.error is not None:
        board.mark(sid, str(update.error))
