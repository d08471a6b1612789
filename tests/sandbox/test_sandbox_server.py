"""The sandbox as a server: where it listens, for whom, how long, and what it remembers."""

import asyncio
import socket
import time
from typing import cast

import pytest
from aiohttp import ClientConnectorError, ClientSession, encode_basic_auth

from taskrouter_async.sandbox import Sandbox, SandboxAccount


async def look(sandbox: Sandbox, account: SandboxAccount | None, workspace_sid: str) -> int:
    """Ask for a workspace's statistics, as this account or as nobody; return the status."""
    headers = {}
    if account is not None:
        authorization = encode_basic_auth(account.account_sid, account.auth_token)
        headers["Authorization"] = authorization
    path = f"/v1/Workspaces/{workspace_sid}/RealTimeStatistics"
    async with (
        ClientSession(sandbox.base_url) as session,
        session.get(path, headers=headers) as answer,
    ):
        return answer.status


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return cast("int", server.getsockname()[1])


async def test_it_listens_on_loopback_only_while_it_is_entered() -> None:
    """Before the block there is no address; behind it nobody listens there any more."""
    sandbox = Sandbox(workspaces=1)
    assert sandbox.base_url == ""

    async with sandbox:
        assert sandbox.base_url.startswith("http://127.0.0.1:")
        assert await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0]) == 200

    with pytest.raises(ClientConnectorError):
        await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0])


async def test_a_port_can_be_chosen_and_is_free_again() -> None:
    """The port that was asked for is listened on, and the next sandbox can have it at once."""
    port = free_port()

    for _ in range(2):
        async with Sandbox(workspaces=1, port=port) as sandbox:
            assert sandbox.base_url == f"http://127.0.0.1:{port}"
            assert await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0]) == 200


async def test_a_busy_port_is_an_os_error() -> None:
    """Where somebody else listens, the block is not entered."""
    async with Sandbox(workspaces=0) as first:
        second = Sandbox(workspaces=0, port=int(first.base_url.rpartition(":")[2]))
        with pytest.raises(OSError, match="address already in use"):
            await second.__aenter__()

    assert second.base_url == ""


async def test_it_is_left_at_once_although_somebody_is_served() -> None:
    """An answer that takes its time does not keep the sandbox open."""
    async with Sandbox(workspaces=1, latency=30) as sandbox:
        waiting = asyncio.create_task(look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0]))
        while not sandbox.request_counts:
            await asyncio.sleep(0.001)
        waiting.cancel()
        left_at = time.monotonic()

    assert time.monotonic() - left_at < 5
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_requests_are_counted_by_path() -> None:
    """Each path remembers how often it was asked for, refusals included and the query not."""
    async with Sandbox(workspaces=2) as sandbox:
        one, other = sandbox.workspace_sids
        statuses = [
            await look(sandbox, sandbox.accounts[0], one),
            await look(sandbox, sandbox.accounts[0], one),
            await look(sandbox, None, other),
            await look(sandbox, sandbox.accounts[0], "nothing"),
        ]

    assert statuses == [200, 200, 401, 404]
    assert sandbox.request_counts == {
        f"/v1/Workspaces/{one}/RealTimeStatistics": 2,
        f"/v1/Workspaces/{other}/RealTimeStatistics": 1,
        "/v1/Workspaces/nothing/RealTimeStatistics": 1,
    }


def test_the_counts_cannot_be_changed_from_outside() -> None:
    """The counts are a view that can be read and not written."""
    counts = Sandbox(workspaces=0).request_counts

    assert not hasattr(counts, "__setitem__")


async def test_latency_comes_before_each_answer() -> None:
    """No answer comes before the latency is over, and no refusal either."""
    async with Sandbox(workspaces=1, latency=0.1) as sandbox:
        for account in (sandbox.accounts[0], None):
            started_at = time.monotonic()
            await look(sandbox, account, sandbox.workspace_sids[0])
            assert time.monotonic() - started_at >= 0.1


async def test_accounts_share_nothing() -> None:
    """Each account has credentials and workspaces of its own, and sees no other's."""
    async with Sandbox(workspaces=3, accounts=3) as sandbox:
        seen = {
            (asking.account_sid, owner.account_sid): await look(sandbox, asking, sid)
            for asking in sandbox.accounts
            for owner in sandbox.accounts
            for sid in owner.workspace_sids
        }

    assert len({account.account_sid for account in sandbox.accounts}) == 3
    assert len({sid for account in sandbox.accounts for sid in account.workspace_sids}) == 9
    assert {pair: status == 200 for pair, status in seen.items()} == {
        (asking, owner): asking == owner for asking, owner in seen
    }


def test_the_first_account_has_shortcuts() -> None:
    """Most tests need one account only: its facts are the sandbox's."""
    sandbox = Sandbox(workspaces=2, accounts=2)

    first = sandbox.accounts[0]
    assert sandbox.account_sid == first.account_sid
    assert sandbox.auth_token == first.auth_token
    assert sandbox.workspace_sids == first.workspace_sids


def test_a_workspace_has_queues_and_workflows() -> None:
    """A workspace tells the SIDs of its three task queues and of its two workflows."""
    sandbox = Sandbox(workspaces=1)
    sid = sandbox.workspace_sids[0]

    assert [queue[:2] for queue in sandbox.task_queue_sids(sid)] == ["WQ", "WQ", "WQ"]
    assert [workflow[:2] for workflow in sandbox.workflow_sids(sid)] == ["WW", "WW"]


async def test_there_may_be_no_workspaces() -> None:
    """An empty sandbox listens, and there is nothing to be found."""
    async with Sandbox(workspaces=0) as sandbox:
        assert sandbox.workspace_sids == ()
        assert await look(sandbox, sandbox.accounts[0], "WS" + "0" * 32) == 404


def test_the_seed_decides_who_there_is() -> None:
    """The same seed makes the same accounts, another seed makes others."""
    assert Sandbox(seed=1).accounts == Sandbox(seed=1).accounts
    assert Sandbox(seed=1).accounts != Sandbox(seed=2).accounts


def test_an_account_hides_its_secrets() -> None:
    """Neither the auth token nor the API key's secret shows in a log."""
    account = Sandbox(workspaces=1).accounts[0]

    assert account.account_sid in repr(account)
    assert account.auth_token not in repr(account)
    assert account.api_secret not in repr(account)
