"""The beginning of an answer does not come, or comes in pieces, or the connection breaks."""

import asyncio
from typing import Final

import pytest
from faults.aftermath import ONCE, MakeClient, failing
from faults.answers import TASK, WORKSPACE, ok
from faults.bodies import body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, read
from faults.fault_server import FaultServer
from faults.steps import Drip, Fin, Rst, Script, Send, Stall

from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import AmbiguousResultError, CallTimeoutError, ConnectionLostError

HASTY: Final = Timeouts(total=5.0, attempt=0.1, connect=1.0)
"""An attempt is over soon, the call is not."""

NO_TIME_FOR_PAUSES: Final = RetryPolicy(max_retries=1, backoff=(1e9, 1e9))
"""A retry after a pause would be too late, one without a pause is not."""

HALF_A_HEAD: Final = ok(WORKSPACE)[:30]

BREAKS: Final[dict[str, Script]] = {
    "close": Fin(),
    "reset": Rst(),
    "half": (Send(HALF_A_HEAD), Fin()),
}


async def _is_lost(script: Script, server: FaultServer, client_of: MakeClient) -> None:
    server.on_request(script)
    error = await failing(read(client_of(server, retry=ONCE)), ConnectionLostError)
    assert (error.phase, error.maybe_sent, error.reused) == ("answer", True, False)
    assert (error.attempts, server.counts) == (1, (1, 1))


