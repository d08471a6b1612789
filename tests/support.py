"""Stand-ins that tests hand in: a clock to turn, an account to ask for, answers to give."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Generic, TypeVar, cast

from taskrouter_async._admission import Admission
from taskrouter_async._attempts import Attempts, Transport
from taskrouter_async._protocol.fast import Steps
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.config import RetryPolicy, Timeouts

T = TypeVar("T")

ACCOUNT_SID = "AC" + "a" * 32
OTHER_ACCOUNT_SID = "AC" + "b" * 32
API_KEY = "SK" + "7" * 32
WORKSPACE_SID = "WS" + "1" * 32
TASK_QUEUE_SID = "WQ" + "2" * 32
WORKFLOW_SID = "WW" + "3" * 32


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class GatedLoad(Generic[T]):
    """A load that waits for the test to say how it ends, and counts how often it was asked."""

    def __init__(self) -> None:
        self.started = 0
        self._gates: list[asyncio.Future[T]] = []

    async def __call__(self) -> T:
        self.started += 1
        gate: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._gates.append(gate)
        return await gate

    def succeed(self, value: T) -> None:
        self._gates.pop(0).set_result(value)

    def fail(self, error: BaseException) -> None:
        self._gates.pop(0).set_exception(error)


class FakeTransport:
    """A transport that remembers what it was asked and answers by a function of the test's."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer
        self.requests: list[Request] = []
        self.distrusted = 0
        self.ended = 0

    async def send(self, request: Request, deadline: float) -> Response:
        self.requests.append(request)
        return await self._answer(request)

    def enter(self) -> None:
        """Be at home everywhere."""

    def distrust(self) -> None:
        self.distrusted += 1

    def end(self) -> None:
        self.ended += 1


def attempts_over(transport: Transport, policy: RetryPolicy = RetryPolicy()) -> Attempts:
    """Return who carries calls with a transport, for an account that nothing else is known of."""
    return Attempts(transport, Admission(100).desk(ACCOUNT_SID), policy, Timeouts())


def response(document: object, status: int = 200, /, **headers: str) -> Response:
    """Return an answer whose body is the document."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, MappingProxyType(named), json.dumps(document).encode())


def at_once(work: Steps[T]) -> T:
    """Return what comes of long work, without a pause between its steps."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return cast("T", end.value)


async def settle(turns: int = 20) -> None:
    """Let everything happen that can happen without anybody from outside."""
    for _ in range(turns):
        await asyncio.sleep(0)


def workspace_document(**members: object) -> dict[str, object]:
    """Return a workspace's real-time statistics as the service writes them."""
    return {
        "account_sid": ACCOUNT_SID,
        "workspace_sid": WORKSPACE_SID,
        "activity_statistics": [
            {"sid": "WA" + "4" * 32, "friendly_name": "Available", "workers": 3},
            {"sid": "WA" + "5" * 32, "friendly_name": "Offline", "workers": 0},
        ],
        "longest_task_waiting_age": 17,
        "longest_task_waiting_sid": "WT" + "6" * 32,
        "tasks_by_priority": {"0": 4, "10": 1},
        "tasks_by_status": {"pending": 2, "reserved": 1, "assigned": 2, "wrapping": 0},
        "total_tasks": 5,
        "total_workers": 3,
        "url": f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics",
        **members,
    }
