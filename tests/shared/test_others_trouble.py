"""What one process of a fleet has to bear of the others: of their failures, and of their death."""

import asyncio
import time

import pytest
from shared.fake_level import FakeLevel, FakeServer, FakeShared
from shared.fleet import answer, fleet
from support import ACCOUNT_SID, WORKSPACE_SID
from virtual_loop import in_virtual_time

from taskrouter_async import CachePolicy, TaskRouterClient, Timeouts
from taskrouter_async._level import Acquired, Outcome
from taskrouter_async.errors import (
    AccountOverloadedError,
    CallTimeoutError,
    ServerError,
    TaskRouterError,
)


@in_virtual_time
@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (AccountOverloadedError("too many calls", retry_after=30.0), 2),
        (CallTimeoutError("no turn", phase="queue"), 2),
        (CallTimeoutError("no answer"), 1),
        (ServerError("no", status=503), 1),
    ],
)
async def test_a_process_that_is_too_busy_holds_nobody_up(
    error: TaskRouterError, asked: int
) -> None:
    """What never left one process is no failure of the service; another asks at once."""
    ships = fleet(2)
    busy, other = ships.start(0), ships.start(1)
    await asyncio.sleep(0.01)
    ships.service.fail(error)
    with pytest.raises(type(error)):
        await busy
    await asyncio.sleep(0.01)

    assert ships.service.started == asked
    if asked == 2:
        ships.service.succeed(answer(1))
    await asyncio.gather(other, return_exceptions=True)
    assert (other.exception() is None) == (asked == 2)
    await ships.aclose()


class _Busy(FakeLevel):
    """A level at which there is always somebody who asks, and never an answer."""

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        return Acquired(Outcome.BUSY, lease_ms=lease_ms)


async def test_waiting_for_others_ends_when_the_time_for_a_call_is_over() -> None:
    """However long a lease lasts, nobody is held up for longer than a call may take."""
    level = FakeShared(FakeServer(time.monotonic), make=_Busy)
    client = TaskRouterClient(
        ACCOUNT_SID,
        "token",
        cache=CachePolicy(shared=level),
        timeouts=Timeouts(total=0.3, attempt=0.2),
    )
    async with client:
        with pytest.raises(CallTimeoutError) as raised:
            await client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()

    assert raised.value.seconds == 0.3
    assert client.cache.stats().loads_started == 0
