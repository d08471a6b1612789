"""The caller loses interest: at any moment, alone or with others, by itself or by a time limit."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from attempts.scene import READ, answer
from faults.aftermath import Aftermath, MakeClient
from faults.answers import WORKSPACE, ok, status
from faults.bodies import WHOLE, body_for
from faults.cached import STATISTICS, asks_for_statistics, statistics, statistics_of
from faults.calls import Ask, create, read
from faults.fault_server import FaultServer
from faults.steps import Pause, Send, Stall
from hypothesis import given
from hypothesis import strategies as st
from support import ACCOUNT_SID, FakeTransport, settle

from taskrouter_async import SessionPool
from taskrouter_async._admission import Admission
from taskrouter_async._attempts import Attempts
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.config import RetryPolicy, Timeouts


async def _cancelled_after(turns: int, call: Awaitable[object]) -> bool:
    """Cancel a call after so many turns of the loop; return whether it was still under way."""
    task = asyncio.ensure_future(call)
    for _ in range(turns):
        await asyncio.sleep(0)
    under_way = task.cancel()
    await asyncio.wait({task})
    assert task.cancelled() is under_way, "a cancellation was swallowed"
    return under_way


async def _sweep(begin: Callable[[], Awaitable[object]], pool: SessionPool) -> int:
    """Cancel one call after another, each a turn later, until one has ended before.

    Returns:
        At how many points calls were cancelled.
    """
    turns = 0
    while await _cancelled_after(turns, begin()):
        turns += 1
        async with asyncio.timeout(5):
            while pool.admission.in_flight:  # an answer that others could share is awaited
                await asyncio.sleep(0)
    return turns


@pytest.mark.parametrize("ask", [read, create, statistics])
async def test_a_call_can_be_cancelled_anywhere(
    ask: Ask, server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """93a. Cancelled at whatever point, a call ends cancelled, and nothing of it is left."""
    server.on_request(Send(ok(STATISTICS)), when=asks_for_statistics)
    server.on_request(Send(ok(body_for(ask))))
    pool = aftermath.watch(SessionPool())

    points = await _sweep(lambda: ask(client_of(server, pool=pool)), pool)

    assert points > 5


async def test_an_answer_from_memory_can_be_cancelled(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """93b. An answer that is in memory comes at once: only before its first step it is too late."""
    server.on_request(Send(ok(STATISTICS)))
    pool = aftermath.watch(SessionPool())
    client = client_of(server, pool=pool)
    await statistics(client)

    assert await _sweep(lambda: statistics(client), pool) == 1
    assert server.counts == (1, 1)


async def test_who_waits_for_a_turn_can_be_cancelled(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """93c. Cancelled in the queue or when its turn has come, a call takes nobody's turn along."""
    server.on_request(Send(ok(WHOLE)))
    pool = aftermath.watch(SessionPool(max_connections=1))
    client = client_of(server, pool=pool)

    async def after_another() -> None:
        first = asyncio.create_task(read(client))
        second = asyncio.create_task(read(client))
        try:
            await second
        finally:
            await asyncio.wait({first, second})
            assert first.exception() is None

    assert await _sweep(after_another, pool) > 10
    assert client.limits().waiting == 0
    await read(client)


class _Service:
    """Answers each request when the test says so; a request that was given up is forgotten."""

    def __init__(self) -> None:
        self.open: list[asyncio.Future[Response]] = []

    async def __call__(self, _: Request) -> Response:
        gate: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.open.append(gate)
        try:
            return await gate
        finally:
            self.open.remove(gate)

    def answer_first(self) -> None:
        """Answer the request that has waited for longest."""
        waiting = [gate for gate in self.open if not gate.done()]
        if waiting:
            waiting[0].set_result(answer())


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 4))), max_size=5))
def test_an_answer_and_a_cancellation_at_once(ticks: list[tuple[bool, set[int]]]) -> None:
    """94. When an answer and a cancellation come in the same moment, no permit is lost or doubled.

    Five calls share two permits. In each moment one may be answered, and any may be cancelled.
    """
    asyncio.run(_share_two_permits(ticks))


async def _share_two_permits(ticks: list[tuple[bool, set[int]]]) -> None:
    service, admission = _Service(), Admission(2)
    desk = admission.desk(ACCOUNT_SID)
    attempts = Attempts(FakeTransport(service), desk, RetryPolicy(), Timeouts())
    deadline = asyncio.get_running_loop().time() + 30.0
    calls = [asyncio.create_task(attempts.send(READ, deadline)) for _ in range(5)]
    await settle(5)
    for answers, cancelled in ticks:
        if answers:
            service.answer_first()
        for which in cancelled:
            calls[which].cancel()
        await settle(5)
        assert admission.in_flight == desk.in_flight == len(service.open)
        assert len(service.open) == min(2, sum(not call.done() for call in calls))
    while service.open:
        service.answer_first()
        await settle(5)
    assert all(call.done() for call in calls)
    assert (admission.in_flight, desk.limits().waiting) == (0, 0)


async def test_whoever_came_first_may_leave(server: FaultServer, client_of: MakeClient) -> None:
    """95a. When whoever caused a shared request is cancelled, all others get its answer."""
    server.on_request([Pause(0.05), Send(ok(STATISTICS))])
    client = client_of(server)
    first, *others = [asyncio.create_task(statistics(client)) for _ in range(5)]
    await server.until(lambda: len(server.requests) == 1)

    first.cancel()
    await asyncio.wait({first})

    assert first.cancelled()
    assert len({id(answer) for answer in await asyncio.gather(*others)}) == 1
    assert server.counts == (1, 1)


async def test_everybody_may_leave(server: FaultServer, client_of: MakeClient) -> None:
    """95b. A shared request that nobody waits for any more lands, and its answer is kept."""
    server.on_request([Pause(0.05), Send(ok(STATISTICS))])
    client = client_of(server)
    callers = [asyncio.create_task(statistics(client)) for _ in range(5)]
    await server.until(lambda: len(server.requests) == 1)

    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    assert all(caller.cancelled() for caller in callers)
    await server.until(lambda: client.cache.stats().entries == 1)
    found = await statistics_of(client).fetch_cached()

    assert found.status.hit
    assert server.counts == (1, 1)


@pytest.mark.parametrize("ask", [read, create, statistics])
async def test_a_time_limit_of_the_callers(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """96a. The caller's own time limit raises its own error and leaves the task as it was."""
    server.on_request(Stall())
    client = client_of(server)
    task = asyncio.current_task()

    await _runs_out_of_patience(ask(client))

    assert task is not None
    assert task.cancelling() == 0
    await client.aclose()


async def test_a_time_limit_between_two_attempts(
    server: FaultServer, client_of: MakeClient
) -> None:
    """96b. Between two attempts and in the queue it does just the same."""
    server.in_turn(Send(status(429, Retry_After=3)), Send(ok(WORKSPACE)))
    client = client_of(server)
    between = asyncio.create_task(_runs_out_of_patience(read(client)))
    await server.until(lambda: client.limits().concurrency_limit < 10)

    await asyncio.gather(between, _runs_out_of_patience(read(client)))

    assert server.counts == (1, 1)


async def _runs_out_of_patience(call: Awaitable[object]) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.05):
            await call
    assert type(caught.value) is TimeoutError
