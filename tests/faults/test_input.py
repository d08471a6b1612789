"""What strangers type in, or a stranger's service answers, can do nothing but stand there."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final, cast
from urllib.parse import parse_qsl

import pytest
from canary import CANARY
from faults.aftermath import MakeClient, failing
from faults.answers import TASK, TASK_SID, WORKSPACE, ok, page, status
from faults.calls import Ask, create, read
from faults.fault_server import FaultServer
from faults.steps import Send
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async import TaskRouterClient
from taskrouter_async.errors import (
    AmbiguousResultError,
    BadRequestError,
    InvalidArgumentError,
    TaskRouterError,
)
from taskrouter_async.expressions import evaluate, quote
from taskrouter_async.resources import Dequeue

ONES: Final = "1" * 32
EVIL: Final = "a&Page=2#x+;=%26 ' or 1==1 \r\nEvil: 1"

NAMED: Final[dict[str, Callable[[TaskRouterClient, str], object]]] = {
    "WS": lambda client, sid: client.workspaces(sid),
    "WT": lambda client, sid: client.workspaces(WORKSPACE_SID).tasks(sid),
    "WR": lambda client, sid: client.workspaces(WORKSPACE_SID).tasks(TASK_SID).reservations(sid),
    "WK": lambda client, sid: client.workspaces(WORKSPACE_SID).workers(sid),
    "WQ": lambda client, sid: client.workspaces(WORKSPACE_SID).task_queues(sid),
    "WW": lambda client, sid: client.workspaces(WORKSPACE_SID).workflows(sid),
    "WA": lambda client, sid: client.workspaces(WORKSPACE_SID).activities(sid),
    "EV": lambda client, sid: client.workspaces(WORKSPACE_SID).events(sid),
}
"""Whatever is named by a SID in an address, by the SID's prefix."""


def _odd_sids(prefix: str) -> list[object]:
    sid = prefix + ONES
    return [
        "",
        prefix,
        prefix + "../../Accounts" + "1" * 18,
        prefix + "%2e%2e%2f" + "1" * 23,
        sid[:-2] + "?x",
        sid[:-2] + "#x",
        sid[:-1],
        sid + "1",
        sid[:-1] + "\n",
        sid + "\n",
        sid[:-1] + "\u0661",
        sid[:-1] + "g",
        " " + sid,
        sid.lower(),
        "XX" + ONES,
        sid.encode(),
        None,
        5,
    ]


@pytest.mark.parametrize("prefix", NAMED)
async def test_no_sid_is_an_address(
    prefix: str, server: FaultServer, client_of: MakeClient
) -> None:
    """137a. What is no SID of its kind never becomes part of an address."""
    client = client_of(server)
    assert NAMED[prefix](client, prefix + ONES)

    for odd in _odd_sids(prefix):
        with pytest.raises(InvalidArgumentError) as caught:
            NAMED[prefix](client, cast("str", odd))
        assert ".." not in str(caught.value)

    assert server.counts == (0, 0)


@pytest.mark.parametrize("odd", ["", "..", "a/b", "a?b", "a#b", "%2e", "voice\n", "1", "\u0661", 5])
async def test_no_name_of_a_channel_is_an_address(
    odd: str, server: FaultServer, client_of: MakeClient
) -> None:
    """137b. Nor does what is no name of a channel, which may stand there as well."""
    workspace = client_of(server).workspaces(WORKSPACE_SID)
    worker = workspace.workers("WK" + ONES)

    for channels in (workspace.task_channels, worker.worker_channels):
        assert channels("voice").sid == "voice"
        with pytest.raises(InvalidArgumentError):
            channels(odd)

    assert server.counts == (0, 0)


async def test_a_text_stays_one_parameter(server: FaultServer, client_of: MakeClient) -> None:
    """138a. Whatever a text holds, it stays one parameter of the query or of the form."""
    server.on_request(Send(ok(page("workers", []))), when=lambda request: request.method == "GET")
    server.on_request(Send(ok(TASK)))
    workspace = client_of(server).workspaces(WORKSPACE_SID)

    assert [each async for each in workspace.workers.list(friendly_name=EVIL)] == []
    await workspace.tasks(TASK_SID).update(reason=EVIL)

    query = server.requests[0].target.partition("?")[2]
    assert parse_qsl(query, strict_parsing=True) == [("FriendlyName", EVIL)]
    assert "#" not in server.requests[0].target
    assert server.requests[1].form == {"Reason": EVIL}
    assert all(request.header("evil") is None for request in server.requests)
    assert server.counts == (1, 2)


async def test_values_are_written_in_one_way(server: FaultServer, client_of: MakeClient) -> None:
    """138b. Several values are repeated, truths are lower case, times are UTC; the rest is left."""
    server.on_request(Send(ok(page("tasks", []))), when=lambda request: request.method == "GET")
    server.on_request(Send(ok(TASK)))
    tasks = client_of(server).workspaces(WORKSPACE_SID).tasks
    start = datetime(2026, 1, 1, 0, 30, 0, 999999, timezone(timedelta(hours=5, minutes=30)))

    listing = tasks.list(assignment_status=["pending", "reserved"], has_addons=True, priority=0)
    assert [each async for each in listing] == []
    await tasks(TASK_SID).update(virtual_start_time=start, reason="")

    assert parse_qsl(server.requests[0].target.partition("?")[2]) == [
        ("Priority", "0"),
        ("AssignmentStatus", "pending"),
        ("AssignmentStatus", "reserved"),
        ("HasAddons", "true"),
    ]
    assert server.requests[1].form == {"VirtualStartTime": "2025-12-31T19:00:00Z", "Reason": ""}
    assert server.counts == (1, 2)


