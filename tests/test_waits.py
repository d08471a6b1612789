"""Deadlines that share a timer, and end with their owner."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import settle
from virtual_loop import in_virtual_time

from taskrouter_async._waits import Waits


async def _wait(waits: Waits, seconds: float) -> float:
    """Wait for so long; returns what the time was when it was over."""
    loop = asyncio.get_running_loop()
    with pytest.raises(TimeoutError), waits.until(loop.time() + seconds):
        await asyncio.Event().wait()
    return loop.time()


@given(seconds=st.lists(st.floats(0, 30), min_size=1, max_size=20))
@in_virtual_time
async def test_each_deadline_is_kept_in_whatever_order_they_come(seconds: list[float]) -> None:
    """Who waits is interrupted at the very instant, whoever else waits longer or less long."""
    waits, began = Waits(), asyncio.get_running_loop().time()

    ended = await asyncio.gather(*(_wait(waits, each) for each in seconds))

    assert [end - began for end in ended] == pytest.approx(seconds, abs=1e-6)


@in_virtual_time
async def test_a_thousand_that_end_in_time_cost_one_timer() -> None:
    """The timer of the first stands for all that come after it."""
    waits, loop = Waits(), asyncio.get_running_loop()
    timers = set()
    for _ in range(1000):
        with waits.until(loop.time() + 30):
            await asyncio.sleep(0)
        timers.add(waits._timer)

    assert len(timers) == 1


@in_virtual_time
async def test_a_timer_that_goes_off_for_somebody_gone_interrupts_nobody() -> None:
    """Whoever has left in time is not touched, and whoever waits longer waits on."""
    waits, loop = Waits(), asyncio.get_running_loop()
    with waits.until(loop.time() + 10):
        pass
    began = loop.time()

    assert await _wait(waits, 25) - began == pytest.approx(25)


@in_virtual_time
async def test_nothing_is_left_to_go_off_where_nobody_waits() -> None:
    """The timer is not set anew when it finds nobody."""
    waits, loop = Waits(), asyncio.get_running_loop()
    with waits.until(loop.time() + 10):
        pass

    await asyncio.sleep(11)

    assert waits._timer is None


@in_virtual_time
async def test_somebody_elses_cancellation_is_the_stronger_wish() -> None:
    """A task that was cancelled as well ends cancelled, not timed out."""
    waits = Waits()
    task = asyncio.create_task(_wait(waits, 10))
    asyncio.get_running_loop().call_later(10, task.cancel)

    with pytest.raises(asyncio.CancelledError):
        await task


@in_virtual_time
async def test_what_a_block_raises_after_its_deadline_is_raised() -> None:
    """Whoever is interrupted and then fails in another way has failed in that way."""
    waits, loop = Waits(), asyncio.get_running_loop()

    async def fail() -> None:
        with waits.until(loop.time() + 10):
            try:
                await asyncio.Event().wait()
            finally:
                raise LookupError

    with pytest.raises(LookupError):
        await fail()

    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_the_end_of_the_owner_is_the_end_of_all_waiting() -> None:
    """Ending makes every deadline pass at once, those that come later included."""
    waits = Waits()
    waiting = [asyncio.create_task(_wait(waits, seconds)) for seconds in (60, 30, 90)]
    await settle()

    waits.end()

    assert waits.ended
    for wait in (*waiting, _wait(waits, 60)):
        await asyncio.wait_for(wait, 5)


async def test_the_end_may_come_twice() -> None:
    """Also in the very moment in which somebody's time is over, and where nobody waits."""
    waits = Waits()
    waits.end()

    async def wait() -> None:
        with waits.until(asyncio.get_running_loop().time()):
            try:
                await asyncio.Event().wait()
            finally:
                waits.end()

    with pytest.raises(TimeoutError):
        await wait()

    waits.end()


async def test_who_has_left_is_not_touched_by_the_end() -> None:
    """A block that was left before the owner's end goes on as if nothing had been."""
    waits = Waits()
    with waits.until(asyncio.get_running_loop().time() + 60):
        pass

    waits.end()

    await asyncio.sleep(0)


async def test_only_a_task_can_wait() -> None:
    """In a callback there is nobody to be told."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def call_back() -> None:
        with pytest.raises(RuntimeError, match="needs a task"), Waits().until(1.0):
            pass
        told.set()

    loop.call_soon(call_back)

    await asyncio.wait_for(told.wait(), 5)
