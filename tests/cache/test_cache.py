"""What is kept, for how long, and for whom it is young enough."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Clock, GatedLoad, settle

from taskrouter_async._cache import Cache
from taskrouter_async._cache.entries import Entry
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import ClosedError
from taskrouter_async.models import CacheStats


@pytest.fixture
def clock() -> Clock:
    """A clock that the test turns."""
    return Clock()


async def _answer() -> str:
    return "answer"


async def test_an_answer_is_kept_until_its_time_is_over(clock: Clock) -> None:
    """It is served one instant before ttl has passed, and not at ttl itself."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    await cache.fetch("key", _answer, None)

    clock.now = math.nextafter(1005.0, 0.0)
    assert cache.find("key", None) is not None

    clock.now = 1005.0
    assert cache.find("key", None) is None


async def test_the_time_on_the_wire_counts_as_age(clock: Clock) -> None:
    """Age is counted from before the request was sent, so latency makes an answer older."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    caller = asyncio.create_task(cache.fetch("key", load, None))
    await settle()

    clock.advance(2.0)
    load.succeed("answer")
    status = (await caller).status

    assert (status.age, status.ttl) == (2.0, 3.0)


async def test_an_answer_slower_than_its_time_is_served_once(clock: Clock) -> None:
    """Latency above ttl is legal: the callers get the answer, and it is not kept."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    caller = asyncio.create_task(cache.fetch("key", load, None))
    await settle()

    clock.advance(6.0)
    load.succeed("answer")

    status = (await caller).status
    assert (status.ttl, status.stored) == (-1.0, False)
    assert cache.find("key", None) is None


async def test_the_status_tells_a_hit_from_a_miss(clock: Clock) -> None:
    """A miss comes from the origin, a hit from memory with its age and what is left of its time."""
    cache = Cache(CachePolicy(ttl=5.0), clock)

    miss = (await cache.fetch("key", _answer, None)).status
    clock.advance(1.5)
    entry = cache.find("key", None)
    assert entry is not None
    hit = cache.told(entry).status

    assert (miss.hit, miss.source, miss.stored, miss.collapsed) == (False, "origin", True, False)
    assert (hit.hit, hit.source, hit.age, hit.ttl) == (True, "l1", 1.5, 3.5)


async def test_who_joins_is_told_so(clock: Clock) -> None:
    """Only those who joined a load that another caused are told that it was collapsed."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(cache.fetch("key", load, None)) for _ in range(3)]
    await settle()
    load.succeed("answer")

    collapsed = [(await caller).status.collapsed for caller in callers]

    assert collapsed == [False, True, True]


async def test_max_age_looks_past_an_older_answer(clock: Clock) -> None:
    """An answer must be younger than max_age, fresh or not; none is younger than 0 seconds."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    await cache.fetch("key", _answer, None)
    assert cache.find("key", 0) is None

    clock.advance(2.0)

    assert cache.find("key", 2.1) is not None
    assert cache.find("key", 2.0) is None


async def test_max_age_joins_a_flight_that_is_young_enough(clock: Clock) -> None:
    """A request sent within max_age of the call brings an answer that is young enough."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    first = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    clock.advance(1.0)

    second = asyncio.create_task(cache.fetch("key", load, 1.5))
    await settle()
    load.succeed("answer")

    assert (await first).value == (await second).value
    assert load.started == 1


async def test_many_who_want_it_new_cost_one_request_more(clock: Clock) -> None:
    """Callers with max_age=0 wait for the older flight and share one successor."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    first = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    clock.advance(0.5)

    reloads = [asyncio.create_task(cache.fetch("key", load, 0)) for _ in range(10)]
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
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    first = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    clock.advance(0.5)
    reload = asyncio.create_task(cache.fetch("key", load, 0))
    await settle()

    load.fail(ValueError("old"))
    await settle()
    load.succeed("new")

    assert (await reload).value == "new"
    assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], Exception)


