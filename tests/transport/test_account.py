"""Carrying a request over real sockets, and what may go wrong on the way."""

import asyncio
import gc
import gzip
import socket
import ssl
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from raw import Script, answering, ask, raw_server, whole

from taskrouter_async import SessionPool, Timeouts
from taskrouter_async._transport.progress import Progress
from taskrouter_async._transport.translation import translated
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    ConnectError,
    ConnectionLostError,
    ProtocolError,
    ResponseTooLargeError,
    TaskRouterError,
    TlsError,
    TransportError,
)


def _links(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_harmless(error: BaseException) -> bool:
    """Tell whether nothing of aiohttp's hangs on the error."""
    return all(type(link).__module__.startswith("taskrouter_async") for link in _links(error))


async def test_an_answer_comes_back(pool: SessionPool, canary: str) -> None:
    """Bytes there, bytes back: one connection serves one request after another."""
    async with raw_server(answering(whole(b'{"a": 1}'))) as server:
        answers = [await ask(server.base_url, pool, canary) for _ in range(3)]

    assert [answer.body for answer in answers] == [b'{"a": 1}'] * 3
    assert server.connections == 1


async def test_a_compressed_answer_is_unpacked(pool: SessionPool, canary: str) -> None:
    """The body is handed on without its content encoding."""
    packed = whole(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")
    async with raw_server(answering(packed)) as server:
        answer = await ask(server.base_url, pool, canary)

    assert answer.body == b'{"a": 1}'


async def test_a_target_goes_out_as_it_is(pool: SessionPool, canary: str) -> None:
    """What was encoded by the rules is not encoded again."""
    async with raw_server(answering(whole(b"{}"))) as server:
        await ask(server.base_url, pool, canary, target="/v1/x?TaskChannel=a%26b+c%2F")

    assert server.heads[0].startswith(b"GET /v1/x?TaskChannel=a%26b+c%2F HTTP/1.1\r\n")


async def test_nobody_listens(pool: SessionPool, canary: str) -> None:
    """A refused connection is an error that says that nothing was sent."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        with pytest.raises(ConnectError, match="could not be reached") as failed:
            await ask(f"http://127.0.0.1:{port}", pool, canary)

    assert _is_harmless(failed.value)


async def test_the_name_does_not_exist(pool: SessionPool, canary: str) -> None:
    """A name that cannot be resolved is an error of its own wording."""
    with pytest.raises(ConnectError, match=r"nowhere\.invalid could not be resolved") as failed:
        await ask("http://nowhere.invalid", pool, canary)

    assert _is_harmless(failed.value)


async def test_a_server_without_tls_is_not_trusted(pool: SessionPool, canary: str) -> None:
    """Plain HTTP behind an https address is a TLS error, and nothing is sent."""

    def shout(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TlsError, match="could not prove") as failed:
            await ask(f"https://127.0.0.1:{port}", pool, canary)

    assert _is_harmless(failed.value)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answering(b"", close=True), ConnectionLostError),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Le", close=True), ConnectionLostError),
        (answering(whole(b'{"a": 1}')[:-3], close=True), ConnectionLostError),
        (answering(b"SSH-2.0-OpenSSH\r\n\r\n", close=True), ProtocolError),
        (answering(whole(b"{}", "Content-Length: 5"), close=True), ProtocolError),
        (answering(whole(b"{}", status="204 No Content")), ProtocolError),
        (answering(whole(b"junk", "Content-Encoding: gzip")), ProtocolError),
        (answering(whole(b"x" * 2000)), ResponseTooLargeError),
    ],
    ids=[
        "closed",
        "head cut",
        "body cut",
        "no http",
        "two lengths",
        "204 with a body",
        "no gzip",
        "too large",
    ],
)
async def test_a_broken_answer_is_an_error_of_ours(
    canary: str, script: Script, kind: type[TaskRouterError]
) -> None:
    """A cut connection and damaged framing each have a class; neither is taken for a status 400."""
    async with SessionPool(max_body_bytes=1000) as pool, raw_server(script) as server:
        with pytest.raises(kind) as failed:
            await ask(server.base_url, pool, canary)

    assert type(failed.value) is kind
    assert _is_harmless(failed.value)


async def _no_answer(_head: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _half_an_answer(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(whole(b'{"a": 1}')[:-3])
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("script", "phase", "text"),
    [(_no_answer, "answer", "gave no answer"), (_half_an_answer, "body", "no whole answer")],
    ids=["no answer", "half an answer"],
)
async def test_the_deadline_ends_every_call(
    pool: SessionPool, canary: str, script: Script, phase: str, text: str
) -> None:
    """A service that falls silent costs no more than the call's time, and the error says when."""
    async with raw_server(script) as server:
        with pytest.raises(CallTimeoutError, match=text) as failed:
            await ask(server.base_url, pool, canary, timeouts=Timeouts(total=0.05))

    assert failed.value.phase == phase
    assert failed.value.seconds == pytest.approx(0.05, rel=0.5)
    assert isinstance(failed.value, TimeoutError)
    assert _is_harmless(failed.value)


async def test_a_drip_does_not_stretch_the_deadline(pool: SessionPool, canary: str) -> None:
    """Bytes that keep coming do not keep a call alive."""

    async def drip(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.01)

    async with raw_server(drip) as server:
        with pytest.raises(CallTimeoutError):
            await ask(server.base_url, pool, canary, timeouts=Timeouts(total=0.1))


async def test_what_aiohttp_did_not_foresee_is_an_error_of_ours(canary: str) -> None:
    """An exception of another kind, from a session of one's own, loses its frames as well."""
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        session._request_class = cast("Any", None)  # nothing works any more
        async with SessionPool(session=session) as pool:
            with pytest.raises(TransportError, match="could not be asked") as failed:
                await ask("http://127.0.0.1:9", pool, canary)

    assert _is_harmless(failed.value)


async def test_a_session_of_ones_own_judges_no_status(canary: str) -> None:
    """A session that raises for statuses hands them on here all the same."""
    async with (
        raw_server(answering(whole(b"{}", status="404 Not Found"))) as server,
        aiohttp.ClientSession(raise_for_status=True) as session,
        SessionPool(session=session) as pool,
    ):
        assert (await ask(server.base_url, pool, canary)).status == 404


async def test_closing_ones_own_session_ends_its_calls(canary: str) -> None:
    """Whoever hands a session in may close it; who waits on it learns that."""
    async with (
        raw_server(_no_answer) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session,
    ):
        pool = SessionPool(session=session)
        calls = [asyncio.create_task(ask(server.base_url, pool, canary)) for _ in range(2)]
        while not server.heads:
            await asyncio.sleep(0)

        await session.close()
        errors = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(error) for error in errors] == [ClosedError] * 2


async def test_a_cancelled_call_is_cancelled(pool: SessionPool, canary: str) -> None:
    """Cancelling from outside goes through; it is not taken for a timeout."""
    async with raw_server(_no_answer) as server:
        call = asyncio.create_task(ask(server.base_url, pool, canary))
        while not server.heads:
            await asyncio.sleep(0)
        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call


async def test_closing_the_pool_ends_calls_in_flight_and_in_the_queue(canary: str) -> None:
    """Who waits for an answer or for a connection learns that the pool was closed."""
    pool = SessionPool(max_connections=1)
    async with raw_server(_no_answer) as server:
        calls = [asyncio.create_task(ask(server.base_url, pool, canary)) for _ in range(3)]
        while not server.heads:
            await asyncio.sleep(0)

        await pool.aclose()
        errors = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(error) for error in errors] == [ClosedError] * 3
    assert all(isinstance(e, ClosedError) and _is_harmless(e) for e in errors)


