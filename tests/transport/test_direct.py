"""What goes over the wire the short way, past aiohttp's session."""

import asyncio
import base64
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict
from raw import raw_server, whole
from support import ACCOUNT_SID

from taskrouter_async import SessionPool
from taskrouter_async._protocol.messages import Request
from taskrouter_async._transport import AccountTransport
from taskrouter_async._transport.connector import WatchedConnector
from taskrouter_async._transport.direct import Direct, is_known
from taskrouter_async.config import Credentials, Secret, Timeouts
from taskrouter_async.errors import CallTimeoutError, ClosedError, InvalidArgumentError

JSON = ("Content-Type", "application/json")


async def _empty(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _transport(pool: SessionPool, base_url: str, token: str) -> AccountTransport:
    return AccountTransport(
        pool, base_url, Credentials(ACCOUNT_SID, ACCOUNT_SID, Secret(token)), Timeouts()
    )


async def _written(pool: SessionPool, token: str, request: Request) -> tuple[str, list[str]]:
    """Send a request; returns its first line and its headers."""
    async with raw_server(_empty) as server:
        transport = _transport(pool, server.base_url, token)
        await transport.send(request, asyncio.get_running_loop().time() + 5)
        host = server.base_url.removeprefix("http://")
    first, *headers = server.heads[0].decode().replace(host, "HOST").split("\r\n")
    return first, [header for header in headers if header]


async def test_a_question_is_written_as_it_stands(pool: SessionPool, canary: str) -> None:
    """A GET has its target, the host, and what goes with each request; nothing else."""
    first, headers = await _written(pool, canary, Request("GET", "/v1/Workspaces?PageSize=5"))

    pair = base64.b64encode(f"{ACCOUNT_SID}:{canary}".encode()).decode()
    agent = headers.pop()
    assert first == "GET /v1/Workspaces?PageSize=5 HTTP/1.1"
    assert headers == [
        "Host: HOST",
        "Accept: application/json",
        "Accept-Encoding: gzip",
        f"Authorization: Basic {pair}",
    ]
    assert agent.startswith("User-Agent: taskrouter-async/")


@pytest.mark.parametrize(
    ("request_", "more"),
    [
        (Request("DELETE", "/v1/x", (("If-Match", "7"),)), ["If-Match: 7", "Content-Length: 0"]),
        (Request("POST", "/v1/x", (), b""), ["Content-Length: 0"]),
        (
            Request("POST", "/v1/x", (JSON,), "ä".encode()),
            ["Content-Type: application/json", "Content-Length: 2"],
        ),
    ],
    ids=["delete", "nothing to say", "a body"],
)
async def test_what_changes_something_says_how_long_it_is(
    pool: SessionPool, canary: str, request_: Request, more: list[str]
) -> None:
    """Its own headers follow the standing ones, and its length is that of its bytes."""
    _, headers = await _written(pool, canary, request_)

    assert headers[5:] == more


async def test_a_path_that_would_end_the_line_is_refused(pool: SessionPool, canary: str) -> None:
    """What could begin a second request is never written."""
    with pytest.raises(InvalidArgumentError) as caught:
        await _written(pool, canary, Request("GET", "/v1/x HTTP/1.1\r\nX: y"))

    assert caught.value.argument == "target"


async def test_what_comes_before_the_answer_is_passed_over(pool: SessionPool, canary: str) -> None:
    """Interim answers end nothing (RFC 9110, 15.2)."""

    async def early(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 2)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async with raw_server(early) as server:
        transport = _transport(pool, server.base_url, canary)
        answers = [
            await transport.send(Request("GET", "/"), asyncio.get_running_loop().time() + 5)
            for _ in range(2)
        ]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"{}")] * 2
    assert server.connections == 1


class _Closing(WatchedConnector):
    """Its connections break in the moment in which they are handed out."""

    async def connect(self, *args: Any) -> Any:
        connection = await super().connect(*args)
        assert connection.transport is not None
        connection.transport.close()
        return connection


async def test_nothing_is_written_to_a_connection_that_is_closing() -> None:
    """Whoever closed it, the request ends as if the service had, and leaves no connection."""
    async with raw_server(_empty) as server:
        connector = _Closing(limit=1, keepalive_timeout=5.0, ssl=True, resolver=None)
        direct = Direct(connector, server.base_url, CIMultiDict(), 5.0)
        for _ in range(2):
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await direct.send(Request("GET", "/"))
        await connector.close()

    assert not server.heads


async def test_what_was_refused_unread_is_in_nobodys_way(pool: SessionPool, canary: str) -> None:
    """A large body of which the service reads only the head takes its connection along."""
    refused = whole(b"{}", status="429 Too Many Requests")

    async def refuse_large(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(refused if b"Content-Length: 8" in head else whole(b"{}"))

    async with raw_server(refuse_large) as server:
        transport = _transport(pool, server.base_url, canary)
        later = asyncio.get_running_loop().time() + 5
        large = Request("POST", "/large", (JSON,), b"x" * 8_000_000)
        small = Request("POST", "/small", (JSON,), b"y")
        answers = [await transport.send(each, later) for each in (large, small)]

    assert [answer.status for answer in answers] == [429, 200]
    assert server.connections == 2


async def test_what_nobody_reads_is_not_kept(pool: SessionPool, canary: str) -> None:
    """A request that its deadline ends leaves nothing that waits to be sent."""

    async def never(_head: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with raw_server(never) as server:
        transport = _transport(pool, server.base_url, canary)
        connector = await _connector_of(pool)
        with pytest.raises(CallTimeoutError):
            await transport.send(
                Request("POST", "/", (JSON,), b"x" * 8_000_000),
                asyncio.get_running_loop().time() + 0.1,
            )
        left = [each.transport for each in connector._served]

    assert left in ([], [None])


async def _connector_of(pool: SessionPool) -> WatchedConnector:
    pool.session()
    assert pool.connector is not None
    return pool.connector


async def test_after_the_end_nothing_is_written(pool: SessionPool, canary: str) -> None:
    """Not even on a connection that is there already."""
    async with raw_server(_empty) as server:
        transport = _transport(pool, server.base_url, canary)
        later = asyncio.get_running_loop().time() + 5
        await transport.send(Request("GET", "/"), later)

        transport.end()

        with pytest.raises(ClosedError):
            await transport.send(Request("GET", "/"), later)
    assert len(server.heads) == 1


@pytest.mark.parametrize("value", ["a\r\nb", "a\x01b", "\ud800"])
async def test_a_header_that_cannot_be_sent_is_refused(
    pool: SessionPool, canary: str, value: str
) -> None:
    """Control characters and halves of characters go nowhere."""
    with pytest.raises(InvalidArgumentError) as caught:
        await _written(pool, canary, Request("DELETE", "/", (("If-Match", value),)))

    assert caught.value.argument == "If-Match"


def test_other_releases_of_aiohttp_are_not_trusted() -> None:
    """The short way is taken with the releases that it was tried with."""
    assert is_known("3.14.4")
    assert is_known("3.14.10")
    assert not is_known("3.15.0")
    assert not is_known("3.1")
