"""One load for all who ask at once, and nobody's cancellation is anybody else's.

The cancellation table, on which other cache libraries differ: six callers wait for one gated load;
the first is cancelled, or a later one, or all of them, or all and then a new caller comes, or the
load fails.
"""

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Coroutine
from typing import Any

import pytest
from cache.scene import KEY, POLICY, call, fetch, middle, slot_of
from support import Clock, GatedLoad, settle

from taskrouter_async._cache import Cache
from taskrouter_async._cache.flights import Flight
from taskrouter_async.errors import (
    BadRequestError,
    ClosedError,
    LoadAbortedError,
    NotFoundError,
    WrongLoopError,
)
from taskrouter_async.models import Cached


@pytest.fixture
def cache() -> Cache:
    """A cache whose clock stands still."""
    return Cache(POLICY, Clock(), chance=middle)


@pytest.fixture
def load() -> GatedLoad[str]:
    """A load that ends when the test says so."""
    return GatedLoad()


Callers = list["asyncio.Task[Cached[str]]"]


async def _callers(cache: Cache, load: GatedLoad[str], count: int = 6) -> Callers:
    callers = [asyncio.create_task(fetch(cache, load)) for _ in range(count)]
    await settle()
    return callers


async def _outcomes(callers: Callers) -> list[str]:
    results = await asyncio.gather(*callers, return_exceptions=True)
    return [r.value if isinstance(r, Cached) else type(r).__name__ for r in results]


async def test_the_first_caller_is_cancelled(cache: Cache, load: GatedLoad[str]) -> None:
    """Whoever caused the load may leave: the other five get the answer of that one load."""
    callers = await _callers(cache, load)

    callers[0].cancel()
    await settle()
    load.succeed("answer")

    assert await _outcomes(callers) == ["CancelledError"] + ["answer"] * 5
    assert load.started == 1


async def test_a_later_caller_is_cancelled(cache: Cache, load: GatedLoad[str]) -> None:
    """Whoever joined may leave: only it is cancelled."""
    callers = await _callers(cache, load)

    callers[3].cancel()
    await settle()
    load.succeed("answer")

    assert await _outcomes(callers) == ["answer"] * 3 + ["CancelledError"] + ["answer"] * 2
    assert load.started == 1


async def test_all_callers_are_cancelled(cache: Cache, load: GatedLoad[str]) -> None:
    """A load that nobody waits for any more finishes, and its answer is kept."""
    callers = await _callers(cache, load)

    for caller in callers:
        caller.cancel()
    outcomes = await _outcomes(callers)
    load.succeed("answer")
    await settle()

    assert outcomes == ["CancelledError"] * 6
    entry = slot_of(cache).entry
    assert entry is not None
    assert entry.value == "answer"
    assert load.started == 1


async def test_all_are_cancelled_and_a_new_caller_comes(cache: Cache, load: GatedLoad[str]) -> None:
    """A new caller joins the load that was left alone."""
    callers = await _callers(cache, load)
    for caller in callers:
        caller.cancel()
    await settle()

    late = await _callers(cache, load, 1)
    load.succeed("answer")

    assert await _outcomes([*callers, *late]) == ["CancelledError"] * 6 + ["answer"]
    assert load.started == 1


async def test_the_load_fails(cache: Cache, load: GatedLoad[str]) -> None:
    """Every caller gets the failure as an error object of its own; nothing is kept."""
    callers = await _callers(cache, load)
    original = NotFoundError("gone", status=404, code=20404)

    load.fail(original)
    errors = await asyncio.gather(*callers, return_exceptions=True)

    assert load.started == 1
    assert len({id(error) for error in errors} | {id(original)}) == 7
    for error in errors:
        assert isinstance(error, NotFoundError)
        assert (str(error), error.status, error.code) == ("gone", 404, 20404)
        assert error.__cause__ is original
    assert slot_of(cache).entry is None


