"""The body of an answer comes late, or is cut, or longer than announced."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest
from faults.aftermath import ONCE, MakeClient, failing
from faults.answers import (
    TASK,
    WORKSPACE,
    chunked,
    head,
    ok,
)
from faults.bodies import WHOLE, altered, body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, read, read_task
from faults.fault_server import FaultServer
from faults.steps import Drip, Fin, Rst, Send, Stall, Step
from support import OTHER_ACCOUNT_SID

from taskrouter_async.config import Timeouts
from taskrouter_async.errors import (
    AmbiguousResultError,
    CallTimeoutError,
    ConnectionLostError,
    IdentityMismatchError,
    ProtocolError,
)

HASTY: Final = Timeouts(total=5.0, attempt=0.1, connect=1.0)
"""An attempt is over soon, the call is not."""

Cut = Callable[[bytes], list[Step]]


def _stalling(body: bytes) -> list[Step]:
    return [Send(ok(body)[:-1]), Stall()]


async def test_a_stall_in_the_body_ends_the_attempt(
    server: FaultServer, client_of: MakeClient
) -> None:
    """39a. A stall in the body ends the attempt, and the error says that it was the body."""
    server.on_request(_stalling(WHOLE))

    error = await failing(read(client_of(server, timeouts=HASTY, retry=ONCE)), CallTimeoutError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("body", True, 1)
    assert server.counts == (1, 1)
    await server.left()
    assert server.connections[0].ending in {"client", "reset by client"}


@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_stall_in_the_body_is_tried_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """39b. What may be sent twice is sent again after a stall in the body, on a new connection."""
    server.in_turn(_stalling(body_for(ask)), Send(ok(body_for(ask))))

    await ask(client_of(server, timeouts=HASTY))

    assert server.counts == (2, 2)


@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_stall_in_the_body_leaves_a_doubt(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """39c. What must not happen twice is not sent again after a stall in the body."""
    server.on_request(_stalling(body_for(ask)))

    error = await failing(ask(client_of(server, timeouts=HASTY)), AmbiguousResultError)

    assert (error.phase, error.attempts) == ("body", 1)
    assert server.counts == (1, 1)


async def test_a_drip_does_not_outlast_the_call(server: FaultServer, client_of: MakeClient) -> None:
    """40. A body that drips for ever is ended by the call's deadline."""
    server.on_request([Send(head(Content_Length=100_000)), Drip(b" " * 100_000, seconds=0.005)])
    timeouts = Timeouts(total=0.2, attempt=0.2, connect=0.2)
    started = asyncio.get_running_loop().time()

    error = await failing(read(client_of(server, timeouts=timeouts)), CallTimeoutError)

    assert error.phase == "body"
    assert asyncio.get_running_loop().time() - started < 1
    assert server.counts == (1, 1)


def _cut_by_fin(body: bytes) -> list[Step]:
    return [Send(ok(body)[:-3]), Fin()]


def _cut_by_rst(body: bytes) -> list[Step]:
    return [Send(ok(body)[:-3]), Rst()]


def _cut_between_chunks(body: bytes) -> list[Step]:
    return [Send(chunked(body, ends=False)), Fin()]


def _cut_in_a_chunk(body: bytes) -> list[Step]:
    return [Send(chunked(body, ends=False)[:-4]), Fin()]


BY_LENGTH: Final = pytest.mark.parametrize("cut", [_cut_by_fin, _cut_by_rst])
BY_CHUNKS: Final = pytest.mark.parametrize("cut", [_cut_between_chunks, _cut_in_a_chunk])


async def _is_lost(cut: Cut, server: FaultServer, client_of: MakeClient) -> None:
    server.on_request(cut(WHOLE))
    error = await failing(read(client_of(server, retry=ONCE)), ConnectionLostError)
    assert (error.phase, error.maybe_sent, error.reused) == ("body", True, False)
    assert server.counts == (1, 1)


