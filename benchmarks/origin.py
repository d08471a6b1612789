"""A lean origin in a process of its own: it answers by path, with the headers of the service.

Anything slower would measure the origin instead of the client. It knows three things: a workspace,
its real-time statistics, and pages of its tasks; whatever workspace is asked for, it is there.
"""

import asyncio
import functools
import multiprocessing
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final, cast

import orjson
import uvloop

from benchmarks.documents import (
    ACCOUNT_SID,
    STATISTICS,
    WORKSPACE,
    WORKSPACE_SID,
    page_meta,
    statistics_path,
    tasks,
    workspace_path,
)

__all__ = ["ACCOUNT_SID", "WORKSPACE_SID", "origin", "statistics_path", "workspace_path"]

_END: Final = b"\r\n\r\n"
_SID: Final = WORKSPACE_SID.encode()
_AT: Final = len(b"GET /v1/Workspaces/")
_PAGE: Final = re.compile(rb"/Tasks\?(?=.*PageSize=(\d+))?(?=.*Page=(\d+))?")
_USUAL_PAGE_SIZE: Final = 50


def _answer(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTwilio-Request-Id: RQ%b\r\n"
        b"X-Rate-Limit-Limit: 100\r\nX-Rate-Limit-Remaining: 99\r\nX-Rate-Limit-Config: default\r\n"
        b"Date: Mon, 05 Jan 2026 09:00:00 GMT\r\nContent-Length: %d\r\n\r\n%b"
        % (b"1" * 32, len(body), body)
    )


_WORKSPACE: Final = _answer(orjson.dumps(WORKSPACE))
_STATISTICS: Final = _answer(orjson.dumps(STATISTICS))


@functools.cache
def _tasks(count: int) -> bytes:
    return orjson.dumps(tasks(count))


def _page(base_url: str, pages: int, asked: re.Match[bytes]) -> bytes:
    size, number = int(asked[1] or _USUAL_PAGE_SIZE), int(asked[2] or 0)
    meta = page_meta(number, size, last=number + 1 >= pages, base_url=base_url)
    return _answer(b'{"meta":%b,"tasks":%b}' % (orjson.dumps(meta), _tasks(size)))


class _Origin(asyncio.Protocol):
    def __init__(self, pages: int, latency: float) -> None:
        self._pages = pages
        self._latency = latency
        self._come = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._base_url = "http://{}:{}".format(*transport.get_extra_info("sockname"))

    def data_received(self, data: bytes) -> None:
        self._come += data
        if not self._come.endswith(_END):
            return
        request, self._come = self._come, b""
        answer = self._answer_to(request)
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _answer_to(self, request: bytes) -> bytes:
        sid = request[_AT : _AT + len(_SID)]
        head = request[: request.index(b"\r\n")]
        if b"/RealTimeStatistics" in head:
            answer = _STATISTICS
        elif asked := _PAGE.search(head):
            answer = _page(self._base_url, self._pages, asked)
        else:
            answer = _WORKSPACE
        return answer if sid == _SID else answer.replace(_SID, sid)


def _serve(talk: Connection, make: Callable[[], _Origin]) -> None:
    async def serve() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(make, "127.0.0.1", 0)
        talk.send(server.sockets[0].getsockname()[1])
        loop.add_reader(talk.fileno(), over.set)  # readable when the other end closes, too
        await over.wait()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends this one when they end
    uvloop.run(serve())


@contextmanager
def origin(*, pages: int = 100, latency: float = 0.0) -> Iterator[str]:
    """Run the origin in a process of its own; yields its address.

    Args:
        pages: How many pages a listing of tasks has.
        latency: Seconds before each answer.
    """
    spawn = multiprocessing.get_context("spawn")
    talk, theirs = spawn.Pipe()
    make = functools.partial(_Origin, pages, latency)
    process = spawn.Process(target=_serve, args=(theirs, make))
    process.start()
    theirs.close()
    try:
        yield f"http://127.0.0.1:{talk.recv()}"
    finally:
        talk.close()
        process.join()
