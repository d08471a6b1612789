"""Calls to be admitted, and the callers who make them."""

import asyncio

from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async._admission import Admission, Desk
from taskrouter_async._protocol.operation import Call
from taskrouter_async.resources import task_queues, tasks, workspaces

WORKSPACE = (("WorkspaceSid", WORKSPACE_SID),)
FETCH: Call[object] = Call(workspaces.FETCH, (("Sid", WORKSPACE_SID),))
LIST: Call[object] = Call(tasks.LIST, WORKSPACE)
FILTERED: Call[object] = Call(tasks.LIST, WORKSPACE, (("EvaluateTaskAttributes", "a == 1"),))
QUEUES: Call[object] = Call(task_queues.LIST, WORKSPACE)


class Crowd:
    """Callers who enter by name and stay until they are told to leave.

    Args:
        desk: Where they go.

    Attributes:
        admitted: The names of those who got in, in their order.
    """

    def __init__(self, desk: Desk, admitted: list[str] | None = None) -> None:
        self.desk = desk
        self.admitted: list[str] = [] if admitted is None else admitted
        self._come: list[asyncio.Task[None]] = []

    def come(self, name: str) -> "asyncio.Task[None]":
        """Let one come."""
        self._come.append(asyncio.create_task(self._enter(name)))
        return self._come[-1]

    async def disperse(self) -> None:
        """Let those who still wait give up."""
        for task in self._come:
            task.cancel()
        await settled()

    async def _enter(self, name: str) -> None:
        await self.desk.enter()
        self.admitted.append(name)


def one_at_a_time(room: int = 100, max_waiting: int = 1000) -> tuple[Admission, Desk]:
    """Return a desk whose limit has come down to one."""
    admission = Admission(room, max_waiting=max_waiting)
    desk = admission.desk(ACCOUNT_SID)
    bring_down(desk)
    return admission, desk


def bring_down(desk: Desk) -> None:
    """Refuse until one request may be in the air."""
    for second in range(20):
        desk.rejected(second + 0.5, second + 1.0)


async def settled() -> None:
    """Let everybody run who can."""
    for _ in range(5):
        await asyncio.sleep(0)
