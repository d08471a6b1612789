"""What is kept, for how long, and for whom it is young enough."""

import asyncio
import gc
import math
import weakref
from datetime import UTC, datetime

import pytest
from attrs import evolve
from cache.scene import PLAIN, POLICY, fetch, middle, slot_of
from support import Clock, GatedLoad, settle

from taskrouter_async._cache import Cache, Loaded
from taskrouter_async._protocol.operation import Keep
from taskrouter_async.errors import CacheMissError, ClosedError, NotFoundError
from taskrouter_async.models import CacheStats, CacheStatus


@pytest.fixture
def clock() -> Clock:
    """A clock that the test turns."""
    return Clock()


async def _answer() -> str:
    return "answer"


async def test_an_answer_is_kept_until_its_time_is_over(clock: Clock) -> None:
    """It is served one instant before ttl has passed, and not at ttl itself."""
    cache = Cache(POLICY, clock, chance=middle)
    await fetch(cache, _answer)

    clock.now = math.nextafter(1005.0, 0.0)
    assert slot_of(cache).peek() is not None

    clock.now = 1005.0
    assert slot_of(cache).peek() is None


async def test_the_time_on_the_wire_counts_as_age(clock: Clock) -> None:
    """Age is counted from before the request was sent, so latency makes an answer older."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, load))
    await settle()

    clock.advance(2.0)
    load.succeed("answer")
    status = (await caller).status

    assert (status.age, status.ttl) == (2.0, 3.0)


async def test_an_answer_slower_than_its_time_is_served_all_the_same(clock: Clock) -> None:
    """Latency above ttl is legal: who waited gets the answer, and it is kept as a stale one."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, load))
    await settle()

    clock.advance(6.0)
    load.succeed("answer")

    status = (await caller).status
    assert (status.ttl, status.stored, status.fwd) == (-1.0, True, "miss")
    assert slot_of(cache).peek() is None
    assert load.started == 1


async def test_an_answer_slower_than_all_its_time_is_served_once(clock: Clock) -> None:
    """Where nothing stale may be served either, it is not kept."""
    cache = Cache(PLAIN, clock)
    load = GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, load))
    await settle()

    clock.advance(5.0)
    load.succeed("answer")

    assert (await caller).status.stored is False
    assert cache.stats().entries == 0


async def test_the_status_tells_a_hit_from_a_miss(clock: Clock) -> None:
    """A miss comes from the origin, a hit from memory with its age and what is left of its time."""
    cache = Cache(POLICY, clock, wall_clock=lambda: 86400.0)

    miss = (await fetch(cache, _answer)).status
    clock.advance(1.5)
    hit = (await fetch(cache, _answer)).status

    day = datetime(1970, 1, 2, tzinfo=UTC)
    assert miss == CacheStatus(
        hit=False,
        age=0.0,
        ttl=5.0,
        source="origin",
        stored=True,
        collapsed=False,
        fwd="miss",
        fwd_status=200,
        fetched_at=day,
    )
    assert hit == CacheStatus(
        hit=True, age=1.5, ttl=3.5, source="l1", stored=True, collapsed=False, fetched_at=day
    )


async def test_who_joins_is_told_so(clock: Clock) -> None:
    """Only those who joined a load that another caused are told that it was collapsed."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load)) for _ in range(3)]
    await settle()
    load.succeed("answer")

    collapsed = [(await caller).status.collapsed for caller in callers]

    assert collapsed == [False, True, True]


async def test_max_age_looks_past_an_older_answer(clock: Clock) -> None:
    """An answer must be younger than max_age, fresh or not; none is younger than 0 seconds."""
    cache = Cache(POLICY, clock, chance=middle)
    await fetch(cache, _answer)
    assert (await fetch(cache, _answer, max_age=0)).status.fwd == "request"

    clock.advance(2.0)

    assert (await fetch(cache, _answer, max_age=2.1)).status.hit
    assert not (await fetch(cache, _answer, max_age=2.0)).status.hit
    assert cache.stats().reloads == 2


async def test_max_age_joins_a_flight_that_is_young_enough(clock: Clock) -> None:
    """A request sent within max_age of the call brings an answer that is young enough."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    first = asyncio.create_task(fetch(cache, load))
    await settle()
    clock.advance(1.0)

    second = asyncio.create_task(fetch(cache, load, max_age=1.5))
    await settle()
    load.succeed("answer")

    assert (await first).value == (await second).value
    assert load.started == 1


async def test_many_who_want_it_new_cost_one_request_more(clock: Clock) -> None:
    """Callers with max_age=0 wait for the older flight and share one successor."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    first = asyncio.create_task(fetch(cache, load))
    await settle()
    clock.advance(0.5)

    reloads = [asyncio.create_task(fetch(cache, load, max_age=0)) for _ in range(10)]
    await settle()
    assert load.started == 1

    load.succeed("old")
    await settle()
    assert load.started == 2
    load.succeed("new")

    assert (await first).value == "old"
    assert {(await reload).value for reload in reloads} == {"new"}
    assert load.started == 2


async def test_the_older_flight_may_fail(clock: Clock) -> None:
    """Who waits for an older flight only to start the next does not care how it ended."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    first = asyncio.create_task(fetch(cache, load))
    await settle()
    clock.advance(0.5)
    reload = asyncio.create_task(fetch(cache, load, max_age=0))
    await settle()

    load.fail(ValueError("old"))
    await settle()
    load.succeed("new")

    assert (await reload).value == "new"
    assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], Exception)