async def test_a_call_cancelled_while_the_pool_closes_stays_cancelled(canary: str) -> None:
    """Closing the pool does not turn a caller's own cancellation into an error of ours."""
    pool = SessionPool()
    async with raw_server(_no_answer) as server:
        call = asyncio.create_task(ask(server.base_url, pool, canary))
        while not server.heads:
            await asyncio.sleep(0)
        call.cancel()
        await pool.aclose()

        with pytest.raises(asyncio.CancelledError):
            await call


async def test_a_traceback_with_all_locals_shows_no_secret(canary: str) -> None:
    """Crash reporters that print local variables find no header in ours."""
    scripts = [answering(b"", close=True), answering(b"SSH\r\n\r\n", close=True), _no_answer]
    shown = []
    for script in scripts:
        async with SessionPool() as pool, raw_server(script) as server:
            call = asyncio.create_task(
                ask(server.base_url, pool, canary, timeouts=Timeouts(total=0.05))
            )
            await asyncio.wait([call])
        error = cast("TaskRouterError", call.exception())
        ours = traceback.TracebackException.from_exception(error, capture_locals=True)
        # The frame of the test itself holds the token: it made it.
        shown += [
            f"{name} = {text}"
            for frame in ours.stack
            if "/taskrouter_async/" in frame.filename
            for name, text in (frame.locals or {}).items()
        ]

    assert shown
    assert not [line for line in shown if canary in line or "Basic " in line]


