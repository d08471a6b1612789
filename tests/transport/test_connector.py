"""A connection serves again only if nothing happened on it, and no request goes out twice."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

import pytest
from raw import RawServer, Script, answering, ask, raw_server, transport_of, whole

from taskrouter_async import SessionPool
from taskrouter_async._transport import connector
from taskrouter_async.errors import ConnectionLostError

OK = answering(whole(b'"mine"'))
FOREIGN = whole(b'"somebody else\'s"')
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"


def _push(server: RawServer, payload: bytes) -> None:
    """Send something that nobody asked for on the connection that was used last."""
    server.writers[-1].write(payload)


def _hang_up(server: RawServer, _payload: bytes) -> None:
    cast("socket.socket", server.writers[-1].get_extra_info("socket")).shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("payload", [FOREIGN, TIMED_OUT, b"x"], ids=["answer", "408", "byte"])
@pytest.mark.parametrize("seconds", [0, 0.02], ids=["unread", "read"])
async def test_what_came_on_an_idle_connection_is_nobodys_answer(
    pool: SessionPool, canary: str, payload: bytes, seconds: float
) -> None:
    """The next caller gets its own answer, on another connection: also if the loop was too busy."""
    async with raw_server(OK) as server:
        await ask(server.base_url, pool, canary)
        _push(server, payload)
        if seconds:
            await asyncio.sleep(seconds)
        answer = await ask(server.base_url, pool, canary)

        assert answer.body == b'"mine"'
        assert server.connections == 2


async def test_a_connection_that_was_hung_up_is_not_used(pool: SessionPool, canary: str) -> None:
    """A connection whose end waits in the socket is left before a request is lost on it."""
    async with raw_server(OK) as server:
        await ask(server.base_url, pool, canary)
        _hang_up(server, b"")
        answer = await ask(server.base_url, pool, canary)

        assert answer.body == b'"mine"'
        assert server.connections == 2


async def test_two_answers_to_one_request(pool: SessionPool, canary: str) -> None:
    """What follows an answer in the same packet is not kept for the next request."""
    async with raw_server(answering(whole(b'"mine"') + FOREIGN)) as server:
        bodies = [(await ask(server.base_url, pool, canary)).body for _ in range(2)]

        assert bodies == [b'"mine"'] * 2
        assert server.connections == 2


async def test_a_good_connection_serves_on(pool: SessionPool, canary: str) -> None:
    """Looking at it costs no connection."""
    async with raw_server(OK) as server:
        for _ in range(5):
            await ask(server.base_url, pool, canary)

        assert server.connections == 1


@pytest.mark.parametrize("looking", [connector._polling, connector._selecting])
def test_there_are_two_ways_to_look_into_a_socket(
    looking: Callable[[int], Callable[[], object]],
) -> None:
    """With ``poll`` or with ``select``, bytes are seen without being taken."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        look = looking(ours.fileno())
        assert not look()
        theirs.send(b"x")
        assert look()
        assert look()


async def test_distrust_is_for_connections_that_are_open(pool: SessionPool, canary: str) -> None:
    """After an answer that was somebody else's, connections serve no more; new ones do."""
    async with raw_server(OK) as server:
        transport = transport_of(server.base_url, pool, canary)
        transport.distrust()  # of nothing yet
        await ask(server.base_url, pool, canary)
        transport.distrust()
        for _ in range(3):
            await ask(server.base_url, pool, canary)

        assert server.connections == 2


def _until(server_closes: int) -> Script:
    """Return a script that answers that many requests of all and then closes unasked."""
    served = 0

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        served += 1
        if served > server_closes:
            writer.close()
        else:
            writer.write(whole(b"{}"))

    return script


@pytest.mark.parametrize("switched_off", [True, False], ids=["by its switch", "without a switch"])
async def test_a_request_through_a_proxy_goes_out_once(
    canary: str, monkeypatch: pytest.MonkeyPatch, *, switched_off: bool
) -> None:
    """A GET that a proxy closes on is not sent again by aiohttp, which would do it unasked."""
    monkeypatch.delenv("no_proxy", raising=False)
    async with raw_server(_until(0)) as proxy, SessionPool(trust_env=True) as pool:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        pool.session()._retry_connection = not switched_off
        with pytest.raises(ConnectionLostError) as lost:
            await ask("http://service.test", pool, canary)

        assert proxy.connections == 1
        assert len(proxy.heads) == 1
    assert (lost.value.reused, lost.value.maybe_sent, lost.value.phase) == (False, True, "answer")


async def test_a_request_goes_out_once(pool: SessionPool, canary: str) -> None:
    """A GET that a server closes on is not sent again."""
    async with raw_server(_until(0)) as server:
        with pytest.raises(ConnectionLostError) as lost:
            await ask(server.base_url, pool, canary)

        assert server.connections == 1
        assert len(server.heads) == 1
    assert (lost.value.reused, lost.value.maybe_sent, lost.value.phase) == (False, True, "answer")


async def test_an_older_connection_that_breaks_is_told_apart(
    pool: SessionPool, canary: str
) -> None:
    """Without a byte of an answer on a connection that had served, it was probably just closing."""
    async with raw_server(_until(1)) as server:
        await ask(server.base_url, pool, canary)
        with pytest.raises(ConnectionLostError) as lost:
            await ask(server.base_url, pool, canary)

        assert server.connections == 1
    assert lost.value.reused
    assert lost.value.maybe_sent


@pytest.mark.parametrize(
    ("payload", "phase"),
    [(b"HTTP/1.1 200 OK\r\nContent-Le", "answer"), (whole(b'{"a": 1}')[:-3], "body")],
    ids=["head", "body"],
)
async def test_an_answer_that_had_begun_was_no_closing_connection(
    pool: SessionPool, canary: str, payload: bytes, phase: str
) -> None:
    """If a part of the answer came, the service had the request, whatever the connection's age."""
    answers = iter([whole(b"{}"), payload])

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        answer = next(answers)
        writer.write(answer)
        if answer == payload:
            writer.close()

    async with raw_server(script) as server:
        await ask(server.base_url, pool, canary)
        with pytest.raises(ConnectionLostError) as lost:
            await ask(server.base_url, pool, canary)

        assert server.connections == 1
    assert not lost.value.reused
    assert lost.value.phase == phase


async def test_requests_of_ones_own_may_use_the_pools_session(
    pool: SessionPool, canary: str
) -> None:
    """What goes out without an account's transport works as well, before and after its requests."""
    async with raw_server(OK) as server:
        for _ in range(2):
            async with pool.session().get(server.base_url) as answer:
                assert await answer.read() == b'"mine"'
            await ask(server.base_url, pool, canary)

        assert server.connections == 1