async def test_nothing_is_left_and_nothing_unretrieved(
    cache: Cache, load: GatedLoad[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A failed load whose callers have all gone leaves no task and no complaint of asyncio's."""
    callers = await _callers(cache, load)
    for caller in callers:
        caller.cancel()
    await _outcomes(callers)

    load.fail(NotFoundError("gone"))
    await settle()
    gc.collect()

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert "never retrieved" not in caplog.text


async def test_a_caller_cancelled_in_the_moment_of_failure(
    cache: Cache, load: GatedLoad[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Cancelled after the failure woke it, a caller is cancelled, and the failure is not lost."""
    callers = await _callers(cache, load, 2)

    load.fail(NotFoundError("gone"))
    while not cache.stats().loads_failed:
        await asyncio.sleep(0)
    callers[0].cancel()

    assert await _outcomes(callers) == ["CancelledError", "NotFoundError"]
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_notes_do_not_mix(cache: Cache, load: GatedLoad[str]) -> None:
    """What one caller notes on its error, the others do not see."""
    callers = await _callers(cache, load, 2)
    load.fail(NotFoundError("gone"))
    first, second = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(first, Exception)
    assert isinstance(second, Exception)

    first.add_note("mine")

    assert not hasattr(second, "__notes__")


async def test_after_a_failure_the_next_caller_tries_again(
    cache: Cache, load: GatedLoad[str]
) -> None:
    """A refusal that is about the call alone is not remembered."""
    callers = await _callers(cache, load, 1)
    load.fail(BadRequestError("no such channel"))
    await _outcomes(callers)

    again = await _callers(cache, load, 1)
    load.succeed("answer")

    assert await _outcomes(again) == ["answer"]
    assert load.started == 2


@pytest.mark.parametrize("cause", [asyncio.CancelledError(), KeyError("bug"), StopIteration()])
async def test_an_unforeseen_end_is_an_error_of_ours(cache: Cache, cause: BaseException) -> None:
    """A load that is cancelled from outside, or a bug in it, never cancels its callers."""

    async def load() -> str:
        raise cause

    with pytest.raises(LoadAbortedError) as aborted:
        await fetch(cache, load)

    assert aborted.value.__cause__ is not None


async def test_a_load_that_throws_at_once_is_an_ordinary_failure(cache: Cache) -> None:
    """A load may fail before its first await."""

    def load() -> Coroutine[None, None, str]:
        raise NotFoundError("at once")

    with pytest.raises(NotFoundError, match="at once"):
        await fetch(cache, load)

    assert cache.stats().flights == 0


async def test_the_deadline_of_a_caller_is_its_own(cache: Cache, load: GatedLoad[str]) -> None:
    """A caller whose patience ends gets its own timeout and is not left half cancelled."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await fetch(cache, load)

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await settle()
    assert cache.stats().flights == 1
    await cache.aclose()


variable = contextvars.ContextVar("variable", default="nobody's")


class _Precious:
    """Something that a caller's context holds."""


async def test_a_flight_does_not_run_in_its_callers_context() -> None:
    """The load sees the context in which the cache was made, not its first caller's."""
    variable.set("the client's")
    cache = Cache(POLICY, Clock(), chance=middle)

    async def load() -> str:
        return variable.get()

    async def call() -> str:
        variable.set("a caller's")
        return (await fetch(cache, load)).value

    assert await asyncio.create_task(call()) == "the client's"


async def test_a_flight_does_not_keep_its_callers_context_alive(
    cache: Cache, load: GatedLoad[str]
) -> None:
    """What hangs on a caller's context is free while the flight goes on without the caller."""
    held: contextvars.ContextVar[_Precious] = contextvars.ContextVar("held")

    async def call() -> weakref.ref[_Precious]:
        precious = _Precious()
        held.set(precious)
        caller = asyncio.create_task(fetch(cache, load))
        await settle()
        caller.cancel()
        return weakref.ref(precious)

    precious = await asyncio.create_task(call())
    await settle()
    gc.collect()

    assert cache.stats().flights == 1
    assert precious() is None
    await cache.aclose()


async def test_closing_ends_the_flights(cache: Cache, load: GatedLoad[str]) -> None:
    """Who waits while the cache is closed learns that; no task is left; a second close is fine."""
    callers = await _callers(cache, load)

    await cache.aclose()
    await cache.aclose()

    assert await _outcomes(callers) == ["ClosedError"] * 6
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_waits_for_what_takes_its_time_to_end(cache: Cache) -> None:
    """Closing is over when the last load has cleaned up behind itself, and not before."""
    cleaned_up = False

    async def load() -> str:
        nonlocal cleaned_up
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            cleaned_up = True
        return "never"

    call = asyncio.create_task(fetch(cache, load))
    await settle()

    await cache.aclose()

    assert cleaned_up
    assert await _outcomes([call]) == ["ClosedError"]
    assert cache.stats().loads_failed == 1


async def test_a_load_that_fails_while_closing_keeps_its_own_error(cache: Cache) -> None:
    """A bug that shows while the cache is closed is not passed off as the closing."""

    async def load() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise KeyError("bug") from None
        return "never"

    call = asyncio.create_task(fetch(cache, load))
    await settle()
    await cache.aclose()

    assert await _outcomes([call]) == ["LoadAbortedError"]


async def test_those_who_left_are_forgotten(cache: Cache, load: GatedLoad[str]) -> None:
    """Cancelled callers leave nothing in the flight that goes on without them."""
    callers = await _callers(cache, load, 100)
    for caller in callers:
        caller.cancel()
    await _outcomes(callers)

    flight = cache._flights.find(call())

    assert flight is not None
    assert not flight._wakers
    await cache.aclose()


def test_a_flight_that_cannot_start_does_not_block_its_key() -> None:
    """If the event loop makes no task, the caller learns why and the next one may try again."""

    def refuse(*_: object, **__: object) -> Any:
        raise TypeError("no tasks today")

    async def load() -> str:
        return "answer"

    async def scenario() -> str:
        loop = asyncio.get_running_loop()
        cache = Cache(POLICY, Clock(), chance=middle)
        loop.set_task_factory(refuse)
        with pytest.raises(TypeError):
            await fetch(cache, load)
        loop.set_task_factory(None)
        return (await fetch(cache, load)).value

    assert asyncio.run(scenario()) == "answer"


async def test_a_closed_cache_starts_nothing(cache: Cache, load: GatedLoad[str]) -> None:
    """After closing, a call is an error of ours and nothing is sent."""
    await cache.aclose()

    with pytest.raises(ClosedError, match="the client is closed"):
        await fetch(cache, load)

    assert load.started == 0


def test_another_loop_is_refused(cache: Cache, load: GatedLoad[str]) -> None:
    """A flight belongs to one event loop; a caller from another is told so."""

    async def leave_a_flight() -> None:
        await _callers(cache, load, 1)

    async def use_it() -> None:
        with pytest.raises(WrongLoopError, match="the client belongs to"):
            await fetch(cache, load)
        with pytest.raises(WrongLoopError):
            await cache.aclose()

    asyncio.run(leave_a_flight())
    asyncio.run(use_it())


async def test_a_caller_cancelled_in_the_moment_of_landing() -> None:
    """Who was cancelled and does not know it yet is not woken a second time."""
    flight = Flight[str](KEY, "miss", 0.0, lambda _, __: None)
    caller = asyncio.create_task(flight.landing())
    await settle()

    caller.cancel()
    flight.land(registered=True)
    await settle()

    assert caller.cancelled()
    assert flight.waiters == 0


async def test_a_flight_that_has_landed_keeps_nobody_waiting() -> None:
    """Whoever asks after the landing is told at once."""
    settled: list[bool] = []
    flight = Flight[str](KEY, "miss", 0.0, lambda _, registered: settled.append(registered))

    flight.land(registered=True)

    assert await flight.landing()
    assert settled == [True]


@pytest.mark.skipif(
    not hasattr(asyncio, "eager_task_factory"), reason="eager tasks came with Python 3.12"
)
def test_eager_tasks_change_nothing() -> None:
    """A task that runs to its end before it is registered still lands for all who joined."""

    async def answer_at_once() -> str:
        return "answer"

    async def scenario() -> None:
        factory: Any = vars(asyncio)["eager_task_factory"]
        asyncio.get_running_loop().set_task_factory(factory)
        cache = Cache(POLICY, Clock(), chance=middle)
        assert (await fetch(cache, answer_at_once)).value == "answer"
        gated = GatedLoad[str]()
        callers = [asyncio.create_task(fetch(cache, gated, "other")) for _ in range(6)]
        callers[0].cancel()
        gated.succeed("answer")
        assert await _outcomes(callers) == ["CancelledError"] + ["answer"] * 5
        assert gated.started == 1

    asyncio.run(scenario())
