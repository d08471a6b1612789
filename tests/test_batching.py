"""Requests for single queues travel together, and nobody but the service notices."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from math import ceil
from typing import cast

import pytest
from attrs import evolve
from bulk_service import WORKSPACE_SIDS, BulkService, queue_sid
from hypothesis import given
from hypothesis import strategies as st
from shared.fake_level import FakeLevel, FakeServer, FakeShared
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, TASK_QUEUE_SID, attempts_over, settle
from virtual_loop import VirtualLoop, in_virtual_time, virtual_loop

from taskrouter_async import CachePolicy, RetryPolicy, TaskRouterClient
from taskrouter_async._cache import Cache, Owner
from taskrouter_async._cache.names import Names
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.bulk import bulk_call
from taskrouter_async._protocol.operation import Call
from taskrouter_async.config import BASE_URL
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    IdentityMismatchError,
    MissingItemError,
    ServerError,
)
from taskrouter_async.models import TaskQueueRealTimeStatistics
from taskrouter_async.polling import Poller
from taskrouter_async.resources import Workspaces
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.resources.task_queues import FETCH_REAL_TIME_STATISTICS
from taskrouter_async.resources.task_queues_statistics import FETCH_BULK
from taskrouter_async.sandbox import RateLimits, Sandbox
from taskrouter_async.shared_cache import Acquired

Handle = RealTimeStatistics[TaskQueueRealTimeStatistics]

POLICY = CachePolicy(batch_queues=True, jitter=0.0)
FIRST, *OTHERS = WORKSPACE_SIDS


class _Scene:
    """An engine before a service, and the handles that it reads for."""

    def __init__(
        self, policy: CachePolicy = POLICY, *, seconds: float = 0.01, total_seconds: float = 10.0
    ) -> None:
        self.service = BulkService(seconds)
        self.engine = Engine(
            attempts_over(self.service, RetryPolicy(max_retries=1, backoff=(0.0, 0.0))),
            Cache(
                policy,
                virtual_loop().time,
                owner=Owner(BASE_URL, ACCOUNT_SID, ACCOUNT_SID),
            ),
            account_sid=ACCOUNT_SID,
            base_url=BASE_URL,
            total_seconds=total_seconds,
        )

    def handle(self, number: int, workspace_sid: str = FIRST) -> Handle:
        return (
            Workspaces(self.engine)(workspace_sid)
            .task_queues(queue_sid(number))
            .real_time_statistics
        )

    async def fetch(self, numbers: Iterable[int]) -> list[TaskQueueRealTimeStatistics]:
        return await asyncio.gather(*(self.handle(number).fetch() for number in numbers))

    async def outcomes(self, numbers: Iterable[int]) -> list[object]:
        fetches = (self.handle(number).fetch() for number in numbers)
        return [*await asyncio.gather(*fetches, return_exceptions=True)]

    @property
    def sizes(self) -> list[int]:
        """How many queues each bulk call asked for."""
        return [len(sids) for _, _, sids in self.service.bulk_calls]


@in_virtual_time
async def test_fifty_queues_travel_in_one_call() -> None:
    """200 queues asked for at once are four calls; each caller gets the numbers of its own."""
    scene = _Scene()

    found = await scene.fetch(range(200))

    assert scene.sizes == [50, 50, 50, 50]
    assert len(scene.service.requests) == 4
    assert [each.total_tasks for each in found] == [*range(200)]
    assert [each.task_queue_sid for each in found] == [queue_sid(n) for n in range(200)]
    await scene.engine.aclose()


@in_virtual_time
async def test_an_item_looks_like_an_answer_of_its_own() -> None:
    """Account and workspace are there and so is what is new; the two missing members are None."""
    scene = _Scene()
    scene.service.each[queue_sid(7)] = {"hue": "red"}

    (found,) = await scene.fetch([7])

    assert (found.account_sid, found.workspace_sid) == (ACCOUNT_SID, FIRST)
    assert found.longest_relative_task_age_in_queue is None
    assert found.longest_relative_task_sid_in_queue is None
    assert found.extra == {"hue": "red"}
    assert found.to_dict()["task_queue_sid"] == queue_sid(7)
    assert found.response is not None
    assert found.response.path == "/v1/Workspaces/{WorkspaceSid}/TaskQueues/RealTimeStatistics"
    await scene.engine.aclose()


@in_virtual_time
async def test_an_item_is_kept_like_any_answer() -> None:
    """It is fresh for its time; all that are stale are served while one call renews them."""
    scene = _Scene()
    handles = [scene.handle(number) for number in range(20)]
    first = [await handle.fetch() for handle in handles[:1]] + await scene.fetch(range(1, 20))

    assert [handle.peek() for handle in handles] == first
    await asyncio.sleep(5.0)
    stale = [await handle.fetch_cached() for handle in handles]
    await asyncio.sleep(1.0)

    assert [each.value for each in stale] == first
    assert {each.status.detail for each in stale} == {"stale-while-revalidate"}
    assert scene.sizes == [1, 19, 20]
    assert all(handle.peek() is not None for handle in handles)
    await scene.engine.aclose()


def test_processes_share_items_with_those_who_batch_only() -> None:
    """Items lack members, so the shared level keeps them and whole answers under two names."""
    owner = Owner(BASE_URL, ACCOUNT_SID, ACCOUNT_SID)
    sids = (("WorkspaceSid", FIRST), ("TaskQueueSid", TASK_QUEUE_SID))
    single = Call(FETCH_REAL_TIME_STATISTICS, sids)
    voice = Call(FETCH_REAL_TIME_STATISTICS, sids, (("TaskChannel", "voice"),))
    bulk = bulk_call(FETCH_BULK, sids[:1], [TASK_QUEUE_SID])
    alone, batching = Names(owner, "").of, Names(owner, "", batches=True).of

    assert len({batching(single), alone(single), alone(bulk)}) == 3
    assert batching(voice) == alone(voice)
    assert batching(bulk) == alone(bulk)


@pytest.mark.parametrize("policy", [CachePolicy(), CachePolicy(batch_queues=True, ttl=0)])
@in_virtual_time
async def test_without_the_switch_or_sharing_each_travels_alone(policy: CachePolicy) -> None:
    """By default, and where a request shall serve nobody else, each queue is a request."""
    scene = _Scene(policy)

    found = await scene.fetch(range(3))

    assert scene.sizes == []
    assert len(scene.service.requests) == 3
    assert {each.longest_relative_task_age_in_queue for each in found} == {7}
    await scene.engine.aclose()


@in_virtual_time
async def test_what_a_bulk_call_cannot_say_travels_alone() -> None:
    """It knows no channel; and ``no_store`` asks for a request that nobody shares."""
    scene = _Scene()

    await asyncio.gather(
        scene.handle(1).fetch(),
        scene.handle(1).fetch(task_channel="voice"),
        scene.handle(1)(task_channel="voice").fetch(),
        scene.handle(1).fetch(no_store=True),
    )

    targets = Counter(request.target.partition("?")[2] for request in scene.service.requests)
    assert scene.sizes == [1]
    assert targets == {"": 2, "TaskChannel=voice": 1}
    await scene.engine.aclose()


@in_virtual_time
async def test_two_who_ask_for_one_queue_share_its_item() -> None:
    """A queue stands in a call once, even if the cache is told to forget it while it waits."""
    scene = _Scene()
    handle = scene.handle(777)
    await scene.fetch(range(200))

    callers = [asyncio.create_task(handle.fetch()) for _ in range(2)]
    await settle()
    await handle.invalidate()
    callers.append(asyncio.create_task(handle.fetch()))
    found = await asyncio.gather(*callers)

    assert [each.total_tasks for each in found] == [777] * 3
    assert scene.sizes == [50, 50, 50, 50, 1]
    assert scene.service.bulk_calls[-1][0] == pytest.approx(0.8)
    await scene.engine.aclose()


@in_virtual_time
async def test_a_queue_that_is_left_out_is_an_error_of_its_own() -> None:
    """Who asked for it learns of it, and everybody else gets their answer."""
    scene = _Scene()
    scene.service.left_out.add(queue_sid(2))

    one, missing, again, three = await scene.outcomes([1, 2, 2, 3])

    assert isinstance(missing, MissingItemError)
    assert isinstance(again, MissingItemError)
    assert missing is not again
    assert missing.response is not None
    assert missing.response.status == 200
    assert [cast("TaskQueueRealTimeStatistics", each).total_tasks for each in (one, three)] == [
        1,
        3,
    ]
    await scene.engine.aclose()


@in_virtual_time
async def test_an_answer_without_items_leaves_all_out() -> None:
    """An empty bulk answer is no answer to anybody."""
    scene = _Scene()
    scene.service.whole = {"task_queue_data": None}

    assert {type(each) for each in await scene.outcomes(range(3))} == {MissingItemError}
    await scene.engine.aclose()


@pytest.mark.parametrize(
    "whole", [{"account_sid": OTHER_ACCOUNT_SID}, {"workspace_sid": OTHERS[0]}]
)
@in_virtual_time
async def test_a_foreign_bulk_answer_is_refused(whole: dict[str, object]) -> None:
    """Another account's or workspace's figures reach nobody and are not kept."""
    scene = _Scene()
    scene.service.whole = whole

    assert {type(each) for each in await scene.outcomes(range(3))} == {IdentityMismatchError}
    assert [scene.handle(number).peek() for number in range(3)] == [None] * 3
    await scene.engine.aclose()


@in_virtual_time
async def test_a_foreign_item_is_refused_alone() -> None:
    """An item that says whose it is has to say the right thing."""
    scene = _Scene()
    scene.service.each[queue_sid(2)] = {"account_sid": OTHER_ACCOUNT_SID}

    one, foreign, three = await scene.outcomes([1, 2, 3])

    assert isinstance(foreign, IdentityMismatchError)
    assert isinstance(one, TaskQueueRealTimeStatistics)
    assert isinstance(three, TaskQueueRealTimeStatistics)
    await scene.engine.aclose()


@in_virtual_time
async def test_an_answer_with_another_queue_instead_is_no_answer() -> None:
    """The figures of a queue that was not asked for go to nobody."""
    scene = _Scene()
    scene.service.each[queue_sid(2)] = {"task_queue_sid": TASK_QUEUE_SID}

    one, lost = await scene.outcomes([1, 2])

    assert isinstance(one, TaskQueueRealTimeStatistics)
    assert isinstance(lost, MissingItemError)
    await scene.engine.aclose()


@in_virtual_time
async def test_a_failure_is_everybodys_and_each_has_an_error_object() -> None:
    """Each queue is left alone for a while after it, as after a failure of its own."""
    scene = _Scene()
    scene.service.status = 500

    first = await scene.outcomes(range(3))
    second = await scene.outcomes(range(3))

    assert {type(each) for each in first + second} == {ServerError}
    assert len({id(each) for each in first + second}) == 6
    assert len({id(cast("ServerError", each).__cause__) for each in first}) == 3
    assert scene.sizes == [3, 3]  # the call and its retry
    await scene.engine.aclose()


@in_virtual_time
async def test_a_call_that_hangs_is_tried_once_more_for_all() -> None:
    """After two seconds the whole call is sent again, and not each queue by itself."""
    scene = _Scene()
    scene.service.hangs = 2

    found = await scene.fetch(range(60))

    assert [each.total_tasks for each in found] == [*range(60)]
    assert [(at, len(sids)) for at, _, sids in scene.service.bulk_calls] == [
        (0.0, 50),
        (0.2, 10),
        (2.0, 50),
        (2.2, 10),
    ]
    assert {each.response.attempts for each in found if each.response} == {2}
    await scene.engine.aclose()


@in_virtual_time
async def test_a_service_that_is_silent_is_waited_for_as_long_as_ever() -> None:
    """At the end of the time for a load everybody gets the timeout."""
    scene = _Scene()
    scene.service.hangs = 99

    assert {type(each) for each in await scene.outcomes(range(3))} == {CallTimeoutError}
    assert virtual_loop().time() == 5.0
    await scene.engine.aclose()


@in_virtual_time
async def test_single_requests_one_after_the_other_become_few_calls() -> None:
    """A poller over 300 queues asks 60 times a second; the service gets five calls a second."""
    scene = _Scene()
    handles = [scene.handle(number) for number in range(300)]
    seen: set[int] = set()

    async with Poller(handles, every=5.0) as updates:
        async for update in updates:
            assert update.error is None
            seen.add(handles.index(cast("Handle", update.handle)))
            if virtual_loop().time() > 15:
                break

    times = [at for at, _, _ in scene.service.bulk_calls]
    assert seen == {*range(300)}
    assert len(times) <= 4 + 5 * 15 + 1
    assert min(later - at for at, later in pairwise(times[4:])) > 0.19
    await scene.engine.aclose()


@in_virtual_time
async def test_a_crowd_leaves_at_the_pace_that_the_service_allows() -> None:
    """A call goes each fifth of a second; a workspace waits for no other."""
    scene = _Scene()

    fetches = [
        scene.handle(number, each).fetch() for each in WORKSPACE_SIDS for number in range(400)
    ]
    await asyncio.gather(*fetches)

    for workspace_sid in WORKSPACE_SIDS:
        times = [at for at, where, _ in scene.service.bulk_calls if where == workspace_sid]
        assert times == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4])
    await asyncio.sleep(2.0)
    assert len(scene.engine._gatherer) == 0
    await scene.engine.aclose()


@in_virtual_time
async def test_who_has_given_up_is_not_asked_for() -> None:
    """Calls whose time is over before their turn comes cost no request."""
    scene = _Scene(total_seconds=0.3)

    outcomes = await scene.outcomes(range(500))
    await asyncio.sleep(5.0)

    assert Counter(type(each) for each in outcomes) == {
        TaskQueueRealTimeStatistics: 100,
        CallTimeoutError: 400,
    }
    assert scene.sizes == [50] * 2
    timeout = next(each for each in outcomes if isinstance(each, CallTimeoutError))
    assert timeout.seconds == pytest.approx(0.3)
    assert (timeout.phase, timeout.maybe_sent) == ("queue", False)
    assert len(scene.engine._gatherer) == 0
    await scene.engine.aclose()


@in_virtual_time
async def test_a_place_in_a_bulk_call_is_waited_for_no_longer_than_a_lease_lasts() -> None:
    """Who would get one later gives up and asks for no other process's key."""
    server = FakeServer(virtual_loop().time)
    scene = _Scene(evolve(POLICY, load_timeout=0.3, shared=FakeShared(server)))

    outcomes = await scene.outcomes(range(500))
    await asyncio.sleep(5.0)

    assert {type(each) for each in outcomes} == {TaskQueueRealTimeStatistics, CallTimeoutError}
    came = sum(scene.sizes)
    stats = scene.engine._cache.stats()
    assert (stats.leases_won, stats.leases_lost, stats.shared_stores) == (500, 0, came)
    await scene.engine.aclose()