async def _is_repeated(cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    server.in_turn(cut(body_for(ask)), Send(ok(body_for(ask))))
    await ask(client_of(server))
    assert server.counts == (2, 2)


async def _is_doubtful(
    cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient
) -> AmbiguousResultError:
    server.on_request(cut(body_for(ask)))
    error = await failing(ask(client_of(server)), AmbiguousResultError)
    assert (error.phase, error.attempts) == ("body", 1)
    assert server.counts == (1, 1)
    return error


@BY_LENGTH
async def test_a_cut_body_is_no_answer(
    cut: Cut, server: FaultServer, client_of: MakeClient
) -> None:
    """41a. A body shorter than announced is a lost connection, whatever the part looks like."""
    await _is_lost(cut, server, client_of)


@BY_LENGTH
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_a_cut_body_is_asked_for_again(
    cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """41b. What may be sent twice is sent again after a cut body, on a new connection."""
    await _is_repeated(cut, ask, server, client_of)


@BY_LENGTH
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_a_cut_body_leaves_a_doubt(
    cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """41c. What must not happen twice is not sent again after a cut body."""
    await _is_doubtful(cut, ask, server, client_of)


@pytest.mark.parametrize("cut", [_cut_by_fin, _cut_by_rst, _cut_in_a_chunk])
async def test_a_cut_body_has_a_status(
    cut: Cut, server: FaultServer, client_of: MakeClient
) -> None:
    """41d. Who has to check what happened is told the status that came before the cut."""
    error = await _is_doubtful(cut, create, server, client_of)

    assert error.status == 200


@BY_CHUNKS
async def test_cut_chunks_are_no_answer(
    cut: Cut, server: FaultServer, client_of: MakeClient
) -> None:
    """42a. A chunked body without its end is a lost connection."""
    await _is_lost(cut, server, client_of)


@BY_CHUNKS
@pytest.mark.parametrize("ask", REPEATABLE)
async def test_cut_chunks_are_asked_for_again(
    cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """42b. What may be sent twice is sent again after cut chunks, on a new connection."""
    await _is_repeated(cut, ask, server, client_of)


@BY_CHUNKS
@pytest.mark.parametrize("ask", UNREPEATABLE)
async def test_cut_chunks_leave_a_doubt(
    cut: Cut, ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """42c. What must not happen twice is not sent again after cut chunks."""
    await _is_doubtful(cut, ask, server, client_of)


@pytest.mark.parametrize("size", [0, 1, 40, -1])
async def test_a_body_without_a_length_must_be_whole(
    size: int, server: FaultServer, client_of: MakeClient
) -> None:
    """43a. A body that ends with the connection was cut unless its JSON is complete."""
    server.on_request([Send(head() + WHOLE[:size]), Fin()])

    error = await failing(read(client_of(server, retry=ONCE)), ConnectionLostError)

    assert (error.phase, error.maybe_sent) == ("body", True)
    assert server.counts == (1, 1)


async def test_a_body_without_a_length_may_be_whole(
    server: FaultServer, client_of: MakeClient
) -> None:
    """43b. A body that ends with the connection is taken if its JSON is complete and ours."""
    server.on_request([Send(head() + WHOLE), Fin()])
    client = client_of(server)

    assert [(await read(client)).friendly_name for _ in range(2)] == ["Support"] * 2
    assert server.counts == (2, 2)


async def test_a_body_without_a_length_must_be_ours(
    server: FaultServer, client_of: MakeClient
) -> None:
    """43c. A body that ends with the connection is refused if it belongs to somebody else."""
    server.on_request([Send(head() + altered(WORKSPACE, account_sid=OTHER_ACCOUNT_SID)), Fin()])

    await failing(read(client_of(server)), IdentityMismatchError)

    assert server.counts == (1, 1)


@pytest.mark.parametrize("goodbye", [True, False])
async def test_a_body_cut_inside_tls_must_be_whole(
    tls_server: FaultServer, client_of: MakeClient, *, goodbye: bool
) -> None:
    """43d. Half a document is asked for again, whether TLS was ended or cut off."""
    half: list[Step] = [Send(head() + WHOLE[: len(WHOLE) // 2]), Fin(goodbye=goodbye)]
    tls_server.in_turn(half, Send(ok(WORKSPACE)))

    assert (await read(client_of(tls_server))).friendly_name == "Support"
    assert tls_server.counts == (2, 2)


async def test_a_body_longer_than_announced_harms_nobody(
    server: FaultServer, client_of: MakeClient
) -> None:
    """44. Bytes beyond the announced length fail the call that they came with, and no other."""
    short = ok(WORKSPACE, Content_Length=len(WHOLE) - 3)
    server.in_turn(Send(short), Send(ok(TASK)))
    client = client_of(server)

    await failing(read(client), ProtocolError)
    task = await read_task(client)

    assert task.assignment_status == "pending"
    assert server.counts == (2, 2)
