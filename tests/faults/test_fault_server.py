"""The server of faults does what its scripts say, seen by a plain socket."""

import asyncio
import socket
import ssl

import pytest
from faults.aftermath import Aftermath, MakeClient
from faults.answers import TASK, WORKSPACE, chunked, gzipped, ok, status
from faults.calls import create, read, read_task
from faults.certificates import certificates
from faults.fault_server import FaultServer
from faults.ports import ScriptedResolver, closed_port, full_backlog, resolve_with
from faults.steps import (
    ONLY_OLD_TLS,
    Drip,
    Expect,
    Fin,
    Flood,
    Pause,
    Rst,
    Send,
    Stall,
    Tunnel,
    Unsolicited,
)
from support import WORKSPACE_SID

from taskrouter_async import SessionPool

GET = b"GET /x HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open(server: FaultServer, context: ssl.SSLContext | None = None) -> Streams:
    return await asyncio.open_connection("127.0.0.1", server.port, ssl=context)


async def _talk(server: FaultServer, *messages: bytes) -> bytes:
    """Send messages on one connection; return all that comes back until it is closed."""
    reader, writer = await _open(server)
    try:
        writer.write(b"".join(messages))
        return await reader.read()
    finally:
        writer.close()


async def test_a_whole_request_is_read_before_it_is_answered(server: FaultServer) -> None:
    """Verb, target, headers and body are recorded, and the bytes of both sides."""
    server.on_request([Send(b"hello"), Fin()])

    assert await _talk(server, POST) == b"hello"
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("POST", "/x", b"a=b")
    assert (request.form, request.header("Authorization")) == ({"a": "b"}, None)
    (connection,) = server.connections
    assert (connection.heard, connection.said, connection.sent) == (POST, b"hello", 5)
    assert connection.heard_at[0][0] <= request.at <= connection.said_at[0][0]
    assert connection.ending == "fin"


async def test_scripts_are_chosen_by_connection_request_and_predicate(server: FaultServer) -> None:
    """The first rule that fits and is not used up wins."""
    server.on_request([Send(b"post"), Fin()], when=lambda request: request.method == "POST")
    server.on_request([Send(b"second"), Fin()], connection=1, request=2)
    server.on_request(Send(b"once "), times=1)
    server.on_request([Send(b"else"), Fin()])

    assert [await _talk(server, GET, GET), await _talk(server, POST)] == [b"once second", b"post"]
    assert await _talk(server, GET) == b"else"
    assert server.counts == (3, 4)


async def test_scripts_in_turn_repeat_the_last(server: FaultServer) -> None:
    """One script for each request, whatever connection it comes on."""
    server.in_turn([Send(b"1"), Fin()], [Send(b"2"), Fin()])

    assert [await _talk(server, GET) for _ in range(3)] == [b"1", b"2", b"2"]


async def test_bytes_drip(server: FaultServer) -> None:
    """A few at a time, with their times."""
    server.on_request([Drip(b"abcdef", at_a_time=4, seconds=0.02), Pause(0.02), Fin()])

    assert await _talk(server, GET) == b"abcdef"
    (first, _), (second, _) = server.connections[0].said_at
    assert second - first >= 0.02


async def test_a_connection_is_broken(server: FaultServer) -> None:
    """A reset is a reset, before a request and in the middle of its body."""
    server.on_connect(Rst(), connection=1)
    server.on_request([Expect("head"), Rst()], connection=2)
    server.on_request([Expect(1), Rst()])

    for _ in range(3):
        with pytest.raises(ConnectionResetError):
            await _talk(server, POST)
    assert [len(each.requests) for each in server.connections] == [0, 1, 1]
    assert server.requests[-1].body == b"a"
    assert {each.ending for each in server.connections} == {"rst"}


async def test_bytes_come_that_nobody_asked_for(server: FaultServer) -> None:
    """After an answer, on a connection that is idle."""
    server.on_request([Send(b"answer"), Unsolicited(b" more", after=0.01), Fin()])

    assert await _talk(server, GET) == b"answer more"


async def test_a_server_that_stalls_sees_the_client_leave(server: FaultServer) -> None:
    """Unless it does not even read; then the client's bytes pile up."""
    server.on_request(Stall())
    reader, writer = await _open(server)
    writer.write(GET)
    await server.until(lambda: len(server.requests) == 1)
    await server.quiet()
    writer.close()
    await server.left()
    assert server.connections[0].ending == "client"
    assert reader.at_eof()

    deaf = await _open(server)
    server.on_connect(Stall(reading=False))
    unheard = await _open(server)
    await server.until(lambda: len(server.connections) == 3)
    await server.quiet()
    unheard[1].write(GET)
    await server.quiet()
    assert server.connections[2].heard == b""
    for _, each in (deaf, unheard):
        each.close()


