"""A poller among workspaces in trouble, polls that take long, and consumers that do."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Final

import pytest
from faults.aftermath import ONCE, Aftermath, MakeClient, check_secrets
from faults.answers import head, ok, status
from faults.cached import STATISTICS, statistics_of
from faults.connection import Request as Heard
from faults.fault_server import FaultServer
from faults.steps import Fin, Flood, Pause, Script, Send, Stall
from polling.figures import Figures, Handle, after
from polling.test_simulation import most_within
from support import (
    ACCOUNT_SID,
    FakeTransport,
    attempts_over,
    response,
    workspace_document,
)
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async import SessionPool
from taskrouter_async._cache import Cache
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.config import BASE_URL, CachePolicy, Timeouts
from taskrouter_async.errors import (
    AuthenticationError,
    CallTimeoutError,
    NotFoundError,
    ResponseTooLargeError,
    ServerError,
    TaskRouterError,
)
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.polling import Poller, Update
from taskrouter_async.resources import RealTimeStatistics, Workspaces

EVERY: Final = 5.0
PACE: Final = 0.1
SIDS: Final = tuple(f"WS{number:032x}" for number in range(1, 21))
TROUBLED: Final = SIDS[0]
MEBIBYTE: Final = 2**20

Statistics = RealTimeStatistics[WorkspaceRealTimeStatistics]
Trouble = Callable[[Request], Awaitable[Response]]


class Household:
    """A client in virtual time; one of its workspaces is in trouble, the others are answered."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self.moments: dict[str, list[float]] = {sid: [] for sid in SIDS}
        cache = Cache(CachePolicy(), virtual_loop().time)
        engine = Engine(
            attempts_over(FakeTransport(self._answer)),
            cache,
            account_sid=ACCOUNT_SID,
            base_url=BASE_URL,
            total_seconds=30.0,
        )
        self.handles = [Workspaces(engine)(sid).real_time_statistics for sid in SIDS]
        self.close = cache.aclose

    async def _answer(self, request: Request) -> Response:
        sid = request.target.split("/")[3]
        self.moments[sid].append(virtual_loop().time())
        if sid == TROUBLED:
            return await self._trouble(request)
        await asyncio.sleep(0.1)
        return response(workspace_document(workspace_sid=sid))

    def worst_gap(self) -> float:
        """Return the longest time for which one of the others was not asked for."""
        gaps = (pairwise(self.moments[sid]) for sid in SIDS[1:])
        return max(after - before for each in gaps for before, after in each)


def _answering(code: int) -> Trouble:
    async def answer(_: Request) -> Response:
        return response({}, code)

    return answer


