"""Test a dashboard's arithmetic against a sandbox."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from taskrouter_async import TaskRouterClient
from taskrouter_async.sandbox import Sandbox


async def waiting_tasks(client: TaskRouterClient, workspace_sids: tuple[str, ...]) -> int:
    """Return how many tasks wait in all: the code under test."""
    statistics = [
        await client.workspaces(sid).real_time_statistics.fetch() for sid in workspace_sids
    ]
    return sum(each.tasks_by_status.pending for each in statistics)


@pytest_asyncio.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    """A sandbox whose clock stands still: what it tells stays as it is."""
    async with Sandbox(workspaces=2, seed=7, clock=lambda: 0.0) as sandbox:
        yield sandbox


@pytest_asyncio.fixture
async def client(sandbox: Sandbox) -> AsyncGenerator[TaskRouterClient]:
    """A client that speaks with the sandbox."""
    async with TaskRouterClient(
        sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
    ) as client:
        yield client


@pytest.mark.asyncio
async def test_tasks_are_counted_over_all_workspaces(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """The dashboard's figure is the sum of the workspaces'."""
    in_all = await waiting_tasks(client, sandbox.workspace_sids)
    alone = [await waiting_tasks(client, (sid,)) for sid in sandbox.workspace_sids]
    assert in_all == sum(alone)


@pytest.mark.asyncio
async def test_counting_twice_costs_no_more_requests(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """The second time, everything comes from the cache."""
    for _ in range(2):
        await waiting_tasks(client, sandbox.workspace_sids)
    assert list(sandbox.request_counts.values()) == [1, 1]
