"""Failures that can be repeated, quickly."""

import pytest

from taskrouter_async import RetryPolicy, TaskRouterClient
from taskrouter_async.errors import ServerError
from taskrouter_async.sandbox import Sandbox
from taskrouter_async.sandbox.faults import Drop, Latency, Status
from taskrouter_async.testing import NO_PAUSES, fault_script, seeded_chance


async def _status(client: TaskRouterClient, sid: str) -> int:
    try:
        await client.workspaces(sid).fetch()
    except ServerError as error:
        return error.status
    return 200


async def test_a_script_strikes_one_request_after_the_other() -> None:
    """A script strikes one request after the other."""
    async with Sandbox() as sandbox:
        for fault in fault_script(Status(503), None, None, Status(500), Status(502)):
            sandbox.faults.add(fault)
        never = RetryPolicy(max_retries=0)
        async with TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url, retry=never
        ) as client:
            seen = [await _status(client, sandbox.workspace_sids[0]) for _ in range(6)]
    assert seen == [503, 200, 200, 500, 502, 200]


async def test_a_latency_is_a_step_of_its_own() -> None:
    """What is slow is answered, and the next request meets the next step."""
    async with Sandbox() as sandbox:
        for fault in fault_script(Status(503), Latency(0.01), Status(500)):
            sandbox.faults.add(fault)
        async with TaskRouterClient(
            sandbox.account_sid,
            sandbox.auth_token,
            base_url=sandbox.base_url,
            retry=RetryPolicy(max_retries=0),
        ) as client:
            seen = [await _status(client, sandbox.workspace_sids[0]) for _ in range(4)]
        assert [order.struck for order in sandbox.faults] == [1, 1, 1]
    assert seen == [503, 200, 500, 200]


async def test_without_pauses_retries_are_as_many_as_usual() -> None:
    """Without pauses retries are as many as usual."""
    async with Sandbox() as sandbox:
        path = f"/v1/Workspaces/{sandbox.workspace_sids[0]}"
        steps = (Status(429, retry_after=30), Drop(), Status(503))
        for fault in fault_script(*steps, path=path, verb="GET"):
            sandbox.faults.add(fault)
        async with TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url, retry=NO_PAUSES
        ) as client:
            workspace = await client.workspaces(sandbox.workspace_sids[0]).fetch()
        assert sandbox.request_counts[path] == 4
    assert workspace.sid == sandbox.workspace_sids[0]


def test_a_script_of_nothing_strikes_nothing() -> None:
    """A script of nothing strikes nothing."""
    assert fault_script(None, None) == ()


def test_a_path_that_makes_no_sense_is_refused() -> None:
    """A path that makes no sense is refused."""
    with pytest.raises(ValueError, match="path"):
        fault_script(Status(503), path="no path")


def test_a_seed_brings_the_same_numbers_again() -> None:
    """A seed brings the same numbers again."""
    first, again, other = (seeded_chance(seed) for seed in (7, 7, 8))
    numbers = [first() for _ in range(100)]
    assert numbers == [again() for _ in range(100)]
    assert numbers != [other() for _ in range(100)]
    assert all(0 <= number < 1 for number in numbers)
