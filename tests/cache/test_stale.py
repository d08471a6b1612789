"""Stale answers, failures and slowness: who gets what, and how often the service is asked."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from attrs import evolve
from cache.scene import PATH, POLICY, fetch, middle, slot_of
from support import GatedLoad, settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._cache import Cache
from taskrouter_async._cache.failures import cooldown_seconds
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    CallTimeoutError,
    ClosedError,
    ConnectError,
    DecodingError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
)
from taskrouter_async.models import (
    CacheEvent,
    LoadFailed,
    LoadStarted,
    LoadSucceeded,
    StaleServed,
    TtlTooShort,
)

FAILURES = [ServerError, RateLimitedError, ConnectError, CallTimeoutError, DecodingError]


def _cache(
    policy: CachePolicy = POLICY, listener: Callable[[CacheEvent], None] | None = None
) -> Cache:
    return Cache(policy, virtual_loop().time, chance=middle, listener=listener)


async def _old() -> str:
    return "old"


async def _new() -> str:
    return "new"


def _failing(error: TaskRouterError) -> Callable[[], "asyncio.Future[str]"]:
    def load() -> "asyncio.Future[str]":
        outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        outcome.set_exception(error)
        return outcome

    return load


async def _filled(policy: CachePolicy = POLICY, *, age: float) -> Cache:
    cache = _cache(policy)
    await fetch(cache, _old)
    await asyncio.sleep(age)
    return cache


@in_virtual_time
async def test_a_stale_answer_is_served_while_it_is_renewed() -> None:
    """In its window nobody waits, one request is sent, and the next caller has the new answer."""
    cache = await _filled(age=5.0)
    load = GatedLoad[str]()

    served = [await fetch(cache, load) for _ in range(3)]
    await settle()
    load.succeed("new")
    await settle()

    assert {(each.value, each.status.detail) for each in served} == {
        ("old", "stale-while-revalidate")
    }
    assert {(each.status.hit, each.status.fwd, each.status.source) for each in served} == {
        (False, "stale", "l1")
    }
    assert slot_of(cache).peek() == "new"
    assert load.started == 1
    assert (cache.stats().stale_hits, cache.stats().refreshes) == (3, 1)


@in_virtual_time
async def test_after_that_window_one_waits() -> None:
    """Older than its window, an answer is a last resort: the caller gets the new one."""
    cache = await _filled(age=15.0)

    cached = await fetch(cache, _new)

    assert (cached.value, cached.status.fwd, cached.status.detail) == ("new", "stale", None)


@pytest.mark.parametrize("failure", FAILURES)
@in_virtual_time
async def test_a_stale_answer_stands_in_for_a_failure(failure: type[TaskRouterError]) -> None:
    """The service fails: the stale answer comes with the error; during the pause, at once."""
    cache = await _filled(age=15.0)
    error = failure("down")

    first = await fetch(cache, _failing(error))
    second = await fetch(cache, _new)

    for cached in (first, second):
        assert (cached.value, cached.status.detail) == ("old", "stale-if-error")
        assert isinstance(cached.status.error, failure)
        assert cached.status.error is not error
    assert first.status.error is not second.status.error
    stats = cache.stats()
    assert (stats.loads_started, stats.stale_if_error, stats.cooldown_served) == (2, 1, 1)


@in_virtual_time
async def test_the_status_of_a_failure_is_told() -> None:
    """Where the service answered with a status, the stale answer's status carries it."""
    cache = await _filled(age=15.0)

    cached = await fetch(cache, _failing(ServerError("down", status=503)))

    assert cached.status.fwd_status == 503


@in_virtual_time
async def test_a_stale_answer_during_a_pause() -> None:
    """In its first window a stale answer says that no newer one was asked for, and why."""
    cache = await _filled(age=5.0)
    await fetch(cache, _failing(ServerError("down")))
    await settle()

    cached = await fetch(cache, _new)

    assert (cached.value, cached.status.detail) == ("old", "cooldown")
    assert isinstance(cached.status.error, ServerError)
    assert cached.status.error.retry_after == 1.0