class _FarAway(FakeLevel):
    """A level that takes a few milliseconds for an answer."""

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        await asyncio.sleep(0.004)
        return await super().acquire(name, token, lease_ms=lease_ms, stale_ms=stale_ms)


def _sharing(server: FakeServer) -> CachePolicy:
    return evolve(POLICY, shared=FakeShared(server, make=_FarAway))


@in_virtual_time
async def test_who_has_to_get_a_lease_first_travels_with_the_others() -> None:
    """200 queues of a cold fleet are four calls at the service's pace, each as full as can be."""
    scene = _Scene(_sharing(FakeServer(virtual_loop().time)))

    found = await scene.fetch(range(200))

    assert [each.total_tasks for each in found] == [*range(200)]
    assert scene.sizes == [50, 50, 50, 50]
    times = [at for at, _, _ in scene.service.bulk_calls]
    assert times[0] < 0.05
    assert {round(later - at, 3) for at, later in pairwise(times)} == {0.2}
    assert scene.engine._cache.stats().leases_won == 200
    await scene.engine.aclose()


@in_virtual_time
async def test_a_call_departs_as_soon_as_nobody_else_can_come() -> None:
    """Whoever finds an answer at the level does not come, and is not waited for."""
    server = FakeServer(virtual_loop().time)
    scene, other = _Scene(_sharing(server)), _Scene(_sharing(server))
    await scene.fetch(range(10, 30))
    await asyncio.sleep(0.1)
    began = virtual_loop().time()

    found = await other.fetch(range(30))

    assert [each.total_tasks for each in found] == [*range(30)]
    assert [(round(at - began, 3), len(sids)) for at, _, sids in other.service.bulk_calls] == [
        (0.02, 10)
    ]
    for each in (scene, other):
        await each.engine.aclose()


