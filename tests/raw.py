"""Servers that answer byte for byte what a test wants, and processes for what needs its own."""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from support import ACCOUNT_SID

from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._transport import AccountTransport, SessionPool
from taskrouter_async.config import Credentials, Timeouts

Script = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """A server on loopback that reads a head and lets a script answer; it keeps what it read."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heads: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.connections = 0
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self._script(self.heads[-1], writer)
        writer.close()

    async def asked(self) -> None:
        """Return once a request has come."""
        while not self.heads:
            await asyncio.sleep(0)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def raw_server(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """Serve a script until the block is left."""
    raw = RawServer(script)
    server = await asyncio.start_server(raw.talk, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        await asyncio.sleep(0)


def answering(payload: bytes, *, close: bool = False) -> Script:
    """Return a script that answers every request with these bytes."""

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(payload)
        await writer.drain()
        if close:
            writer.close()

    return script


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an HTTP answer with a body of known length."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


async def ask(
    base_url: str,
    pool: SessionPool,
    token: str,
    *,
    target: str = "/v1/x",
    timeouts: Timeouts = Timeouts(total=5.0, connect=2.0),
    request: Request | None = None,
) -> Response:
    """Send one request as an account does; a GET if nothing else is said."""
    transport = transport_of(base_url, pool, token, timeouts)
    deadline = asyncio.get_running_loop().time() + timeouts.total
    return await transport.send(request or Request("GET", target), deadline)


def transport_of(
    base_url: str, pool: SessionPool, token: str, timeouts: Timeouts = Timeouts()
) -> AccountTransport:
    """Return the transport of an account."""
    return AccountTransport(
        pool, base_url, Credentials.choose(ACCOUNT_SID, token, None, None), timeouts
    )


def in_own_process(script: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run a script that may use the modules beside this one; it must end well."""
    return subprocess.run(
        [sys.executable, "-X", "dev", *options, "-c", script],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent,
        text=True,
        timeout=30,
    )