@in_virtual_time
async def test_the_error_itself_when_nothing_is_left() -> None:
    """Without an answer each caller gets the last error as an object of its own, with the wait."""
    cache = _cache()
    for _ in range(2):
        with pytest.raises(ConnectError) as failed:
            await fetch(cache, _failing(ConnectError("down")))
    await asyncio.sleep(0.25)
    with pytest.raises(ConnectError) as again:
        await fetch(cache, _new)

    assert again.value is not failed.value
    assert again.value.retry_after == 0.75
    assert cache.stats().loads_started == 1
    assert cache.stats().cooldown_served == 2


@in_virtual_time
async def test_pauses_double_and_end_with_success() -> None:
    """1, 2, 4 … 30 seconds; one success, and the next failure starts at 1 again."""
    cache = _cache()
    waits = []
    for _ in range(7):
        with pytest.raises(ConnectError):
            await fetch(cache, _failing(ConnectError("down")))
        with pytest.raises(ConnectError) as paused:
            await fetch(cache, _new)
        waits.append(paused.value.retry_after)
        await asyncio.sleep(paused.value.retry_after or 0.0)
    await fetch(cache, _old)
    await asyncio.sleep(65.0)
    with pytest.raises(ConnectError):
        await fetch(cache, _failing(ConnectError("down")))
    with pytest.raises(ConnectError) as first_again:
        await fetch(cache, _new)

    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert first_again.value.retry_after == 1.0


@pytest.mark.parametrize(
    ("retry_after", "failures", "chance", "pause"),
    [
        (None, 1, 0.0, 0.8),
        (None, 1, 1.0, 1.2),
        (None, 10**6, 0.5, 30.0),
        (20.0, 1, 0.5, 20.0),
        (0.5, 1, 0.5, 1.0),
        (3600.0, 1, 0.5, 60.0),
    ],
)
def test_the_pause(retry_after: float | None, failures: int, chance: float, pause: float) -> None:
    """It varies by a fifth; what the service asks for is heeded, but not for ever."""
    error = RateLimitedError("slowly", retry_after=retry_after)

    assert cooldown_seconds(POLICY, error, failures, chance) == pytest.approx(pause)


@in_virtual_time
async def test_a_404_is_remembered_for_its_time() -> None:
    """Who asks again within negative_ttl is refused at once; refresh and time ask anew."""
    cache = await _filled(age=15.0)
    with pytest.raises(NotFoundError):
        await fetch(cache, _failing(NotFoundError("gone")))
    await asyncio.sleep(1.0)

    with pytest.raises(NotFoundError) as remembered:
        await fetch(cache, _new)
    with pytest.raises(NotFoundError):
        await fetch(cache, _new, max_age=1.5)
    assert (await fetch(cache, _new, max_age=0.5)).value == "new"

    assert remembered.value.retry_after == 4.0
    assert (cache.stats().negative_hits, cache.stats().loads_started) == (2, 3)


@in_virtual_time
async def test_a_404_need_not_be_remembered() -> None:
    """With negative_ttl 0 the next call asks."""
    cache = _cache(evolve(POLICY, negative_ttl=0.0))
    with pytest.raises(NotFoundError):
        await fetch(cache, _failing(NotFoundError("gone")))

    assert (await fetch(cache, _new)).value == "new"


@pytest.mark.parametrize("refusal", [AuthenticationError, PermissionDeniedError, NotFoundError])
@in_virtual_time
async def test_who_may_not_read_does_not_read_from_memory(refusal: type[ApiError]) -> None:
    """A refusal takes the answer away, even if a refresh in the background met it."""
    cache = await _filled(age=5.0)

    served = await fetch(cache, _failing(refusal("no")))
    await settle()

    assert served.value == "old"
    assert slot_of(cache).entry is None
    if refusal is not NotFoundError:
        assert (await fetch(cache, _new)).value == "new"


