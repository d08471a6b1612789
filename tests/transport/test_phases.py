"""An error says how far the request had come, and whether the service may have got it."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult
from raw import RawServer, answering, ask, in_own_process, raw_server, whole

from taskrouter_async import SessionPool, Timeouts
from taskrouter_async._protocol.messages import Request
from taskrouter_async.errors import (
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
    InvalidArgumentError,
    ProtocolError,
    TlsError,
    TransportError,
)

SOON = Timeouts(total=0.05)


class Resolver(AbstractResolver):
    """Finds every name on loopback; or fails; or never comes back."""

    def __init__(self, *, error: OSError | None = None, hangs: bool = False) -> None:
        self._error = error
        self._hangs = hangs
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._hangs:
            await asyncio.Event().wait()
        if self._error is not None:
            raise self._error
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        self.closed = True


@contextmanager
def _full_server() -> Iterator[str]:
    """Listen on an address where no further connection is accepted."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)  # noqa: FBT003 - the standard library's signature
            filler.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"
        for filler in fillers:
            filler.close()


async def _no_answer(_head: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _fails(
    base_url: str, pool: SessionPool, token: str, timeouts: Timeouts
) -> TransportError:
    with pytest.raises(TransportError) as failed:
        await ask(base_url, pool, token, timeouts=timeouts)
    return failed.value


async def test_a_name_is_found_by_a_resolver_of_ones_own(canary: str) -> None:
    """A pool asks the resolver that was handed in, and leaves it open."""
    resolver = Resolver()
    async with (
        raw_server(answering(whole(b"{}"))) as server,
        SessionPool(resolver=resolver) as pool,
    ):
        await ask(f"http://taskrouter.invalid:{server.port}", pool, canary)

    assert not resolver.closed


async def test_a_name_that_nobody_finds(canary: str) -> None:
    """A failed lookup is told from a failed connection; nothing was sent."""
    failing = Resolver(error=socket.gaierror(socket.EAI_NONAME, "no such name"))
    async with SessionPool(resolver=failing) as pool:
        error = await _fails("http://taskrouter.invalid", pool, canary, SOON)

    assert type(error) is ConnectError
    assert (error.phase, error.maybe_sent) == ("dns", False)


async def test_a_lookup_that_hangs(canary: str) -> None:
    """The deadline holds while a name is looked up, and closing does not wait for the lookup."""
    async with SessionPool(resolver=Resolver(hangs=True)) as pool:
        error = await _fails("http://taskrouter.invalid", pool, canary, SOON)

    assert type(error) is CallTimeoutError
    assert (error.phase, error.maybe_sent) == ("dns", False)
    assert error.seconds == pytest.approx(0.05, rel=0.5)


@pytest.mark.parametrize(
    "timeouts", [SOON, Timeouts(total=5.0, connect=0.05)], ids=["in all", "for connecting"]
)
async def test_a_connection_that_nobody_accepts(
    pool: SessionPool, canary: str, timeouts: Timeouts
) -> None:
    """Whichever limit comes first, the call was connecting and had sent nothing."""
    with _full_server() as base_url:
        error = await _fails(base_url, pool, canary, timeouts)

    assert type(error) is CallTimeoutError
    assert "gave no connection within 0.0" in str(error)
    assert (error.phase, error.maybe_sent) == ("connect", False)
    assert error.seconds == pytest.approx(0.05, rel=0.5)


async def test_a_handshake_that_nobody_answers(pool: SessionPool, canary: str) -> None:
    """A server that accepts and then says nothing to a TLS handshake was not sent anything."""
    async with raw_server(_no_answer) as server:
        error = await _fails(f"https://127.0.0.1:{server.port}", pool, canary, SOON)

    assert type(error) is CallTimeoutError
    assert (error.phase, error.maybe_sent) == ("connect", False)


async def test_a_connection_that_breaks_in_the_handshake(pool: SessionPool, canary: str) -> None:
    """What is closed while connecting is not a lost connection: nothing was sent."""

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await _fails(f"https://127.0.0.1:{port}", pool, canary, SOON)

    assert type(error) is ConnectError
    assert (error.phase, error.maybe_sent) == ("connect", False)


async def test_waiting_for_a_connection_that_others_use(canary: str) -> None:
    """Beyond its connections a pool makes requests wait, which have sent nothing then."""
    async with raw_server(_no_answer) as server, SessionPool(max_connections=1) as pool:
        first = asyncio.create_task(_fails(server.base_url, pool, canary, SOON))
        await server.asked()
        second = await _fails(server.base_url, pool, canary, Timeouts(total=0.01))

        assert (second.phase, second.maybe_sent) == ("queue", False)
        assert (await first).phase == "answer"


async def test_an_answer_that_does_not_come(pool: SessionPool, canary: str) -> None:
    """From the moment in which a connection is there, the service may have got the request."""
    async with raw_server(_no_answer) as server:
        error = await _fails(server.base_url, pool, canary, SOON)

    assert (error.phase, error.maybe_sent) == ("answer", True)


async def test_of_a_session_of_ones_own_less_is_known(canary: str) -> None:
    """What aiohttp's exceptions tell is told; otherwise the service may have got the request."""
    with _full_server() as base_url:
        async with aiohttp.ClientSession() as session, SessionPool(session=session) as pool:
            told = await _fails(base_url, pool, canary, Timeouts(total=5.0, connect=0.05))
            untold = await _fails(base_url, pool, canary, SOON)
            refused = await _fails("http://127.0.0.1:9", pool, canary, SOON)

    assert (told.phase, told.maybe_sent) == ("connect", False)
    assert (untold.phase, untold.maybe_sent) == ("answer", True)
    assert (refused.phase, refused.maybe_sent) == ("connect", False)


@pytest.fixture
def _no_exceptions_from_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def _through_proxy(
    proxy_url: str, monkeypatch: pytest.MonkeyPatch, token: str, scheme: str = "https"
) -> TransportError:
    monkeypatch.setenv(f"{scheme}_proxy", proxy_url)
    failing = Resolver(error=socket.gaierror(socket.EAI_NONAME, "no such name"))
    async with SessionPool(trust_env=True, resolver=failing) as pool:
        return await _fails(f"{scheme}://taskrouter.invalid", pool, token, SOON)


def _proxy_with_password(server: RawServer) -> str:
    return f"http://someone:hidden@127.0.0.1:{server.port}"


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway"])
@pytest.mark.usefixtures("_no_exceptions_from_proxies")
async def test_a_proxy_that_refuses(
    canary: str, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """A tunnel that is refused is the proxy's doing; neither of the credentials shows."""
    async with raw_server(answering(whole(b"", status=status))) as proxy:
        error = await _through_proxy(_proxy_with_password(proxy), monkeypatch, canary)

    assert type(error) is ConnectError
    assert f"refused with status {status[:3]}" in str(error)
    assert (error.phase, error.maybe_sent) == ("proxy", False)
    assert b"Proxy-Authorization: Basic c29tZW9uZTpoaWRkZW4=" in proxy.heads[0]
    assert b"\r\nAuthorization" not in proxy.heads[0]
    assert "hidden" not in repr(error)


@pytest.mark.parametrize("payload", [b"", b"SSH-2.0-OpenSSH\r\n\r\n"], ids=["closed", "no http"])
@pytest.mark.usefixtures("_no_exceptions_from_proxies")
async def test_a_proxy_that_makes_no_sense(
    canary: str, monkeypatch: pytest.MonkeyPatch, payload: bytes
) -> None:
    """Whatever goes wrong before the tunnel stands, the service has not got the request."""
    async with raw_server(answering(payload, close=True)) as proxy:
        error = await _through_proxy(proxy.base_url, monkeypatch, canary)

    assert type(error) is ConnectError
    assert (error.phase, error.maybe_sent) == ("proxy", False)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://proxy.invalid"])
@pytest.mark.usefixtures("_no_exceptions_from_proxies")
async def test_a_proxy_that_is_not_there(
    canary: str, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """A proxy's address that leads nowhere is not taken for the service's."""
    error = await _through_proxy(proxy, monkeypatch, canary)

    assert type(error) is ConnectError
    assert "the proxy on the way to taskrouter.invalid could not be used" in str(error)
    assert (error.phase, error.maybe_sent) == ("proxy", False)


@pytest.mark.usefixtures("_no_exceptions_from_proxies")
async def test_a_proxy_that_hangs(canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline holds while a proxy thinks."""
    async with raw_server(_no_answer) as proxy:
        error = await _through_proxy(proxy.base_url, monkeypatch, canary)

    assert type(error) is CallTimeoutError
    assert (error.phase, error.maybe_sent) == ("proxy", False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who certifies servers of these tests."""
    return trustme.CA()


def _trusting(authority: trustme.CA) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())


def _serving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


async def test_a_certificate_is_checked(authority: trustme.CA, canary: str) -> None:
    """A server that proves who it is gets the request; one with another's name does not."""
    context = _trusting(authority)
    async with SessionPool(ssl_context=context) as pool:
        for name in ("127.0.0.1", "other.test"):
            tls = _serving(authority, name)
            async with raw_server(answering(whole(b"{}")), tls) as server:
                asked = ask(f"https://127.0.0.1:{server.port}", pool, canary)
                if name == "127.0.0.1":
                    await asked
                else:
                    with pytest.raises(TlsError, match="could not prove") as failed:
                        await asked
                    assert not server.heads

    assert (failed.value.phase, failed.value.maybe_sent) == ("connect", False)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_old_tls_is_not_spoken() -> None:
    """A context that allows less than TLS 1.2 is refused when the pool is made."""
    context = ssl.create_default_context()
    for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.MINIMUM_SUPPORTED):
        context.minimum_version = version
        with pytest.raises(InvalidArgumentError, match=r"older than 1\.2") as refused:
            SessionPool(ssl_context=context)
        assert refused.value.argument == "ssl_context"

    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.MAXIMUM_SUPPORTED):
        context.minimum_version = version
        SessionPool(ssl_context=context)


def test_the_systems_certificates_come_with_modern_tls() -> None:
    """What is used where no context is given has the same floor."""
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "header", [("If-Match", "1\r\nX-Evil: 1"), ("If-Match", "1\0"), ("X\nY", "1")]
)
async def test_a_header_cannot_smuggle_another(
    pool: SessionPool, canary: str, header: tuple[str, str]
) -> None:
    """A header with a line break is refused by name, before a connection is made."""
    async with raw_server(answering(whole(b"{}"))) as server:
        with pytest.raises(InvalidArgumentError, match="cannot be sent as a header") as refused:
            await ask(server.base_url, pool, canary, request=Request("POST", "/v1/x", (header,)))

        assert not server.connections
    assert refused.value.argument == header[0]
    assert "Evil" not in str(refused.value)


