"""The program around the client misbehaves: it blocks, jumps in time, interrupts or raises."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, Self

import pytest
from attempts.scene import READ, Scene
from cache.scene import POLICY, fetch, middle
from canary import CANARY
from faults.aftermath import QUICK, SHORT, Aftermath, MakeClient, failing
from faults.answers import WORKSPACE, ok, status
from faults.bodies import WHOLE
from faults.cached import STATISTICS, asks_for_statistics, statistics, statistics_of
from faults.calls import read
from faults.fault_server import FaultServer
from faults.steps import Pause, Send, Stall
from support import ACCOUNT_SID
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async._admission import Admission
from taskrouter_async._cache import Cache
from taskrouter_async.config import Timeouts
from taskrouter_async.errors import CallTimeoutError, LoadAbortedError
from taskrouter_async.models import (
    CacheEvent,
    LoadSucceeded,
    RequestEvent,
    RequestStarted,
    WorkspaceRealTimeStatistics,
)

Listener = Callable[[RequestEvent], None]

HOUR: Final = 3600.0


def _listened(server: FaultServer, listener: Listener) -> TaskRouterClient:
    return TaskRouterClient(
        ACCOUNT_SID,
        CANARY,
        base_url=server.base_url,
        timeouts=SHORT,
        retry=QUICK,
        on_request_event=listener,
    )


async def test_a_blocked_loop(server: FaultServer, client_of: MakeClient) -> None:
    """102. What a blocked loop lets expire is tried again once, within the budget, and answered."""
    server.on_request([Pause(0.02), Send(ok(WORKSPACE))])
    client = client_of(server, timeouts=Timeouts(total=5.0, attempt=0.2))
    calls = [asyncio.create_task(read(client)) for _ in range(30)]
    await server.until(lambda: len(server.requests) == 10)

    asyncio.get_running_loop().call_soon(time.sleep, 0.3)
    await asyncio.gather(*calls)

    assert 30 <= len(server.requests) <= 40  # ten were in the air
    assert client.limits().retry_tokens >= 50


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock on the wall that jumps an hour forth or back whenever somebody looks at it."""
    jumps = itertools.cycle([HOUR, -HOUR])
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + next(jumps))
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("wall_clock")
async def test_the_wall_clock_jumps(server: FaultServer, client_of: MakeClient) -> None:
    """103a. A clock on the wall that jumps changes no age, no pause and no deadline."""
    document = Send(ok(STATISTICS))
    server.in_turn(document, Send(status(429, Retry_After=0)), Send(ok(WORKSPACE)), Stall())
    client = client_of(server, timeouts=Timeouts(total=1.0, attempt=0.1))
    started = asyncio.get_running_loop().time()

    await statistics(client)
    assert (await statistics_of(client).fetch_cached()).status.hit
    await read(client)
    error = await failing(read(client), CallTimeoutError)

    assert error.attempts == 4
    assert 0.4 <= asyncio.get_running_loop().time() - started < 3.0
    assert len(server.requests) == 3 + 4


@in_virtual_time
async def test_the_computer_slept() -> None:
    """103b. After an hour's sleep calls are over, answers are too old, and the next ones work."""
    loop = virtual_loop()
    cache = Cache(POLICY, loop.time, chance=middle)
    answers = itertools.count()

    async def load() -> str:
        return str(next(answers))

    await fetch(cache, load)
    scene = Scene(admission=Admission(1))
    assert scene.desk.try_enter()
    call = asyncio.create_task(scene.error(READ))
    await asyncio.sleep(1.0)

    loop.hold_up(HOUR)

    error = await call
    assert isinstance(error, CallTimeoutError)
    assert (error.phase, error.attempts) == ("queue", 0)
    scene.desk.leave()
    assert loop.time() == 1.0 + HOUR
    assert (await fetch(cache, load)).value == "1"
    await scene.send(READ)
    await cache.aclose()


class _Interrupting:
    """A listener that raises once, as Ctrl-C does wherever it strikes."""

    def __init__(self, error: type[BaseException], kind: type[object]) -> None:
        self._error = error
        self._kind = kind
        self.struck = False

    def __call__(self, event: object) -> None:
        if isinstance(event, self._kind) and not self.struck:
            self.struck = True
            raise self._error