@in_virtual_time
async def test_a_strange_call_leaves_the_answer_alone() -> None:
    """400 is raised, starts no pause, and what is kept stays kept."""
    cache = await _filled(age=15.0)

    with pytest.raises(BadRequestError):
        await fetch(cache, _failing(BadRequestError("no such channel")))

    assert slot_of(cache).entry is not None
    assert (await fetch(cache, _new)).value == "new"


@in_virtual_time
async def test_slowness_has_its_limit_where_a_stale_answer_is_at_hand() -> None:
    """After soft_timeout the stale answer comes; the request goes on and is joined by others."""
    cache = await _filled(age=15.0)
    load = GatedLoad[str]()

    first = asyncio.create_task(fetch(cache, load))
    second = asyncio.create_task(fetch(cache, load))
    cached = await first
    assert virtual_loop().time() == 16.0
    assert (cached.value, cached.status.detail, cached.status.error) == (
        "old",
        "soft-timeout",
        None,
    )
    assert (await second).status.collapsed
    load.succeed("new")
    await settle()

    assert slot_of(cache).peek() == "new"
    assert cache.stats().soft_timeouts == 2


@in_virtual_time
async def test_a_stale_answer_that_dies_meanwhile_is_not_served() -> None:
    """After soft_timeout there may be nothing left to serve: then the caller waits on."""
    cache = await _filled(age=64.5)
    load = GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, load))

    await asyncio.sleep(2.0)
    assert not caller.done()
    load.fail(ServerError("down"))

    with pytest.raises(ServerError):
        await caller


@in_virtual_time
async def test_max_age_is_patient_with_a_slow_service() -> None:
    """An answer older than max_age is not served because of slowness, only because of failure."""
    cache = await _filled(age=3.0)
    load = GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, load, max_age=2.0))
    await asyncio.sleep(3.0)
    assert not caller.done()

    load.fail(ServerError("down"))
    cached = await caller

    assert (cached.value, cached.status.detail, cached.status.fwd) == (
        "old",
        "stale-if-error",
        "request",
    )
    assert isinstance(cached.status.error, ServerError)
    assert (await fetch(cache, _new, max_age=0)).status.detail == "stale-if-error"


@in_virtual_time
async def test_a_load_has_a_deadline_that_nothing_outlasts() -> None:
    """At load_timeout waiters fail and the key is free, even if the load ignores its end."""
    cache = _cache()

    async def stubborn() -> str:
        try:
            await asyncio.sleep(60.0)
        except asyncio.CancelledError:
            await asyncio.sleep(60.0)
        return "late"

    with pytest.raises(CallTimeoutError, match="within 5 s"):
        await fetch(cache, stubborn)
    assert virtual_loop().time() == 5.0
    await asyncio.sleep(1.0)
    assert (await fetch(cache, _new)).value == "new"
    await asyncio.sleep(60.0)

    kept = slot_of(cache).entry
    assert kept is None or kept.value == "new"
    assert cache.stats().flights == 0


@in_virtual_time
async def test_impatient_callers_do_not_keep_the_cache_empty() -> None:
    """Thirty callers who each wait less than the load takes: one load, and the next one hits."""
    cache = _cache()

    async def slow() -> str:
        await asyncio.sleep(3.0)
        return "answer"

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetch(cache, slow)

    for _ in range(29):
        await impatient()
    await asyncio.sleep(0.2)

    assert (await fetch(cache, slow)).status.hit
    assert cache.stats().loads_started == 1


