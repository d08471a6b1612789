"""What a fleet does with a level that works: it asks once, and shares failures too."""

import asyncio

import pytest
from attrs import evolve
from shared.fake_level import FakeLevel
from shared.fleet import NAME, POLICY, Answer, Process, answer, fleet
from support import OTHER_ACCOUNT_SID, settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._level import Notice
from taskrouter_async.errors import (
    AuthenticationError,
    BadRequestError,
    CacheMissError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
)
from taskrouter_async.models import LoadStarted, SharedRejected


@in_virtual_time
async def test_a_fleet_asks_once() -> None:
    """Of four processes that ask at the same time one sends a request, and all get its answer."""
    ships = fleet(4)
    callers = [ships.start(number) for number in range(4)]
    await asyncio.sleep(0.05)
    ships.service.succeed(answer(7))
    answers = [await caller for caller in callers]

    assert ships.service.started == 1
    assert [each.value.total_tasks for each in answers] == [7, 7, 7, 7]
    assert sorted(each.status.source for each in answers) == ["l2", "l2", "l2", "origin"]
    assert {(each.status.fwd, each.status.hit, each.status.stored) for each in answers} == {
        ("miss", False, True)
    }
    await ships.aclose()


@in_virtual_time
async def test_counts_and_events_tell_requests_from_what_others_got() -> None:
    """What came from another process is no load: no event tells of one."""
    ships = fleet(2)
    await ships.fill()
    await ships.fetch(1)
    one, other = ships.processes

    assert (one.stats.loads_started, one.stats.leases_won, one.stats.shared_stores) == (1, 1, 1)
    assert (one.stats.shared_misses, one.stats.shared_hits) == (1, 0)
    assert (other.stats.loads_started, other.stats.shared_hits, other.stats.load_seconds) == (
        0,
        1,
        0,
    )
    assert [type(event) for event in one.events][:1] == [LoadStarted]
    assert other.events == []
    await ships.aclose()


@in_virtual_time
async def test_age_is_counted_from_the_one_request() -> None:
    """An answer that another process got is as old here as it is there, and stale at one moment."""
    ships = fleet(2, evolve(POLICY, jitter=0.2))
    await ships.fill()
    await asyncio.sleep(2.0)

    first, second = [await ships.fetch(number) for number in range(2)]
    assert second.status.source == "l2"
    assert second.status.age == pytest.approx(first.status.age, abs=0.002)
    assert second.status.ttl == pytest.approx(first.status.ttl, abs=0.002)
    assert first.status.age + first.status.ttl == pytest.approx(4.5)
    await ships.aclose()


@in_virtual_time
async def test_the_stricter_of_two_policies_decides() -> None:
    """Who keeps answers for a shorter time asks earlier, and the others profit."""
    ships = fleet(2)
    ships.processes[1] = type(ships.processes[1])(
        ships.processes[1].shared, evolve(POLICY, ttl=1.0, stale_while_revalidate=0.0)
    )
    await ships.fill(1)
    await asyncio.sleep(2.0)

    caller = ships.start(1)
    await asyncio.sleep(0.1)
    ships.service.succeed(answer(2))
    assert (await caller).status.source == "origin"
    await ships.aclose()