async def test_headers_of_a_request_go_out_with_the_standing_ones(
    pool: SessionPool, canary: str
) -> None:
    """Each request has its own, and leaves none behind."""
    async with raw_server(answering(whole(b"{}"))) as server:
        await ask(
            server.base_url, pool, canary, request=Request("DELETE", "/v1/x", (("If-Match", "7"),))
        )
        await ask(server.base_url, pool, canary)

        assert b"\r\nIf-Match: 7\r\n" in server.heads[0]
        assert b"If-Match" not in server.heads[1]
        assert all(b"\r\nAuthorization: Basic " in head for head in server.heads)


@pytest.mark.parametrize("more", [b"", b"Upgrade: x\r\nConnection: upgrade\r\n"])
async def test_another_protocol_is_no_answer(pool: SessionPool, canary: str, more: bytes) -> None:
    """A service that switches protocols makes no sense, and its connection is given up."""
    switching = b"HTTP/1.1 101 Switching Protocols\r\n" + more + b"\r\n"
    async with raw_server(answering(switching)) as server:
        for _ in range(2):
            with pytest.raises(ProtocolError, match="changed the protocol"):
                await ask(server.base_url, pool, canary)

        assert server.connections == 2


async def test_early_hints_are_no_answer(pool: SessionPool, canary: str) -> None:
    """Provisional answers are passed over."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with raw_server(answering(hints * 3 + whole(b"{}"))) as server:
        answer = await ask(server.base_url, pool, canary)

    assert answer.status == 200


async def test_a_connection_that_breaks_in_the_body(pool: SessionPool, canary: str) -> None:
    """An error after the head says so: the service has done what was asked."""
    async with raw_server(answering(whole(b'{"a": 1}')[:-3], close=True)) as server:
        error = await _fails(server.base_url, pool, canary, SOON)

    assert type(error) is ConnectionLostError
    assert (error.phase, error.maybe_sent) == ("body", True)


NO_FILES_LEFT = """
import asyncio, os, resource
from raw import answering, ask, raw_server, whole
from taskrouter_async import SessionPool
from taskrouter_async.errors import ConnectError

async def main():
    async with raw_server(answering(whole(b"{}"))) as server, SessionPool() as pool:
        pool.session()
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
        opened = []
        try:
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass
        try:
            await ask(server.base_url, pool, "token")
        except ConnectError as error:
            print(error.phase, error)
        for descriptor in opened:
            os.close(descriptor)
        print((await ask(server.base_url, pool, "token")).status)

asyncio.run(main())
"""


def test_no_files_are_left() -> None:
    """Where no socket can be opened the error says why, and the pool works as soon as one can."""
    refused, answered = in_own_process(NO_FILES_LEFT).stdout.splitlines()

    assert refused.startswith("connect 127.0.0.1:")
    assert refused.endswith("could not be reached: Too many open files")
    assert answered == "200"
