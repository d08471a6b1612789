"""Limits to how often an account may ask, on order."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox import Fault, RateLimits, Sandbox
from taskrouter_async.sandbox.faults import Latency
from taskrouter_async.sandbox.settings.workspaces import found


@asynccontextmanager
async def limited(
    rate_limits: bool | RateLimits = True,  # noqa: FBT001, FBT002
) -> AsyncIterator[Api]:
    """Open a sandbox that limits its callers."""
    async with Sandbox(workspaces=1, clock="virtual", rate_limits=rate_limits) as sandbox:
        floor = found(sandbox._world, sandbox.account_sid, "Test")
        login = aiohttp.encode_basic_auth(sandbox.account_sid, sandbox.auth_token)
        async with aiohttp.ClientSession(headers={"Authorization": login}) as session:
            yield Api(sandbox, session, floor)


def told(headers: Mapping[str, str]) -> tuple[str, str, str]:
    """Return limit, remaining and bucket as the headers tell them."""
    return (
        headers["X-Rate-Limit-Limit"],
        headers["X-Rate-Limit-Remaining"],
        headers["X-Rate-Limit-Config"],
    )


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/Tasks", "EvaluateTaskAttributes", "type == 'a'"),
        ("/Workers", "TargetWorkersExpression", "type == 'a'"),
        ("/TaskQueues", "EvaluateWorkerAttributes", "{}"),
    ],
)
async def test_three_filters_a_second_are_served(path: str, name: str, text: str) -> None:
    """The fourth is refused and says so; after a third of a second there is room for one more."""
    async with limited() as api:
        answers = [await api.get(path, **{name: text}) for _ in range(4)]
        await api.sandbox.advance(0.34)
        later = [await api.get(path, **{name: text}) for _ in range(2)]
        unfiltered = await api.get(path)

    bucket = f"{path[1:]}-List-{name}"
    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    assert [told(headers) for _, _, headers in answers] == [
        ("3", "2", bucket),
        ("3", "1", bucket),
        ("3", "0", bucket),
        ("3", "0", bucket),
    ]
    assert answers[3][1]["code"] == 20429
    assert [status for status, _, _ in later] == [200, 429]
    assert (unfiltered[0], told(unfiltered[2])) == (200, ("100", "99", "default"))


async def test_five_bulk_statistics_a_second_are_served() -> None:
    """The sixth of a second is refused, whatever is asked for in it."""
    async with limited() as api:
        home = api.home + "/TaskQueues/RealTimeStatistics"
        statuses = [(await api.call("POST", home))[0] for _ in range(6)]

    assert statuses[:5].count(429) == 0
    assert statuses[5] == 429


async def test_the_general_limit_can_be_chosen_and_is_each_workspaces_own() -> None:
    """What one workspace has used up is there for another, and for the account itself."""
    async with limited(RateLimits(general=1)) as api:
        other = f"/v1/Workspaces/{api.sandbox.workspace_sids[0]}"
        statuses = [
            (await api.call("GET", path))[0]
            for path in (api.home, api.home + "/Tasks", other, "/v1/Workspaces", "/v1/Workspaces")
        ]
        await api.sandbox.advance(10)
        again = [(await api.get(""))[0] for _ in range(2)]

    assert statuses == [200, 429, 200, 200, 429]
    assert again == [200, 429]


async def test_a_refused_change_is_not_made() -> None:
    """Nothing happens of what is refused."""
    async with limited(RateLimits(general=1)) as api:
        for name in ("one", "two"):
            await api.post("/Activities", FriendlyName=name)
        names = [each.friendly_name for each in api.floor.workspace.activities.values()]

    assert "one" in names
    assert "two" not in names


async def test_requests_at_the_same_time_are_counted() -> None:
    """A header tells how many requests of the account are being served, this one included."""
    async with limited() as api:
        api.sandbox.faults.add(Fault(Latency(0.05)))
        together = await asyncio.gather(*(api.get("") for _ in range(3)))
        alone = await api.get("")
        url = api.sandbox.base_url + api.home
        async with aiohttp.request("GET", url) as stranger:
            assert stranger.status == 401

    counts = sorted(headers["Twilio-Concurrent-Requests"] for _, _, headers in together)
    assert counts[-1] == "3"
    assert alone[2]["Twilio-Concurrent-Requests"] == "1"


async def test_without_limits_nothing_is_counted(api: Api) -> None:
    """By default the headers are those of a service in which there is room enough."""
    for _ in range(5):
        status, _, headers = await api.get("/Tasks", EvaluateTaskAttributes="type == 'a'")

        assert (status, told(headers)) == (200, ("100", "99", "default"))
        assert "Twilio-Concurrent-Requests" not in headers
