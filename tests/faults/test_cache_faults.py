"""What the service does wrong, and what callers do, must not harm what is kept in memory."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import pytest
from attrs import evolve
from canary import CANARY
from faults.aftermath import ONCE, SHORT, Aftermath, check_secrets, failing
from faults.answers import chunked, head, ok, status
from faults.cached import STATISTICS, statistics, statistics_of
from faults.fault_server import FaultServer
from faults.steps import Fin, Pause, Rst, Script, Send
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, Clock

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import (
    ApiError,
    AuthenticationError,
    ConnectionLostError,
    DecodingError,
    IdentityMismatchError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
)

GOOD: Final = Send(ok(STATISTICS))
FOREIGN: Final = {**STATISTICS, "account_sid": OTHER_ACCOUNT_SID}
PASSING: Final[Mapping[str, tuple[Script, type[TaskRouterError]]]] = {
    "closed": (Fin(), ConnectionLostError),
    "reset": (Rst(), ConnectionLostError),
    "garbage": ([Send(b"SSH-2.0\r\n\r\n"), Fin()], ProtocolError),
    "cut head": ([Send(head(200)[:20]), Fin()], ConnectionLostError),
    "cut body": ([Send(ok(STATISTICS)[:-1]), Fin()], ConnectionLostError),
    "cut chunk": ([Send(chunked(b"{}", ends=False)), Fin()], ConnectionLostError),
    "no JSON": (Send(ok(b"<html>")), DecodingError),
    "another shape": (Send(ok([STATISTICS])), DecodingError),
    "another account's": (Send(ok(FOREIGN)), IdentityMismatchError),
    "429": (Send(status(429)), RateLimitedError),
    "500": (Send(status(500)), ServerError),
    "503": (Send(status(503)), ServerError),
}
"""What says nothing about the answer that is kept."""

FINAL: Final[Mapping[str, tuple[Script, type[TaskRouterError]]]] = {
    "401": (Send(status(401)), AuthenticationError),
    "403": (Send(status(403)), PermissionDeniedError),
    "404": (Send(status(404)), NotFoundError),
}
"""What says that the answer must not be served any more."""


FAULTS: Final[Mapping[str, tuple[Script, type[TaskRouterError]]]] = {
    **PASSING,
    **FINAL,
    "422": (Send(status(422)), ApiError),
}


CALM: Final = CachePolicy(jitter=0.0, failure_backoff=(0.0, 0.0))
"""After an error the service is asked again at once."""


@pytest.fixture
def clock() -> Clock:
    """The cache's clock."""
    return Clock()


MakeCached = Callable[..., TaskRouterClient]


@pytest.fixture
def cached(server: FaultServer, aftermath: Aftermath, clock: Clock) -> MakeCached:
    """Make a client whose cache has a clock to turn."""

    def make(policy: CachePolicy = CALM) -> TaskRouterClient:
        client = TaskRouterClient(
            ACCOUNT_SID,
            CANARY,
            base_url=server.base_url,
            timeouts=SHORT,
            retry=ONCE,
            pool=aftermath.watch(SessionPool()),
            cache=policy,
            clock=clock,
        )
        return aftermath.watch_client(client)

    return make


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"404"}))
async def test_nothing_wrong_is_kept(fault: str, server: FaultServer, cached: MakeCached) -> None:
    """106a. Whatever goes wrong, nothing of it is kept: the next call asks the service."""
    script, kind = FAULTS[fault]
    server.in_turn(script, GOOD)
    client = cached()

    await failing(statistics(client), kind)
    assert client.cache.stats().entries == 0
    found = await statistics_of(client).fetch_cached()

    assert found.status.source == "origin"
    assert len(server.requests) == 2


async def test_what_is_not_there_is_remembered_for_a_moment(
    server: FaultServer, cached: MakeCached, clock: Clock
) -> None:
    """106b. A 404 is remembered for ``negative_ttl`` seconds, and no longer."""
    server.in_turn(Send(status(404)), GOOD)
    client = cached(evolve(CALM, negative_ttl=5.0))

    for _ in range(3):
        await failing(statistics(client), NotFoundError)
    clock.advance(5.0)
    await statistics(client)

    assert server.counts == (1, 2)


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fresh_answer_outlives_failures(
    fault: str, server: FaultServer, cached: MakeCached
) -> None:
    """106c. A fresh answer is not touched by a request that fails meanwhile."""
    script, kind = PASSING[fault]
    server.in_turn(GOOD, script)
    client = cached()
    before = await statistics(client)

    await failing(statistics_of(client).fetch(no_store=True), kind)
    stood_in = await statistics_of(client).fetch_cached(max_age=0)
    after = await statistics_of(client).fetch_cached()

    assert after.value is before
    assert after.status.hit
    assert (stood_in.value, type(stood_in.status.error)) == (before, kind)
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", FINAL)
async def test_what_must_not_be_read_is_forgotten(
    fault: str, server: FaultServer, cached: MakeCached
) -> None:
    """106d. Whoever may not read any more, or what is gone, is not served from memory either."""
    script, kind = FINAL[fault]
    server.in_turn(GOOD, script)
    client = cached()
    await statistics(client)

    await failing(statistics_of(client).fetch(max_age=0), kind)

    assert client.cache.stats().entries == 0
    await failing(statistics(client), kind)


@pytest.mark.parametrize("fault", PASSING)
async def test_a_stale_answer_stands_in(
    fault: str, server: FaultServer, cached: MakeCached, clock: Clock
) -> None:
    """106e. A stale answer that stands in for a failing service says so, with its age and why."""
    script, kind = PASSING[fault]
    server.in_turn(GOOD, script)
    client = cached(evolve(CALM, stale_while_revalidate=0.0, stale_if_error=60.0))
    await statistics(client)
    clock.advance(20.0)

    found = await statistics_of(client).fetch_cached()

    assert (found.status.hit, found.status.detail) == (False, "stale-if-error")
    assert (found.status.age, type(found.status.error)) == (20.0, kind)


async def test_nothing_stands_in_unasked(
    server: FaultServer, cached: MakeCached, clock: Clock
) -> None:
    """106f. Without ``stale_if_error`` no stale answer stands in: the error comes."""
    server.in_turn(GOOD, Send(status(500)))
    client = cached(evolve(CALM, stale_while_revalidate=0.0, stale_if_error=0.0))
    await statistics(client)
    clock.advance(20.0)

    await failing(statistics(client), ServerError)


async def test_a_crowd_asks_once(server: FaultServer, cached: MakeCached) -> None:
    """107a. Ten thousand calls for what is not in memory are one request."""
    server.on_request([Pause(0.05), GOOD])
    handle = statistics_of(cached())

    answers = await asyncio.gather(*(handle.fetch() for _ in range(10_000)))

    assert len({id(answer) for answer in answers}) == 1
    assert server.counts == (1, 1)


async def test_a_crowd_fails_once(server: FaultServer, cached: MakeCached) -> None:
    """107b. If that request fails, each gets an error of its own, and the next call asks again."""
    server.in_turn([Pause(0.05), Send(status(503))], GOOD)
    handle = statistics_of(cached())

    crowd = (handle.fetch() for _ in range(10_000))
    errors = await asyncio.gather(*crowd, return_exceptions=True)

    assert {type(error) for error in errors} == {ServerError}
    assert len({id(error) for error in errors}) == 10_000
    assert isinstance(errors[-1], ServerError)
    check_secrets(errors[-1])
    await handle.fetch()
    assert server.counts == (1, 2)
