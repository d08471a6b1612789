"""A listing of tasks, one on each page."""

from typing import Final

from faults.answers import TASK, ok, page
from faults.fault_server import FaultServer
from faults.steps import Send
from support import WORKSPACE_SID

from taskrouter_async import TaskRouterClient
from taskrouter_async._pages import Listing
from taskrouter_async.models import Task

PATH: Final = f"/v1/Workspaces/{WORKSPACE_SID}/Tasks"


def sid_of(number: int) -> str:
    """Return the SID of one of the tasks."""
    return f"WT{number:032x}"


def link_to(server: FaultServer, token: str) -> str:
    """Return the address of the page with this token."""
    return f"{server.base_url}{PATH}?PageSize=1&PageToken={token}"


def one_task(number: int, next_page_url: str | None = None) -> Send:
    """Return a page with one task on it."""
    return Send(ok(page("tasks", [{**TASK, "sid": sid_of(number)}], next_page_url)))


def listing_of(client: TaskRouterClient) -> Listing[Task]:
    """Return the listing of all tasks."""
    return client.workspaces(WORKSPACE_SID).tasks.list()


async def walk(listing: Listing[Task], read: list[str]) -> None:
    """Read a listing to its end, and keep what came even if it ends with an error."""
    async for task in listing:
        read.append(task.sid)  # noqa: PERF401 - what came before an error counts
