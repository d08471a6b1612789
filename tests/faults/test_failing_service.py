"""The service fails, for a moment or for long."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from attempts.scene import READ, answer
from faults.aftermath import MakeClient, failing
from faults.answers import TASK, ok, page, status
from faults.bodies import body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, change, read
from faults.fault_server import FaultServer
from faults.steps import Send
from support import WORKSPACE_SID, FakeTransport
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._admission import Admission
from taskrouter_async._attempts import Attempts
from taskrouter_async._pages import Listing
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import (
    AmbiguousResultError,
    PreconditionFailedError,
    ServerError,
)
from taskrouter_async.models import Event
from taskrouter_async.resources import Events

HTML: Final = b"<html><h1>Bad gateway</h1></html>"
FAILED: Final = Send(status(503, {"message": "try again later"}))
_TEN_MINUTES: Final = 600.0


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_burst_of_failures_is_outlived(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """72a. Three failures of the service are outlived by what may be sent again."""
    server.in_turn(FAILED, FAILED, FAILED, Send(ok(body_for(ask))))

    await ask(client_of(server))

    assert server.counts == (1, 4)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_what_must_happen_once_is_not_sent_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """72b. What must not happen twice is not sent again after a 503: it may have happened."""
    server.in_turn(FAILED, Send(ok(TASK)))

    error = await failing(ask(client_of(server)), AmbiguousResultError)

    assert (error.status, error.phase, error.attempts) == (503, None, 1)
    assert server.counts == (1, 1)


async def test_failures_without_end(server: FaultServer, client_of: MakeClient) -> None:
    """72c. Failures without end bring the last of them, after four requests."""
    server.on_request(FAILED)

    error = await failing(read(client_of(server)), ServerError)

    assert (error.status, error.attempts) == (503, 4)
    assert str(error) == "the service answered 503: try again later"
    assert server.counts == (1, 4)


async def _stormy(_: Request) -> Response:
    return answer(500 if virtual_loop().time() < _TEN_MINUTES else 200)


class _Accounts:
    """Accounts that share the budget of a pool, each with a count of its requests."""

    def __init__(self, number: int) -> None:
        admission = Admission(100)
        self.services = [FakeTransport(_stormy) for _ in range(number)]
        self._each = [
            Attempts(service, admission.desk(f"AC{which:032x}"), RetryPolicy(), Timeouts())
            for which, service in enumerate(self.services)
        ]

    async def ask(self) -> int:
        """Have each account ask once; return how many were answered."""
        deadline = virtual_loop().time() + 30.0
        calls = (each.send(READ, deadline) for each in self._each)
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(error, ServerError) for error in ended if _is_error(error))
        return sum(not _is_error(each) for each in ended)


def _is_error(outcome: object) -> bool:
    return isinstance(outcome, BaseException)


@pytest.mark.parametrize(
    ("number", "rounds", "extra"), [(1, 600, 20), (1000, 3, 100)], ids=["one", "a thousand"]
)
def test_a_storm_is_not_fed(number: int, rounds: int, extra: int) -> None:
    """73a. Ten minutes of 500s cost 20 requests more per account, 100 per pool (virtual time)."""

    @in_virtual_time
    async def test() -> None:
        accounts = _Accounts(number)
        for turn in range(rounds):
            await asyncio.sleep(turn * _TEN_MINUTES / rounds - virtual_loop().time())
            assert await accounts.ask() == 0
        more = [len(service.requests) - rounds for service in accounts.services]
        assert sum(more) == extra
        assert max(more) <= 20

    test()


@in_virtual_time
async def test_after_a_storm_all_is_well_at_once() -> None:
    """73b. What is asked after a storm is answered at once (virtual time)."""
    accounts = _Accounts(100)
    for _ in range(10):
        assert await accounts.ask() == 0
    await asyncio.sleep(_TEN_MINUTES - virtual_loop().time())

    assert await accounts.ask() == 100
    assert virtual_loop().time() == _TEN_MINUTES


@pytest.mark.parametrize("code", [502, 504])
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_what_stands_before_the_service_fails(
    code: int, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """74a. A failure of what stands before the service, HTML and all, is one like any other."""
    server.in_turn(Send(status(code, HTML, Content_Type="text/html")), Send(ok(body_for(ask))))

    await ask(client_of(server))

    assert server.counts == (1, 2)


@pytest.mark.parametrize("code", [502, 504])
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_what_stands_before_the_service_leaves_a_doubt(
    code: int, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """74b. What must not happen twice is not sent again after it: the service may have got it."""
    server.on_request(Send(status(code, HTML, Content_Type="text/html")))

    error = await failing(ask(client_of(server)), AmbiguousResultError)

    assert (error.status, error.attempts) == (code, 1)
    assert server.counts == (1, 1)


async def test_a_change_of_one_version_is_sent_again(
    server: FaultServer, client_of: MakeClient
) -> None:
    """75a. A change that names a version is sent again after a failure, with the same version."""
    server.in_turn(Send(status(500)), Send(ok(TASK)))

    await change(client_of(server))

    assert [request.header("if-match") for request in server.requests] == ["7", "7"]
    assert server.counts == (1, 2)


async def test_who_changed_it_is_not_known(server: FaultServer, client_of: MakeClient) -> None:
    """75b. If the version is another one after a failure, it may have been our change."""
    server.in_turn(Send(status(500)), Send(status(412, {"code": 20412})))

    error = await failing(change(client_of(server)), AmbiguousResultError)

    assert (error.status, error.attempts) == (412, 2)
    assert isinstance(error.__cause__, PreconditionFailedError)
    assert server.counts == (1, 2)


async def test_a_rejected_change_was_not_ours(server: FaultServer, client_of: MakeClient) -> None:
    """75c. If the version is another one after a 429, it was somebody else's change."""
    server.in_turn(Send(status(429)), Send(status(412, {"code": 20412})))

    error = await failing(change(client_of(server)), PreconditionFailedError)

    assert error.attempts == 2
    assert server.counts == (1, 2)


