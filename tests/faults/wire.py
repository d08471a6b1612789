"""One connection as a server of faults has it: bytes in both directions, each with its time."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Literal, TypeAlias, cast

Ending: TypeAlias = Literal["client", "reset by client", "fin", "rst", "tls", "server stopped"]


class GoneError(Exception):
    """The connection has ended; whoever waits for it may stop."""


class Wire(asyncio.Protocol):
    """Read, record and write bytes; nothing is taken off the socket before `open`.

    Args:
        accepted: The socket.

    Attributes:
        heard: What came, with the loop's time.
        said: What was sent, with the loop's time; floods are not in it.
        sent: How many bytes were sent, floods included.
        ending: How the connection ended; ``None`` while it lasts.
    """

    _transport: asyncio.Transport

    def __init__(self, accepted: socket.socket) -> None:
        self._socket = accepted
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._unread = bytearray()
        self.heard: list[tuple[float, bytes]] = []
        self.said: list[tuple[float, bytes]] = []
        self.sent = 0
        self.ending: Ending | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.heard.append((_now(), data))
        self._unread += data
        self._news.set()

    def eof_received(self) -> None:
        self._end("client")

    def connection_lost(self, exc: Exception | None) -> None:
        self._end("client" if exc is None else "reset by client")

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def open(self, context: ssl.SSLContext | None) -> None:
        """Begin to read, through TLS if a context is given."""
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: self, self._socket, ssl=context)
        except OSError:
            self._end("tls")
        if self.ending:
            raise GoneError

    def shut(self) -> None:
        """Read no more; that the client leaves is not noticed either."""
        self._transport.pause_reading()

    async def take(self, size: Callable[[bytearray], int]) -> bytes:
        """Return as many bytes as the function says, which is asked until it is more than none."""
        while not (taken := size(self._unread)):
            self._news.clear()
            if self.ending:
                raise GoneError
            await self._news.wait()
        data = bytes(self._unread[:taken])
        del self._unread[:taken]
        return data

    async def send(self, data: bytes, *, record: bool = True) -> None:
        """Send bytes when the client has taken most of those before."""
        await self._writable.wait()
        if self.ending or self._transport.is_closing():
            raise GoneError
        if record:
            self.said.append((_now(), data))
        self.sent += len(data)
        self._transport.write(data)

    async def ended(self) -> None:
        """Wait until the connection has ended."""
        while not self.ending:
            self._news.clear()
            await self._news.wait()

    def finish(self, *, goodbye: bool) -> None:
        """Close after everything was sent; without a goodbye what is left is not sent."""
        self._end("fin")
        if goodbye:
            self._transport.close()
        else:
            self._transport.abort()

    def reset(self) -> None:
        """Break the connection, so that the client gets a reset."""
        self._end("rst")
        linger = struct.pack("ii", 1, 0)
        held = self._transport.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def abandon(self) -> None:
        """Drop the connection because nobody needs it any more."""
        self._end("server stopped")
        if hasattr(self, "_transport"):
            self._transport.abort()
        else:
            self._socket.close()

    def _end(self, ending: Ending) -> None:
        self.ending = self.ending or ending
        self._news.set()
        self._writable.set()


def _now() -> float:
    return asyncio.get_running_loop().time()
