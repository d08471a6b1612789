"""Test what your programs do with tasks, without the network."""

import pytest

from taskrouter_async import TaskRouterClient
from taskrouter_async.resources import WorkspaceHandle
from taskrouter_async.sandbox import Sandbox, Traffic

pytest_plugins = ["taskrouter_async.testing"]
pytestmark = pytest.mark.asyncio


async def call_back(workspace: WorkspaceHandle, number: str) -> str:
    """Have somebody call a customer back within ten minutes: the code under test."""
    task = await workspace.tasks.create(attributes={"call_back": number}, timeout=600)
    return task.sid


async def test_nobody_calls_back(
    taskrouter_sandbox: Sandbox, taskrouter_client: TaskRouterClient
) -> None:
    """Where no worker is available, the task is canceled after ten minutes."""
    workspace = taskrouter_client.workspaces(taskrouter_sandbox.workspace_sids[0])
    sid = await call_back(workspace, "+15005550006")

    await taskrouter_sandbox.advance(599)
    assert (await workspace.tasks(sid).fetch()).assignment_status == "pending"

    await taskrouter_sandbox.advance(1)
    assert (await workspace.tasks(sid).fetch()).assignment_status == "canceled"


async def test_a_rush_is_worked_off(
    taskrouter_sandbox: Sandbox, taskrouter_client: TaskRouterClient
) -> None:
    """After an hour with twice as many calls as usual it takes less than an hour to catch up."""
    usual = Traffic(patience_seconds=3600)
    rush = Traffic(patience_seconds=3600, tasks_per_hour=2 * usual.expected_tasks_per_hour)
    statistics = taskrouter_client.workspaces(
        taskrouter_sandbox.workspace_sids[0]
    ).real_time_statistics

    traffic = taskrouter_sandbox.simulate(rush)
    await taskrouter_sandbox.advance(3600)
    assert (await statistics.fetch()).longest_task_waiting_age > usual.overflow_seconds

    traffic.drain()
    await taskrouter_sandbox.advance(3600)
    assert (await statistics.fetch()).tasks_by_status.pending == 0