@pytest.mark.parametrize("code", [408, 425])
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_too_late_and_too_early_are_sent_again(
    code: int, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """82a. After 408 and 425, what may be sent again is sent again."""
    server.in_turn(Send(status(code)), Send(ok(body_for(ask))))

    await ask(client_of(server))

    assert server.counts == (1, 2)


@pytest.mark.parametrize("code", [408, 425])
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_too_late_and_too_early_leave_a_doubt(
    code: int, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """82b. After 408 and 425, what must not happen twice may have happened."""
    server.on_request(Send(status(code)))

    error = await failing(ask(client_of(server)), AmbiguousResultError)

    assert (error.status, error.attempts) == (code, 1)
    assert server.counts == (1, 1)


def _last_hour(events: Events) -> Listing[Event]:
    return events.list(minutes=timedelta(hours=1))


def _since(events: Events) -> Listing[Event]:
    in_summer = timezone(timedelta(hours=2))
    return events.list(start_date=datetime(2026, 3, 29, 3, 30, tzinfo=in_summer))


@pytest.mark.parametrize(
    ("window", "query"),
    [(_last_hour, "Minutes=60"), (_since, "StartDate=2026-03-29T01%3A30%3A00Z")],
)
async def test_a_window_is_the_same_in_each_attempt(
    window: Callable[[Events], Listing[Event]],
    query: str,
    server: FaultServer,
    client_of: MakeClient,
) -> None:
    """84a. A window of time is written once: each attempt asks for the same."""
    server.in_turn(FAILED, FAILED, Send(ok(page("events", []))))

    listing = window(client_of(server).workspaces(WORKSPACE_SID).events)

    assert [event async for event in listing] == []
    assert {request.target.partition("?")[2] for request in server.requests} == {query}
    assert server.counts == (1, 3)


async def test_a_form_is_the_same_in_each_attempt(
    server: FaultServer, client_of: MakeClient
) -> None:
    """84b. A form is written once: each attempt sends the same, whatever the caller has changed."""
    attributes = {"language": "en"}
    server.in_turn(Send(status(429)), Send(status(429)), Send(ok(TASK)))
    start = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    tasks = client_of(server).workspaces(WORKSPACE_SID).tasks

    creation = asyncio.create_task(tasks.create(attributes=attributes, virtual_start_time=start))
    await server.until(lambda: bool(server.requests))
    attributes["language"] = "de"
    await creation

    assert [request.form for request in server.requests] == 3 * [
        {"Attributes": '{"language":"en"}', "VirtualStartTime": "2026-03-29T01:30:00Z"}
    ]
    assert server.counts == (1, 3)
