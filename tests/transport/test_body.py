"""A body is read to its exact end, and never further than allowed."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async._transport.body import capped, check_end, read_capped
from taskrouter_async.errors import ConnectionLostError, ProtocolError, ResponseTooLargeError


async def _chunks(body: bytes, size: int = 7) -> AsyncIterator[tuple[bytes, bool]]:
    for start in range(0, len(body), size):
        yield body[start : start + size], True


async def _read(body: bytes, encoding: str = "", limit: int = 1000) -> bytes:
    return await read_capped(_chunks(body), encoding, limit)


@given(body=st.binary(max_size=1000), encoding=st.sampled_from(["", "identity", "gzip", "deflate"]))
async def test_every_body_comes_back_whole(body: bytes, encoding: str) -> None:
    """Whatever the bytes and the encoding, what was sent is what is read."""
    packed = {"gzip": gzip.compress(body), "deflate": zlib.compress(body)}.get(encoding, body)

    assert await _read(packed, encoding, limit=2000) == body


async def test_the_name_of_an_encoding_has_no_case() -> None:
    """``GZIP`` and ``x-gzip`` mean gzip."""
    for name in ("GZIP", "x-gzip"):
        assert await _read(gzip.compress(b"{}", mtime=0), name) == b"{}"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
async def test_an_encoding_that_was_not_asked_for_is_an_error(encoding: str) -> None:
    """The bytes of an unknown encoding are not handed on as if they were the body."""
    with pytest.raises(ProtocolError, match="was not asked for"):
        await _read(b"{}", encoding)


async def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    """Reading stops as soon as there is too much."""
    read = 0

    async def endless() -> AsyncIterator[tuple[bytes, bool]]:
        nonlocal read
        while True:
            read += 100
            yield b"x" * 100, False

    with pytest.raises(ResponseTooLargeError, match="larger than 1000 bytes"):
        await read_capped(endless(), "", 1000)

    assert read == 1100


async def test_a_body_of_just_the_limit_is_fine() -> None:
    """The limit itself is allowed, packed or not."""
    assert len(await _read(b"x" * 1000)) == 1000
    assert len(await _read(gzip.compress(b"x" * 1000), "gzip")) == 1000


async def test_a_bomb_is_not_inflated() -> None:
    """A small body that would become a huge one costs no memory before it is refused."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()

    with pytest.raises(ResponseTooLargeError):
        await read_capped(_chunks(bomb, 4096), "gzip", 100_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("cut", [1, 4, 8, 20])
async def test_a_stream_that_was_cut_short_is_an_error(cut: int) -> None:
    """A gzip stream without its end is not taken for a whole one, though its prefix is valid."""
    with pytest.raises(ProtocolError, match="was cut short"):
        await _read(gzip.compress(b'{"a": 1}' * 20)[:-cut], "gzip")


@pytest.mark.parametrize("tail", [b"junk", gzip.compress(b"{}", mtime=0)])
async def test_nothing_may_follow_the_end(tail: bytes) -> None:
    """Neither junk nor a second stream hides behind the first."""
    with pytest.raises(ProtocolError, match="follows the end"):
        await read_capped(_chunks(gzip.compress(b"{}", mtime=0) + tail, 4096), "gzip", 1000)


async def test_a_damaged_stream_is_an_error_of_ours() -> None:
    """Plain text labelled as gzip is reported as damage, without zlib's exception hanging on it."""
    with pytest.raises(ProtocolError, match="is damaged") as failed:
        await _read(b'{"plain": true}', "gzip")

    assert failed.value.__context__ is None


async def test_an_empty_body_has_no_encoding() -> None:
    """No bytes are an empty body, whatever the header says."""
    assert await _read(b"", "gzip") == b""


async def test_crumbs_are_refused() -> None:
    """Every piece is work, however small: there may be 50,000."""
    assert await read_capped(_chunks(b"x" * 49_999, 1), "", 10**6) == b"x" * 49_999

    with pytest.raises(ResponseTooLargeError, match="more than 50000 pieces"):
        await read_capped(_chunks(b"x" * 60_000, 1), "", 10**6)


@pytest.mark.parametrize("body", [b"", b'{"a": 1', b"[1, 2", b'"text', b"\xff"])
def test_a_body_that_may_have_been_cut_is_not_whole(body: bytes) -> None:
    """Where nobody said how long a body is, only a whole JSON document is one."""
    with pytest.raises(ConnectionLostError) as lost:
        check_end(200, {}, body)

    assert (lost.value.phase, lost.value.maybe_sent) == ("body", True)
    assert lost.value.__context__ is None


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b'{"a": 1}'),
        (200, {"Transfer-Encoding": "gzip, Chunked"}, b'{"a": '),
        (204, {}, b""),
        (304, {}, b""),
        (502, {}, b"<html>"),
    ],
    ids=["whole", "chunked", "no content", "not modified", "refusal"],
)
def test_other_bodies_are_not_looked_at(status: int, headers: dict[str, str], body: bytes) -> None:
    """Chunks have an end of their own, and what explains a refusal may end anywhere."""
    check_end(status, headers, body)


@pytest.mark.parametrize("limit", [30, 1000])
@pytest.mark.parametrize(
    ("wire", "encoding"),
    [
        (b'{"a": 1}' * 4, ""),
        (gzip.compress(b'{"a": 1}' * 4, mtime=0), "GZIP"),
        (gzip.compress(b'{"a": 1}' * 4, mtime=0)[:-4], "gzip"),
        (gzip.compress(b"{}", mtime=0) + b"junk", "gzip"),
        (b"", "gzip"),
        (b"{}", "br"),
    ],
)
async def test_a_body_in_one_piece_is_judged_alike(wire: bytes, encoding: str, limit: int) -> None:
    """It comes back the same, or is refused for the same reason, as if it had come in crumbs."""

    async def in_crumbs() -> bytes:
        return await _read(wire, encoding, limit)

    async def in_one_piece() -> bytes:
        return capped(wire, encoding, limit)

    assert await _outcome(in_one_piece()) == await _outcome(in_crumbs())


async def _outcome(reading: Awaitable[bytes]) -> tuple[type[Exception] | None, bytes]:
    try:
        return None, await reading
    except ProtocolError as error:
        return type(error), b""
