"""The head of an answer is no valid HTTP, or HTTP that nobody asked for."""

import tracemalloc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest
from faults.aftermath import ONCE, MakeClient, failing
from faults.answers import TASK, WORKSPACE, document_of, head, ok, status
from faults.calls import Ask, create, read, read_task
from faults.fault_server import FaultServer
from faults.steps import Flood, Script, Send

from taskrouter_async.config import Timeouts
from taskrouter_async.errors import (
    AmbiguousResultError,
    CallTimeoutError,
    ProtocolError,
    ServerError,
)

BODY: Final = document_of(WORKSPACE)
LENGTH: Final = f"Content-Length: {len(BODY)}\r\n".encode()


def _with(fields: bytes, body: bytes = BODY) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n" + body


@contextmanager
def _little_memory(mebibytes: int) -> Generator[None]:
    """Fail if the block has more than this at a time, beyond what there was."""
    tracemalloc.start()
    try:
        yield
        used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert used < mebibytes * 2**20


async def _makes_no_sense(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    error = await failing(ask(client_of(server)), ProtocolError)
    assert error.response is None
    assert "400" not in str(error).replace(str(server.port), "")
    assert (error.attempts, server.counts) == (1, (1, 1))
    await server.left()


HUGE: Final[dict[str, Script]] = {
    "100,000 headers": (Send(b"HTTP/1.1 200 OK\r\n"), Flood(b"X-Header: 1\r\n" * 100, 1000)),
    "header of 9 kB": Send(_with(b"X-Header: " + b"x" * 9000 + b"\r\n" + LENGTH)),
    "header without end": (Send(b"HTTP/1.1 200 OK\r\nX: "), Flood(b"x" * 1000, 50_000)),
    "status line of 1 MB": (Send(b"HTTP/1.1 200 "), Flood(b"x" * 1000, 1000)),
}


@pytest.mark.parametrize("script", HUGE.values(), ids=HUGE)
async def test_a_head_without_measure(
    script: Script, server: FaultServer, client_of: MakeClient
) -> None:
    """27. A head without measure is no valid answer: no status is made up, memory stays small."""
    server.on_request(script)
    with _little_memory(2):
        await _makes_no_sense(read, server, client_of)


CHUNKED: Final = b"Transfer-Encoding: chunked\r\n"
BROKEN: Final = {
    "lengths that differ": _with(LENGTH + b"Content-Length: 3\r\n"),
    "the length twice": _with(LENGTH + LENGTH),
    "a list of lengths": _with(b"Content-Length: %d, %d\r\n" % (len(BODY), len(BODY))),
    "a length and chunks": _with(LENGTH + CHUNKED),
    "a negative length": _with(b"Content-Length: -5\r\n"),
    "a length with a sign": _with(b"Content-Length: +%d\r\n" % len(BODY)),
    "a length that is no number": _with(b"Content-Length: many\r\n"),
    "NUL in a header": _with(b"X-Header: a\0b\r\n" + LENGTH),
    "a name with a blank": _with(b"X Header: 1\r\n" + LENGTH),
    "a line without a colon": _with(b"nonsense\r\n" + LENGTH),
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "noise": bytes(range(128, 256)) + b"\r\n\r\n",
    "HTTP/3.7": b"HTTP/3.7 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "a status that is no number": b"HTTP/1.1 OK\r\n" + LENGTH + b"\r\n" + BODY,
}
BROKEN_CHUNKS: Final = {
    "a size that is no number": _with(CHUNKED, b"zz\r\n" + BODY),
    "a size beyond the chunk": _with(CHUNKED, b"1\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a negative size": _with(CHUNKED, b"-5\r\n" + BODY + b"\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_a_head_that_makes_no_sense(
    answer: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """28a. A head that is no valid HTTP ends the call and the connection, without a status."""
    server.on_request(Send(answer))
    await _makes_no_sense(read, server, client_of)


@pytest.mark.parametrize("answer", BROKEN_CHUNKS.values(), ids=BROKEN_CHUNKS)
async def test_chunks_that_make_no_sense(
    answer: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """28b. Chunks that are no valid ones end the call and the connection, without a status."""
    server.on_request(Send(answer))
    await _makes_no_sense(read, server, client_of)


@pytest.mark.parametrize("answer", [BROKEN["another protocol"], BROKEN["noise"]])
async def test_nonsense_leaves_a_doubt(
    answer: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """28c. What must not happen twice may have happened although the answer makes no sense."""
    server.in_turn(Send(answer), Send(ok(TASK)))
    client = client_of(server)

    error = await failing(create(client), AmbiguousResultError)

    assert (error.status, error.phase, error.attempts) == (None, None, 1)
    await read_task(client)
    assert server.counts == (2, 2)


async def test_lines_that_end_in_lf(server: FaultServer, client_of: MakeClient) -> None:
    """29. Lines of a head that end in LF alone are accepted, as RFC 9112 allows."""
    server.on_request(Send(b"HTTP/1.1 200 OK\n" + LENGTH.replace(b"\r", b"") + b"\n" + BODY))
    client = client_of(server)

    assert [(await read(client)).friendly_name for _ in range(2)] == ["Support"] * 2
    assert server.counts == (1, 2)


@pytest.mark.parametrize(
    "before",
    [head(100), head(103, Link="</style.css>"), head(102) * 3 + head(100)],
    ids=["100", "103", "several"],
)
@pytest.mark.parametrize("apart", [True, False])
async def test_answers_that_are_not_final(
    before: bytes, server: FaultServer, client_of: MakeClient, *, apart: bool
) -> None:
    """30. What is said before the answer proper is passed over, and the connection stays good."""
    answer: Script = [Send(before), Send(ok(WORKSPACE))] if apart else Send(before + ok(WORKSPACE))
    server.on_request(answer)
    client = client_of(server)

    assert [(await read(client)).friendly_name for _ in range(2)] == ["Support"] * 2
    assert server.counts == (1, 2)


async def test_answers_that_are_never_final(server: FaultServer, client_of: MakeClient) -> None:
    """31. An answer that never becomes final ends with the call's time; memory stays small."""
    server.on_request([Flood(head(100) * 1000, 10_000)])
    timeouts = Timeouts(total=0.2, attempt=0.2, connect=0.2)

    with _little_memory(8):
        error = await failing(read(client_of(server, timeouts=timeouts)), CallTimeoutError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("answer", True, 1)
    assert server.counts == (1, 1)
    await server.left()


@pytest.mark.parametrize(
    "fields", [{}, {"Upgrade": "websocket", "Connection": "Upgrade"}], ids=["bare", "upgrade"]
)
async def test_another_protocol_is_not_spoken(
    fields: dict[str, str], server: FaultServer, client_of: MakeClient
) -> None:
    """32. Who changes the protocol unasked gives no answer; the connection serves nobody again."""
    server.in_turn(Send(head(101, **fields)), Send(ok(WORKSPACE)))
    client = client_of(server)

    error = await failing(read(client), ProtocolError)
    await read(client)

    assert error.attempts == 1
    assert server.counts == (2, 2)


@pytest.mark.parametrize("code", [600, 777, 999])
async def test_a_status_beyond_all_classes(
    code: int, server: FaultServer, client_of: MakeClient
) -> None:
    """33a. A status beyond 599 is a failure of the server's, as RFC 9110 wants it."""
    server.on_request(Send(status(code)))

    error = await failing(read(client_of(server, retry=ONCE)), ServerError)

    assert (error.status, error.code, error.attempts) == (code, None, 1)
    assert server.counts == (1, 1)


@pytest.mark.parametrize("code", [0, 42, 99])
async def test_a_status_below_all_classes(
    code: int, server: FaultServer, client_of: MakeClient
) -> None:
    """33b. A status below 100 is no answer that makes sense."""
    server.on_request(Send(status(code)))

    await failing(read(client_of(server, retry=ONCE)), ProtocolError)

    assert server.counts == (1, 1)