@in_virtual_time
async def test_a_call_waits_for_others_no_longer_than_the_service_would_make_it() -> None:
    """Where somebody is always on the way, it departs after a fifth of a second."""
    scene = _Scene(_sharing(FakeServer(virtual_loop().time)))
    await scene.fetch([0])
    await asyncio.sleep(1.0)
    began = virtual_loop().time()

    async def stream(number: int) -> None:
        await asyncio.sleep(number * 0.003)
        await scene.handle(number, OTHERS[number % 2]).fetch()

    first = asyncio.create_task(scene.handle(1).fetch())
    await asyncio.gather(*(stream(number) for number in range(1, 100)))

    assert (await first).total_tasks == 1
    at = [at for at, where, _ in scene.service.bulk_calls if where == FIRST][-1]
    assert at - began == pytest.approx(0.2, abs=0.01)
    await scene.engine.aclose()


@in_virtual_time
async def test_closing_ends_who_waits_for_others() -> None:
    """At a gate that has not opened yet, too: nothing is sent any more."""
    scene = _Scene(evolve(_sharing(FakeServer(virtual_loop().time)), close_grace=0.0))
    callers = [asyncio.create_task(scene.handle(number).fetch()) for number in range(30)]
    await asyncio.sleep(0.01)
    waiting = len(scene.engine._gatherer)

    await scene.engine.aclose()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    await asyncio.sleep(1.0)

    assert waiting == 1
    assert {type(each) for each in outcomes} == {ClosedError}
    assert scene.sizes == []


