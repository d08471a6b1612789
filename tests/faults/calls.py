"""The kinds of calls, one of each: some may be sent twice, some must not."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias

from faults.answers import TASK_SID
from support import WORKSPACE_SID

from taskrouter_async import TaskRouterClient
from taskrouter_async.models import Task, Workspace

Ask: TypeAlias = Callable[[TaskRouterClient], Coroutine[Any, Any, object]]


async def read(client: TaskRouterClient) -> Workspace:
    """Fetch the workspace."""
    return await client.workspaces(WORKSPACE_SID).fetch()


async def read_task(client: TaskRouterClient) -> Task:
    """Fetch the task."""
    return await client.workspaces(WORKSPACE_SID).tasks(TASK_SID).fetch()


async def create(client: TaskRouterClient) -> Task:
    """Make a task: what must not happen twice."""
    return await client.workspaces(WORKSPACE_SID).tasks.create(attributes={"language": "en"})


async def update(client: TaskRouterClient) -> Task:
    """Change the task, whatever it has become meanwhile."""
    return await client.workspaces(WORKSPACE_SID).tasks(TASK_SID).update(priority=5)


async def change(client: TaskRouterClient) -> Task:
    """Change one version of the task."""
    task = client.workspaces(WORKSPACE_SID).tasks(TASK_SID)
    return await task.update(priority=5, if_match="7")


async def delete(client: TaskRouterClient) -> None:
    """Delete the task."""
    await client.workspaces(WORKSPACE_SID).tasks(TASK_SID).delete()


async def tasks(client: TaskRouterClient) -> list[Task]:
    """List the tasks, all pages of them."""
    return [task async for task in client.workspaces(WORKSPACE_SID).tasks.list()]


REPEATABLE: Final[tuple[Ask, ...]] = (read, change, delete)
UNREPEATABLE: Final[tuple[Ask, ...]] = (create, update)