async def test_a_flood_waits_for_who_reads_slowly(server: FaultServer) -> None:
    """A body of any size takes the memory of a piece of it."""
    server.on_request([Flood(b"x" * 65536, times=100_000), Fin()])
    reader, writer = await _open(server)
    writer.write(GET)
    await reader.readexactly(100_000)
    await server.until(lambda: server.connections[0].sent > 100_000)
    writer.transport.abort()
    await server.left()

    assert server.connections[0].said == b""
    assert server.connections[0].sent < 100_000_000


async def test_certificates_change_while_the_server_runs(
    tls_server: FaultServer, server: FaultServer
) -> None:
    """What is good is trusted; what is not is refused for the reason it was made for."""
    tls_server.on_request([Send(b"secret"), Fin()])
    context = certificates().of_client()
    reader, writer = await _open(tls_server, context)
    writer.write(GET)
    assert await reader.read() == b"secret"
    writer.close()

    complaints = []
    for name in ("expired", "wrong host", "unknown authority"):
        tls_server.certificate = name
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            await _open(tls_server, context)
        complaints.append(refused.value.verify_message)
    tls_server.on_connect(ONLY_OLD_TLS, times=1)
    tls_server.on_connect([Expect(5), Send(status(400)), Fin()], times=1)
    for _ in range(2):
        with pytest.raises(ssl.SSLError):
            await _open(tls_server, context)

    assert "expired" in complaints[0]
    assert "mismatch" in complaints[1]
    assert "issuer" in complaints[2]
    await tls_server.left()
    assert [each.ending for each in tls_server.connections] == ["fin"] + ["tls"] * 3 + ["fin"] * 2


async def test_a_proxy_is_a_server_that_tunnels(
    tls_server: FaultServer, server: FaultServer
) -> None:
    """Bytes go both ways, and the other side sees who asks."""
    tls_server.on_request([Send(b"through"), Fin()])
    server.on_request(Tunnel(), when=lambda request: request.method == "CONNECT")
    reader, writer = await _open(server)
    writer.write(f"CONNECT 127.0.0.1:{tls_server.port} HTTP/1.1\r\n\r\n".encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connection Established\r\n\r\n"
    await writer.start_tls(certificates().of_client(), server_hostname="127.0.0.1")
    writer.write(GET)

    assert await reader.read() == b"through"
    assert tls_server.requests[0].target == "/x"
    writer.close()


def test_ports_where_nobody_answers() -> None:
    """One refuses at once, the other leaves it open."""
    with closed_port() as closed, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", closed), timeout=1)
    with full_backlog() as full, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", full), timeout=0.05)


def test_answers_are_written_as_they_go_over_the_wire() -> None:
    """Lengths are right unless a test says something else."""
    assert ok({"a": 1}, Retry_After=2) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n"
        b'Retry-After: 2\r\n\r\n{"a": 1}'
    )
    assert status(999).startswith(b"HTTP/1.1 999 Unheard Of\r\n")
    assert chunked(b"ab", b"c").endswith(b"\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    assert b"Content-Encoding: gzip\r\n" in gzipped({})


async def test_a_client_talks_to_the_server(server: FaultServer, client_of: MakeClient) -> None:
    """The documents belong to whom and what is asked for."""
    server.on_request(Send(ok(WORKSPACE)), when=lambda each: each.target.endswith(WORKSPACE_SID))
    server.on_request(Send(ok(TASK)))
    client = client_of(server)

    assert (await read(client)).friendly_name == "Support"
    assert (await create(client)).attributes == (await read_task(client)).attributes
    assert server.counts == (1, 3)
    assert server.requests[1].form == {"Attributes": '{"language":"en"}'}


async def test_a_client_finds_the_server_by_a_scripted_name(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """The name that is asked for is the one in the address."""
    server.on_request(Send(ok(WORKSPACE)))
    resolver = ScriptedResolver([("127.0.0.1", server.port)])
    pool = resolve_with(aftermath.watch(SessionPool()), resolver)

    await read(client_of("http://taskrouter.test", pool=pool))

    assert resolver.asked == ["taskrouter.test"]
