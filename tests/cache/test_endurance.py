"""Other event loops, and many calls in a row: nothing piles up anywhere."""

import asyncio
import gc
import logging
import random
import sys
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from cache.scene import POLICY, fetch, middle, slot_of
from support import Clock, GatedLoad, settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._cache import Cache
from taskrouter_async.errors import ConnectError, NotFoundError, TaskRouterError


def _plain(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def _eager(scenario: Coroutine[Any, Any, None]) -> None:
    async def with_eager_tasks() -> None:
        factory: Any = vars(asyncio)["eager_task_factory"]
        asyncio.get_running_loop().set_task_factory(factory)
        await scenario

    asyncio.run(with_eager_tasks())


def _uvloop(scenario: Coroutine[Any, Any, None]) -> None:
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario)


LOOPS = [
    _plain,
    pytest.param(
        _eager,
        marks=pytest.mark.skipif(
            not hasattr(asyncio, "eager_task_factory"), reason="eager tasks came with Python 3.12"
        ),
    ),
    pytest.param(
        _uvloop, marks=pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for it")
    ),
]


async def _six_callers() -> None:
    cache = Cache(POLICY, Clock(), chance=middle)
    load = GatedLoad[str]()
    callers = [asyncio.create_task(fetch(cache, load)) for _ in range(6)]
    await settle()
    callers[0].cancel()
    callers[3].cancel()
    await settle()
    load.succeed("answer")
    outcomes = await asyncio.gather(*callers, return_exceptions=True)

    assert [isinstance(each, asyncio.CancelledError) for each in outcomes] == [
        True,
        False,
        False,
        True,
        False,
        False,
    ]
    assert load.started == 1
    await cache.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def _stale_and_failing() -> None:
    clock = Clock()
    cache = Cache(POLICY, clock, chance=middle)

    async def answer() -> str:
        return "answer"

    async def fail() -> str:
        raise ConnectError("down")

    await fetch(cache, answer)
    clock.advance(5.0)
    assert (await fetch(cache, answer)).status.detail == "stale-while-revalidate"
    await settle()
    assert (await fetch(cache, answer)).status.hit
    clock.advance(15.0)
    assert (await fetch(cache, fail)).status.detail == "stale-if-error"
    clock.advance(50.0)
    with pytest.raises(ConnectError):
        await fetch(cache, fail)
    await cache.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("scenario", [_six_callers, _stale_and_failing])
@pytest.mark.parametrize("run", LOOPS)
def test_every_loop_is_the_same(
    run: Callable[[Coroutine[Any, Any, None]], None],
    scenario: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """The loop of asyncio, its eager tasks and uvloop make no difference."""
    run(scenario())


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log: what pytest keeps of it would count as growth."""
    monkeypatch.setattr(logging.getLogger("taskrouter_async.cache"), "disabled", True)


@pytest.mark.usefixtures("silence")
@in_virtual_time
async def test_a_hundred_thousand_calls_leave_nothing_behind() -> None:
    """Calls, cancellations, failures and time in any mixture: no task, no waiter, no memory."""
    chance = random.Random(5)
    cache = Cache(POLICY, virtual_loop().time, chance=chance.random)

    async def load() -> str:
        await asyncio.sleep(chance.choice([0.0, 0.01, 0.4]))
        error: TaskRouterError = chance.choice([ConnectError("down"), NotFoundError("gone")])
        if chance.random() < 0.2:
            raise error
        return "answer"

    async def call() -> None:
        max_age = 0.0 if chance.random() < 0.02 else None
        await fetch(cache, load, chance.choice("abcdefgh"), max_age=max_age)

    async def crowd(calls: int) -> None:
        for _ in range(calls // 100):
            callers = [asyncio.create_task(call()) for _ in range(100)]
            await asyncio.sleep(chance.choice([0.0, 0.005]))
            for caller in chance.sample(callers, 10):
                caller.cancel()
            await asyncio.wait(callers)
            for caller in callers:
                _ = caller.cancelled() or caller.exception()
            cache.invalidate(slot_of(cache, chance.choice("abcdefgh")))
            await asyncio.sleep(chance.choice([0.0, 2.0, 7.0]))

    # The first part is not watched, which takes much longer.
    await crowd(75_000)
    grown = await _growth(lambda: crowd(25_000))
    await asyncio.sleep(10.0)

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert (cache.stats().flights, cache.stats().waiters) == (0, 0)
    assert grown < 64 * 1024
    await cache.aclose()


async def _growth(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    try:
        await work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