@in_virtual_time
async def test_who_leaves_harms_nobody() -> None:
    """Cancelled callers' queues are asked for all the same, and kept for whoever comes next."""
    scene = _Scene()
    callers = [asyncio.create_task(scene.handle(number).fetch()) for number in range(10)]
    await settle()

    for caller in callers[::2]:
        caller.cancel()
    stayed = await asyncio.gather(*callers[1::2])

    assert [each.total_tasks for each in stayed] == [1, 3, 5, 7, 9]
    assert all(caller.cancelled() for caller in callers[::2])
    assert all(scene.handle(number).peek() is not None for number in range(10))
    assert scene.sizes == [10]
    await scene.engine.aclose()


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 20])
@in_virtual_time
async def test_closing_ends_who_waits(turns: int) -> None:
    """At the gate or in the air: after the grace everybody gets a ClosedError, nothing is left."""
    scene = _Scene(CachePolicy(batch_queues=True, close_grace=0.05), seconds=1.0)
    callers = [asyncio.create_task(scene.handle(number).fetch()) for number in range(300)]
    await settle(1 + turns)

    await scene.engine.aclose()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    sent = len(scene.sizes)
    await asyncio.sleep(5.0)

    assert {type(each) for each in outcomes} == {ClosedError}
    assert len(scene.sizes) == sent <= 4
    assert len(scene.engine._gatherer) == 0
    with pytest.raises(ClosedError):
        await scene.handle(1).fetch()
    await scene.engine.aclose()


