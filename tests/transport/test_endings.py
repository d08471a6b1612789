"""How a pool ends: closed, given up, forked away, or from under its calls."""

import asyncio
import os

import aiohttp
import pytest
from raw import answering, ask, in_own_process, raw_server, transport_of, whole
from support import ACCOUNT_SID

from taskrouter_async import SessionPool
from taskrouter_async._home import _count_fork
from taskrouter_async._protocol.messages import Request
from taskrouter_async._transport import AccountTransport
from taskrouter_async.errors import ClosedError, InvalidArgumentError, WrongLoopError


async def _no_answer(_head: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def _soon() -> float:
    return asyncio.get_running_loop().time() + 5.0


async def _admitted(transport: AccountTransport, pool: SessionPool) -> int:
    """Send a request as attempts do, with a permit; return its status."""
    desk = pool.admission.desk(ACCOUNT_SID)
    await desk.enter()
    try:
        return (await transport.send(Request("GET", "/v1/x"), _soon())).status
    finally:
        desk.leave()


async def test_closing_waits_for_what_is_in_the_air(canary: str) -> None:
    """An answer that comes within the grace is handed on; nobody new is admitted meanwhile."""
    answer = asyncio.Event()

    async def wait(_head: bytes, writer: asyncio.StreamWriter) -> None:
        await answer.wait()
        writer.write(whole(b"{}"))

    async with raw_server(wait) as server:
        pool = SessionPool()
        transport = transport_of(server.base_url, pool, canary)
        call = asyncio.create_task(_admitted(transport, pool))
        await server.asked()
        closing = asyncio.create_task(pool.aclose())
        await asyncio.sleep(0)

        with pytest.raises(ClosedError):
            await transport.send(Request("GET", "/v1/x"), _soon())
        with pytest.raises(ClosedError):
            await pool.admission.desk(ACCOUNT_SID).enter()
        answer.set()

        assert await call == 200
        await closing


async def test_the_grace_is_limited(canary: str) -> None:
    """What takes longer ends with an error that says why."""
    async with raw_server(_no_answer) as server:
        pool = SessionPool()
        transport = transport_of(server.base_url, pool, canary)
        call = asyncio.create_task(_admitted(transport, pool))
        await server.asked()

        await pool.aclose(grace=0.01)

        with pytest.raises(ClosedError, match="closed while the call waited"):
            await call


async def test_closing_that_is_cancelled_closes_at_once(canary: str) -> None:
    """Whoever has no patience for the grace gets the connections closed all the same."""
    async with raw_server(_no_answer) as server:
        pool = SessionPool()
        call = asyncio.create_task(_admitted(transport_of(server.base_url, pool, canary), pool))
        await server.asked()
        session = pool.session()
        closing = asyncio.create_task(pool.aclose(grace=60))
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([call, closing])

        assert closing.cancelled()
        assert session.closed
        assert isinstance(call.exception(), ClosedError)


async def test_a_grace_cannot_be_negative() -> None:
    """The argument is named in the error, and the pool stays open."""
    async with SessionPool() as pool:
        with pytest.raises(InvalidArgumentError, match="grace"):
            await pool.aclose(grace=-1)

        assert not pool.closed


async def test_the_end_of_one_transport_is_not_the_pools(pool: SessionPool, canary: str) -> None:
    """Ending a transport ends what it has sent and what it will send, and nobody else's calls."""
    async with raw_server(_no_answer) as server:
        ended, other = (transport_of(server.base_url, pool, canary) for _ in range(2))
        calls = [
            asyncio.create_task(each.send(Request("GET", "/v1/x"), _soon()))
            for each in (ended, other)
        ]
        while len(server.heads) < 2:
            await asyncio.sleep(0)

        ended.end()
        await asyncio.wait(calls[:1])
        calls.append(asyncio.create_task(ended.send(Request("GET", "/v1/x"), _soon())))
        await asyncio.wait(calls[2:])

        assert [isinstance(calls[i].exception(), ClosedError) for i in (0, 2)] == [True, True]
        assert not calls[1].done()
        calls[1].cancel()


async def test_closing_ends_the_calls_of_a_session_of_ones_own(canary: str) -> None:
    """The pool's end is its calls' end, also where the session lives on."""
    async with raw_server(_no_answer) as server, aiohttp.ClientSession() as session:
        pool = SessionPool(session=session)
        transport = transport_of(server.base_url, pool, canary)
        transport.distrust()
        call = asyncio.create_task(transport.send(Request("GET", "/v1/x"), _soon()))
        await server.asked()
        await pool.aclose(grace=0)

        with pytest.raises(ClosedError):
            await call
        assert not session.closed


async def test_a_thread_with_its_own_loop_needs_its_own_pool(
    pool: SessionPool, canary: str
) -> None:
    """A pool is refused in another thread's event loop; one for each thread is fine."""

    async def use(pool: SessionPool) -> None:
        async with raw_server(answering(whole(b"{}"))) as server:
            await ask(server.base_url, pool, canary)

    async def use_own() -> None:
        async with SessionPool() as own:
            await use(own)

    await use(pool)

    with pytest.raises(WrongLoopError):
        await asyncio.to_thread(asyncio.run, use(pool))
    await asyncio.to_thread(asyncio.run, use_own())


UNCLOSED = """
import asyncio
from raw import answering, ask, raw_server, whole
from taskrouter_async import SessionPool

kept = []

async def main(keep):
    async with raw_server(answering(whole(b"{}"))) as server:
        pool = SessionPool(max_connections=7)
        if keep:
            kept.append(pool)
        for _ in range(3):
            await asyncio.gather(*(ask(server.base_url, pool, "token") for _ in range(3)))

asyncio.run(main({keep}))
print("done")
"""


@pytest.mark.parametrize("options", [(), ("-W", "error")], ids=["shown", "as errors"])
@pytest.mark.parametrize("keep", [False, True], ids=["dropped", "kept until the end"])
def test_a_pool_that_nobody_closes_says_so_once(options: tuple[str, ...], *, keep: bool) -> None:
    """There is one warning, it is ours and names the pool, and the process ends."""
    ended = in_own_process(UNCLOSED.replace("{keep}", str(keep)), *options)

    assert ended.stdout == "done\n"
    assert ended.stderr.count("ResourceWarning: <SessionPool max_connections=7> was") == 1
    assert "Unclosed" not in ended.stderr
    if not keep:
        # Otherwise asyncio warns of the transports that a closed loop has left.
        assert ended.stderr.count("ResourceWarning: ") == 1


async def test_a_pool_that_nobody_closes_lets_go_of_its_connections(canary: str) -> None:
    """The warning comes where the pool is dropped, and the connections end with it."""
    async with raw_server(answering(whole(b"{}"))) as server:
        pool = SessionPool(max_connections=7)
        await ask(server.base_url, pool, canary)

        with pytest.warns(
            ResourceWarning, match="<SessionPool max_connections=7> was never closed"
        ):
            del pool
        while not server.writers[0].is_closing():
            await asyncio.sleep(0)


async def test_a_pool_that_a_parent_has_left_open_is_silent() -> None:
    """In a forked child nobody is told to close what is not the child's."""
    pool = SessionPool()
    session = pool.session()

    _count_fork()  # as the operating system's fork does in the child
    del pool

    assert session.closed


def test_a_pool_that_was_never_used_needs_no_closing() -> None:
    """Nothing was opened, so there is nothing to warn of."""
    ended = in_own_process("from taskrouter_async import SessionPool; pool = SessionPool()")

    assert not ended.stderr


FORKING = """
import asyncio, atexit, gc, os, ssl
import trustme
from raw import answering, ask, raw_server, whole
from taskrouter_async import SessionPool
from taskrouter_async.errors import ForkedError

async def used_by_child(pool, base_url):
    print("child", (await ask(base_url, pool, "token")).status, flush=True)
    await pool.aclose()

async def main():
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    trusting = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    used, unused = (SessionPool(ssl_context=trusting) for _ in range(2))
    async with raw_server(answering(whole(b"{}")), tls) as server:
        base_url = f"https://127.0.0.1:{server.port}"
        await ask(base_url, used, "token")
        child = os.fork()
        if not child:
            try:
                for use in (ask(base_url, used, "token"), used.aclose()):
                    try:
                        asyncio.run(use)
                    except ForkedError as error:
                        print("child", error, flush=True)
                asyncio.run(used_by_child(unused, base_url))
                del used, use
                atexit._run_exitfuncs()
                gc.collect()
            finally:
                os._exit(0)
        await asyncio.to_thread(os.waitpid, child, 0)
        await ask(base_url, used, "token")
        print("parent", server.connections)
    await used.aclose()
    await unused.aclose()

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_child_leaves_its_parents_connections_alone() -> None:
    """A child is refused and ends without a word on its parent's connection, which serves on.

    What the parent has not used before is the child's like anybody's.
    """
    ended = in_own_process(FORKING)

    refused = "child the session pool was used before this process was forked off"
    assert ended.stdout.splitlines() == [
        f"{refused}: open one in each process",
        f"{refused}: open one in each process",
        "child 200",
        "parent 2",
    ]
    assert "SessionPool" not in ended.stderr
    assert "Unclosed" not in ended.stderr
