"""The body of an answer is no JSON, or JSON of another shape."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest
from faults.aftermath import MakeClient, failing
from faults.answers import (
    TASK,
    WORKSPACE,
    document_of,
    head,
    ok,
    page,
    status,
)
from faults.bodies import WHOLE, altered, refused, task_of
from faults.calls import UNREPEATABLE, Ask, create, delete, read, read_task, tasks
from faults.fault_server import FaultServer
from faults.steps import Send
from support import WORKSPACE_SID, workspace_document

from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import (
    AmbiguousResultError,
    DecodingError,
    ServerError,
)

HTML: Final = b"<html><script>alert('please log in')</script></html>"


@pytest.mark.parametrize(
    "body",
    [WHOLE[:-1], WHOLE + b"garbage", WHOLE + WHOLE, b"{'sid': 1}", b"\xff\xfe\x00", b"{}}"],
    ids=["cut", "garbage behind", "two documents", "no JSON", "no text", "one brace too many"],
)
async def test_what_is_no_json_is_refused(
    body: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """51a. A body that is not one JSON document is refused; the error keeps what it says."""
    server.on_request(Send(ok(body)))

    error = await failing(read(client_of(server)), DecodingError)

    assert error.path == "$"
    assert error.response is not None
    assert error.response.status == 200
    assert WORKSPACE_SID not in str(error)
    assert server.counts == (1, 1)


async def test_a_create_answered_without_sense_is_not_repeated(
    server: FaultServer, client_of: MakeClient
) -> None:
    """51b. A create whose answer makes no sense may have happened; the error tells the status."""
    server.on_request(Send(status(201, b"{")))

    error = await failing(create(client_of(server)), AmbiguousResultError)

    assert type(error.__cause__) is DecodingError
    assert error.status == 201
    assert server.counts == (1, 1)


async def test_an_empty_body_is_no_document(server: FaultServer, client_of: MakeClient) -> None:
    """52a. An empty body is no answer to a read."""
    server.on_request(Send(ok(b"")))

    await failing(read(client_of(server)), DecodingError)

    assert server.counts == (1, 1)


async def test_an_empty_body_will_do_for_a_delete(
    server: FaultServer, client_of: MakeClient
) -> None:
    """52b. An empty body is all that a delete needs, and its connection serves the next call."""
    server.in_turn(Send(head(204)), Send(ok(b"")), Send(ok(WORKSPACE)))
    client = client_of(server)

    await delete(client)
    await delete(client)
    await read(client)

    assert server.counts == (1, 3)


async def test_a_page_of_html_is_not_kept(server: FaultServer, client_of: MakeClient) -> None:
    """53. A page of HTML with status 200 is no answer, and is not kept for the next caller."""
    page_of_html = Send(ok(HTML, Content_Type="text/html"))
    server.in_turn(page_of_html, Send(ok(workspace_document())))
    cache = CachePolicy(failure_backoff=(0.001, 0.001))
    statistics = client_of(server, cache=cache).workspaces(WORKSPACE_SID).real_time_statistics

    error = await failing(statistics.fetch(), DecodingError)
    assert "<" not in str(error)
    await server.until(_passed(0.01))
    assert (await statistics.fetch()).total_tasks == 5
    assert server.counts == (1, 2)


def _passed(seconds: float) -> Callable[[], bool]:
    now = asyncio.get_running_loop().time
    end = now() + seconds
    return lambda: now() >= end


async def test_a_page_of_html_with_a_failure(server: FaultServer, client_of: MakeClient) -> None:
    """54a. A page of HTML with status 502 is a failed server; its text is not repeated."""
    server.on_request(Send(status(502, HTML, Content_Type="text/html")))

    error = await failing(read(client_of(server)), ServerError)

    assert (error.status, error.code, error.attempts) == (502, None, 4)
    assert str(error) == "the service answered 502"
    assert server.counts == (1, 4)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_page_of_html_with_a_failure_leaves_a_doubt(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """54b. After a 502, what must not happen twice is not sent again."""
    server.on_request(Send(status(502, HTML, Content_Type="text/html")))

    error = await failing(ask(client_of(server)), AmbiguousResultError)

    assert (error.status, error.attempts) == (502, 1)
    assert "<" not in str(error)
    assert server.counts == (1, 1)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"[]", "$"),
        (b"null", "$"),
        (b'"text"', "$"),
        (b"5", "$"),
        (altered(TASK, sid=5), "$.sid"),
        (altered(TASK, age="old"), "$.age"),
        (altered(TASK, age=[]), "$.age"),
        (altered(TASK, links="https://x"), "$.links"),
        (altered(TASK, attributes={"language": "en"}), "$.attributes"),
        (altered(TASK, ignore_capacity="yes"), "$.ignore_capacity"),
        (altered(TASK, assignment_status=3), "$.assignment_status"),
    ],
)
async def test_another_shape_is_refused(
    body: bytes, path: str, server: FaultServer, client_of: MakeClient
) -> None:
    """55a. A document of another shape is refused, and the error says where."""
    server.on_request(Send(ok(body)))

    error = await failing(read_task(client_of(server)), DecodingError)

    assert error.path == path
    assert server.counts == (1, 1)


@pytest.mark.parametrize(
    ("item", "path"),
    [({**TASK, "sid": 5}, "$.tasks[1].sid"), (None, "$.tasks[1]"), ([TASK], "$.tasks[1]")],
)
async def test_another_shape_in_a_listing_is_refused(
    item: object, path: str, server: FaultServer, client_of: MakeClient
) -> None:
    """55b. An item of another shape is refused, and the error says which."""
    server.on_request(Send(ok(page("tasks", [TASK, item, TASK]))))

    error = await failing(tasks(client_of(server)), DecodingError)

    assert error.path == path
    assert server.counts == (1, 1)


async def test_an_unknown_word_is_kept(server: FaultServer, client_of: MakeClient) -> None:
    """56. A status that nobody has told us about is kept as it is."""
    task = await task_of(altered(TASK, assignment_status="levitating"), server, client_of)

    assert task.assignment_status == "levitating"


async def test_unknown_members_are_kept(server: FaultServer, client_of: MakeClient) -> None:
    """57. Members that nobody has told us about do no harm, however many, and can be looked at."""
    surprises = {f"surprise_{number}": number for number in range(10_000)}
    task = await task_of(altered(TASK, **surprises), server, client_of)

    assert task.extra == surprises


async def test_a_member_may_be_left_out(server: FaultServer, client_of: MakeClient) -> None:
    """58a. What is optional and not there is None."""
    task = await task_of(document_of(TASK), server, client_of)

    assert (task.reason, task.date_created, task.workflow_sid) == (None, None, None)


@pytest.mark.parametrize("missing", ["sid", "account_sid"])
async def test_a_member_must_be_there(
    missing: str, server: FaultServer, client_of: MakeClient
) -> None:
    """58b. An answer that does not say what it is about, or whose it is, is refused."""
    body = document_of({name: value for name, value in TASK.items() if name != missing})

    await refused(body, server, client_of)