async def test_an_older_landing_does_not_replace_a_newer_flight(clock: Clock) -> None:
    """A flight that is no longer the registered one neither stores nor removes anything."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    older = asyncio.create_task(fetch(cache, load))
    await settle()
    cache.invalidate(slot_of(cache))
    newer = asyncio.create_task(fetch(cache, load))
    await settle()

    load.succeed("old")
    await settle()
    joined = asyncio.create_task(fetch(cache, load))
    await settle()
    load.succeed("new")

    assert [(await call).value for call in (older, newer, joined)] == ["old", "new", "new"]
    assert load.started == 2
    assert slot_of(cache).peek() == "new"


async def test_a_flight_as_old_as_max_age_is_not_joined(clock: Clock) -> None:
    """Joining a request and being served from memory follow the same rule."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    first = asyncio.create_task(fetch(cache, load))
    await settle()
    clock.advance(2.0)

    second = asyncio.create_task(fetch(cache, load, max_age=2.0))
    await settle()
    load.succeed("old")
    await settle()
    load.succeed("new")

    assert ((await first).value, (await second).value) == ("old", "new")


async def test_what_is_dead_leaves_memory(clock: Clock) -> None:
    """An answer whose time is over is not held until something else needs its place."""
    cache = Cache(POLICY, clock, chance=middle)
    slot = slot_of(cache, "a")
    await fetch(cache, _answer, "a")

    clock.advance(65.0)
    await fetch(cache, _answer, "b")

    assert slot.entry is None
    assert (cache.stats().entries, cache.stats().expirations) == (1, 1)


async def test_a_slot_lives_as_long_as_somebody_holds_it(clock: Clock) -> None:
    """What nobody holds is not remembered; what somebody holds is the only one of its call."""
    cache = Cache(PLAIN, clock)
    held = slot_of(cache, "held")
    await fetch(cache, _answer, "held")
    await fetch(cache, _answer, "gone")
    assert slot_of(cache, "held") is held

    clock.advance(5.0)
    await fetch(cache, _answer, "other")
    gc.collect()

    assert held.entry is None
    assert slot_of(cache, "held") is held
    assert len(cache.slots) == 2


def test_the_place_of_another_slot_is_left_alone(clock: Clock) -> None:
    """A slot that goes late, as a garbage collector has it, takes no other with it."""
    cache = Cache(PLAIN, clock)
    other = slot_of(cache, "other")
    slot = slot_of(cache)
    (key, gone) = next(each for each in cache.slots._refs.items() if each[1]() is slot)
    cache.slots._refs[key] = weakref.ref(other)
    del slot
    gc.collect()

    assert gone() is None
    assert slot_of(cache) is other


async def test_a_larger_answer_is_handed_on_and_not_kept(clock: Clock) -> None:
    """Memory is bounded in bytes for each answer."""
    cache = Cache(evolve(POLICY, max_value_bytes=10), clock)

    async def load(size: int) -> Loaded[str]:
        return Loaded("answer", 200, size)

    large = (await cache.read(slot_of(cache, "large"), lambda: load(11))).cached()
    small = (await cache.read(slot_of(cache, "small"), lambda: load(10))).cached()

    assert (large.value, large.status.stored) == ("answer", False)
    assert (small.value, small.status.stored) == ("answer", True)


async def test_an_answer_that_has_grown_too_large_takes_the_old_one_away(clock: Clock) -> None:
    """Or that would be served on and on, while each newer one is fetched for nobody."""
    cache = Cache(evolve(POLICY, max_value_bytes=10), clock)

    async def load(size: int) -> Loaded[str]:
        return Loaded(f"{size} bytes", 200, size)

    slot = slot_of(cache)
    await cache.read(slot, lambda: load(10))
    clock.advance(POLICY.ttl + 1)
    await cache.read(slot, lambda: load(11))
    await settle()

    assert (await cache.read(slot, lambda: load(12))).cached().value == "12 bytes"
    assert cache.stats().entries == 0


async def test_no_store_is_a_request_of_ones_own(clock: Clock) -> None:
    """It is not shared, its answer is not kept, and what is kept is left alone."""
    cache = Cache(POLICY, clock, chance=middle)
    await fetch(cache, _answer)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load, no_store=True)) for _ in range(2)]
    await settle()
    load.succeed("one")
    load.succeed("two")

    answers = [await caller for caller in callers]

    assert [answer.value for answer in answers] == ["one", "two"]
    assert {(a.status.fwd, a.status.stored, a.status.collapsed) for a in answers} == {
        ("bypass", False, False)
    }
    assert slot_of(cache).peek() == "answer"
    assert cache.stats().bypassed == 2


