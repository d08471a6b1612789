"""A poller among real clients, real requests and a real keyboard."""

import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient
from taskrouter_async.polling import Poller
from taskrouter_async.sandbox import Sandbox


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    """Two accounts with three workspaces each."""
    async with Sandbox(accounts=2, workspaces=3) as sandbox:
        yield sandbox


async def test_one_poller_serves_several_accounts(sandbox: Sandbox) -> None:
    """The handles of two clients are asked in turn, and each tells of its own workspace."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(SessionPool(max_connections=10))
        handles = {}
        for account in sandbox.accounts:
            client = TaskRouterClient(
                account.account_sid, account.auth_token, base_url=sandbox.base_url, pool=pool
            )
            await stack.enter_async_context(client)
            for sid in account.workspace_sids:
                handles[client.workspaces(sid).real_time_statistics] = sid
        poller = await stack.enter_async_context(Poller(handles, every=0.1))
        seen = set()
        async for update in poller:
            assert update.value is not None
            seen.add(update.value.workspace_sid)
            if len(seen) == len(handles):
                break

    assert seen == set(handles.values())


async def test_pollers_of_one_client_share_its_requests(sandbox: Sandbox) -> None:
    """A second poller with the same handles costs nothing but what differs in time."""
    async with TaskRouterClient(
        sandbox.account_sid,
        sandbox.auth_token,
        base_url=sandbox.base_url,
        cache=CachePolicy(ttl=1000.0),
    ) as client:
        statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics
        async with Poller([statistics], every=1000.0) as one:
            await anext(one)
            async with Poller([statistics], every=1000.0) as other:
                update = await anext(other)

    assert update.status is not None
    assert update.status.source == "l1"
    assert sum(sandbox.request_counts.values()) == 1


_INTERRUPTED = """
import asyncio
import signal
from taskrouter_async.polling import Poller

# What starts the tests in the background has the child ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Hanging:
    async def fetch_cached(self, *, max_age):
        print("asked", flush=True)
        await asyncio.Event().wait()

async def main():
    async with Poller([Hanging()], every=60.0) as updates:
        async for update in updates:
            pass

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_ends_it() -> None:
    """An interrupt comes out as one, and nothing complains on the way."""
    with subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", _INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()

    assert (output, errors) == ("interrupted\n", "")
    assert process.returncode == 0