@in_virtual_time
async def test_closing_lets_those_who_wait_have_their_answer() -> None:
    """Within close_grace an answer still comes; what nobody waits for ends at once."""
    cache = _cache(evolve(POLICY, close_grace=1.0))
    waited_for, alone, late = GatedLoad[str](), GatedLoad[str](), GatedLoad[str]()
    caller = asyncio.create_task(fetch(cache, waited_for, "a"))
    left = asyncio.create_task(fetch(cache, alone, "b"))
    loser = asyncio.create_task(fetch(cache, late, "c"))
    await settle()
    left.cancel()
    await settle()

    closing = asyncio.create_task(cache.aclose())
    await asyncio.sleep(0.5)
    assert cache.stats().flights == 2
    waited_for.succeed("answer")
    await closing

    assert (await caller).value == "answer"
    with pytest.raises(ClosedError):
        await loser
    assert virtual_loop().time() == 1.0
    assert cache.stats().entries == 0


@in_virtual_time
async def test_what_is_invalidated_is_not_served_to_later_calls() -> None:
    """Two loads where two are due: the older one serves who waited, and stores nothing."""
    cache = _cache()
    load = GatedLoad[str]()
    early = asyncio.create_task(fetch(cache, load))
    await settle()
    cache.invalidate(slot_of(cache))
    late = asyncio.create_task(fetch(cache, load))
    await settle()

    load.fail(ServerError("down"))
    await settle()
    joined = asyncio.create_task(fetch(cache, load))
    await settle()
    load.succeed("new")

    with pytest.raises(ServerError):
        await early
    assert ((await late).value, (await joined).value) == ("new", "new")
    assert (load.started, cache.stats().invalidations) == (2, 1)


@in_virtual_time
async def test_an_invalidation_ends_a_pause() -> None:
    """Who knows better than the cache may say so."""
    cache = _cache()
    with pytest.raises(ConnectError):
        await fetch(cache, _failing(ConnectError("down")))

    cache.invalidate(slot_of(cache))

    assert (await fetch(cache, _new)).value == "new"


def _refuse_to_listen(_event: CacheEvent) -> None:
    raise ValueError("not now")


def test_failing_in_the_background_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """From well to failing and back: one line each, with the kind of answer and no SID."""
    caplog.set_level(logging.INFO, "taskrouter_async.cache")

    @in_virtual_time
    async def scenario() -> None:
        cache = await _filled(age=5.0)
        for _ in range(2):
            await fetch(cache, _failing(ServerError("WS1 is down")))
            await asyncio.sleep(2.5)
        await fetch(cache, _new)
        await settle()

    scenario()

    lines = [r.getMessage() for r in caplog.records if r.name == "taskrouter_async.cache"]
    assert lines == [f"{PATH} cannot be refreshed: ServerError", f"{PATH} can be refreshed again"]


@in_virtual_time
async def test_a_listener_hears_what_happens() -> None:
    """Loads, failures, stale answers, and once that ttl is too short; hits are not worth it."""
    events: list[CacheEvent] = []
    cache = _cache(listener=events.append)

    async def slow() -> str:
        await asyncio.sleep(3.0)
        return "old"

    await fetch(cache, slow)
    await fetch(cache, slow)
    await fetch(cache, slow, max_age=0)
    await asyncio.sleep(12.0)
    down = ServerError("down")
    await fetch(cache, _failing(down))

    assert events == [
        LoadStarted(PATH, "miss"),
        LoadSucceeded(PATH, "miss", 3.0, True),  # noqa: FBT003
        TtlTooShort(PATH, 3.0, 5.0),
        LoadStarted(PATH, "reload"),
        LoadSucceeded(PATH, "reload", 3.0, True),  # noqa: FBT003
        LoadStarted(PATH, "stale"),
        LoadFailed(PATH, "stale", 0.0, down, 1.0),
        StaleServed(PATH, "stale-if-error", 15.0),
    ]


def test_a_listener_that_raises_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """What the hook raises is logged, and the call gets its answer."""

    @in_virtual_time
    async def scenario() -> None:
        assert (await fetch(_cache(listener=_refuse_to_listen), _new)).value == "new"

    scenario()

    assert "a listener could not take a LoadStarted" in caplog.text