class _Runs:
    """A loop that is run several times, with a server and a client whose listener interrupts it."""

    def __init__(self, listener: _Interrupting) -> None:
        self.loop = asyncio.new_event_loop()
        self._server = FaultServer()
        self._listener = listener

    def __enter__(self) -> Self:
        self.loop.run_until_complete(self._server.__aenter__())
        self._server.on_request(Send(ok(STATISTICS)), when=asks_for_statistics)
        self._server.on_request(Send(ok(WHOLE)))
        self.client = TaskRouterClient(
            ACCOUNT_SID,
            CANARY,
            base_url=self._server.base_url,
            timeouts=SHORT,
            on_request_event=self._listener,
            on_cache_event=self._listener,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.run_until_complete(self._server.stop())
        self.loop.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_request(error: type[BaseException]) -> None:
    """104a. An interrupt in a listener comes out; in the loop's next run every permit is there."""
    with _Runs(_Interrupting(error, RequestStarted)) as runs:
        with pytest.raises(error):
            runs.loop.run_until_complete(read(runs.client))

        assert runs.client.limits().in_flight == 0
        runs.loop.run_until_complete(read(runs.client))


@pytest.mark.parametrize("event", [RequestStarted, LoadSucceeded])
def test_an_interrupt_in_a_shared_request(event: type[RequestEvent | CacheEvent]) -> None:
    """104b. If a shared request is struck, whoever waits for it is told in the loop's next run."""
    with _Runs(_Interrupting(KeyboardInterrupt, event)) as runs:
        call = runs.loop.create_task(statistics(runs.client))
        with pytest.raises(KeyboardInterrupt):
            runs.loop.run_until_complete(call)

        assert runs.client.limits().in_flight == 0
        (outcome,) = runs.loop.run_until_complete(_outcomes(call))
        assert isinstance(outcome, LoadAbortedError | WorkspaceRealTimeStatistics)
        runs.loop.run_until_complete(statistics(runs.client))


async def _outcomes(call: Awaitable[object]) -> list[object]:
    soon = asyncio.wait_for(call, 0.5)
    return list(await asyncio.gather(soon, return_exceptions=True))


async def test_a_listener_that_raises(
    server: FaultServer, aftermath: Aftermath, caplog: pytest.LogCaptureFixture
) -> None:
    """105a. What a listener raises reaches no call: each time there is one line in the log."""
    server.in_turn(Send(status(503)), Send(ok(WORKSPACE)))

    def listener(_: RequestEvent) -> None:
        raise ZeroDivisionError

    client = aftermath.watch_client(_listened(server, listener))

    await read(client)

    told = [each for each in caplog.records if each.name == "taskrouter_async.hooks"]
    assert len(told) == 5  # two requests with their ends, and a retry
    assert {each.levelno for each in told} == {logging.ERROR}


async def test_a_listener_that_blocks(server: FaultServer, aftermath: Aftermath) -> None:
    """105b. A listener that blocks costs its own time and nothing else."""
    server.on_request(Send(ok(WORKSPACE)))
    client = aftermath.watch_client(_listened(server, lambda _: time.sleep(0.01)))

    await asyncio.gather(*(read(client) for _ in range(5)))

    assert len(server.requests) == 5


async def test_a_listener_that_calls_back(server: FaultServer, aftermath: Aftermath) -> None:
    """105c. A listener may call back into the client, even with one connection for all."""
    server.on_request(Send(ok(STATISTICS)), when=asks_for_statistics)
    server.on_request(Send(ok(WHOLE)))
    calls: list[asyncio.Task[object]] = []

    def listener(event: RequestEvent | CacheEvent) -> None:
        assert client.limits().in_flight <= 1
        if len(calls) < 9:
            handle = statistics_of(client)
            again = (read(client), handle.invalidate(), handle.fetch())
            calls.extend(map(asyncio.create_task, again))

    pool = aftermath.watch(SessionPool(max_connections=1))
    client = TaskRouterClient(
        ACCOUNT_SID,
        CANARY,
        base_url=server.base_url,
        pool=pool,
        on_request_event=listener,
        on_cache_event=listener,
    )
    aftermath.watch_client(client)

    await statistics(client)
    await asyncio.gather(*calls)

    assert len(calls) == 9
    assert len(server.connections) == 1
