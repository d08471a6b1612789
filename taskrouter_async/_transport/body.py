"""Reading a body without trusting it: capped, and decompressed by its exact end.

aiohttp alone has no cap, takes a gzip stream that was cut short for a whole one, and a body whose
length nobody gave for whole wherever it ends.
"""

import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Final, Protocol

from taskrouter_async._protocol.decoding import parse
from taskrouter_async.errors import (
    ConnectionLostError,
    DecodingError,
    ProtocolError,
    ResponseTooLargeError,
)

_WINDOW_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_MOST_CHUNKS: Final = 50_000
_NO_CONTENT: Final = 204


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


async def read_capped(
    chunks: AsyncIterator[tuple[bytes, bool]], encoding: str, limit: int
) -> bytes:
    """Return the whole body.

    Args:
        chunks: The body as it comes off the wire, and whether a chunk of it ends there. Of these
            there may be 50,000: the smaller they are, the more work is each of their bytes.
        encoding: Its ``Content-Encoding``; empty for none.
        limit: The bytes allowed, on the wire and after decompression.

    Raises:
        ResponseTooLargeError: There is more than that.
        ProtocolError: The encoding is none that was asked for, or the stream is damaged.
    """
    inflater = _inflater(encoding.lower())
    body = bytearray()
    wire_bytes = 0
    chunks_left = _MOST_CHUNKS
    async for chunk, _ in chunks:
        wire_bytes += len(chunk)
        chunks_left -= 1
        body += chunk if inflater is None else _inflate(inflater, chunk, limit - len(body))
        if wire_bytes > limit or len(body) > limit:
            raise _too_large(limit)
        if not chunks_left:
            raise ResponseTooLargeError(f"the body came in more than {_MOST_CHUNKS} pieces")
    if inflater is not None and wire_bytes and not inflater.eof:
        raise _cut_short(encoding)
    return bytes(body)


def capped(wire: bytes, encoding: str, limit: int) -> bytes:
    """Return the whole body that came in one piece: what `read_capped` does, without waiting.

    Args:
        wire: The body as it came off the wire.
        encoding: Its ``Content-Encoding``; empty for none.
        limit: The bytes allowed, on the wire and after decompression.

    Raises:
        ResponseTooLargeError: There is more than that.
        ProtocolError: The encoding is none that was asked for, or the stream is damaged.
    """
    inflater = _inflater(encoding.lower())
    body = wire if inflater is None else _inflate(inflater, wire, limit)
    if len(wire) > limit or len(body) > limit:
        raise _too_large(limit)
    if inflater is not None and wire and not inflater.eof:
        raise _cut_short(encoding)
    return body


def _too_large(limit: int) -> ResponseTooLargeError:
    return ResponseTooLargeError(f"the body is larger than {limit} bytes")


def _cut_short(encoding: str) -> ProtocolError:
    return ProtocolError(f"the {encoding} body was cut short")


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


def check_end(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Refuse a body of unknown length that may have been cut short unnoticed.

    It ends where the connection ends (RFC 9112, 6.3), whoever ended that. No beginning of a JSON
    object is one, so a whole one has come whole; the body of a refusal, which only explains, is
    taken as it is.

    Args:
        status: The answer's.
        headers: The answer's, without a ``Content-Length``.
        body: The answer's, decompressed.

    Raises:
        ConnectionLostError: It is no whole JSON document.
    """
    if headers.get("Transfer-Encoding", "").lower().endswith("chunked"):
        return
    if 200 <= status < 300 and status != _NO_CONTENT and not _is_whole(body):  # noqa: PLR2004 - the class of success
        raise ConnectionLostError("the connection ended in the middle of the body", phase="body")


def _is_whole(body: bytes) -> bool:
    try:
        parse(body)
    except DecodingError:
        return False
    return True
