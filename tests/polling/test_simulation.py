"""Thousands of handles over many intervals, in virtual time."""

import asyncio
import functools
import gc
import os
import sys
import tracemalloc
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import pytest
from polling.figures import Figures, Handle, after, always, never
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async.errors import ServerError
from taskrouter_async.polling import Poller

EVERY = 5.0
ACCOUNTS = 10
# The daily tests play the same on a smaller stage.
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
HANDLES, INTERVALS = (5_000, 20) if NIGHTLY else (1_000, 8)
LONG = 840 if NIGHTLY else 60


async def consume(poller: Poller[Figures], until: float) -> int:
    """Take every update until that moment; return how many there were."""
    updates = 0
    async for update in poller:
        updates += 1
        if asyncio.get_running_loop().time() >= until:
            break
        assert update.missed == 0
    return updates


def assert_once_in_each_interval(handles: Sequence[Handle]) -> None:
    """Each handle was polled once in each interval, and the moments lie an interval apart."""
    for handle in handles:
        assert len(handle.moments) == INTERVALS
        assert all(
            abs(later - earlier - EVERY) < 0.05 * EVERY
            for earlier, later in pairwise(handle.moments)
        )
        assert handle.moments[-1] == pytest.approx(
            handle.moments[0] + (INTERVALS - 1) * EVERY, abs=1e-6
        )


def assert_even(moments: Sequence[float], handles: int) -> None:
    """No hundredth of the interval holds many more moments than the mean."""
    assert most_within(moments, EVERY / 100) <= handles / 100 + 4


def most_within(moments: Sequence[float], seconds: float) -> int:
    """Return the largest number of moments within any span of so many seconds."""
    ordered = sorted(moments)
    return max(bisect_left(ordered, each + seconds) - n for n, each in enumerate(ordered))


@pytest.mark.timeout(240)  # by night a hundred thousand polls
@in_virtual_time
async def test_thousands_are_polled_once_per_interval_whatever_one_in_a_hundred_does() -> None:
    """Handles of 10 accounts keep their moments; no hundredth of the interval is crowded.

    One in a hundred hangs, fails or takes seven intervals, and this changes nothing.
    """
    troubles = [never, always(ServerError("503")), after(7 * EVERY)]
    accounts = [[Handle() for _ in range(HANDLES // ACCOUNTS)] for _ in range(ACCOUNTS)]
    for account in accounts:
        account[::100] = [Handle(troubles[n % 3]) for n in range(len(account) // 100)]
    handles = [handle for account in accounts for handle in account]

    async with Poller(handles, every=EVERY) as poller:
        consumer = asyncio.create_task(consume(poller, float("inf")))
        await asyncio.sleep(INTERVALS * EVERY - 1e-6)
        stats = poller.stats()
        consumer.cancel()
        await asyncio.wait([consumer])

    for account in accounts:
        healthy = [handle for n, handle in enumerate(account) if n % 100]
        assert_once_in_each_interval(healthy)
        assert_even([each for handle in healthy for each in handle.moments], len(account))
    assert_even([each for handle in handles for each in handle.moments], HANDLES)
    assert stats.lateness_p99 < 1e-6
    assert stats.late == 0
    assert stats.handles == HANDLES


@pytest.mark.timeout(240)
@in_virtual_time
async def test_memory_stays_flat() -> None:
    """200 handles over many intervals, errors among them, need no more at the end than before."""

    async def sometimes(turn: int, number: int) -> None:
        # Never all at once: an error that is held until the next outcome needs a kilobyte.
        if (turn + number) % 7 == 3:
            raise ServerError("503")

    handles = [Handle(functools.partial(sometimes, number=number)) for number in range(200)]

    async def blocks_after(intervals: int) -> int:
        await asyncio.sleep(intervals * EVERY)
        for handle in handles:
            handle.moments.clear()
            handle.max_ages.clear()
        gc.collect()
        return sys.getallocatedblocks()

    async with Poller(handles, every=EVERY) as poller:
        consumer = asyncio.create_task(consume(poller, float("inf")))
        before = await blocks_after(LONG // 8)
        after_most = await blocks_after(LONG)
        tracemalloc.start()  # to the byte, but too slow for all of it
        try:
            await blocks_after(20)  # whatever is replaced now and then has been seen once
            bytes_before = tracemalloc.get_traced_memory()[0]
            await blocks_after(40)
            grown = tracemalloc.get_traced_memory()[0] - bytes_before
        finally:
            tracemalloc.stop()
        polls = poller.stats().polls
        consumer.cancel()
        await asyncio.wait([consumer])

    assert polls > 150 * LONG
    assert after_most - before < 10_000  # which errors are held at the moment makes some thousand
    assert abs(grown) < 64 * 1024


@in_virtual_time
async def test_a_loop_that_was_held_up_is_followed_by_no_burst() -> None:
    """What is overdue comes at four times the pace at most, and what is long over not at all."""
    handles = [Handle() for _ in range(1_000)]
    async with Poller(handles, every=EVERY) as poller:
        await asyncio.sleep(2 * EVERY)
        virtual_loop().hold_up(3 * EVERY)
        held_up_until = virtual_loop().time()
        await asyncio.sleep(2 * EVERY)
        stats = poller.stats()

    moments = [each for handle in handles for each in handle.moments if each >= held_up_until]
    mean, batch = 10, 20
    assert most_within(moments, EVERY / 100) <= 4 * mean + batch + 4
    assert stats.missed == 2 * len(handles)
    for handle in handles:
        _, after_hold_up, *_ = [each for each in handle.moments if each > held_up_until - EVERY]
        assert after_hold_up < held_up_until + 1.5 * EVERY