async def _is_repeated(
    script: Script, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    server.in_turn(script, Send(ok(body_for(ask))))
    await ask(client_of(server))
    assert server.counts == (2, 2)


async def _is_doubtful(
    script: Script, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    server.on_request(script)
    error = await failing(ask(client_of(server)), AmbiguousResultError)
    assert (error.phase, error.status, error.attempts) == ("answer", None, 1)
    assert server.counts == (1, 1)


async def test_a_close_instead_of_an_answer(server: FaultServer, client_of: MakeClient) -> None:
    """21a. A new connection that is closed instead of an answer is lost; one request went out."""
    await _is_lost(BREAKS["close"], server, client_of)


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_close_is_tried_again(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """21b. What may be sent twice is sent again after a close, on a second connection."""
    await _is_repeated(BREAKS["close"], ask, server, client_of)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_close_leaves_a_doubt(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """21c. What must not happen twice is not sent again after a close: it may have happened."""
    await _is_doubtful(BREAKS["close"], ask, server, client_of)


def _breaks_when_used_again(server: FaultServer, script: Script, body: bytes) -> None:
    """Serve the first request of each connection, and break at the second."""
    server.on_request(Send(ok(WORKSPACE)), connection=1, request=1)
    server.on_request(script, request=2)
    server.on_request(Send(ok(body)), request=1)


@pytest.mark.parametrize("name", ["close", "reset"])
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_close_of_an_older_connection(
    ask: Ask, name: str, server: FaultServer, client_of: MakeClient
) -> None:
    """22a. An older connection that is just being closed is a race: asked again without a pause."""
    _breaks_when_used_again(server, BREAKS[name], body_for(ask))
    client = client_of(server, retry=NO_TIME_FOR_PAUSES)

    await read(client)
    await ask(client)

    assert server.counts == (2, 3)


@pytest.mark.parametrize("name", ["close", "reset"])
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_close_of_an_older_connection_leaves_a_doubt(
    ask: Ask, name: str, server: FaultServer, client_of: MakeClient
) -> None:
    """22b. What must not happen twice may have happened on an older connection, too."""
    _breaks_when_used_again(server, BREAKS[name], body_for(ask))
    client = client_of(server)

    await read(client)
    error = await failing(ask(client), AmbiguousResultError)

    assert (error.phase, error.status, error.attempts) == ("answer", None, 1)
    assert isinstance(error.__cause__, ConnectionLostError)
    assert error.__cause__.reused
    assert server.counts == (1, 2)


@pytest.mark.parametrize("ending", [Fin(), Rst()], ids=["close", "reset"])
@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_a_close_while_idle(
    ask: Ask, ending: Fin | Rst, server: FaultServer, client_of: MakeClient
) -> None:
    """22c. No request goes out on a connection that was closed while it was idle."""
    server.in_turn([Send(ok(WORKSPACE)), ending], Send(ok(body_for(ask))))
    client = client_of(server, retry=ONCE)

    await read(client)
    await server.quiet()
    await ask(client)

    assert server.counts == (2, 2)


async def test_a_close_in_the_same_breath(server: FaultServer, client_of: MakeClient) -> None:
    """22d. That a connection is closed right after an answer is seen before the next request."""
    server.in_turn([Send(ok(WORKSPACE)), Fin()], Send(ok(TASK)))
    client = client_of(server, retry=ONCE)

    await read(client)
    await create(client)

    assert server.counts == (2, 2)


async def test_a_reset_instead_of_an_answer(server: FaultServer, client_of: MakeClient) -> None:
    """23a. A connection that is reset instead of an answer is lost; one request went out."""
    await _is_lost(BREAKS["reset"], server, client_of)


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_reset_is_tried_again(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """23b. What may be sent twice is sent again after a reset, on a second connection."""
    await _is_repeated(BREAKS["reset"], ask, server, client_of)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_reset_leaves_a_doubt(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """23c. What must not happen twice is not sent again after a reset: it may have happened."""
    await _is_doubtful(BREAKS["reset"], ask, server, client_of)


async def test_half_a_head(server: FaultServer, client_of: MakeClient) -> None:
    """24a. Half a head and a close is a lost connection, and what was read of it shows nowhere."""
    await _is_lost(BREAKS["half"], server, client_of)


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_half_a_head_is_tried_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """24b. What may be sent twice is sent again after half a head, on a second connection."""
    await _is_repeated(BREAKS["half"], ask, server, client_of)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_half_a_head_leaves_a_doubt(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """24c. What must not happen twice is not sent again after half a head."""
    await _is_doubtful(BREAKS["half"], ask, server, client_of)


async def test_half_a_head_is_no_race(server: FaultServer, client_of: MakeClient) -> None:
    """24d. Half a head on an older connection is no race: the server had begun to answer."""
    _breaks_when_used_again(server, BREAKS["half"], body_for(read))
    client = client_of(server, retry=NO_TIME_FOR_PAUSES)

    await read(client)
    error = await failing(read(client), ConnectionLostError)

    assert (error.phase, error.maybe_sent, error.reused) == ("answer", True, False)
    assert server.counts == (1, 2)


SLOW: Final[dict[str, Script]] = {
    "drip": Drip(ok(WORKSPACE), seconds=0.01),
    "nothing": Stall(),
}


async def _is_late(script: Script, server: FaultServer, client_of: MakeClient) -> None:
    server.on_request(script)
    client = client_of(server, timeouts=HASTY, retry=ONCE)
    started = asyncio.get_running_loop().time()
    error = await failing(read(client), CallTimeoutError)
    assert (error.phase, error.maybe_sent) == ("answer", True)
    assert error.seconds == pytest.approx(0.1, rel=0.5)
    assert asyncio.get_running_loop().time() - started < 1
    assert (error.attempts, server.counts) == (1, (1, 1))
    await server.left()
    assert server.connections[0].ending in {"client", "reset by client"}


async def _is_late_then_not(
    script: Script, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    server.in_turn(script, Send(ok(body_for(ask))))
    await ask(client_of(server, timeouts=HASTY))
    assert server.counts == (2, 2)


async def _is_late_and_doubtful(script: Script, server: FaultServer, client_of: MakeClient) -> None:
    server.on_request(script)
    error = await failing(create(client_of(server, timeouts=HASTY)), AmbiguousResultError)
    assert (error.phase, error.status, error.attempts) == ("answer", None, 1)
    assert server.counts == (1, 1)


async def test_a_head_that_drips(server: FaultServer, client_of: MakeClient) -> None:
    """25a. A head that drips in byte by byte ends with the attempt, and so does the connection."""
    await _is_late(SLOW["drip"], server, client_of)


async def test_a_head_that_drips_is_asked_for_again(
    server: FaultServer, client_of: MakeClient
) -> None:
    """25b. What may be sent twice is sent again when the head drips, on a second connection."""
    await _is_late_then_not(SLOW["drip"], read, server, client_of)


async def test_a_head_that_does_not_come(server: FaultServer, client_of: MakeClient) -> None:
    """26a. A head that does not come ends with the attempt; the error says what was waited for."""
    await _is_late(SLOW["nothing"], server, client_of)


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_head_that_does_not_come_is_asked_for_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """26b. What may be sent twice is sent again when no head comes, on a second connection."""
    await _is_late_then_not(SLOW["nothing"], ask, server, client_of)


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
async def test_a_late_head_leaves_a_doubt(
    slow: Script, server: FaultServer, client_of: MakeClient
) -> None:
    """26c. What must not happen twice is not sent again when the head is late."""
    await _is_late_and_doubtful(slow, server, client_of)
