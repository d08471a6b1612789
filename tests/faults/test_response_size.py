"""The body of an answer is too large, or packed otherwise than it says."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from faults.aftermath import Aftermath, MakeClient, failing
from faults.answers import (
    WORKSPACE,
    chunk,
    document_of,
    gzipped,
    head,
    ok,
)
from faults.calls import read
from faults.fault_server import FaultServer
from faults.steps import Fin, Flood, Send

from taskrouter_async import SessionPool
from taskrouter_async.errors import (
    ProtocolError,
    ResponseTooLargeError,
)

MEBIBYTE: Final = 2**20
GIBIBYTE: Final = 2**30


@contextmanager
def _peak(limit: int) -> Iterator[None]:
    """Fail if the block has more memory at a time than this, beyond what there was."""
    tracemalloc.start()
    try:
        yield
        used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert used <= limit


@pytest.mark.parametrize(
    "beginning",
    [head(Content_Length=GIBIBYTE), head()],
    ids=["announced", "until it ends"],
)
async def test_a_huge_body_is_not_read(
    beginning: bytes, server: FaultServer, client_of: MakeClient
) -> None:
    """45. Reading a gigabyte stops at the cap: the connection is closed, memory stays small."""
    server.on_request([Send(beginning), Flood(b" " * 65536, times=GIBIBYTE // 65536), Fin()])
    client = client_of(server)

    with _peak(16 * MEBIBYTE):
        await failing(read(client), ResponseTooLargeError)

    await server.left()
    # What was sent beyond the cap filled the buffers of the sockets in between.
    assert server.connections[0].sent < 24 * MEBIBYTE
    assert server.counts == (1, 1)


def _bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    pieces = [packer.compress(bytes(MEBIBYTE)) for _ in range(mebibytes)]
    return b"".join([*pieces, packer.flush()])


async def test_a_bomb_does_not_go_off(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """46. A compressed body that would become 200 MB is refused at the cap."""
    server.on_request(Send(ok(_bomb(200), Content_Encoding="gzip")))
    pool = aftermath.watch(SessionPool(max_body_bytes=4 * MEBIBYTE))
    client = client_of(server, pool=pool)

    with _peak(12 * MEBIBYTE):
        await failing(read(client), ResponseTooLargeError)

    assert server.counts == (1, 1)


def _gzip(document: object) -> bytes:
    return gzip.compress(document_of(document))


@pytest.mark.parametrize("missing", [1, 8, 9, 20])
async def test_a_compressed_body_must_have_its_end(
    missing: int, server: FaultServer, client_of: MakeClient
) -> None:
    """47. A gzip stream cut short is refused although its length is the announced one."""
    server.on_request(Send(ok(_gzip(WORKSPACE)[:-missing], Content_Encoding="gzip")))

    await failing(read(client_of(server)), ProtocolError)

    assert server.counts == (1, 1)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (_gzip(WORKSPACE) + b"junk", "gzip"),
        (_gzip(WORKSPACE) + _gzip(WORKSPACE), "gzip"),
        (gzip.compress(_gzip(WORKSPACE)), "gzip, gzip"),
        (document_of(WORKSPACE), "br"),
        (document_of(WORKSPACE), "zstd"),
        (document_of(WORKSPACE), "foo"),
    ],
    ids=["junk", "two members", "twice", "br", "zstd", "foo"],
)
async def test_an_encoding_that_was_not_asked_for(
    body: bytes, encoding: str, server: FaultServer, client_of: MakeClient
) -> None:
    """48. Junk behind a gzip stream, a second one, and every other encoding are refused."""
    server.on_request(Send(ok(body, Content_Encoding=encoding)))

    await failing(read(client_of(server)), ProtocolError)

    assert server.counts == (1, 1)


async def test_a_gzip_header_over_plain_json(server: FaultServer, client_of: MakeClient) -> None:
    """49a. Plain JSON that calls itself gzip is refused."""
    server.on_request(Send(ok(WORKSPACE, Content_Encoding="gzip")))

    await failing(read(client_of(server)), ProtocolError)

    assert server.counts == (1, 1)


async def test_a_compressed_body_is_unpacked(server: FaultServer, client_of: MakeClient) -> None:
    """49b. What is gzip and says so is read."""
    server.on_request(Send(gzipped(WORKSPACE)))

    assert (await read(client_of(server))).friendly_name == "Support"


def _crumbs(body: bytes) -> bytes:
    crumbs = b"".join(chunk(body[at : at + 1]) for at in range(len(body)))
    return head(Transfer_Encoding="chunked") + crumbs + chunk(b"")


async def test_crumbs_beyond_number_are_refused(server: FaultServer, client_of: MakeClient) -> None:
    """50a. A body in more than 50 000 chunks is refused."""
    server.on_request(Send(_crumbs(b" " * 200_000 + document_of(WORKSPACE))))

    await failing(read(client_of(server)), ResponseTooLargeError)

    await server.left()
    assert server.counts == (1, 1)


async def test_crumbs_are_a_body(server: FaultServer, client_of: MakeClient) -> None:
    """50b. A body in many small chunks is a body."""
    server.on_request(Send(_crumbs(b" " * 10_000 + document_of(WORKSPACE))))

    assert (await read(client_of(server))).friendly_name == "Support"
    assert server.counts == (1, 1)