async def test_a_failure_of_ones_own_is_ones_own(clock: Clock) -> None:
    """A request that bypasses the cache leaves nothing behind, whatever it brings."""
    cache = Cache(POLICY, clock, chance=middle)
    await fetch(cache, _answer)

    async def load() -> str:
        raise NotFoundError("gone")

    with pytest.raises(NotFoundError):
        await fetch(cache, load, no_store=True)

    assert (await fetch(cache, _answer)).status.hit


async def test_only_if_cached_sends_nothing(clock: Clock) -> None:
    """Memory answers or nobody does: fresh, stale, or an error of ours."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    with pytest.raises(CacheMissError):
        await fetch(cache, load, only_if_cached=True)
    with pytest.raises(CacheMissError):
        await fetch(cache, load, keep=Keep.NEVER, only_if_cached=True)

    await fetch(cache, _answer)
    assert (await fetch(cache, load, only_if_cached=True)).status.hit
    clock.advance(5.0)
    assert (await fetch(cache, load, only_if_cached=True)).status.fwd == "stale"
    clock.advance(10.0)
    with pytest.raises(CacheMissError):
        await fetch(cache, load, only_if_cached=True)

    assert load.started == 0
    assert cache.stats().flights == 0


async def test_windows_have_a_time_of_their_own(clock: Clock) -> None:
    """Statistics over a window are kept for window_ttl, and not at all by default."""
    cache = Cache(evolve(POLICY, window_ttl=60.0), clock)

    await fetch(cache, _answer, keep=Keep.OVER_TIME)
    clock.advance(59.0)

    assert (await fetch(cache, _answer, keep=Keep.OVER_TIME)).status.ttl == 1.0


async def test_ttl_0_switches_keeping_and_sharing_off(clock: Clock) -> None:
    """Without a cache each caller has a request of its own."""
    cache = Cache(evolve(POLICY, ttl=0.0), clock)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load)) for _ in range(3)]
    await settle()
    for name in ("one", "two", "three"):
        load.succeed(name)

    answers = [await caller for caller in callers]

    assert [answer.value for answer in answers] == ["one", "two", "three"]
    assert not any(answer.status.stored or answer.status.collapsed for answer in answers)
    assert slot_of(cache).peek() is None


async def test_what_shares_nothing_is_its_callers_own(clock: Clock) -> None:
    """Such a request runs in the caller's task: it ends with that, and closing does not wait.

    That a caller gave up is no failure of the service.
    """
    cache = Cache(evolve(POLICY, ttl=0.0), clock)
    load = GatedLoad[str]()
    left, cancelled = (asyncio.create_task(fetch(cache, load)) for _ in range(2))
    await settle()

    cancelled.cancel()
    await cache.aclose()
    load.succeed("late")

    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (await left).value == "late"
    with pytest.raises(ClosedError):
        await fetch(cache, load)
    stats = cache.stats()
    assert (stats.loads_started, stats.loads_succeeded, stats.loads_failed) == (2, 1, 0)


async def test_the_one_not_renewed_for_longest_makes_room(clock: Clock) -> None:
    """No more than maxsize answers are kept, and a slot that loses its place is emptied."""
    cache = Cache(evolve(POLICY, maxsize=2), clock)
    slots = [slot_of(cache, key) for key in ("a", "b", "c")]
    for key in ("a", "b"):
        await fetch(cache, _answer, key)
    await fetch(cache, _answer, "a", max_age=0)

    await fetch(cache, _answer, "c")

    assert [slot.peek() for slot in slots] == ["answer", None, "answer"]
    assert (cache.stats().entries, cache.stats().evictions) == (2, 1)


async def test_eviction_in_the_air_costs_nothing(clock: Clock) -> None:
    """Whatever is evicted meanwhile, requests in the air are joined: two keys cost two loads."""
    cache = Cache(evolve(POLICY, maxsize=1), clock)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load, key)) for key in ("a", "b", "a", "b")]
    await settle()
    load.succeed("a")
    load.succeed("b")

    assert [(await caller).value for caller in callers] == ["a", "b", "a", "b"]
    assert load.started == 2


async def test_the_statistics_count_what_happened(clock: Clock) -> None:
    """Hits, misses, joins and loads are counted; entries and flights are those of now."""
    cache = Cache(POLICY, clock, chance=middle)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load)) for _ in range(3)]
    await settle()
    assert (cache.stats().flights, cache.stats().waiters) == (1, 3)
    load.succeed("answer")
    await asyncio.gather(*callers)
    slot_of(cache).peek()
    failing = asyncio.create_task(fetch(cache, load, "other"))
    await settle()
    clock.advance(0.5)
    load.fail(ValueError())
    await asyncio.gather(failing, return_exceptions=True)

    assert cache.stats() == CacheStats(
        hits=1,
        misses=4,
        collapsed=2,
        loads_started=2,
        loads_succeeded=1,
        loads_failed=1,
        load_seconds=0.5,
        entries=1,
    )
