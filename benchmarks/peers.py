"""The clients beside ours: each makes, of a path, what asks for it.

All have 100 connections at most, log in the same way and hand out the answer parsed; more requests
at a time wait for a connection.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import aiohttp
import httpx
import orjson
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from benchmarks.documents import ACCOUNT_SID, VENDOR, WORKSPACE_SID

TOKEN: Final = "token"  # noqa: S105 - invented
CONNECTIONS: Final = 100

Ask = Callable[[], Awaitable[object]]
Asking = Callable[[str], Ask]

_LOGIN: Final = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{TOKEN}".encode()).decode()
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # those who send these headers unpack nothing
    "Authorization": _LOGIN,
}


@asynccontextmanager
async def bare_session(base_url: str) -> AsyncIterator[Asking]:
    """Yield aiohttp as somebody tunes it who knows it, and orjson."""

    def asking(path: str) -> Ask:
        url = URL(base_url + path, encoded=True)

        async def ask() -> object:
            async with session.get(url, allow_redirects=False) as answer:
                return orjson.loads(await answer.read())

        return ask

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=12.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers=_HEADERS,
        timeout=aiohttp.ClientTimeout(total=30.0, sock_connect=5.0),
    ) as session:
        yield asking


@asynccontextmanager
async def usual_session(base_url: str) -> AsyncIterator[Asking]:
    """Yield aiohttp as people write it: one session, its defaults, a timeout, its own JSON."""

    def asking(path: str) -> Ask:
        async def ask() -> object:
            async with session.get(base_url + path) as answer:
                answer.raise_for_status()
                return await answer.json()

        return ask

    timeout = aiohttp.ClientTimeout(total=30.0)
    async with aiohttp.ClientSession(timeout=timeout, headers={"Authorization": _LOGIN}) as session:
        yield asking


@asynccontextmanager
async def httpx_session(base_url: str) -> AsyncIterator[Asking]:
    """Yield httpx with one client that is kept."""

    def asking(path: str) -> Ask:
        async def ask() -> object:
            answer = await client.get(path)
            answer.raise_for_status()
            return answer.json()

        return ask

    limits = httpx.Limits(
        max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=12.0
    )
    async with httpx.AsyncClient(
        base_url=base_url, auth=(ACCOUNT_SID, TOKEN), limits=limits, timeout=30.0
    ) as client:
        yield asking


class _Carrier(AsyncTwilioHttpClient):  # type: ignore[misc] # comes without types
    """Carries the vendor's requests to another address, and does nothing else."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=30.0)
        self._base_url = base_url

    async def request(self, method: str, url: str, *rest: Any, **more: Any) -> Response:  # noqa: ANN401 - handed on as it comes
        return await super().request(method, url.replace(VENDOR, self._base_url), *rest, **more)


@asynccontextmanager
async def vendor_session(base_url: str) -> AsyncIterator[Asking]:
    """Yield the vendor's SDK with its client for asyncio: a workspace, or its statistics."""

    def asking(path: str) -> Ask:
        workspace = Client(ACCOUNT_SID, TOKEN, http_client=carrier).taskrouter.v1.workspaces(
            WORKSPACE_SID
        )
        if path.endswith("/RealTimeStatistics"):
            return cast("Ask", workspace.real_time_statistics().fetch_async)
        return cast("Ask", workspace.fetch_async)

    async with _Carrier(base_url) as carrier:
        yield asking


class _Connection(asyncio.Protocol):
    """Reads one answer at a time, by its length."""

    def __init__(self) -> None:
        self._come = b""
        self._whole: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._come += data
        head, _, body = self._come.partition(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0] or 1 << 30)
        if len(body) >= length and self._whole is not None:
            self._come, whole, self._whole = b"", self._whole, None
            whole.set_result(body)

    async def ask(self, request: bytes) -> bytes:
        self._whole = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._whole

    def close(self) -> None:
        self._transport.close()


@asynccontextmanager
async def raw_connections(base_url: str) -> AsyncIterator[Asking]:
    """Yield the least: a request that is written already, an answer read by its length, orjson."""
    loop, url = asyncio.get_running_loop(), URL(base_url)
    host, port = str(url.host), url.port or 80
    free: list[_Connection] = []
    room = asyncio.Semaphore(CONNECTIONS)

    async def take() -> _Connection:
        if free:
            return free.pop()
        return (await loop.create_connection(_Connection, host, port))[1]

    def asking(path: str) -> Ask:
        lines = [f"GET {path} HTTP/1.1", f"Host: {url.authority}"]
        lines += [f"{name}: {value}" for name, value in _HEADERS.items()]
        request = "\r\n".join([*lines, "", ""]).encode()

        async def ask() -> object:
            async with room:
                connection = await take()
                body = await connection.ask(request)
                free.append(connection)
            return orjson.loads(body)

        return ask

    try:
        yield asking
    finally:
        for connection in free:
            connection.close()
