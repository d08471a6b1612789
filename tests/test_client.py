"""The client opens, wires and closes; here it speaks to the sandbox over real HTTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from support import ACCOUNT_SID, API_KEY, Clock

from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient, Timeouts
from taskrouter_async.errors import (
    AuthenticationError,
    BadRequestError,
    CallTimeoutError,
    ClosedError,
    CredentialsError,
    InvalidArgumentError,
    NotFoundError,
    WrongLoopError,
)
from taskrouter_async.sandbox import Sandbox

WHOLE = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": "token"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with two workspaces."""
    async with Sandbox(workspaces=2) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[TaskRouterClient]:
    """A client of the sandbox's first account."""
    async with TaskRouterClient(
        sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
    ) as client:
        yield client


async def test_the_four_statistics_come_as_models(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """Workspace, workers, task queue and workflow: bytes of real HTTP become frozen models."""
    sid = sandbox.workspace_sids[0]
    workspace = client.workspaces(sid)
    queue_sid, workflow_sid = sandbox.task_queue_sids(sid)[0], sandbox.workflow_sids(sid)[0]

    whole = await workspace.real_time_statistics.fetch()
    workers = await workspace.workers.real_time_statistics.fetch()
    queue = await workspace.task_queues(queue_sid).real_time_statistics.fetch()
    workflow = await workspace.workflows(workflow_sid).real_time_statistics.fetch()

    assert {each.workspace_sid for each in (whole, workers, queue, workflow)} == {sid}
    assert whole.account_sid == sandbox.account_sid
    assert workers.total_workers == whole.total_workers
    assert workers.activity_statistics == whole.activity_statistics
    assert queue.task_queue_sid == queue_sid
    assert workflow.workflow_sid == workflow_sid


async def test_a_second_call_is_answered_from_memory(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """The same object serves the second caller, and the service is asked once."""
    statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics

    first = await statistics.fetch()
    second = await statistics.fetch()
    third = await statistics.fetch_cached()

    assert first is second is third.value
    assert third.status.hit
    assert sum(sandbox.request_counts.values()) == 1
    assert client.cache.stats().hits == 2


async def test_a_channel_is_an_answer_of_its_own(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """Statistics of one channel are cached beside those of all."""
    statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics

    everything = await statistics.fetch()
    voice = await statistics(task_channel="voice").fetch()
    again = await statistics.fetch(task_channel="voice")

    assert voice is again
    assert voice is not everything
    assert sum(sandbox.request_counts.values()) == 2


async def test_an_answer_is_asked_for_again_when_its_time_is_over(sandbox: Sandbox) -> None:
    """The clock that is handed in decides: stale, an answer is served while it is renewed."""
    clock = Clock()
    async with TaskRouterClient(
        sandbox.account_sid,
        sandbox.auth_token,
        base_url=sandbox.base_url,
        cache=CachePolicy(ttl=5.0),
        clock=clock,
    ) as client:
        statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics
        first = await statistics.fetch()
        clock.advance(5.0)
        stale = await statistics.fetch_cached()
        clock.advance(10.0)
        renewed = await statistics.fetch_cached()

    assert stale.value is first
    assert (stale.status.hit, stale.status.detail) == (False, "stale-while-revalidate")
    assert renewed.value is not first
    assert (renewed.status.source, renewed.status.collapsed) == ("origin", True)
    assert sum(sandbox.request_counts.values()) == 2


async def test_refusals_are_errors_with_the_vendors_codes(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """An unknown workspace is 20404, a strange channel 20001; both carry the request's id."""
    unknown = client.workspaces("WS" + "0" * 32).real_time_statistics
    known = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics

    with pytest.raises(NotFoundError) as not_found:
        await unknown.fetch()
    with pytest.raises(BadRequestError) as bad_request:
        await known.fetch(task_channel="smoke signals")

    assert not_found.value.code == 20404
    assert bad_request.value.code == 20001
    assert (not_found.value.request_id or "").startswith("RQ")


async def test_a_context_collects_where_its_answers_came_from(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """Real answers carry a request id and rate limits; a second look at memory adds nothing."""
    statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics

    async with client.responses() as log:
        answer = await statistics.fetch()
        await statistics.fetch()

    assert [info.status for info in log] == [200]
    assert (log[0].request_id or "").startswith("RQ")
    assert log[0].rate_limit == "100"
    assert answer.response == log[0]


async def test_a_wrong_token_is_refused(sandbox: Sandbox, canary: str) -> None:
    """The error says so with the vendor's code, and does not repeat the token."""
    async with TaskRouterClient(sandbox.account_sid, canary, base_url=sandbox.base_url) as client:
        with pytest.raises(AuthenticationError) as refused:
            await client.workspaces(sandbox.workspace_sids[0]).real_time_statistics.fetch()

    assert refused.value.code == 20003
    assert canary not in repr(refused.value)


async def test_an_api_key_opens_the_account(sandbox: Sandbox) -> None:
    """A key and its secret do as well as the account's token."""
    account = sandbox.accounts[0]
    async with TaskRouterClient(
        account.account_sid,
        api_key=account.api_key,
        api_secret=account.api_secret,
        base_url=sandbox.base_url,
    ) as client:
        statistics = await client.workspaces(account.workspace_sids[0]).real_time_statistics.fetch()

    assert statistics.account_sid == account.account_sid


async def test_use_after_close_is_an_error_of_ours(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """A closed client answers nothing, not even from memory; closing twice is fine."""
    statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics
    await statistics.fetch()

    await client.aclose()
    await client.aclose()

    with pytest.raises(ClosedError, match="the client is closed"):
        await statistics.fetch()


async def test_closing_ends_who_waits(canary: str) -> None:
    """A call in the air ends with an error of ours, and nothing is left behind."""
    async with Sandbox(workspaces=1, latency=30.0) as slow:
        client = TaskRouterClient(slow.account_sid, slow.auth_token, base_url=slow.base_url)
        call = asyncio.create_task(
            client.workspaces(slow.workspace_sids[0]).real_time_statistics.fetch()
        )
        while not slow.request_counts:
            await asyncio.sleep(0)

        await client.aclose()

        with pytest.raises(ClosedError):
            await call


async def test_a_close_that_is_cancelled_still_closes_the_pool() -> None:
    """Whoever gives up on closing leaves no connection open."""
    async with Sandbox(workspaces=1, latency=30.0) as slow:
        client = TaskRouterClient(slow.account_sid, slow.auth_token, base_url=slow.base_url)
        call = asyncio.create_task(
            client.workspaces(slow.workspace_sids[0]).real_time_statistics.fetch()
        )
        while not slow.request_counts:
            await asyncio.sleep(0)

        closing = asyncio.create_task(client.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing, call])

        assert client._pool.closed
        assert isinstance(call.exception(), ClosedError)


async def test_a_call_has_one_deadline_whatever_it_waits_for() -> None:
    """Waiting for an older request first does not double the time of a call that wants it new."""
    async with (
        Sandbox(workspaces=1, latency=30.0) as slow,
        TaskRouterClient(
            slow.account_sid,
            slow.auth_token,
            base_url=slow.base_url,
            timeouts=Timeouts(total=0.2),
        ) as client,
    ):
        statistics = client.workspaces(slow.workspace_sids[0]).real_time_statistics
        older = asyncio.create_task(statistics.fetch())
        await asyncio.sleep(0.1)
        started = asyncio.get_running_loop().time()
        with pytest.raises(CallTimeoutError):
            await statistics.fetch_cached(max_age=0)
        took = asyncio.get_running_loop().time() - started
        await asyncio.wait([older])

    assert isinstance(older.exception(), CallTimeoutError)
    assert took < 0.29


async def test_max_age_reaches_the_cache(sandbox: Sandbox, client: TaskRouterClient) -> None:
    """Both ways to fetch look past an answer that is too old for the caller."""
    statistics = client.workspaces(sandbox.workspace_sids[0]).real_time_statistics
    first = await statistics.fetch()

    second = await statistics.fetch_cached(max_age=0)
    third = await statistics.fetch(max_age=0)

    assert len({id(first), id(second.value), id(third)}) == 3
    assert not second.status.hit


def test_a_client_belongs_to_one_event_loop() -> None:
    """It is made anywhere, bound by its first call, and says so in another loop."""

    async def use(client: TaskRouterClient, sid: str) -> None:
        await client.workspaces(sid).real_time_statistics.fetch(max_age=0)

    async def use_in_two_loops() -> None:
        async with Sandbox(workspaces=1) as sandbox:
            client = TaskRouterClient(
                sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
            )
            sid = sandbox.workspace_sids[0]
            await use(client, sid)
            with pytest.raises(WrongLoopError):
                await asyncio.to_thread(asyncio.run, use(client, sid))
            await client.aclose()

    asyncio.run(use_in_two_loops())


async def test_a_close_from_elsewhere_is_refused_and_ends_nothing(
    sandbox: Sandbox, client: TaskRouterClient
) -> None:
    """The client goes on serving where it is at home."""
    sid = sandbox.workspace_sids[0]
    await client.workspaces(sid).fetch()

    with pytest.raises(WrongLoopError):
        await asyncio.to_thread(asyncio.run, client.aclose())

    assert (await client.workspaces(sid).fetch()).sid == sid


async def test_a_pool_that_is_full_refuses_callers_from_elsewhere_at_once(
    sandbox: Sandbox,
) -> None:
    """They do not queue among those who are at home."""
    sid = sandbox.workspace_sids[0]
    async with SessionPool(max_connections=1) as pool:
        at_home, elsewhere = (
            TaskRouterClient(
                sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url, pool=pool
            )
            for _ in range(2)
        )
        await at_home.workspaces(sid).fetch()
        assert pool.admission.desk(sandbox.account_sid).try_enter()

        with pytest.raises(WrongLoopError):
            await asyncio.to_thread(asyncio.run, _fetch(elsewhere, sid))

        pool.admission.desk(sandbox.account_sid).leave()
        await at_home.aclose()


async def _fetch(client: TaskRouterClient, sid: str) -> None:
    await client.workspaces(sid).fetch()


def test_from_env_reads_a_token() -> None:
    """Account and token are enough; the address is the vendor's."""
    client = TaskRouterClient.from_env(environ=WHOLE)

    assert repr(client) == f"<TaskRouterClient {ACCOUNT_SID} at https://taskrouter.twilio.com>"


def test_from_env_reads_the_process_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another environment the process's own is read."""
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TASKROUTER_BASE_URL", "http://127.0.0.1:8080")

    assert "http://127.0.0.1:8080" in repr(TaskRouterClient.from_env())


def test_from_env_prefers_an_api_key() -> None:
    """Where both are set, the key is used: it can be taken back without harm to others."""
    both = {**WHOLE, "TWILIO_API_KEY": API_KEY, "TWILIO_API_SECRET": "secret"}

    client = TaskRouterClient.from_env(environ=both)

    assert client._credentials.user == API_KEY


def test_from_env_overlooks_half_a_key() -> None:
    """A key without its secret does not get in the way of a token."""
    client = TaskRouterClient.from_env(environ={**WHOLE, "TWILIO_API_KEY": API_KEY})

    assert client._credentials.user == ACCOUNT_SID


def test_from_env_knows_regions() -> None:
    """Region and edge make the address, unless the address itself is given."""
    regional = {**WHOLE, "TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"}
    given = {**regional, "TASKROUTER_BASE_URL": "http://127.0.0.1:1"}

    assert "taskrouter.dublin.ie1.twilio.com" in repr(TaskRouterClient.from_env(environ=regional))
    assert "127.0.0.1:1" in repr(TaskRouterClient.from_env(environ=given))


@pytest.mark.parametrize("missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_from_env_names_what_is_missing(missing: str) -> None:
    """Without an account or a whole pair of credentials the error lists the variables."""
    environ = {name: value for name, value in WHOLE.items() if name != missing}

    with pytest.raises(CredentialsError, match="set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"):
        TaskRouterClient.from_env(environ=environ)


def test_a_bad_address_is_refused() -> None:
    """The address is checked before anything is sent to it."""
    with pytest.raises(InvalidArgumentError, match="base_url"):
        TaskRouterClient(ACCOUNT_SID, "token", base_url="https://host/path")


def test_nothing_shows_the_token(canary: str) -> None:
    """Neither client, pool, handle nor error shows what the client was given."""
    client = TaskRouterClient(ACCOUNT_SID, canary, pool=SessionPool())
    workspace = client.workspaces("WS" + "1" * 32)

    for thing in (client, client.workspaces, workspace, workspace.real_time_statistics):
        assert canary not in f"{thing!r} {thing!s}"
