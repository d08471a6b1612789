"""A service that answers by a script, and the attempts of one client to ask it."""

import asyncio
import copy
from collections.abc import Callable
from types import MappingProxyType
from typing import Literal

from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async._admission import Admission
from taskrouter_async._attempts import Attempts, Outcome
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import ClosedError, TaskRouterError
from taskrouter_async.models import RequestEvent, Task

TASKS = "/v1/Workspaces/{WorkspaceSid}/Tasks"
SIDS = (("WorkspaceSid", WORKSPACE_SID),)
TASK_SIDS = (*SIDS, ("Sid", "WT" + "1" * 32))
READ = Call(Operation("GET", TASKS + "/{Sid}", Task), TASK_SIDS)
DELETE = Call(Operation("DELETE", TASKS + "/{Sid}", type(None)), TASK_SIDS)
UPDATE = Call(Operation("POST", TASKS + "/{Sid}", Task), TASK_SIDS)
CONDITIONAL = Call(Operation("POST", TASKS + "/{Sid}", Task), TASK_SIDS, if_match="3")
CREATE = Call(Operation("POST", TASKS, Task), SIDS)

Step = Response | TaskRouterError | float
"""An answer, an error, or for how many seconds nothing comes."""


def answer(status: int = 200, **headers: str) -> Response:
    """Return an answer that says nothing but its status and these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, MappingProxyType(named), b"{}")


class ScriptedTransport:
    """Follows a script, a step for each request, and repeats its last step."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps) or [answer()]
        self.sent: list[tuple[Request, float, float]] = []
        self.distrusted = 0
        self._ended: asyncio.Event = asyncio.Event()

    @property
    def times(self) -> list[float]:
        """When each request was sent."""
        return [at for _, at, _ in self.sent]

    @property
    def limits(self) -> list[float]:
        """How many seconds each request was given."""
        return [deadline - at for _, at, deadline in self.sent]

    async def send(self, request: Request, deadline: float) -> Response:
        now = asyncio.get_running_loop().time()
        self.sent.append((request, now, deadline))
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, float):
            try:
                await asyncio.wait_for(self._ended.wait(), step)
            except TimeoutError:
                return answer()
            raise ClosedError("ended")
        if isinstance(step, TaskRouterError):
            raise copy.copy(step)  # each request brings an error of its own
        return step

    def enter(self) -> None: ...

    def distrust(self) -> None:
        self.distrusted += 1

    def end(self) -> None:
        self._ended.set()


class Scene:
    """One client's attempts, by default without pauses and without chance."""

    def __init__(
        self,
        *steps: Step,
        policy: RetryPolicy = RetryPolicy(),
        timeouts: Timeouts = Timeouts(),
        admission: Admission | None = None,
        chance: Callable[[], float] = lambda: 0.0,
        listener: Callable[[RequestEvent], None] | Literal["scene"] | None = "scene",
    ) -> None:
        self.transport = ScriptedTransport(*steps)
        self.admission = admission or Admission(100, chance=lambda: 0.0)
        self.desk = self.admission.desk(ACCOUNT_SID)
        self.events: list[RequestEvent] = []
        self.attempts = Attempts(
            self.transport,
            self.desk,
            policy,
            timeouts,
            chance=chance,
            listener=self.events.append if listener == "scene" else listener,
        )

    async def send(
        self, call: Call[object], seconds: float = 30.0, first_seconds: float | None = None
    ) -> Outcome:
        deadline = asyncio.get_running_loop().time() + seconds
        return await self.attempts.send(call, deadline, first_seconds)

    async def error(self, call: Call[object], seconds: float = 30.0) -> TaskRouterError:
        """Return the error that the call ends with."""
        try:
            await self.send(call, seconds)
        except TaskRouterError as error:
            return error
        raise AssertionError("the call was answered")