HALF: Final = "half a character: \ud800"

UNSENDABLE: Final[list[Ask]] = [
    lambda client: client.workspaces.create(friendly_name=HALF),
    lambda client: client.workspaces(WORKSPACE_SID).tasks(TASK_SID).update(reason=HALF),
    lambda client: client.workspaces(WORKSPACE_SID).tasks.create(attributes={"name": HALF}),
    lambda client: client.workspaces(WORKSPACE_SID).tasks.create(attributes={HALF: 1}),
    lambda client: client.workspaces(WORKSPACE_SID).tasks.create(task_channel=HALF),
    lambda client: (
        client.workspaces(WORKSPACE_SID)
        .tasks(TASK_SID)
        .reservations("WR" + ONES)
        .update(Dequeue(status_callback_event=[HALF]))
    ),
]


@pytest.mark.parametrize("ask", UNSENDABLE)
async def test_half_a_character_is_not_sent(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """138c. A text with half of a character in it is refused before anything is sent."""
    await failing(ask(client_of(server)), InvalidArgumentError)

    assert server.counts == (0, 0)


@pytest.mark.parametrize(
    "name", ["' or 1==1 or name == '", "\\", "\\' or 1==1 or '", '"', "\n", EVIL]
)
async def test_a_quoted_text_adds_nothing(
    name: str, server: FaultServer, client_of: MakeClient
) -> None:
    """139. A text that is quoted can add nothing to the expression around it."""
    server.on_request(Send(ok(page("tasks", []))))
    tasks = client_of(server).workspaces(WORKSPACE_SID).tasks

    listing = tasks.list(evaluate_task_attributes=f"name == {quote(name)}")
    assert [each async for each in listing] == []

    [(argument, expression)] = parse_qsl(server.requests[0].target.partition("?")[2])
    assert argument == "EvaluateTaskAttributes"
    assert evaluate(expression, task={"name": name})
    assert not evaluate(expression, task={"name": "somebody else"})
    assert server.counts == (1, 1)


@pytest.mark.parametrize("odd", ["7\r\nEvil: 1", "7\n", "\0", "\x1b", "\u2028", "\u0661", "", b"7"])
async def test_no_version_begins_another_header(
    odd: str, server: FaultServer, client_of: MakeClient
) -> None:
    """140a. A version that would begin another header is refused, and not repeated."""
    task = client_of(server).workspaces(WORKSPACE_SID).tasks(TASK_SID)

    for call in (task.update(priority=1, if_match=odd), task.delete(if_match=odd)):
        error = await failing(call, InvalidArgumentError)
        assert (error.argument, "Evil" in str(error)) == ("if_match", False)

    assert server.counts == (0, 0)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\0"])
async def test_nothing_of_a_client_begins_another_header(
    line_end: str, server: FaultServer, client_of: MakeClient
) -> None:
    """140b. Neither an account, a key nor an address can; a token is encoded whatever it holds."""
    evil = f"{line_end}Evil: 1"
    makers: list[Callable[[], TaskRouterClient]] = [
        lambda: TaskRouterClient(ACCOUNT_SID + evil, CANARY),
        lambda: TaskRouterClient(ACCOUNT_SID, api_key="SK" + ONES + evil, api_secret=CANARY),
        lambda: TaskRouterClient(ACCOUNT_SID, CANARY, base_url=server.base_url + evil),
    ]
    for make in makers:
        with pytest.raises(InvalidArgumentError) as caught:
            make()
        assert "Evil" not in str(caught.value)

    server.on_request(Send(ok(WORKSPACE)))
    async with TaskRouterClient(ACCOUNT_SID, CANARY + evil, base_url=server.base_url) as client:
        await read(client)
    assert server.requests[0].header("evil") is None
    assert server.counts == (1, 1)


ODD_WORDS: Final = "a\r\nb\x1b[31m\u202egnp.exe\x00\u2028\x85"


@pytest.mark.parametrize(("code", "kind"), [(400, BadRequestError), (503, AmbiguousResultError)])
async def test_what_the_service_says_ends_no_line(
    code: int,
    kind: type[TaskRouterError],
    server: FaultServer,
    client_of: MakeClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """141. What the service says stands in an error escaped and cut, and in no line of the log."""
    document = {"code": 20001, "message": ODD_WORDS + "x" * 500_000}
    server.on_request(Send(status(code, document, Twilio_Request_Id="RQ1")))

    error = await failing(create(client_of(server)), kind)

    logging.getLogger("taskrouter_async").warning("%s", error)
    line = caplog.messages[-1]
    assert line.isprintable()
    assert r"a\r\nb\x1b[31m\u202egnp.exe\x00\u2028\x85xxx" in line
    assert len(line) < 700
    assert all("gnp" not in each and len(each) < 200 for each in caplog.messages[:-1])
    assert server.counts == (1, 1)
