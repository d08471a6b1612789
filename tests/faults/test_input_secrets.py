"""What is secret or personal stands in nothing that this library writes or shows."""

import asyncio
import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Final, cast

import attrs
import pytest
from canary import CANARY, betrays_canary
from faults.aftermath import QUICK, SHORT, Aftermath, MakeClient, failing
from faults.answers import TASK_SID, WORKSPACE, ok, status
from faults.calls import read
from faults.fault_server import FaultServer
from faults.steps import Rst, Script, Send
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.config import Credentials
from taskrouter_async.errors import (
    AmbiguousResultError,
    ConnectionLostError,
    CredentialsError,
    InvalidArgumentError,
    ServerError,
    TaskRouterError,
)
from taskrouter_async.resources import Conference

PASSWORD: Final = "a password of a SIP address"
NUMBER: Final = "+15005550006"
ONES: Final = "1" * 32


def _texts_within(root: object) -> list[str]:
    """Show an object of ours, and all that can be reached from it by ``vars``."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen[id(each)] = each
        if type(each).__module__.startswith("taskrouter_async"):
            waiting += getattr(each, "__dict__", {}).values()
    return [f"{each!r} {each}" for each in seen.values()]


async def test_a_client_shows_no_secret(server: FaultServer, client_of: MakeClient) -> None:
    """142a. Neither a client nor what it is made of shows a credential, however it is printed."""
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server)
    await read(client)

    ways = [f"{client} {client!r:>100} {client.workspaces} {client.limits()}", str(dir(client))]
    ways += [str(vars(client)), json.dumps(vars(client), default=repr)]
    ways += [str(attrs.asdict(Credentials.choose(ACCOUNT_SID, CANARY, None, None)))]
    ways += _texts_within(client)
    assert not betrays_canary(ways)
    assert server.counts == (1, 1)


@pytest.mark.parametrize("way_out", [pickle.dumps, copy.deepcopy])
async def test_a_client_does_not_leave(
    way_out: Callable[[object], object], server: FaultServer, client_of: MakeClient
) -> None:
    """142b. A client is neither pickled nor copied with what it holds."""
    with pytest.raises(TypeError) as caught:
        way_out(client_of(server))

    assert not betrays_canary(traceback.format_exception(caught.value))
    assert server.counts == (0, 0)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(Send(status(500, {"message": "no"})), ServerError), (Rst(), ConnectionLostError)],
)
async def test_a_failure_shows_no_secret(
    failure: Script,
    kind: type[TaskRouterError],
    server: FaultServer,
    client_of: MakeClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """142c. Nor does an error, its copy, its traceback, or the log of asyncio and aiohttp."""
    server.on_request(failure)
    caplog.set_level(logging.DEBUG)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0
    client = client_of(server)

    error = await failing(read(client), kind)

    loop.set_debug(False)
    logging.getLogger().error("%s %r %s", client, client, {"client": client}, exc_info=error)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(twin), vars(twin)) == (str(error), vars(error))
    assert "taskrouter_async.requests" in caplog.text
    assert "asyncio" in {each.name for each in caplog.records}
    assert not betrays_canary([caplog.text, json.dumps(vars(error), default=str)])


@pytest.mark.parametrize("odd", ["half a character", "bytes"])
def test_a_token_that_cannot_be_sent(odd: str) -> None:
    """142d. A token that is no text, or none that can be sent, is refused and not repeated."""
    token = {"half a character": CANARY + "\udcff", "bytes": cast("str", CANARY.encode())}[odd]
    caught: Exception | None = None
    try:
        TaskRouterClient(ACCOUNT_SID, token)
    except Exception as error:  # noqa: BLE001 - which it is must be told without its text
        caught = error

    assert type(caught) is CredentialsError
    assert caught.__context__ is None
    assert not betrays_canary([str(caught), repr(caught), str(vars(caught))])


async def test_what_is_personal_is_not_written_down(
    server: FaultServer, aftermath: Aftermath, caplog: pytest.LogCaptureFixture
) -> None:
    """143a. Passwords, numbers and attributes that are sent stand in no error, event or log."""
    events: list[object] = []
    client = TaskRouterClient(
        ACCOUNT_SID,
        CANARY,
        base_url=server.base_url,
        retry=QUICK,
        timeouts=SHORT,
        on_request_event=events.append,
        pool=aftermath.watch(SessionPool()),
    )
    aftermath.watch_client(client)
    server.on_request(Send(status(429)), times=2)
    server.on_request(Send(status(500)))
    tasks = client.workspaces(WORKSPACE_SID).tasks
    conference = Conference(to=NUMBER, sip_auth_password=PASSWORD)
    reservation = tasks(TASK_SID).reservations("WR" + ONES)

    errors = [
        await failing(tasks.create(attributes={"phone": NUMBER}), AmbiguousResultError),
        await failing(reservation.update(conference), AmbiguousResultError),
    ]

    assert server.requests[-1].form["SipAuthPassword"] == PASSWORD
    assert PASSWORD not in repr(conference)
    shown = [*map(repr, errors), *map(str, errors), *map(str, events), caplog.text]
    assert len(events) == 2 * 4 + 2
    assert not any(NUMBER in each or PASSWORD in each for each in shown)
    assert server.counts == (1, 4)


async def test_a_password_that_cannot_be_sent(server: FaultServer, client_of: MakeClient) -> None:
    """143b. A password that cannot be sent is refused, and not repeated."""
    tasks = client_of(server).workspaces(WORKSPACE_SID).tasks
    reservation = tasks(TASK_SID).reservations("WR" + ONES)

    for odd in (PASSWORD + "\ud800", PASSWORD.encode()):
        call = reservation.update(Conference(sip_auth_password=cast("str", odd)))
        error = await failing(call, InvalidArgumentError)
        assert PASSWORD not in f"{error!r} {error.__context__!r} {error.__cause__!r}"

    assert server.counts == (0, 0)