async def test_an_older_landing_does_not_replace_a_newer_flight(clock: Clock) -> None:
    """A flight that is no longer the registered one neither stores nor removes anything."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    older = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    cache._flights._by_key.clear()  # as an invalidation would
    newer = asyncio.create_task(cache.fetch("key", load, None))
    await settle()

    load.succeed("old")
    await settle()
    joined = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    load.succeed("new")

    assert [(await call).value for call in (older, newer, joined)] == ["old", "new", "new"]
    assert load.started == 2
    entry = cache.find("key", None)
    assert entry is not None
    assert entry.value == "new"


async def test_a_flight_as_old_as_max_age_is_not_joined(clock: Clock) -> None:
    """Joining a request and being served from memory follow the same rule."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    first = asyncio.create_task(cache.fetch("key", load, None))
    await settle()
    clock.advance(2.0)

    second = asyncio.create_task(cache.fetch("key", load, 2.0))
    await settle()
    load.succeed("old")
    await settle()
    load.succeed("new")

    assert ((await first).value, (await second).value) == ("old", "new")


async def test_what_has_expired_leaves_memory(clock: Clock) -> None:
    """An answer whose time is over is not held until something else needs its place."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    await cache.fetch("a", _answer, None)

    clock.advance(5.0)
    await cache.fetch("b", _answer, None)

    assert cache.stats().entries == 1


async def test_ttl_0_switches_keeping_and_sharing_off(clock: Clock) -> None:
    """Without a cache each caller has a request of its own."""
    cache = Cache(CachePolicy(ttl=0), clock)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(cache.fetch("key", load, None)) for _ in range(3)]
    await settle()
    for name in ("one", "two", "three"):
        load.succeed(name)

    answers = [await caller for caller in callers]

    assert [answer.value for answer in answers] == ["one", "two", "three"]
    assert not any(answer.status.stored or answer.status.collapsed for answer in answers)
    assert cache.find("key", None) is None


async def test_closing_ends_calls_that_share_nothing(clock: Clock) -> None:
    """Without keeping and sharing, a closed cache ends its calls and takes no new ones as well."""
    cache = Cache(CachePolicy(ttl=0), clock)
    load = GatedLoad[str]()
    call = asyncio.create_task(cache.fetch("key", load, None))
    await settle()

    await cache.aclose()

    with pytest.raises(ClosedError):
        await call
    with pytest.raises(ClosedError):
        await cache.fetch("key", load, None)


async def test_the_one_unused_for_longest_makes_room(clock: Clock) -> None:
    """No more than maxsize answers are kept."""
    cache = Cache(CachePolicy(ttl=5.0, maxsize=2), clock)
    for key in ("a", "b"):
        await cache.fetch(key, _answer, None)
    assert cache.find("a", None) is not None

    await cache.fetch("c", _answer, None)

    kept = [key for key in ("a", "b", "c") if cache.find(key, None)]
    assert kept == ["a", "c"]


async def test_the_statistics_count_what_happened(clock: Clock) -> None:
    """Hits, misses, joins and loads are counted; entries and flights are those of now."""
    cache = Cache(CachePolicy(ttl=5.0), clock)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(cache.fetch("key", load, None)) for _ in range(3)]
    await settle()
    assert cache.stats().flights == 1
    load.succeed("answer")
    await asyncio.gather(*callers)
    cache.find("key", None)
    failing = asyncio.create_task(cache.fetch("other", load, None))
    await settle()
    load.fail(ValueError())
    await asyncio.gather(failing, return_exceptions=True)

    assert cache.stats() == CacheStats(
        hits=1,
        misses=4,
        collapsed=2,
        loads_started=2,
        loads_succeeded=1,
        loads_failed=1,
        entries=1,
        flights=0,
    )


@given(
    ttl=st.floats(0.001, 1e6),
    waited=st.floats(0, 1e6),
    max_age=st.none() | st.floats(0, 1e6),
)
def test_what_is_served_is_never_too_old(ttl: float, waited: float, max_age: float | None) -> None:
    """Whatever is served is younger than ttl and younger than max_age."""
    entry = Entry("answer", 0.0, ttl)

    if entry.serves(waited, max_age):
        assert waited < ttl
        assert max_age is None or waited < max_age
    else:
        assert waited >= ttl or (max_age is not None and waited >= max_age)