@in_virtual_time
async def test_closing_leaves_nobody_at_the_gate() -> None:
    """Even if the cache could not end those who wait first, they end and nothing is sent."""
    scene = _Scene()
    caller = asyncio.create_task(scene.handle(1).fetch())
    await settle(2)

    await scene.engine._gatherer.aclose()
    await scene.engine.aclose()

    assert type(caller.exception()) is ClosedError
    assert scene.service.requests == []


@in_virtual_time
async def test_closing_gives_what_is_in_the_air_its_grace() -> None:
    """A bulk call that ends within the grace still brings everybody their answer."""
    scene = _Scene(seconds=0.5)
    callers = [asyncio.create_task(scene.handle(number).fetch()) for number in range(60)]
    await settle()

    await scene.engine.aclose()

    assert [each.total_tasks for each in await asyncio.gather(*callers)] == [*range(60)]


@in_virtual_time
async def test_closing_ends_a_call_that_serves_nobody() -> None:
    """What is fetched in the background, or for callers who left, is cancelled at once."""
    scene = _Scene(seconds=3.0)
    caller = asyncio.create_task(scene.handle(1).fetch())
    await settle()
    caller.cancel()
    await settle()

    await scene.engine.aclose()

    assert virtual_loop().time() == 0.0
    assert scene.sizes == [1]


