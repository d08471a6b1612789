"""Answers that nobody asked for, and answers that are somebody else's."""

import asyncio
from typing import Final

import pytest
from faults.aftermath import Aftermath, MakeClient, failing
from faults.answers import TASK, WORKSPACE, chunked, document_of, head, ok, page, status
from faults.bodies import altered, body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, delete, read, read_task, tasks
from faults.fault_server import FaultServer
from faults.steps import Fin, Pause, Script, Send, Unsolicited
from support import OTHER_ACCOUNT_SID, WORKSPACE_SID, workspace_document

from taskrouter_async import SessionPool
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import AmbiguousResultError, IdentityMismatchError, ProtocolError

FORGED: Final = {**WORKSPACE, "friendly_name": "Forged"}
"""A workspace that looks like the one asked for: that it was not asked for is all that is wrong."""


@pytest.mark.parametrize("ask", [delete, read])
async def test_a_body_where_there_must_be_none(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """34a. A 204 with a body is no valid answer, and its connection serves nobody else."""
    server.in_turn(Send(head(204, Content_Length=2) + b"{}"), Send(ok(WORKSPACE)))
    client = client_of(server)

    error = await failing(ask(client), ProtocolError)
    workspace = await read(client)

    assert error.attempts == 1
    assert workspace.friendly_name == "Support"
    assert server.counts == (2, 2)


async def test_a_late_body_where_there_must_be_none(
    server: FaultServer, client_of: MakeClient
) -> None:
    """34b. The body of a 204 that comes later harms nobody: its connection is left alone."""
    server.in_turn([Send(head(204)), Unsolicited(ok(FORGED), after=0.01)], Send(ok(WORKSPACE)))
    client = client_of(server)

    await delete(client)
    await server.quiet()

    assert (await read(client)).friendly_name == "Support"
    assert server.counts == (2, 2)


async def test_no_body_time_and_again(server: FaultServer, client_of: MakeClient) -> None:
    """34c. A 204 without a body is an answer each time, and its connection stays good."""
    server.on_request(Send(head(204)))
    client = client_of(server)

    for _ in range(3):
        await delete(client)

    assert server.counts == (1, 3)


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_an_answer_that_nobody_asked_for(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """35a. What comes on an idle connection is nobody's answer: the next call goes elsewhere."""
    unasked = ok(FORGED if ask is read else {**TASK, "reason": "Forged"})
    server.in_turn([Send(ok(WORKSPACE)), Unsolicited(unasked)], Send(ok(body_for(ask))))
    client = client_of(server)

    await read(client)
    await server.quiet()
    answer = await ask(client)

    assert "Forged" not in repr(answer)
    assert server.counts == (2, 2)
    await server.until(lambda: server.connections[0].ending is not None)


async def test_an_answer_for_the_next_account(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """35b. What one client provoked does not answer the next one that shares the connections."""
    server.in_turn([Send(ok(WORKSPACE)), Unsolicited(ok(FORGED))], Send(ok(WORKSPACE)))
    pool = aftermath.watch(SessionPool())

    await read(client_of(server, pool=pool))
    await server.quiet()
    workspace = await read(client_of(server, pool=pool))

    assert workspace.friendly_name == "Support"
    assert server.counts == (2, 2)


@pytest.mark.parametrize(
    "part", [b"H", b"\r\n", ok(FORGED)[:20], ok(FORGED)[:-1], head(100)], ids=len
)
async def test_a_part_of_an_answer_that_nobody_asked_for(
    part: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """35c. A part of an answer on an idle connection does not become part of the next answer."""
    server.in_turn([Send(ok(WORKSPACE)), Unsolicited(part)], Send(ok(WORKSPACE)))
    client = client_of(server)

    await read(client)
    await server.quiet()

    assert (await read(client)).friendly_name == "Support"
    assert len(server.requests) == 2


FAREWELL: Final = status(408, Connection="close")


@pytest.mark.parametrize(
    "script",
    [
        [Send(ok(WORKSPACE)), Unsolicited(FAREWELL)],
        [Send(ok(WORKSPACE)), Unsolicited(FAREWELL), Fin()],
        [Send(ok(WORKSPACE)), Unsolicited(status(408))],
    ],
    ids=["open", "closed", "kept"],
)
@pytest.mark.parametrize("ask", [read, create])
async def test_a_farewell_to_nobody(
    ask: Ask, script: Script, server: FaultServer, client_of: MakeClient
) -> None:
    """36. A 408 on an idle connection is taken for the farewell that it is, not for an answer."""
    server.in_turn(script, Send(ok(body_for(ask))))
    client = client_of(server)

    await read(client)
    await server.quiet()
    await ask(client)

    assert server.counts == (2, 2)


@pytest.mark.parametrize(
    "first", [ok(WORKSPACE), chunked(document_of(WORKSPACE))], ids=["length", "chunks"]
)
async def test_two_answers_at_once(
    first: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """37. Of two answers to one request nobody gets the second: the next call goes elsewhere."""
    server.in_turn(Send(first + ok(TASK | {"reason": "Forged"})), Send(ok(TASK)))
    client = client_of(server)

    workspace = await read(client)
    task = await read_task(client)

    assert (workspace.friendly_name, task.reason) == ("Support", None)
    assert server.counts == (2, 2)


OTHERS: Final[dict[str, dict[str, str]]] = {
    "account": {"account_sid": OTHER_ACCOUNT_SID},
    "workspace": {"workspace_sid": "WS" + "9" * 32},
    "task": {"sid": "WT" + "9" * 32},
}


async def _is_somebody_elses(
    ask: Ask, body: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    server.in_turn(Send(ok(body)), Send(ok(WORKSPACE)))
    client = client_of(server)

    error = await failing(ask(client), IdentityMismatchError)
    assert error.response is not None
    assert (error.response.status, error.attempts) == (200, 1)
    await read(client)

    assert server.counts == (2, 2)


@pytest.mark.parametrize("whose", ["account", "workspace"])
async def test_an_answer_of_somebody_else(
    whose: str, server: FaultServer, client_of: MakeClient
) -> None:
    """38a. An answer that belongs to somebody else is refused; its connection serves nobody."""
    await _is_somebody_elses(read_task, altered(TASK, **OTHERS[whose]), server, client_of)


@pytest.mark.parametrize("ask", UNREPEATABLE)
@pytest.mark.parametrize("whose", ["account", "workspace"])
async def test_somebody_elses_answer_leaves_a_doubt(
    whose: str, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """38f. Somebody else's answer to a create does not tell whether ours has happened."""
    server.on_request(Send(ok(altered(TASK, **OTHERS[whose]))))

    error = await failing(ask(client_of(server)), AmbiguousResultError)

    assert type(error.__cause__) is IdentityMismatchError
    assert (error.status, error.attempts) == (200, 1)
    assert server.counts == (1, 1)


async def test_an_answer_about_something_else(server: FaultServer, client_of: MakeClient) -> None:
    """38b. An answer about another resource than the call named is refused as well."""
    await _is_somebody_elses(read_task, altered(TASK, **OTHERS["task"]), server, client_of)


async def test_an_item_of_somebody_else(server: FaultServer, client_of: MakeClient) -> None:
    """38c. A page of a listing with one item that belongs to somebody else is refused as well."""
    items = page("tasks", [TASK, TASK | OTHERS["account"]])
    await _is_somebody_elses(tasks, items, server, client_of)


async def test_an_answer_of_somebody_else_is_not_kept(
    server: FaultServer, client_of: MakeClient
) -> None:
    """38d. An answer that belongs to somebody else is not kept; the next call asks the service."""
    theirs = workspace_document(account_sid=OTHER_ACCOUNT_SID)
    server.in_turn(Send(ok(theirs)), Send(ok(workspace_document())))
    client = client_of(server, cache=CachePolicy(failure_backoff=(0.0, 0.0)))
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics

    await failing(statistics.fetch(), IdentityMismatchError)
    fetched = [await statistics.fetch() for _ in range(2)]

    assert {each.account_sid for each in fetched} == {workspace_document()["account_sid"]}
    assert server.counts == (2, 2)


async def test_connections_in_use_are_not_trusted_either(
    server: FaultServer, client_of: MakeClient
) -> None:
    """38e. Whose answer came may have come on any connection: all that are open serve out."""
    server.on_request(Send(ok(altered(WORKSPACE, **OTHERS["account"]))), connection=2)
    server.on_request([Pause(0.05), Send(ok(WORKSPACE))], connection=1)
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server)

    slow, failure = await asyncio.gather(read(client), failing(read(client), IdentityMismatchError))
    await read(client)

    assert (slow.friendly_name, failure.attempts) == ("Support", 1)
    assert server.counts == (3, 3)