@in_virtual_time
async def test_who_waits_goes_on_with_a_stale_value_while_another_is_fetched() -> None:
    """A process without an answer serves the fleet's stale one at once; its flight goes on."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(6.0)

    stale = await ships.fetch(1)
    await settle()
    again = await ships.fetch(1)

    assert (stale.status.source, stale.status.fwd) == ("l2", "miss")
    assert (stale.status.detail, stale.status.hit) == ("stale-while-revalidate", False)
    assert (again.status.source, again.status.detail) == ("l1", "stale-while-revalidate")
    ships.service.succeed(answer(2))
    await settle()
    assert (await ships.fetch(1)).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_who_must_have_a_younger_one_waits_for_it() -> None:
    """A stale value that is offered does not release a caller with max_age."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(6.0)
    content, strict = ships.start(1), ships.start(1, max_age=2.0)
    await settle(50)

    assert content.done()
    assert not strict.done()
    ships.service.succeed(answer(2))
    assert (await strict).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_a_value_too_stale_to_be_served_is_kept_for_a_failure() -> None:
    """It does not release who waits; but if the service fails it stands in."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(20.0)
    caller = ships.start(1)
    await settle(50)
    assert not caller.done()

    ships.service.fail(ServerError("no", status=503))
    served = await caller
    assert (served.value.total_tasks, served.status.detail) == (1, "stale-if-error")
    await ships.aclose()


@in_virtual_time
async def test_who_is_slow_gets_the_value_of_the_fleet() -> None:
    """After the soft timeout the stale answer that the fleet has is served."""
    ships = fleet(2)
    await ships.fill(1)
    await ships.fetch(1)
    await asyncio.sleep(20.0)

    served = await ships.fetch(1)

    assert served.status.detail == "soft-timeout"
    ships.service.succeed(answer(2))
    await ships.aclose()


@in_virtual_time
async def test_max_age_is_kept_across_the_fleet() -> None:
    """Another's answer does if it is young enough; else the lease is taken in spite of it."""
    ships = fleet(3)
    await ships.fill(1)
    await asyncio.sleep(2.0)

    assert (await ships.fetch(1, max_age=3.0)).status.source == "l2"
    caller = ships.start(2, max_age=1.0)
    await asyncio.sleep(0.1)
    ships.service.succeed(answer(2))
    assert (await caller).value.total_tasks == 2
    assert (await ships.fetch(1, max_age=0.5)).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_who_joins_with_max_age_looks_at_what_the_other_wanted() -> None:
    """The flight of a caller without wishes may bring what is too old for one who joined it."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(2.0)
    content, strict = ships.start(1), ships.start(1, max_age=1.0)
    await asyncio.sleep(0.1)

    assert (await content).value.total_tasks == 1
    assert not strict.done()
    ships.service.succeed(answer(2))
    assert (await strict).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_a_service_slower_than_its_answers_are_fresh_is_asked_one_at_a_time() -> None:
    """What is stale when it comes lands all who waited for it, however long that goes on."""
    ships = fleet(3, evolve(POLICY, ttl=1.0, stale_while_revalidate=2.0))
    now = most = asked = 0

    async def load() -> Answer:
        nonlocal now, most, asked
        now, most, asked = now + 1, max(most, now + 1), asked + 1
        await asyncio.sleep(1.5)
        now -= 1
        return answer(asked)

    async def call(process: Process) -> None:
        while virtual_loop().time() < 60.0:
            await process.fetch(load)
            await asyncio.sleep(0.05)

    await asyncio.gather(*(call(process) for process in ships.processes))

    assert most == 1
    assert asked <= 60.0 / 1.5 + 1
    await asyncio.sleep(5.0)
    await ships.aclose()


@pytest.mark.parametrize("ttl", [5.0, 0.5])
@in_virtual_time
async def test_where_nothing_changes_a_newer_answer_is_a_newer_one(ttl: float) -> None:
    """The same answer once more, byte by byte, lands all who waited for it, fresh or stale."""
    ships = fleet(3, evolve(POLICY, ttl=ttl))
    await ships.fill(7)
    await asyncio.sleep(ttl + 1.0)
    for number in range(3):
        await ships.fetch(number)  # all have the stale one, and want a newer one
    await asyncio.sleep(1.0)
    ships.service.succeed(answer(7))
    await asyncio.sleep(1.0)

    assert ships.service.started == 2
    assert [process.stats.flights for process in ships.processes] == [0, 0, 0]
    await ships.aclose()


@in_virtual_time
async def test_lost_notices_cost_one_poll() -> None:
    """Whoever hears nothing asks again after 150 milliseconds at most."""
    ships = fleet(2)
    callers = [ships.start(number) for number in range(2)]
    await asyncio.sleep(0.01)
    ships.server.drops_notices = True
    ships.service.succeed(answer(1))
    await callers[0]
    landed = virtual_loop().time()

    await callers[1]

    assert virtual_loop().time() - landed <= 0.15
    assert ships.service.started == 1
    await ships.aclose()


@in_virtual_time
async def test_a_dead_process_holds_nobody_up_for_longer_than_its_lease() -> None:
    """The lease of who was killed ends, the next one asks, and no caller sees an error."""
    ships = fleet(2)
    lease = round((POLICY.load_timeout + 0.5) * 1000)
    await FakeLevel(ships.server).acquire(NAME, "dead", lease_ms=lease, stale_ms=0)

    callers = [ships.start(number) for number in range(2)]
    await asyncio.sleep(5.6)
    ships.service.succeed(answer(1))

    assert [(await caller).value.total_tasks for caller in callers] == [1, 1]
    assert ships.service.started == 1
    await ships.aclose()


@in_virtual_time
async def test_a_lease_that_never_ends_is_not_waited_for_for_ever() -> None:
    """Who has waited for a lease and half a request asks by himself, and has time for it."""
    ships = fleet(1)
    ships.server.set_lease(NAME, "somebody", 3_600_000)
    caller = ships.start(0)
    await asyncio.sleep(7.9)
    assert ships.service.started == 0
    await asyncio.sleep(2.5)
    ships.service.succeed(answer(1))

    assert (await caller).value.total_tasks == 1
    await ships.aclose()


@in_virtual_time
async def test_the_fleet_leaves_the_service_alone_together() -> None:
    """After a 429 nobody asks until the cooldown is over, and each process says until when."""
    ships = fleet(2)
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    ships.service.fail(RateLimitedError("slow down: WS1", status=429, code=20429, retry_after=7.0))
    with pytest.raises(RateLimitedError):
        await caller
    await settle()

    with pytest.raises(RateLimitedError) as raised:
        await ships.fetch(1)
    with pytest.raises(RateLimitedError):
        await ships.fetch(1)

    assert (raised.value.status, raised.value.code) == (429, 20429)
    assert raised.value.retry_after == pytest.approx(7.0, abs=0.02)
    assert "WS1" not in str(raised.value)
    assert ships.service.started == 1
    assert ships.processes[1].stats.cooldown_served == 1
    await ships.aclose()


@in_virtual_time
async def test_pauses_double_across_the_fleet() -> None:
    """Whoever fails next counts on from where the others were."""
    ships = fleet(2)
    for number, seconds in ((0, 1.0), (1, 2.0), (0, 4.0)):
        caller = ships.start(number)
        await asyncio.sleep(0.01)
        ships.service.fail(ServerError("no", status=503))
        with pytest.raises(ServerError):
            await caller
        await settle()
        with pytest.raises(ServerError) as raised:
            await ships.fetch(1 - number)
        assert raised.value.retry_after == pytest.approx(seconds, abs=0.01)
        await asyncio.sleep(seconds + 0.01)
    await ships.aclose()


@in_virtual_time
async def test_a_stale_answer_stands_in_for_another_process_failure() -> None:
    """Who learns of a failure from the fleet serves what it has, and says why."""
    ships = fleet(2)
    await ships.fill(1)
    await ships.fetch(1)
    await asyncio.sleep(20.0)
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    ships.service.fail(ServerError("no", status=503))
    await caller

    served = await ships.fetch(1)

    assert (served.status.detail, served.status.fwd_status) == ("stale-if-error", 503)
    await ships.aclose()


@in_virtual_time
async def test_a_404_holds_for_all_but_those_who_ask_anew() -> None:
    """It is an answer like any other: remembered, and too old for a refresh."""
    ships = fleet(2)
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    ships.service.fail(NotFoundError("no such thing", status=404, code=20404))
    with pytest.raises(NotFoundError):
        await caller
    await settle()
    with pytest.raises(NotFoundError):
        await ships.fetch(1)
    assert ships.service.started == 1

    refreshed = ships.start(1, max_age=0)
    await asyncio.sleep(0.01)
    ships.service.succeed(answer(1))
    assert (await refreshed).value.total_tasks == 1
    await ships.aclose()


@in_virtual_time
@pytest.mark.parametrize(("error", "left"), [(AuthenticationError, False), (BadRequestError, True)])
async def test_a_refusal_takes_the_value_away_where_it_must(
    error: type[TaskRouterError], *, left: bool
) -> None:
    """After a 401 nobody reads on; after a 400 all is as before. Nobody is held up."""
    ships = fleet(1)
    await ships.fill(1)
    caller = ships.start(0, max_age=0)
    await asyncio.sleep(0.01)
    ships.service.fail(error("no"))
    with pytest.raises(error):
        await caller
    await settle()

    assert (NAME in ships.server.values) is left
    assert ships.server.lease(NAME) is None
    await ships.aclose()


@in_virtual_time
async def test_invalidating_reaches_the_whole_fleet() -> None:
    """What one takes back is gone everywhere, and what another was fetching is not kept."""
    ships = fleet(3)
    await ships.fill(1)
    await ships.fetch(1)
    asking = ships.start(2, max_age=0)
    await asyncio.sleep(0.01)

    ships.processes[0].cache.invalidate(ships.processes[0].slot)
    await asyncio.sleep(0.01)
    ships.service.succeed(answer(2))
    late = await asking

    assert late.value.total_tasks == 2
    assert [process.slot.entry for process in ships.processes] == [None, None, None]
    await asyncio.sleep(0.01)
    assert NAME not in ships.server.values
    await ships.aclose()


@in_virtual_time
async def test_what_is_fetched_after_an_invalidation_is_kept() -> None:
    """A process does not fall for its own notice, nor for one about what it does not hold."""
    ships = fleet(1)
    await ships.fill(1)
    process = ships.processes[0]
    process.cache.invalidate(process.slot)
    ships.server.publish(Notice("invalidate", "f" * 32, "somebody"))
    await ships.fill(2)

    assert process.slot.entry is not None
    assert process.slot.entry.value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_what_was_invalidated_is_not_believed_again() -> None:
    """Even if the level could not be told: who took an answer back never gets it again."""
    ships = fleet(2)
    await ships.fill(1)
    process = ships.processes[0]
    ships.server.trouble = "down"
    process.cache.invalidate(process.slot)
    await asyncio.sleep(0.01)
    ships.server.trouble = None
    assert NAME in ships.server.values

    caller = ships.start(0)
    await asyncio.sleep(0.01)
    ships.service.succeed(answer(2))
    assert (await caller).value.total_tasks == 2
    assert (await ships.fetch(1)).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_stale_values_from_before_an_invalidation_are_not_offered() -> None:
    """Who has to wait after it is not fobbed off with what was taken back."""
    ships = fleet(1)
    await ships.fill(1)
    await asyncio.sleep(6.0)
    process = ships.processes[0]
    ships.server.trouble = "down"
    process.cache.invalidate(process.slot)
    await asyncio.sleep(0.01)
    ships.server.trouble = None

    caller = ships.start(0)
    await settle(50)
    assert not caller.done()
    ships.service.succeed(answer(2))
    assert (await caller).value.total_tasks == 2
    await ships.aclose()


@in_virtual_time
async def test_a_new_subscription_ends_freshness_and_keeps_values() -> None:
    """An invalidation may have been missed: each answer is stale, and looked up once."""
    ships = fleet(1)
    await ships.fill(1)
    process = ships.processes[0]

    ships.server.hang_up()
    await asyncio.sleep(0.2)

    stale = await ships.fetch(0)
    await settle(50)
    fresh = await ships.fetch(0)
    assert (stale.status.detail, fresh.status.hit) == ("stale-while-revalidate", True)
    assert (ships.service.started, process.stats.shared_reconnects) == (1, 1)
    assert (process.stats.shared_errors, process.stats.breaker_open) == (1, False)
    await ships.aclose()


@in_virtual_time
async def test_what_others_must_not_have_never_gets_there() -> None:
    """no_store, a ttl of 0 and only_if_cached leave the level alone."""
    ships = fleet(2)
    direct = type(ships.processes[0])(ships.processes[0].shared, evolve(POLICY, ttl=0.0))

    async def load() -> object:
        return answer(1)

    await ships.processes[0].fetch(load, no_store=True)  # type: ignore[arg-type]
    await direct.fetch(load)  # type: ignore[arg-type]
    with pytest.raises(CacheMissError):
        await ships.processes[1].fetch(load, only_if_cached=True)  # type: ignore[arg-type]

    assert ships.server.commands == []
    await direct.cache.aclose()
    await ships.aclose()


@in_virtual_time
async def test_what_is_too_large_is_for_one_process_only() -> None:
    """The lease is given back, and the next process asks for itself."""
    ships = fleet(2, evolve(POLICY, max_value_bytes=100))
    await ships.fill(1)

    assert ships.server.values == {}
    assert ships.server.lease(NAME) is None
    await ships.aclose()


@in_virtual_time
async def test_an_answer_about_somebody_else_is_refused() -> None:
    """What the level holds is read like an answer of the service, and as suspiciously."""
    ships = fleet(2)
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    foreign = answer(1, account_sid=OTHER_ACCOUNT_SID)
    ships.service.succeed(foreign)
    await caller
    await settle()

    caller = ships.start(1)
    await asyncio.sleep(0.01)
    ships.service.succeed(answer(2))

    assert (await caller).value.total_tasks == 2
    assert ships.processes[1].stats.shared_rejected == 1
    assert SharedRejected(ships.processes[1].slot.call.operation.path, "body") in (
        ships.processes[1].events
    )
    assert (await ships.fetch(1)).status.hit
    await ships.aclose()


@in_virtual_time
@pytest.mark.parametrize(("age", "detail"), [(1.0, None), (6.0, "stale-while-revalidate")])
async def test_what_comes_too_late_serves_who_waits_and_is_not_kept(
    age: float, detail: str | None
) -> None:
    """A flight that is under way during an invalidation brings its caller what it finds."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(age)
    process = ships.processes[1]
    caller = ships.start(1)
    while ships.server.commands[-1] != "acquire":
        await asyncio.sleep(0)
    process.cache.invalidate(process.slot)
    served = await caller

    assert (served.status.source, served.status.detail) == ("l2", detail)
    assert not served.status.stored
    assert process.slot.entry is None
    await ships.aclose()


@in_virtual_time
async def test_a_value_may_be_gone_at_the_next_look() -> None:
    """Who waits for another process, and finds the level empty then, asks by himself."""
    ships = fleet(2)
    await ships.fill(1)
    await asyncio.sleep(20.0)
    callers = [ships.start(number) for number in range(2)]
    await asyncio.sleep(0.03)
    ships.server.values.clear()
    ships.server.leases.clear()
    await asyncio.sleep(0.2)
    for _ in callers:
        ships.service.succeed(answer(2))

    assert [(await caller).value.total_tasks for caller in callers] == [2, 2]
    await ships.aclose()
