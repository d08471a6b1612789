"""One set of connections: opened late, shared by many, closed by whoever made it."""

import asyncio

import aiohttp
import pytest
from raw import answering, ask, raw_server, whole
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.errors import ClosedError, InvalidArgumentError, WrongLoopError

OK = answering(whole(b"{}"))


def test_it_needs_no_event_loop_to_be_made() -> None:
    """A pool can be made at import time; it says that it is not opened yet."""
    pool = SessionPool(max_connections=7)

    assert repr(pool) == "<SessionPool not opened, max_connections=7>"
    assert not pool.closed


async def test_it_opens_with_the_first_request(canary: str) -> None:
    """The first request makes the session, the next one uses it."""
    async with SessionPool() as pool, raw_server(OK) as server:
        await ask(server.base_url, pool, canary)
        session = pool.session()
        await ask(server.base_url, pool, canary)

        assert pool.session() is session
        assert "open" in repr(pool)
    assert session.closed


async def test_closing_is_idempotent() -> None:
    """A pool may be closed twice, and before it was ever used."""
    pool = SessionPool()

    await pool.aclose()
    await pool.aclose()

    assert pool.closed
    assert "closed" in repr(pool)


async def test_use_after_close_is_an_error_of_ours(canary: str) -> None:
    """A closed pool says so, and opens nothing."""
    pool = SessionPool()
    await pool.aclose()

    with pytest.raises(ClosedError, match="the session pool is closed"):
        await ask("http://127.0.0.1:9", pool, canary)


def test_another_event_loop_is_refused(canary: str) -> None:
    """A pool that was used in one event loop names both loops when used in another."""
    pool = SessionPool()

    async def use() -> None:
        async with raw_server(OK) as server:
            await ask(server.base_url, pool, canary)

    async def use_elsewhere() -> None:
        with pytest.raises(WrongLoopError, match=r"the session pool belongs to .* was used in"):
            await ask("http://127.0.0.1:9", pool, canary)
        with pytest.raises(WrongLoopError):
            await pool.aclose()

    with asyncio.Runner() as runner:
        runner.run(use())
        asyncio.new_event_loop().close()
        with asyncio.Runner() as other:
            other.run(use_elsewhere())
        runner.run(pool.aclose())


@pytest.mark.parametrize("argument", ["max_connections", "keepalive_seconds", "max_body_bytes"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), "many"])
def test_numbers_out_of_range_are_refused(argument: str, value: object) -> None:
    """Each limit must be a positive number; the error names the argument."""
    with pytest.raises(InvalidArgumentError, match=argument) as refused:
        SessionPool(**{argument: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == argument


@pytest.mark.parametrize("argument", ["max_connections", "max_body_bytes"])
def test_there_are_no_halves(argument: str) -> None:
    """Connections and bytes are counted in whole numbers."""
    with pytest.raises(InvalidArgumentError, match=argument):
        SessionPool(**{argument: 2.5})  # type: ignore[arg-type]  # on purpose


async def test_the_limits_reach_the_connector() -> None:
    """Connections and keep-alive are those that were asked for; cookies are never kept."""
    async with SessionPool(max_connections=3, keepalive_seconds=4.0) as pool:
        session = pool.session()
        connector = session.connector

        assert connector is not None
        assert connector.limit == 3
        assert vars(connector)["_keepalive_timeout"] == 4.0
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
        assert not session.trust_env


async def test_no_more_connections_than_allowed(canary: str) -> None:
    """Requests beyond the limit wait for a connection and get it."""
    async with SessionPool(max_connections=2) as pool, raw_server(OK) as server:
        await asyncio.gather(*(ask(server.base_url, pool, canary) for _ in range(20)))

    assert server.connections <= 2
    assert len(server.heads) == 20


async def test_a_cookie_of_one_account_is_not_sent_for_another(canary: str) -> None:
    """Whatever cookies the service sets, no request carries one."""
    cookie = answering(whole(b"{}", "Set-Cookie: session=first; Path=/"))
    async with SessionPool() as pool, raw_server(cookie) as server:
        for _ in range(2):
            await ask(server.base_url, pool, canary)

    assert not [head for head in server.heads if b"cookie" in head.lower()]


async def test_a_session_of_ones_own_is_used_and_not_closed(canary: str) -> None:
    """Who hands a session in, closes it."""
    async with aiohttp.ClientSession() as session, raw_server(OK) as server:
        async with SessionPool(session=session) as pool:
            await ask(server.base_url, pool, canary)
            assert "open" in repr(pool)

        assert not session.closed
    assert len(server.heads) == 1


async def test_a_session_of_ones_own_that_is_closed_is_an_error_of_ours(canary: str) -> None:
    """The error says whose session it is."""
    session = aiohttp.ClientSession()
    await session.close()
    async with SessionPool(session=session) as pool:
        with pytest.raises(ClosedError, match="that was handed in is closed"):
            await ask("http://127.0.0.1:9", pool, canary)


async def test_many_clients_share_one_pool(canary: str) -> None:
    """Closing a client leaves a shared pool open; its own pool is closed with it."""
    async with SessionPool() as pool:
        first = TaskRouterClient(ACCOUNT_SID, canary, pool=pool)
        second = TaskRouterClient(OTHER_ACCOUNT_SID, canary, pool=pool)
        await first.aclose()
        await second.aclose()

        assert not pool.closed
    assert pool.closed
