"""The sandbox as a server: where it listens, for whom, how long, and how its time passes."""

import asyncio
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp import ClientConnectorError, ClientSession, encode_basic_auth

from taskrouter_async.sandbox import Sandbox, SandboxAccount


async def look(sandbox: Sandbox, account: SandboxAccount | None, workspace_sid: str) -> int:
    """Ask for a workspace, as this account or as nobody; return the status."""
    headers = {}
    if account is not None:
        headers["Authorization"] = encode_basic_auth(account.account_sid, account.auth_token)
    path = f"/v1/Workspaces/{workspace_sid}"
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


async def test_it_is_started_and_closed_as_often_as_one_likes() -> None:
    """What listens already goes on, what is closed stays closed, and can be started again."""
    sandbox = Sandbox(workspaces=1)
    await sandbox.aclose()

    await sandbox.start()
    base_url = sandbox.base_url
    await sandbox.start()
    assert sandbox.base_url == base_url
    await sandbox.aclose()
    await sandbox.aclose()
    await sandbox.start()

    assert await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0]) == 200
    await sandbox.aclose()


async def test_a_port_can_be_chosen_and_is_free_again() -> None:
    """The port that was asked for is listened on, and the next sandbox can have it at once."""
    port = free_port()

    for _ in range(2):
        async with Sandbox(workspaces=1, port=port) as sandbox:
            assert sandbox.base_url == f"http://127.0.0.1:{port}"
            assert await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0]) == 200


async def test_a_busy_port_is_an_os_error() -> None:
    """Where somebody else listens, the block is not entered, and nothing is left open."""
    async with Sandbox(workspaces=0) as first:
        second = Sandbox(workspaces=0, port=int(first.base_url.rpartition(":")[2]))
        with pytest.raises(OSError, match="address already in use"):
            await second.start()

    assert second.base_url == ""
    await second.aclose()


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


async def test_latency_comes_before_each_answer() -> None:
    """No answer comes before the latency is over."""
    async with Sandbox(workspaces=1, latency=0.1) as sandbox:
        started_at = time.monotonic()
        await look(sandbox, sandbox.accounts[0], sandbox.workspace_sids[0])

        assert time.monotonic() - started_at >= 0.1


async def test_requests_are_counted_by_path() -> None:
    """Each path remembers how often it was asked for, refusals included and the query not."""
    async with Sandbox(workspaces=2) as sandbox:
        one, other = sandbox.workspace_sids
        statuses = [
            await look(sandbox, sandbox.accounts[0], one),
            await look(sandbox, sandbox.accounts[0], f"{one}?PageSize=1"),
            await look(sandbox, None, other),
            await look(sandbox, sandbox.accounts[0], "nothing"),
        ]

    assert statuses == [200, 200, 401, 404]
    assert sandbox.request_counts == {
        f"/v1/Workspaces/{one}": 2,
        f"/v1/Workspaces/{other}": 1,
        "/v1/Workspaces/nothing": 1,
    }
    assert not hasattr(sandbox.request_counts, "__setitem__")


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


def test_a_workspace_tells_what_it_holds() -> None:
    """The template's queue and workflow are found by name, in any account's workspace."""
    sandbox = Sandbox(workspaces=1, accounts=2)

    for account in sandbox.accounts:
        (sid,) = account.workspace_sids
        assert [queue[:2] for queue in sandbox.task_queue_sids(sid)] == ["WQ"]
        assert [workflow[:2] for workflow in sandbox.workflow_sids(sid)] == ["WW"]
        assert sandbox.alerts(sid) == ()


@pytest.mark.parametrize("ask", [Sandbox.task_queue_sids, Sandbox.workflow_sids, Sandbox.alerts])
def test_an_unknown_workspace_is_a_lookup_error(ask: Any) -> None:
    """There is nothing to tell of a workspace that there is not."""
    with pytest.raises(LookupError, match="no workspace WS0"):
        ask(Sandbox(workspaces=1), "WS0")


async def test_there_may_be_no_workspaces() -> None:
    """An empty sandbox listens, and there is nothing to be found."""
    async with Sandbox(workspaces=0) as sandbox:
        assert sandbox.workspace_sids == ()
        assert await look(sandbox, sandbox.accounts[0], "WS" + "0" * 32) == 404


def test_the_seed_decides_who_there_is() -> None:
    """The same seed makes the same accounts and workspaces, another seed makes others."""
    one, same, other = (Sandbox(seed=seed) for seed in (1, 1, 2))

    assert one.workspace_sids == same.workspace_sids
    assert one.auth_token == same.auth_token
    assert {one.account_sid, *one.workspace_sids}.isdisjoint(
        {other.account_sid, *other.workspace_sids}
    )


def test_an_account_hides_its_secrets() -> None:
    """Neither the auth token nor the API key's secret shows in a log."""
    account = Sandbox(workspaces=1).accounts[0]

    assert account.account_sid in repr(account)
    assert account.auth_token not in repr(account)
    assert account.api_secret not in repr(account)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"workspaces": -1}, "workspaces must be 0 or more, not -1"),
        ({"accounts": 0}, "accounts must be 1 or more, not 0"),
        ({"clock": "lunar"}, "clock must be 'system' or 'virtual', not 'lunar'"),
        ({"start": datetime(2026, 1, 5)}, "start must have a time zone"),  # noqa: DTZ001
    ],
)
def test_arguments_that_cannot_be_used_are_named(arguments: dict[str, Any], complaint: str) -> None:
    """What makes no sense is said before anything listens."""
    with pytest.raises(ValueError, match=complaint):
        Sandbox(**arguments)


async def test_a_virtual_clock_moves_only_when_it_is_told_to() -> None:
    """It shows a Monday morning, or what was asked for, until it is put forward."""
    start = datetime(2030, 5, 1, 12, tzinfo=UTC)
    async with (
        Sandbox(workspaces=0, clock="virtual") as sandbox,
        Sandbox(workspaces=0, clock="virtual", start=start) as other,
    ):
        assert sandbox.now == datetime(2026, 1, 5, 9, tzinfo=UTC)
        await sandbox.advance(90.5)
        await sandbox.advance(0)

        assert sandbox.now == datetime(2026, 1, 5, 9, 1, 30, 500_000, tzinfo=UTC)
        assert other.now == start


async def test_a_systems_clock_runs_by_itself() -> None:
    """It shows the present, or runs on from its start, and can be put forward as well."""
    seconds = 0.0
    start = datetime(2030, 5, 1, 12, tzinfo=UTC)
    sandbox = Sandbox(workspaces=0, start=start, monotonic=lambda: seconds)
    assert abs(Sandbox(workspaces=0).now - datetime.now(UTC)) < timedelta(seconds=5)

    seconds = 10.0
    await sandbox.advance(60)

    assert sandbox.now == start + timedelta(seconds=70)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
async def test_time_cannot_be_turned_back(seconds: float) -> None:
    """Seconds that are none are refused, and nothing has happened."""
    sandbox = Sandbox(workspaces=0, clock="virtual")
    before = sandbox.now

    with pytest.raises(ValueError, match="seconds must be 0 or more"):
        await sandbox.advance(seconds)

    assert sandbox.now == before


async def test_traffic_may_begin_while_it_listens() -> None:
    """Somebody who listens already can be called at once, and things happen by themselves."""
    async with Sandbox(workspaces=1) as sandbox:
        sandbox.simulate().stop()
        sandbox.simulate()
        floor = sandbox._floor(sandbox.workspace_sids[0])
        before = len(floor.journal.events)

        await sandbox.advance(900)

    assert len(floor.journal.events) > before + 100
