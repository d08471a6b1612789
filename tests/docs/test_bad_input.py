"""Each row of the page "Bad input", executed."""

import inspect
import json
import math
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, TASK_QUEUE_SID, WORKSPACE_SID, attempts_over

from taskrouter_async import CachePolicy, TaskRouterClient, errors
from taskrouter_async._cache import Cache
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.config import BASE_URL
from taskrouter_async.errors import TaskRouterError
from taskrouter_async.resources import Conference, Supervise, Workspaces
from taskrouter_async.testing import NO_PAUSES

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "bad-input.md"
NOTHING: Final = "\N{EN DASH}"
TASK_SID: Final = "WT" + "6" * 32
GOOD: Final = {"sid": TASK_SID, "account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID}
LISTED: Final = f"{BASE_URL}/v1/Workspaces/{WORKSPACE_SID}/Tasks"
NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES: Final[dict[str, Any]] = {
    "ACCOUNT": ACCOUNT_SID,
    "CachePolicy": CachePolicy,
    "Conference": Conference,
    "NOON": NOON,
    "QUEUE": TASK_QUEUE_SID,
    "RESERVATION": "WR" + "8" * 32,
    "Supervise": Supervise,
    "TASK": TASK_SID,
    "TaskRouterClient": TaskRouterClient,
    "WORKER": "WK" + "7" * 32,
    "WORKSPACE": WORKSPACE_SID,
    "another_account": json.dumps({**GOOD, "account_sid": OTHER_ACCOUNT_SID}),
    "another_task": json.dumps({**GOOD, "sid": "WT" + "9" * 32}),
    "another_workspace": json.dumps({**GOOD, "workspace_sid": "WS" + "9" * 32}),
    "circle": json.dumps({"tasks": [GOOD], "meta": {"next_page_url": LISTED}}),
    "date": date,
    "datetime": datetime,
    "decide": lambda task: None,
    "nan": math.nan,
    "timedelta": timedelta,
}


def rows(heading: str) -> list[Any]:
    """Return the rows of the table below a heading, without the backticks."""
    (section,) = re.findall(
        rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = [line for line in section.splitlines() if line.startswith("|")]
    split = [
        [cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines[2:]
    ]
    return [pytest.param(*cells, id=" ".join(cells)) for cells in split]


class OneAnswer:
    """A transport that always gets the same answer, or a good one for whatever is asked."""

    def __init__(self, status: int = 200, body: bytes = b"") -> None:
        self.requests: list[Request] = []
        self._status = status
        self._body = body

    async def send(self, request: Request, deadline: float) -> Response:
        """Remember the request and answer it."""
        self.requests.append(request)
        sid = request.target.rpartition("/")[2]
        body = self._body or json.dumps({**GOOD, "sid": sid}).encode()
        return Response(self._status, {}, body)

    def enter(self) -> None:
        """Be at home everywhere."""

    def distrust(self) -> None:
        """Have no connections."""

    def end(self) -> None:
        """Have nothing in the air."""


def workspaces_behind(transport: OneAnswer) -> Workspaces:
    """Return an account's workspaces."""
    cache = Cache(CachePolicy(), time.monotonic)
    attempts = attempts_over(transport, NO_PAUSES)
    engine = Engine(attempts, cache, account_sid=ACCOUNT_SID, base_url=BASE_URL, total_seconds=5.0)
    return Workspaces(engine)


def evaluate(code: str, **names: object) -> Any:
    """Return what the code on the page says."""
    return eval(code, {**NAMES, **names})  # noqa: S307 - the page is ours


def body_of(cell: str) -> bytes:
    """Return the body that a row tells of."""
    _, is_code, code = cell.partition("body = ")
    if is_code:
        body = evaluate(code)
        # An empty body of a stand-in would mean a good answer; white space is as empty as JSON.
        return body if isinstance(body, bytes) else (body or " ").encode()
    return cell.replace("…", json.dumps(GOOD)[1:-1]).encode()


def as_told(error: str) -> type[TaskRouterError]:
    """Return the class of that name."""
    kind: type[TaskRouterError] = getattr(errors, error)
    return kind


@pytest.mark.parametrize(("given", "error", "argument", "sent"), rows("Arguments"))
async def test_arguments(given: str, error: str, argument: str, sent: str) -> None:
    """What cannot be used is refused by name, and nothing is sent."""
    transport = OneAnswer()
    workspaces = workspaces_behind(transport)

    async def outcome() -> None:
        value = evaluate(given, workspaces=workspaces, workspace=workspaces(WORKSPACE_SID))
        if inspect.isawaitable(value):
            await value

    if error.startswith("none"):
        await outcome()
    else:
        with pytest.raises(TaskRouterError) as caught:
            await outcome()
        assert type(caught.value) is as_told(error)
        assert getattr(caught.value, "argument", NOTHING) == argument
    assert len(transport.requests) == (sent == "yes")


@pytest.mark.parametrize(("status", "body", "error", "holds"), rows("Answers"))
async def test_answers(status: str, body: str, error: str, holds: str) -> None:
    """What makes no sense is an error that says where; the rest is read as the page says."""
    workspaces = workspaces_behind(OneAnswer(int(status), body_of(body)))
    task = workspaces(WORKSPACE_SID).tasks(TASK_SID)
    if error == "none":
        assert evaluate(holds, task=await task.fetch())
        return
    with pytest.raises(TaskRouterError) as caught:
        await task.fetch()
    assert type(caught.value) is as_told(error)
    assert getattr(caught.value, "path", NOTHING) == holds
    assert caught.value.response is not None


@pytest.mark.parametrize(("body", "error", "path"), rows("Pages"))
async def test_pages(body: str, error: str, path: str) -> None:
    """A page that makes no sense ends the listing."""
    listing = workspaces_behind(OneAnswer(200, body_of(body)))(WORKSPACE_SID).tasks.list()
    with pytest.raises(TaskRouterError) as caught:
        _ = [task async for task in listing]
    assert type(caught.value) is as_told(error)
    assert getattr(caught.value, "path", NOTHING) == path