async def _hanging(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError("an event that nobody sets")


async def _too_large(_: Request) -> Response:
    raise ResponseTooLargeError("10 MB")


@pytest.mark.parametrize(
    "trouble",
    [_hanging, _answering(500), _answering(429), _answering(401), _too_large],
    ids=["hangs", "500", "429", "401", "10 MB"],
)
def test_one_workspace_in_trouble(trouble: Trouble) -> None:
    """118a. Whatever one workspace does, all others are polled in time; in virtual time."""

    @in_virtual_time
    async def test() -> None:
        household = Household(trouble)
        async with Poller(household.handles, every=EVERY):
            await asyncio.sleep(12 * EVERY)
        await household.close()

        assert household.worst_gap() <= 1.2 * EVERY
        assert all(len(household.moments[sid]) >= 11 for sid in SIDS[1:])

    test()


FAULTS: Final[dict[str, tuple[Script, type[TaskRouterError]]]] = {
    "hangs": (Stall(), CallTimeoutError),
    "500": (Send(status(500)), ServerError),
    "401": (Send(status(401)), AuthenticationError),
    "floods": ([Send(head(200)), Flood(b" " * MEBIBYTE, 3), Fin()], ResponseTooLargeError),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_workspace_in_trouble_on_the_wire(
    fault: str, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """118b. While one workspace hangs, fails or floods, the others bring updates."""
    script, kind = FAULTS[fault]
    for sid in SIDS[1:5]:
        server.on_request(Send(ok(workspace_document(workspace_sid=sid))), when=_is_for(sid))
    server.on_request(script)
    client = client_of(
        server,
        retry=ONCE,
        cache=CachePolicy(ttl=0.01),
        timeouts=Timeouts(attempt=0.4),
        pool=aftermath.watch(SessionPool(max_body_bytes=MEBIBYTE)),
    )
    updates: Counter[object] = Counter()
    errors: list[Exception] = []

    handles = [statistics_of(client, sid) for sid in SIDS[:5]]
    async with Poller(handles, every=PACE) as poller:
        async for update in poller:
            updates[update.handle] += 1
            if update.error is not None:
                assert update.handle is handles[0]
                errors.append(update.error)
            if errors and all(updates[handle] >= 3 for handle in handles[1:]):
                break
    await client.aclose()

    assert type(errors[0]) is kind
    check_secrets(errors[0])


def _is_for(sid: str) -> Callable[[Heard], bool]:
    return lambda request: sid in request.target


@in_virtual_time
async def test_five_thousand_start_together() -> None:
    """119. Five thousand handles that start together are spread, and no pause makes a herd."""
    in_flight = most = 0

    async def answer(_: int) -> None:
        nonlocal in_flight, most
        in_flight += 1
        most = max(most, in_flight)
        await asyncio.sleep(EVERY / 100)
        in_flight -= 1

    handles = [Handle(answer) for _ in range(5_000)]
    async with Poller(handles, every=EVERY, max_concurrent=60) as poller:
        await asyncio.sleep(EVERY / 2)
        poller.pause()
        await asyncio.sleep(EVERY / 2)
        poller.resume()
        await asyncio.sleep(EVERY / 2)

    moments = [moment for handle in handles for moment in handle.moments]
    assert abs(len(moments) - len(handles)) < 60
    assert most_within(moments, EVERY / 100) <= 50 + 4
    assert most <= 60


async def test_a_poll_that_takes_long(server: FaultServer, client_of: MakeClient) -> None:
    """120. A poll that takes longer than its interval is not overtaken, and nothing queues up."""
    server.on_request([Pause(0.12), Send(ok(STATISTICS))])
    client = client_of(server, cache=CachePolicy(ttl=0.01))

    async with Poller([statistics_of(client)], every=0.05) as poller:
        for _ in range(4):
            await anext(poller)
        stats = poller.stats()
    await client.aclose()

    times = [request.at for request in server.requests]
    assert all(after - before >= 0.12 for before, after in pairwise(times))
    assert (stats.polls, stats.errors, stats.waiting) == (4, 0, 0)
    assert stats.missed >= 2 * 3


@in_virtual_time
async def test_a_slow_consumer() -> None:
    """121. A consumer that sleeps for an hour finds the newest state of each handle, no queue."""
    handles = [Handle(), Handle()]
    async with Poller(handles, every=1.0) as poller:
        await anext(poller)
        await asyncio.sleep(3600.0)
        pending = poller.stats().pending
        updates = [await anext(poller) for _ in handles]

    assert pending == len(handles)
    for update in updates:
        assert update.value is not None
        assert update.value.waiting >= 3599
        assert update.missed >= 3598


@in_virtual_time
async def test_a_consumer_that_raises() -> None:
    """122. A consumer that raises ends its own poller, and no other one of the same handles."""
    handles = [Handle(after(0.1))]
    seen: list[Update[Figures]] = []

    async def raises() -> None:
        async with Poller(handles, every=EVERY) as poller:
            async for _ in poller:
                raise ZeroDivisionError

    async def goes_on() -> None:
        async with Poller(handles, every=EVERY) as poller:
            while True:
                seen.append(await anext(poller))

    other = asyncio.create_task(goes_on())
    with pytest.raises(ZeroDivisionError):
        await raises()
    await asyncio.sleep(3 * EVERY)
    other.cancel()
    await asyncio.wait({other})

    assert len(seen) >= 3
    assert not any(update.error for update in seen)


@in_virtual_time
async def test_a_workspace_that_is_deleted() -> None:
    """123. Of a workspace that is gone the updates say so, and it is asked for less and less."""
    household = Household(_answering(404))
    errors: list[Exception | None] = []
    async with Poller(household.handles, every=EVERY, chance=lambda: 0.0) as poller:
        async for update in poller:
            if update.handle is household.handles[0]:
                assert update.value is None
                errors.append(update.error)
            if len(errors) == 5:
                break
    await household.close()

    assert all(isinstance(error, NotFoundError) for error in errors)
    gaps = [later - earlier for earlier, later in pairwise(household.moments[TROUBLED])]
    assert gaps == pytest.approx([10.0, 20.0, 40.0, 60.0])
    assert household.worst_gap() <= 1.2 * EVERY