Fetch = tuple[int, int, bool]


@given(st.lists(st.tuples(st.sampled_from(range(4)), st.integers(0, 120), st.booleans())))
def test_whatever_is_asked_for_at_once_everybody_gets_their_own(fetches: list[Fetch]) -> None:
    """Over several workspaces, with cancels: as few calls as fifty queues each make possible."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_everybody_gets_their_own(fetches))
        assert not asyncio.all_tasks(loop)
    assert not loop.complaints


async def _everybody_gets_their_own(fetches: list[Fetch]) -> None:
    scene = _Scene()
    callers = [
        asyncio.create_task(scene.handle(number, WORKSPACE_SIDS[place]).fetch())
        for place, number, _ in fetches
    ]
    await settle()
    for caller, (_, _, leaves) in zip(callers, fetches, strict=True):
        if leaves:
            caller.cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)

    for outcome, (place, number, leaves) in zip(outcomes, fetches, strict=True):
        if leaves:
            assert isinstance(outcome, asyncio.CancelledError)
            continue
        assert isinstance(outcome, TaskQueueRealTimeStatistics)
        assert outcome.workspace_sid == WORKSPACE_SIDS[place]
        assert outcome.total_tasks == number
    asked = {(place, number) for place, number, _ in fetches}
    distinct = Counter(WORKSPACE_SIDS[place] for place, _ in asked)
    calls = Counter(workspace_sid for _, workspace_sid, _ in scene.service.bulk_calls)
    assert calls == {sid: ceil(count / 50) for sid, count in distinct.items()}
    await scene.engine.aclose()


async def test_200_queues_of_a_sandbox_are_four_calls_within_its_limits() -> None:
    """Over real HTTP, with the vendor's limits on, every caller gets the queue that they named."""
    async with (
        Sandbox(workspaces=1, rate_limits=RateLimits(general=1000)) as sandbox,
        TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url, cache=POLICY
        ) as client,
    ):
        queues = client.workspaces(sandbox.workspace_sids[0]).task_queues
        made = [await queues.create(friendly_name=f"Queue {number}") for number in range(200)]
        before = Counter(sandbox.request_counts)

        found = await asyncio.gather(
            *(queues(each.sid).real_time_statistics.fetch() for each in made)
        )

        sent = Counter(sandbox.request_counts) - before
        assert [each.task_queue_sid for each in found] == [each.sid for each in made]
        assert sum(sent.values()) == 4
