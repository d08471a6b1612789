"""Reading a body without trusting it: capped, and decompressed by its exact end.

aiohttp alone has no cap, and takes a gzip stream that was cut short for a whole one.
"""

import zlib
from collections.abc import AsyncIterator
from typing import Final, Protocol

from taskrouter_async.errors import ProtocolError, ResponseTooLargeError

_WINDOW_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


async def read_capped(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """Return the whole body.

    Args:
        chunks: The body as it comes off the wire.
        encoding: Its ``Content-Encoding``; empty for none.
        limit: The bytes allowed, on the wire and after decompression.

    Raises:
        ResponseTooLargeError: There is more than that.
        ProtocolError: The encoding is none that was asked for, or the stream is damaged.
    """
    inflater = _inflater(encoding.lower())
    body = bytearray()
    wire_bytes = 0
    async for chunk in chunks:
        wire_bytes += len(chunk)
        body += chunk if inflater is None else _inflate(inflater, chunk, limit - len(body))
        if max(wire_bytes, len(body)) > limit:
            raise ResponseTooLargeError(f"the body is larger than {limit} bytes")
    if inflater is not None and wire_bytes and not inflater.eof:
        raise ProtocolError(f"the {encoding} body was cut short")
    return bytes(body)


def _inflater(encoding: str) -> _Inflater | None:
    if encoding in {"", "identity"}:
        return None
    if encoding in _WINDOW_BITS:
        return zlib.decompressobj(_WINDOW_BITS[encoding])
    raise ProtocolError("the body has a content encoding that was not asked for")


def _inflate(inflater: _Inflater, chunk: bytes, room: int) -> bytes:
    # One byte more than there is room for shows that it is too much, and inflates no bomb.
    try:
        piece = inflater.decompress(chunk, room + 1)
    except zlib.error as error:
        complaint = ProtocolError(f"the compressed body is damaged: {error}")
    else:
        if not inflater.unused_data:
            return piece
        complaint = ProtocolError("something follows the end of the compressed body")
    raise complaint
