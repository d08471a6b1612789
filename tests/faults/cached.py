"""Calls that go through the cache, and what the service answers to them."""

from typing import Final

from faults.connection import Request
from support import WORKSPACE_SID, workspace_document

from taskrouter_async import TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics

STATISTICS: Final = workspace_document()


def statistics_of(
    client: TaskRouterClient, workspace_sid: str = WORKSPACE_SID
) -> RealTimeStatistics[WorkspaceRealTimeStatistics]:
    """Return a workspace's real-time statistics, which are kept."""
    return client.workspaces(workspace_sid).real_time_statistics


async def statistics(client: TaskRouterClient) -> WorkspaceRealTimeStatistics:
    """Fetch the statistics, from memory if they are there."""
    return await statistics_of(client).fetch()


def asks_for_statistics(request: Request) -> bool:
    """Tell whether a request is for statistics."""
    return "RealTimeStatistics" in request.target
