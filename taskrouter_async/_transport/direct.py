"""The short way of a request: aiohttp's connections and its parser, without its session.

A session weighs for each request what has been settled here once for all of them: cookies,
redirects, proxies, tracing, which headers to add. That is a third to a half of what a request
costs, so a pool's own requests are written straight to a connection of its connector.

The names of aiohttp's that this needs are not documented. So they are used with the releases where
the whole suite has seen them work, and with any other a request goes the long way.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

import aiohttp
from aiohttp import hdrs
from attrs import define
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from taskrouter_async._protocol.messages import Request
from taskrouter_async._transport.by_session import only_for_connecting
from taskrouter_async._transport.connector import WatchedConnector

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage

_KNOWN_RELEASES: Final = ("3.14.",)
# So much fits into the send buffer of any socket.
_SURELY_SENT_BYTES: Final = 16_384
_SWITCHING_PROTOCOLS: Final = 101


def is_known(release: str) -> bool:
    """Return whether the names that are needed are those of this release of aiohttp."""
    return release.startswith(_KNOWN_RELEASES)


@define(eq=False)
class DirectAnswer:
    """An answer, and the connection on which it comes.

    Attributes:
        status: The HTTP status.
        headers: All headers.
        content: The body, as it comes off the wire.
        connection: Serves again when the body has ended.
    """

    status: int
    headers: CIMultiDictProxy[str]
    content: aiohttp.StreamReader
    connection: "Connection"

    def close(self) -> None:
        """Break the connection."""
        _break(self.connection)


class Direct:
    """Write requests to the connections of a pool.

    Args:
        connector: Whose connections they are.
        base_url: The address of the service.
        headers: What goes with each request.
        connect_seconds: The limit for connecting.
    """

    __slots__ = ("_asked", "_connector", "_headers", "_timeout")

    def __init__(
        self,
        connector: WatchedConnector,
        base_url: str,
        headers: CIMultiDict[str],
        connect_seconds: float,
    ) -> None:
        self._connector = connector
        url = URL(base_url, encoded=True)
        # For the connector it stands for every request, and knows no credentials.
        self._asked = aiohttp.ClientRequest(hdrs.METH_GET, url, loop=asyncio.get_running_loop())
        host = self._asked.headers[hdrs.HOST]
        self._headers = _lines([(hdrs.HOST, host), *headers.items()])
        self._timeout = only_for_connecting(connect_seconds)

    async def send(self, request: Request) -> DirectAnswer:
        """Return the answer once its head is there."""
        connection = await self._connected()
        try:
            head, content = await self._answered(connection, request)
        except BaseException:
            _break(connection)
            raise
        content.on_eof(partial(_let_go, connection, request, head.code))
        return DirectAnswer(head.code, head.headers, content, connection)

    async def _connected(self) -> "Connection":
        try:
            return await self._connector.connect(self._asked, [], self._timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error

    async def _answered(
        self, connection: "Connection", request: Request
    ) -> "tuple[RawResponseMessage, aiohttp.StreamReader]":
        protocol = cast("ResponseHandler", connection.protocol)
        protocol.set_response_params(read_until_eof=True, auto_decompress=False)
        transport = protocol.transport
        if transport is None or transport.is_closing():
            raise aiohttp.ServerDisconnectedError
        transport.write(self._wire(request))
        while True:
            head, content = await protocol.read()
            if not _is_interim(head.code):
                return head, content

    def _wire(self, request: Request) -> bytes:
        body = request.body or b""
        headers = _lines(request.headers)
        if request.method != hdrs.METH_GET:
            headers += b"Content-Length: %d\r\n" % len(body)
        return b"%b %b HTTP/1.1\r\n%b%b\r\n%b" % (
            request.method.encode(),
            request.target.encode(),
            self._headers,
            headers,
            body,
        )


def _let_go(connection: "Connection", request: Request, status: int) -> None:
    # Who refuses may do so without having read all, and then what is left of this request would
    # stand in the way of the next one.
    if status >= 400 and len(request.body or b"") > _SURELY_SENT_BYTES:  # noqa: PLR2004 - refusals
        _break(connection)
    else:
        connection.release()


def _break(connection: "Connection") -> None:
    if connection.protocol is not None:
        connection.protocol.abort()  # closing would wait for a peer to read what is left
    connection.close()


def _is_interim(status: int) -> bool:
    return 100 <= status < 200 and status != _SWITCHING_PROTOCOLS  # noqa: PLR2004 - that class


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
