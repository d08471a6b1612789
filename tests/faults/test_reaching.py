"""The server cannot be reached, or only by some of the ways to it."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from faults.aftermath import ONCE, Aftermath, MakeClient, failing
from faults.answers import TASK, WORKSPACE, ok
from faults.bodies import body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, read
from faults.fault_server import FaultServer
from faults.ports import ScriptedResolver, closed_port, full_backlog
from faults.steps import Fin, Send

from taskrouter_async import SessionPool
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import CallTimeoutError, ConnectError

NAME: Final = "http://taskrouter.test"
"""An address that has to be looked up; resolvers of these tests know it."""

HASTY: Final = Timeouts(total=5.0, attempt=0.1, connect=1.0)
"""An attempt is over soon, the call is not."""

TWICE: Final = RetryPolicy(max_retries=1, backoff=(0.0, 0.0))

UNKNOWN: Final = socket.gaierror(socket.EAI_NONAME, "no such name")
BUSY: Final = socket.gaierror(socket.EAI_AGAIN, "not now")


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_a_name_that_nobody_knows(
    ask: Ask, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """1. A name without an address means that nothing was sent; every call is tried again."""
    resolver = ScriptedResolver(UNKNOWN)
    pool = aftermath.watch(SessionPool(resolver=resolver))

    error = await failing(ask(client_of(NAME, pool=pool)), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("dns", False, 4)
    assert resolver.asked == ["taskrouter.test"] * 4


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_a_name_that_is_not_known_yet(
    ask: Ask, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """2. When look-ups fail for a moment, each attempt makes one, and the request goes out once."""
    server.on_request(Send(ok(body_for(ask))))
    resolver = ScriptedResolver(BUSY, BUSY, [("127.0.0.1", server.port)])
    pool = aftermath.watch(SessionPool(resolver=resolver))

    await ask(client_of(NAME, pool=pool))

    assert len(resolver.asked) == 3
    assert server.counts == (1, 1)


async def test_a_look_up_that_hangs(client_of: MakeClient, aftermath: Aftermath) -> None:
    """3a. A look-up that hangs ends with the attempt, and all calls share it."""
    resolver = ScriptedResolver(None)
    pool = aftermath.watch(SessionPool(resolver=resolver))
    client = client_of(NAME, pool=pool, timeouts=HASTY, retry=TWICE)
    started = asyncio.get_running_loop().time()

    calls = [failing(ask(client), CallTimeoutError) for ask in (read, create)]
    for error in await asyncio.gather(*calls):
        assert (error.phase, error.maybe_sent, error.attempts) == ("dns", False, 2)
        assert error.seconds == pytest.approx(0.1, rel=0.5)

    assert asyncio.get_running_loop().time() - started < 1
    assert len(resolver.asked) == 1


class _StuckThreads(AbstractResolver):
    """A resolver whose threads hang, as those of the system do when nobody answers."""

    def __init__(self) -> None:
        self.answered = threading.Event()
        self._threads = ThreadPoolExecutor(2)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        await asyncio.get_running_loop().run_in_executor(self._threads, self.answered.wait)
        return []

    async def close(self) -> None:
        self.answered.set()
        self._threads.shutdown()


async def test_look_ups_that_hang_in_all_threads(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """3b. Look-ups that hang delay neither calls to other hosts nor the end of the pool."""
    server.on_request(Send(ok(WORKSPACE)))
    resolver = _StuckThreads()
    pool = aftermath.watch(SessionPool(resolver=resolver))
    names = [f"http://name{number}.test" for number in range(4)]
    stuck = [client_of(name, pool=pool, timeouts=HASTY, retry=ONCE) for name in names]
    try:
        hanging = [asyncio.create_task(failing(read(one), CallTimeoutError)) for one in stuck]
        await read(client_of(server, pool=pool))
        assert not any(task.done() for task in hanging)

        assert {error.phase for error in await asyncio.gather(*hanging)} == {"dns"}
        async with asyncio.timeout(1):
            await pool.aclose()
    finally:
        await resolver.close()
    assert server.counts == (1, 1)


def _ten_seconds_pass_for_addresses(pool: SessionPool) -> None:
    connector = pool.session().connector
    assert isinstance(connector, aiohttp.TCPConnector)
    # The connector reads its own clock, and no setting of the pool puts it forward.
    written = connector._cached_hosts._timestamps  # pyright: ignore[reportPrivateUsage]
    written.update({name: at - 10 for name, at in written.items()})


async def test_a_name_that_moves(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """4. New connections follow a name to its new address after 10 seconds at most."""
    server.on_request([Send(ok(WORKSPACE)), Fin()])
    other = await aftermath.serve(FaultServer())
    other.on_request(Send(ok(WORKSPACE)))
    resolver = ScriptedResolver([("127.0.0.1", server.port)], [("127.0.0.1", other.port)])
    pool = aftermath.watch(SessionPool(resolver=resolver))
    client = client_of(NAME, pool=pool)

    for _ in range(2):
        await read(client)
        await server.quiet()
    assert (server.counts, len(resolver.asked)) == ((2, 2), 1)
    _ten_seconds_pass_for_addresses(pool)
    await read(client)

    assert (server.counts, other.counts, len(resolver.asked)) == ((2, 2), (1, 1), 2)


async def _is_reached_beside(
    dead: tuple[str, int], server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    server.on_request(Send(ok(TASK)))
    resolver = ScriptedResolver([dead, ("127.0.0.1", server.port)])
    pool = aftermath.watch(SessionPool(resolver=resolver))
    started = asyncio.get_running_loop().time()

    await create(client_of(NAME, pool=pool, retry=ONCE))

    assert asyncio.get_running_loop().time() - started < 1
    assert server.counts == (1, 1)


async def test_one_address_of_two_refuses(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """5a. Where IPv6 is refused, the same attempt goes on to the IPv4 address."""
    with closed_port() as port:
        await _is_reached_beside(("::1", port), server, client_of, aftermath)


async def test_one_address_of_two_hangs(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """5b. Where one address does not answer, the same attempt turns to the next in a moment."""
    with full_backlog() as port:
        await _is_reached_beside(("127.0.0.1", port), server, client_of, aftermath)


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_nobody_listens(ask: Ask, client_of: MakeClient) -> None:
    """7. A refused connection means that nothing was sent; every call is tried again."""
    with closed_port() as port:
        error = await failing(ask(client_of(f"http://127.0.0.1:{port}")), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("connect", False, 4)
    assert "refused" in str(error)


@pytest.mark.parametrize("ask", [read, create])
async def test_nobody_answers(ask: Ask, client_of: MakeClient) -> None:
    """8. A connection that hangs ends by the limit for connecting; every call is tried again."""
    timeouts = Timeouts(total=5.0, attempt=2.0, connect=0.1)
    with full_backlog() as port:
        client = client_of(f"http://127.0.0.1:{port}", timeouts=timeouts, retry=TWICE)
        error = await failing(ask(client), CallTimeoutError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("connect", False, 2)
    assert error.seconds == pytest.approx(0.1, rel=0.5)
