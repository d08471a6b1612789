"""Clients and pools end, or are used where they do not belong."""

import asyncio
import os
import pickle
from collections.abc import Callable
from typing import Final

import pytest
from canary import CANARY
from faults.aftermath import Aftermath, MakeClient, check_secrets, failing
from faults.answers import TASK, WORKSPACE, ok, page, status
from faults.bodies import WHOLE
from faults.cached import statistics, statistics_of
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, delete, read, tasks
from faults.connection import Request
from faults.fault_server import FaultServer
from faults.steps import Send, Stall
from raw import in_own_process
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import ClosedError, WrongLoopError
from taskrouter_async.polling import Poller

EVERY_KIND: Final = (*REPEATABLE, *UNREPEATABLE, tasks, statistics)


def _is(method: str, ending: str) -> Callable[[Request], bool]:
    return lambda request: request.method == method and ending in request.target


def _listing(server: FaultServer) -> None:
    path = f"/v1/Workspaces/{WORKSPACE_SID}/Tasks?PageSize=50&Page=1&PageToken=PT1"
    first = page("tasks", [TASK], server.base_url + path)
    server.on_request(Send(ok(first)), when=_is("GET", "/Tasks"), times=1)


async def _polled(client: TaskRouterClient) -> None:
    async with Poller([statistics_of(client)], every=60.0) as updates:
        update = await anext(updates)
    assert update.error is not None
    raise update.error


@pytest.mark.parametrize("closes", ["the client", "the pool"])
async def test_closing_ends_everything(
    closes: str, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """97a. Closing ends within the grace whatever waits, in flight or not, and each says so."""
    server.on_request(Send(status(429, Retry_After=3)), when=_is("DELETE", ""))
    _listing(server)
    server.on_request(Stall())
    pool = aftermath.watch(SessionPool(max_connections=3))
    client = client_of(server, pool=pool, cache=CachePolicy(close_grace=0.05))
    pausing = asyncio.create_task(failing(delete(client), ClosedError))
    await server.until(lambda: client.limits().concurrency_limit < 10)
    waiting = [failing(ask(client), ClosedError) for ask in (tasks, _polled, read, read)]
    calls = [pausing, *map(asyncio.create_task, waiting)]
    await server.until(lambda: (client.limits().in_flight, client.limits().waiting) == (3, 1))
    started = asyncio.get_running_loop().time()

    await (client.aclose() if closes == "the client" else pool.aclose(grace=0.05))
    await asyncio.wait(calls, timeout=1.0)

    assert all(call.done() for call in calls)
    await asyncio.gather(*calls)
    assert asyncio.get_running_loop().time() - started < 1.0


async def test_closing_again_does_nothing(server: FaultServer, client_of: MakeClient) -> None:
    """97b. Closing again, or at the same time, does nothing."""
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server)
    await read(client)

    await asyncio.gather(client.aclose(), client.aclose())
    await client.aclose()


async def test_an_error_in_the_block_comes_out(server: FaultServer) -> None:
    """97c. An error in the client's block closes the client and comes out as it is."""
    server.on_request(Send(ok(WORKSPACE)))
    client = TaskRouterClient(ACCOUNT_SID, CANARY, base_url=server.base_url)
    with pytest.raises(ZeroDivisionError):
        await _fails_in_its_block(client)

    await failing(read(client), ClosedError)
    await server.left()


async def _fails_in_its_block(client: TaskRouterClient) -> None:
    async with client:
        await read(client)
        raise ZeroDivisionError


@pytest.mark.parametrize("used", [False, True], ids=["never used", "used"])
@pytest.mark.parametrize("ask", EVERY_KIND)
async def test_after_closing(
    ask: Ask, server: FaultServer, client_of: MakeClient, *, used: bool
) -> None:
    """98. Whatever is asked of a closed client, it says that it is closed, and sends nothing."""
    server.on_request(Send(ok(WHOLE)))
    client = client_of(server)
    if used:
        await read(client)
    await client.aclose()

    await failing(ask(client), ClosedError)

    assert len(server.requests) == used


_UNCLOSED: Final = """
import asyncio
from raw import answering, raw_server, whole
from support import ACCOUNT_SID, WORKSPACE_SID
from taskrouter_async import TaskRouterClient

WORKSPACE = b'{"account_sid": "%b", "sid": "%b"}' % (ACCOUNT_SID.encode(), WORKSPACE_SID.encode())

async def main():
    async with raw_server(answering(whole(WORKSPACE))) as server:
        client = TaskRouterClient(ACCOUNT_SID, "token", base_url=server.base_url)
        await client.workspaces(WORKSPACE_SID).fetch()

asyncio.run(main())
print("done")
"""


def test_a_client_that_nobody_closes() -> None:
    """99. A client that nobody closes costs one warning, and the program ends."""
    ended = in_own_process(_UNCLOSED)

    assert ended.stdout == "done\n"
    assert ended.stderr.count("ResourceWarning: ") == 1
    assert "was never closed" in ended.stderr


@pytest.mark.parametrize("ask", EVERY_KIND)
async def test_in_another_loop(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """100a. In another event loop or thread a client says so, before anything is awaited."""
    server.on_request(Send(ok(WHOLE)))
    client = client_of(server)
    await read(client)

    async def elsewhere() -> None:
        error = await failing(ask(client), WrongLoopError)
        assert error.attempts == 0

    await asyncio.to_thread(asyncio.run, elsewhere())

    assert server.counts == (1, 1)


async def test_two_threads(server: FaultServer) -> None:
    """100b. Two threads with an event loop and a client each do not disturb one another."""
    server.on_request(Send(ok(WHOLE)))

    async def many() -> None:
        async with TaskRouterClient(ACCOUNT_SID, CANARY, base_url=server.base_url) as client:
            await asyncio.gather(*(read(client) for _ in range(20)))

    await asyncio.gather(*(asyncio.to_thread(asyncio.run, many()) for _ in range(2)))

    assert len(server.requests) == 40


_FORKED: Final = """
import asyncio, os
from raw import answering, raw_server, whole
from support import ACCOUNT_SID, WORKSPACE_SID
from taskrouter_async import TaskRouterClient
from taskrouter_async.errors import ForkedError

WORKSPACE = b'{"account_sid": "%b", "sid": "%b"}' % (ACCOUNT_SID.encode(), WORKSPACE_SID.encode())

async def read(client):
    await client.workspaces(WORKSPACE_SID).fetch()

async def in_child(used, base_url):
    for use in (read(used), used.aclose()):
        try:
            await use
        except ForkedError:
            print("refused", flush=True)
    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url) as own:
        await read(own)
        print("answered", flush=True)

async def main():
    async with raw_server(answering(whole(WORKSPACE))) as server:
        async with TaskRouterClient(ACCOUNT_SID, "token", base_url=server.base_url) as used:
            await read(used)
            if not (child := os.fork()):
                try:
                    asyncio.run(in_child(used, server.base_url))
                finally:
                    os._exit(0)
            await asyncio.to_thread(os.waitpid, child, 0)
            await read(used)
            print("connections:", server.connections)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_child() -> None:
    """101a. A forked child is refused its parent's client, makes its own, and disturbs nobody."""
    ended = in_own_process(_FORKED)

    assert ended.stdout.split() == ["refused", "refused", "answered", "connections:", "2"]
    assert "taskrouter" not in ended.stderr


def test_a_client_is_not_sent_to_another_process() -> None:
    """101b. A client cannot be sent to another process: it holds a secret."""
    with pytest.raises(TypeError) as caught:
        pickle.dumps(TaskRouterClient(ACCOUNT_SID, CANARY))
    check_secrets(caught.value)
