"""The service refuses, and says by the status of its answer why."""

from typing import Final

import pytest
from canary import betrays_canary
from faults.aftermath import MakeClient, failing
from faults.answers import TASK, TASK_SID, WORKSPACE, head, ok, status
from faults.calls import (
    REPEATABLE,
    UNREPEATABLE,
    Ask,
    change,
    delete,
    read,
    read_task,
)
from faults.fault_server import FaultServer
from faults.steps import Fin, Rst, Send, Step
from support import WORKSPACE_SID, workspace_document

from taskrouter_async import TaskRouterClient
from taskrouter_async.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionFailedError,
)
from taskrouter_async.models import Task
from taskrouter_async.resources import TaskChange

EVERY: Final = (*REPEATABLE, *UNREPEATABLE)
FAILED: Final = Send(status(503, {"message": "try again later"}))


@pytest.mark.parametrize("ask", EVERY)
async def test_a_conflict_is_final(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """76. A 409 is an answer: it is not asked for twice."""
    server.on_request(Send(status(409, {"code": 20409, "message": "Conflict"})))

    error = await failing(ask(client_of(server)), ApiError)

    assert (error.status, error.code, error.attempts) == (409, 20409, 1)
    assert server.counts == (1, 1)


@pytest.mark.parametrize("ask", [change, delete])
async def test_another_version_is_final(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """77a. A 412 says that somebody else was quicker; it is not asked for twice."""
    server.on_request(Send(status(412, {"code": 20412})))

    error = await failing(ask(client_of(server)), PreconditionFailedError)

    assert (error.status, error.code, error.attempts) == (412, 20412, 1)
    assert server.counts == (1, 1)


async def test_modify_reads_again(server: FaultServer, client_of: MakeClient) -> None:
    """77b. ``modify`` reads again and decides again when somebody else was quicker."""
    server.in_turn(
        Send(ok({**TASK, "priority": 1}, ETag='"1"')),
        Send(status(412, {"code": 20412})),
        Send(ok({**TASK, "priority": 5}, ETag='"2"')),
        Send(ok({**TASK, "priority": 6})),
    )

    task = await _raise_priority(client_of(server))

    writes = [request for request in server.requests if request.method == "POST"]
    assert [(each.header("if-match"), each.form) for each in writes] == [
        ('"1"', {"Priority": "2"}),
        ('"2"', {"Priority": "6"}),
    ]
    assert task.priority == 6
    assert server.counts == (1, 4)


async def test_modify_gives_up(server: FaultServer, client_of: MakeClient) -> None:
    """77c. ``modify`` gives up when somebody else was quicker each time, three times unasked."""
    server.on_request(Send(ok(TASK, ETag='"1"')), when=lambda request: request.method == "GET")
    server.on_request(Send(status(412)))

    await failing(_raise_priority(client_of(server)), PreconditionFailedError)

    assert server.counts == (1, 6)


async def _raise_priority(client: TaskRouterClient) -> Task:
    def raised(task: Task) -> TaskChange:
        return TaskChange(priority=(task.priority or 0) + 1)

    return await client.workspaces(WORKSPACE_SID).tasks(TASK_SID).modify(raised)


@pytest.mark.parametrize("ask", EVERY)
async def test_refused_credentials_are_not_tried_again(
    ask: Ask, server: FaultServer, client_of: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    """78a. A 401 is not asked for twice, and the log has one line about it, without the token."""
    server.on_request(Send(status(401, {"code": 20003, "message": "Authenticate"})))

    error = await failing(ask(client_of(server)), AuthenticationError)

    ours = [each for each in caplog.records if each.name.startswith("taskrouter_async")]
    assert len(ours) == 1
    assert not betrays_canary([caplog.text])
    assert (error.status, error.code, error.attempts) == (401, 20003, 1)
    assert server.counts == (1, 1)


async def test_refused_credentials_are_not_remembered(
    server: FaultServer, client_of: MakeClient
) -> None:
    """78b. A 401 is not remembered, not even for statistics: the next call asks again."""
    refused = Send(status(401))
    server.in_turn(refused, Send(ok(WORKSPACE)), refused, Send(ok(workspace_document())))
    client = client_of(server)
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics

    await failing(read(client), AuthenticationError)
    await read(client)
    await failing(statistics.fetch(), AuthenticationError)
    await statistics.fetch()

    assert server.counts == (1, 4)


@pytest.mark.parametrize("ask", EVERY)
async def test_missing_rights_are_not_tried_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """79a. A 403 is not asked for twice."""
    server.on_request(Send(status(403, {"code": 20403})))

    error = await failing(ask(client_of(server)), PermissionDeniedError)

    assert (error.status, error.code, error.attempts) == (403, 20403, 1)
    assert server.counts == (1, 1)


async def test_missing_rights_concern_one_resource(
    server: FaultServer, client_of: MakeClient
) -> None:
    """79b. A 403 concerns what was asked for, and nothing else of the account."""
    server.on_request(Send(status(403)), when=lambda request: TASK_SID in request.target)
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server)

    await failing(read_task(client), PermissionDeniedError)
    await read(client)

    assert server.counts == (1, 2)


@pytest.mark.parametrize("ask", EVERY)
async def test_what_is_not_there(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """80a. A 404 is not asked for twice."""
    server.on_request(Send(status(404, {"code": 20404})))

    error = await failing(ask(client_of(server)), NotFoundError)

    assert (error.status, error.code, error.attempts) == (404, 20404, 1)
    assert server.counts == (1, 1)


@pytest.mark.parametrize("lost", [FAILED, Rst(), Send(head(200)[:20])], ids=["503", "RST", "cut"])
async def test_what_is_gone_after_a_doubt_was_deleted(
    lost: Step, server: FaultServer, client_of: MakeClient
) -> None:
    """80b. A deletion that meets a 404 after an attempt that may have worked has succeeded."""
    server.in_turn([lost, Fin()], Send(status(404)))

    await delete(client_of(server))

    assert server.counts == (2, 2)


async def test_what_is_gone_without_a_doubt_was_not_there(
    server: FaultServer, client_of: MakeClient
) -> None:
    """80c. A deletion that meets a 404 after a 429 found nothing to delete."""
    server.in_turn(Send(status(429)), Send(status(404)))

    error = await failing(delete(client_of(server)), NotFoundError)

    assert error.attempts == 2
    assert server.counts == (1, 2)


@pytest.mark.parametrize(("code", "kind"), [(400, BadRequestError), (422, ApiError)])
@pytest.mark.parametrize("ask", EVERY)
async def test_a_refusal_keeps_what_the_service_says(
    ask: Ask, code: int, kind: type[ApiError], server: FaultServer, client_of: MakeClient
) -> None:
    """81. A refusal keeps the service's code, words, link and request id, and what we typed."""
    document = {
        "code": 20001,
        "message": "Invalid Attributes: a\r\nb\x1b[31m",
        "more_info": "https://www.twilio.com/docs/errors/20001",
        "status": code,
    }
    server.on_request(Send(status(code, document, Twilio_Request_Id="RQ1")))

    error = await failing(ask(client_of(server)), kind)

    assert (error.status, error.code, error.request_id) == (code, 20001, "RQ1")
    assert error.more_info == document["more_info"]
    assert str(error).endswith(r"(20001): Invalid Attributes: a\r\nb\x1b[31m")
    assert error.attempts == 1
    assert server.counts == (1, 1)
