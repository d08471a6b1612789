"""The service points elsewhere."""

from typing import Final, TypeVar

import pytest
from faults.aftermath import Aftermath, MakeClient, failing
from faults.answers import WORKSPACE, ok, status
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, read
from faults.fault_server import FaultServer
from faults.steps import Send

from taskrouter_async.errors import AmbiguousResultError, TaskRouterError, UnexpectedRedirectError

E = TypeVar("E", bound=TaskRouterError)

CODES: Final = (300, 301, 302, 303, 307, 308)


async def _leads_nowhere(
    code: int,
    ask: Ask,
    kind: type[E],
    server: FaultServer,
    other: FaultServer,
    client_of: MakeClient,
) -> E:
    server.on_request(Send(status(code, Location=f"{other.base_url}/elsewhere")))
    error = await failing(ask(client_of(server)), kind)
    assert str(code) in str(error)
    assert str(other.port) not in str(error)
    assert (error.attempts, server.counts, other.counts) == (1, (1, 1), (0, 0))
    return error


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_redirect_to_another_host(
    ask: Ask, code: int, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """83a. No redirect is followed: the address that it names sees no connection."""
    other = await aftermath.serve(FaultServer())
    await _leads_nowhere(code, ask, UnexpectedRedirectError, server, other, client_of)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_redirect_leaves_a_doubt(
    ask: Ask, code: int, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """83b. What must not happen twice may have happened before the service pointed elsewhere."""
    other = await aftermath.serve(FaultServer())
    error = await _leads_nowhere(code, ask, AmbiguousResultError, server, other, client_of)
    assert isinstance(error.__cause__, UnexpectedRedirectError)


@pytest.mark.parametrize(
    "location",
    [
        "/v1/Workspaces",
        "//127.0.0.1:1/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
async def test_a_redirect_to_anywhere(
    location: str, server: FaultServer, client_of: MakeClient
) -> None:
    """83c. Wherever a redirect leads, to the same host or to nothing at all, it is refused."""
    server.in_turn(Send(status(307, Location=location)), Send(ok(WORKSPACE)))
    client = client_of(server)

    await failing(read(client), UnexpectedRedirectError)
    await read(client)

    assert server.counts == (1, 2)


@pytest.mark.parametrize("code", [*CODES, 304])
async def test_a_redirect_to_nowhere(code: int, server: FaultServer, client_of: MakeClient) -> None:
    """83d. A redirect that names no address is refused, as is an answer that nothing changed."""
    server.on_request(Send(status(code)))

    error = await failing(read(client_of(server)), UnexpectedRedirectError)

    assert error.response is not None
    assert (error.response.status, error.attempts, server.counts) == (code, 1, (1, 1))