async def test_the_frames_of_an_error_hold_no_answer(pool: SessionPool, canary: str) -> None:
    """An answer leads to its request and the header, so no frame of a traceback holds one."""
    async with raw_server(answering(whole(b"junk", "Content-Encoding: gzip"))) as server:
        with pytest.raises(ProtocolError) as failed:
            await ask(server.base_url, pool, canary)

    held = [value for frame in failed.traceback for value in frame.frame.f_locals.values()]
    assert failed.traceback[-1].name == "send"
    assert not [value for value in held if isinstance(value, aiohttp.ClientResponse)]


async def test_proxies_are_used_only_if_asked_for(
    canary: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a proxy nor a netrc file of the environment matters unless the pool trusts it."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async with raw_server(answering(whole(b"{}"))) as server:
        async with SessionPool() as pool:
            await ask(server.base_url, pool, canary)
        async with SessionPool(trust_env=True) as pool:
            with pytest.raises(ConnectError):
                await ask(server.base_url, pool, canary)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with SessionPool(trust_env=True) as pool:
            await ask(server.base_url, pool, canary)

    assert server.connections == 2


async def test_a_proxy_of_the_environment_gets_the_request(
    canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trusted proxy is asked for the whole address."""
    async with raw_server(answering(whole(b"{}"))) as proxy, SessionPool(trust_env=True) as pool:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        await ask("http://taskrouter.invalid", pool, canary)

    assert proxy.heads[0].startswith(b"GET http://taskrouter.invalid/v1/x HTTP/1.1\r\n")


def test_an_error_that_nobody_foresaw_is_still_ours() -> None:
    """Whatever aiohttp raises becomes one of our errors."""
    from aiohttp import ClientError, InvalidURL  # noqa: PLC0415 - only this test names them

    for foreign in (ClientError("secret"), InvalidURL("http://secret")):
        error = translated(foreign, "host", Progress("connect"))
        assert type(error) is TransportError
        assert (error.phase, error.maybe_sent) == ("connect", False)
        assert "secret" not in str(error)


async def test_an_ssl_context_of_ones_own_is_used(canary: str) -> None:
    """Which certificates are trusted is the context's decision."""
    context = ssl.create_default_context()
    async with SessionPool(ssl_context=context) as pool:
        connector = pool.session().connector
        assert connector is not None
        assert vars(connector)["_ssl"] is context


@pytest.mark.parametrize("length", ["Connection: close", "Transfer-Encoding: gzip"])
async def test_a_body_without_a_length_is_whole_if_its_json_is(
    pool: SessionPool, canary: str, length: str
) -> None:
    """Without a length a body ends with its connection, which may end at any time."""
    head = f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n".encode()
    async with raw_server(answering(head + b'{"a": 1}', close=True)) as server:
        assert (await ask(server.base_url, pool, canary)).body == b'{"a": 1}'
    async with raw_server(answering(head + b'{"a": ', close=True)) as server:
        with pytest.raises(ConnectionLostError) as lost:
            await ask(server.base_url, pool, canary)

    assert lost.value.phase == "body"
    assert _is_harmless(lost.value)


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    ids=["no content", "no bytes"],
)
async def test_an_answer_without_a_body_is_whole(
    pool: SessionPool, canary: str, head: bytes
) -> None:
    """What has no body ends with its head, and its connection serves the next request."""
    async with raw_server(answering(head)) as server:
        bodies = [(await ask(server.base_url, pool, canary)).body for _ in range(3)]

        assert bodies == [b""] * 3
        assert server.connections == 1


async def test_a_body_in_crumbs_is_an_error(pool: SessionPool, canary: str) -> None:
    """Chunks of a byte each are counted as they came, not as they were read."""
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 60_000
    async with raw_server(answering(chunks)) as server:
        with pytest.raises(ResponseTooLargeError, match="more than 50000 pieces"):
            await ask(server.base_url, pool, canary)


async def test_nothing_is_left_open(canary: str) -> None:
    """After the pool is closed no socket, task or warning remains."""
    async with raw_server(answering(whole(b"{}"))) as server, SessionPool() as pool:
        await ask(server.base_url, pool, canary)
    gc.collect()

    assert asyncio.all_tasks() == {asyncio.current_task()}
