"""How a poller behaves towards its handles and its consumer."""

import asyncio
import math
from contextvars import ContextVar
from itertools import pairwise
from typing import Any

import pytest
from polling.figures import Figures, Handle, after, always, never
from virtual_loop import VirtualLoop, in_virtual_time, virtual_loop

from taskrouter_async.errors import (
    ClosedError,
    ConnectError,
    InvalidArgumentError,
    LoadAbortedError,
    RateLimitedError,
    ServerError,
    UsageError,
    WrongLoopError,
)
from taskrouter_async.models import Cached
from taskrouter_async.polling import Poller, Update

EVERY = 10.0


async def updates_of(poller: Poller[Figures], count: int) -> list[Update[Figures]]:
    """Take so many updates."""
    found = []
    async for update in poller:
        found.append(update)
        if len(found) == count:
            break
    return found


def steady(*handles: Handle, **options: Any) -> Poller[Figures]:
    """Return a poller without chance in it."""
    return Poller(handles, every=EVERY, chance=lambda: 0.0, **options)


@in_virtual_time
async def test_updates_say_what_is_new() -> None:
    """Each holds the handle, the value, its age, and what changed since the one before."""
    handle = Handle(after(2.0))
    async with steady(handle) as poller:
        first, second = await updates_of(poller, 2)

    assert (first.value, second.value) == (Figures(0), Figures(1))
    assert first.handle is handle
    assert first.changed == {"waiting", "working"}
    assert second.changed == {"waiting"}
    assert (first.age, first.error, first.missed) == (2.0, None, 0)
    assert first.status is not None
    assert first.status.age == 2.0


@in_virtual_time
async def test_what_others_asked_for_since_the_poll_before_will_do() -> None:
    """So a poll shares answers and requests with everybody else, and never takes its own again."""
    handle = Handle()
    async with steady(handle) as poller:
        await updates_of(poller, 3)

    assert handle.max_ages == [EVERY, 0.9 * EVERY, 0.9 * EVERY]


@in_virtual_time
async def test_moments_do_not_depend_on_answers() -> None:
    """However long each answer takes, the moments lie one interval apart."""
    handle = Handle(after(0.7 * EVERY))
    async with steady(handle) as poller:
        await updates_of(poller, 5)

    assert handle.moments == [0.0, 10.0, 20.0, 30.0, 40.0]


@in_virtual_time
async def test_a_moment_passes_while_the_answer_before_is_awaited() -> None:
    """A poll that takes longer than the interval is not overtaken, and none queues behind it."""
    handle = Handle(after(2.5 * EVERY))
    async with steady(handle) as poller:
        await updates_of(poller, 2)
        stats = poller.stats()

    assert handle.moments == [0.0, 30.0]
    assert stats.missed == 4
    assert stats.polls == 2


@in_virtual_time
async def test_an_error_is_told_and_the_interval_doubles_until_a_success() -> None:
    """After 1, 2, 3 errors: 20, 40, 60 seconds; the first success leads back to the schedule."""

    async def answer(turn: int) -> None:
        if 1 <= turn <= 3:
            raise ServerError(f"503 in turn {turn}")

    handle = Handle(answer)
    async with steady(handle) as poller:
        first, one, two, three, healed, *_ = await updates_of(poller, 6)
        stats = poller.stats()

    assert handle.moments == [0.0, 10.0, 30.0, 70.0, 130.0, 140.0]
    assert stats.errors == 3
    assert stats.missed == 0
    for update, turn in ((one, 1), (two, 2), (three, 3)):
        assert str(update.error) == f"503 in turn {turn}"
        assert update.value == first.value
        assert update.changed == frozenset()
        assert update.age == handle.moments[turn]
    assert healed.error is None
    assert healed.changed == {"waiting"}


@in_virtual_time
async def test_an_error_before_any_value_leaves_it_open() -> None:
    """Without an answer there is neither value, age nor status."""
    async with steady(Handle(always(ConnectError("refused")))) as poller:
        (update,) = await updates_of(poller, 1)

    assert (update.value, update.age, update.status) == (None, None, None)
    assert isinstance(update.error, ConnectError)
    assert update.changed == frozenset()


@in_virtual_time
async def test_the_service_may_ask_for_more_patience() -> None:
    """``retry_after`` is waited for, and chance adds to it so that not all come back at once."""
    handle = Handle(always(RateLimitedError("429", status=429, retry_after=100.0)))
    async with Poller([handle], every=EVERY, chance=lambda: 0.5) as poller:
        await updates_of(poller, 2)

    assert handle.moments == [0.0, 112.5]


@in_virtual_time
async def test_an_older_answer_that_stands_in_counts_as_an_error() -> None:
    """A cache that bridges a failing service says so, and the poller backs off, too."""
    handle = Handle(age=3.0)
    handle.error = ServerError("503")
    async with steady(handle) as poller:
        first, second = await updates_of(poller, 2)
        stats = poller.stats()

    assert first.value == Figures(0)
    assert (first.error, first.age) == (handle.error, 3.0)
    assert second.error is handle.error
    assert handle.moments == [0.0, 20.0]
    assert stats.errors == 2


@in_virtual_time
async def test_an_older_answer_does_not_replace_a_newer_one() -> None:
    """What counts is when an answer was asked for, not when it came."""
    handle = Handle()
    async with steady(handle) as poller:
        await updates_of(poller, 1)
        handle.age = 30.0
        (update,) = await updates_of(poller, 1)

    assert update.value == Figures(0)
    assert update.age == 10.0
    assert update.changed == frozenset()


@in_virtual_time
async def test_a_slow_consumer_gets_the_newest_of_each_and_the_poller_does_not_wait() -> None:
    """While the consumer is busy, one update waits for each handle; it tells what was missed."""
    handles = [Handle(), Handle()]
    async with steady(*handles) as poller:
        await updates_of(poller, 2)
        await asyncio.sleep(5 * EVERY + 1)
        pending = poller.stats().pending
        updates = await updates_of(poller, 2)
        stats = poller.stats()

    assert pending == 2
    assert [update.handle for update in updates] == handles
    assert [update.value for update in updates] == [Figures(5), Figures(5)]
    assert [update.missed for update in updates] == [4, 4]
    assert [update.changed for update in updates] == [{"waiting"}, {"waiting"}]
    assert stats.conflated == 8
    assert stats.pending == 0
    assert stats.polls == 12


@in_virtual_time
async def test_what_did_not_change_may_be_left_out() -> None:
    """With ``changed_only``, changes, errors and recoveries come, and nothing else."""

    async def answer(turn: int) -> int:
        if turn == 4:
            raise ServerError("503")
        return 1 if turn >= 2 else 0

    handle = Handle(answer)
    async with steady(handle, changed_only=True) as poller:
        first, change, trouble, recovery = await updates_of(poller, 4)

    assert len(handle.moments) == 6
    assert first.changed == {"waiting", "working"}
    assert change.changed == {"waiting"}
    assert isinstance(trouble.error, ServerError)
    assert (recovery.error, recovery.changed) == (None, frozenset())


@in_virtual_time
async def test_a_handle_can_be_added_while_it_runs() -> None:
    """Its first poll comes within one interval, on a moment of its own."""
    handle, late = Handle(), Handle()
    async with steady(handle) as poller:
        await asyncio.sleep(2.9 * EVERY)
        poller.add(late)
        await asyncio.sleep(3 * EVERY)

    assert handle.moments == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    assert late.moments == pytest.approx([36.18, 46.18, 56.18], abs=0.01)


@in_virtual_time
async def test_a_handle_can_be_added_to_a_poller_without_any() -> None:
    """A poller may start empty, and waits."""
    async with steady() as poller:
        waiter = asyncio.create_task(updates_of(poller, 1))
        await asyncio.sleep(25.0)
        poller.add(Handle())
        (update,) = await waiter

    assert update.value == Figures(0)
    assert virtual_loop().time() == 30.0


@in_virtual_time
async def test_a_removed_handle_is_asked_no_more() -> None:
    """Its poll under way is cancelled, its update is dropped, and the others keep their moments."""
    told, hanging, other = Handle(), Handle(never), Handle()
    async with steady(told, hanging, other) as poller:
        await asyncio.sleep(9.9)
        poller.remove(told)
        poller.remove(hanging)
        (update,) = await updates_of(poller, 1)
        stats = poller.stats()
        await asyncio.sleep(EVERY)

    assert update.handle is other
    assert stats.handles == 1
    assert hanging.cancelled == 1
    assert len(told.moments) == len(hanging.moments) == 1
    assert [later - earlier for earlier, later in pairwise(other.moments)] == [EVERY]


@in_virtual_time
async def test_a_removed_handle_leaves_its_place_to_the_next() -> None:
    """So that moments stay even, whoever comes and goes."""
    handles = [Handle(), Handle(), Handle()]
    async with steady(*handles) as poller:
        await asyncio.sleep(0.99 * EVERY)
        poller.remove(handles[1])
        late = Handle()
        poller.add(late)
        await asyncio.sleep(EVERY)

    assert late.moments == [handles[1].moments[0] + EVERY]


@in_virtual_time
async def test_what_a_removed_handle_still_brings_is_nobodys() -> None:
    """A handle that does not let itself be cancelled brings an answer too late."""

    async def stubborn(turn: int) -> None:
        try:
            await asyncio.sleep(5.0)
        except asyncio.CancelledError:
            await asyncio.sleep(1.0)

    handle = Handle(stubborn)
    async with steady(handle) as poller:
        await asyncio.sleep(1.0)
        poller.remove(handle)
        await asyncio.sleep(5.0)
        stats = poller.stats()

    assert (stats.pending, stats.errors, stats.in_flight) == (0, 0, 0)


@in_virtual_time
async def test_a_pause_begins_nothing_and_ends_without_a_burst() -> None:
    """What was under way still comes; afterwards each handle goes on at its next moment."""
    handles = [Handle(after(1.0)), Handle()]
    async with steady(*handles) as poller:
        await asyncio.sleep(0.5)
        poller.pause()
        (update,) = await updates_of(poller, 1)
        await asyncio.sleep(3 * EVERY)
        asked = [len(handle.moments) for handle in handles]
        poller.resume()
        await asyncio.sleep(EVERY)
        stats = poller.stats()

    assert update.handle is handles[0]
    assert asked == [1, 0]
    assert handles[0].moments == [0.0, 40.0]
    assert handles[1].moments == pytest.approx([36.18], abs=0.01)
    assert stats.missed == 0


@in_virtual_time
async def test_a_pause_does_not_shorten_a_wait_after_an_error() -> None:
    """Who was to be left alone until later still is."""
    handle = Handle(always(RateLimitedError("429", retry_after=50.0)))
    async with steady(handle) as poller:
        await updates_of(poller, 1)
        poller.pause()
        await asyncio.sleep(EVERY)
        poller.resume()
        await updates_of(poller, 1)

    assert handle.moments == [0.0, 50.0]


@in_virtual_time
async def test_it_may_be_paused_before_it_starts() -> None:
    """Then it starts when it is resumed, be that before or afterwards."""
    handle = Handle()
    poller = steady(handle)
    poller.pause()
    poller.resume()
    poller.pause()
    async with poller:
        await asyncio.sleep(15.0)
        poller.resume()
        await updates_of(poller, 1)

    assert handle.moments == [20.0]


@in_virtual_time
async def test_polls_under_way_can_be_bounded() -> None:
    """What is due waits for room, first come, first served, and not twice."""
    handles = [Handle(after(12.0)), Handle(after(12.0)), Handle()]
    async with steady(*handles, max_concurrent=1) as poller:
        await asyncio.sleep(9.0)
        early = poller.stats()
        await asyncio.sleep(16.0)
        stats = poller.stats()

    assert (early.in_flight, early.waiting) == (1, 2)
    assert [handle.moments for handle in handles] == [[0.0, 24.0], [12.0], [12.0, 24.0]]
    assert (stats.late, stats.missed) == (4, 3)
    assert stats.lateness_p50 == pytest.approx(12.0 - 6.18, abs=0.01)
    assert stats.lateness_p99 == pytest.approx(24.0 - 12.36, abs=0.01)


@in_virtual_time
async def test_who_waits_for_room_can_be_removed_or_paused() -> None:
    """Neither is asked then; what was paused is asked at its next moment."""
    handles = [Handle(after(9.5)), Handle(), Handle()]
    async with steady(*handles, max_concurrent=1) as poller:
        await asyncio.sleep(9.0)
        poller.remove(handles[1])
        poller.pause()
        waiting = poller.stats().waiting
        await asyncio.sleep(0.9)
        poller.resume()
        await asyncio.sleep(10.0)

    assert waiting == 0
    assert [len(handle.moments) for handle in handles] == [2, 0, 1]


@in_virtual_time
async def test_a_mistake_in_a_program_ends_the_iteration() -> None:
    """It is raised as it is, everything else ends, and the iteration is over."""

    async def answer(turn: int) -> int:
        raise KeyError("a mistake")

    hanging = Handle(never)
    async with steady(hanging, Handle(answer)) as poller:
        with pytest.raises(KeyError, match="a mistake"):
            await updates_of(poller, 1)
        assert await updates_of(poller, 1) == []
        assert poller.stats().in_flight == 0 or hanging.cancelled

    assert hanging.cancelled == 1


@in_virtual_time
async def test_a_mistake_that_nobody_iterates_over_is_raised_at_the_end() -> None:
    """Only the first, and only if the block did not end with an error of its own."""

    class Wrong:
        async def fetch_cached(self, *, max_age: float | None) -> Cached[Figures]:
            raise KeyError(f"a mistake of {max_age}")

    wrong = [Wrong(), Wrong()]
    with pytest.raises(KeyError, match="a mistake"):
        async with Poller(wrong, every=EVERY):
            await asyncio.sleep(EVERY)
    with pytest.raises(TimeoutError):
        async with Poller(wrong, every=EVERY), asyncio.timeout(EVERY):
            await asyncio.Event().wait()


@in_virtual_time
async def test_two_mistakes_at_once_are_one() -> None:
    """The first ends the polling; another that comes while it ends is not told."""

    async def at_the_end(turn: int) -> int:
        try:
            return await never(turn)
        except asyncio.CancelledError:
            raise ValueError("the second") from None

    async def at_once(turn: int) -> int:
        raise KeyError("the first")

    with pytest.raises(KeyError, match="the first"):
        async with steady(Handle(at_the_end), Handle(at_once)) as poller:
            await updates_of(poller, 1)


@in_virtual_time
async def test_a_poll_that_somebody_else_cancels_is_an_error_of_that_handle() -> None:
    """It is told, and asked again."""

    async def answer(turn: int) -> None:
        if turn == 0:
            raise asyncio.CancelledError

    async with steady(Handle(answer)) as poller:
        cancelled, well = await updates_of(poller, 2)

    assert isinstance(cancelled.error, LoadAbortedError)
    assert well.error is None


@in_virtual_time
async def test_one_consumer_at_a_time() -> None:
    """A second one is told so at once; the first goes on."""
    async with steady(Handle(after(1.0))) as poller:
        first = asyncio.create_task(updates_of(poller, 2))
        await asyncio.sleep(0.5)
        with pytest.raises(UsageError, match="iterates over this poller already"):
            await updates_of(poller, 1)

        assert len(await first) == 2


@in_virtual_time
async def test_a_consumer_may_break_off_and_come_back() -> None:
    """Being cancelled while it waits costs no update."""
    async with steady(Handle(after(5.0))) as poller:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(updates_of(poller, 1), 2.0)
        (update,) = await updates_of(poller, 1)

    assert update.value == Figures(0)


@in_virtual_time
async def test_the_end_of_the_block_ends_an_iteration_elsewhere() -> None:
    """Whoever iterates in another task comes out of the loop, then and ever after."""
    async with steady(Handle(never)) as poller:
        consumer = asyncio.create_task(updates_of(poller, 1))
        await asyncio.sleep(1.0)

    assert await consumer == []
    assert await updates_of(poller, 1) == []


@in_virtual_time
async def test_an_ended_poller_stays_ended() -> None:
    """It cannot be started or changed again, and its figures can still be read."""
    handle = Handle()
    async with steady(handle) as poller:
        await updates_of(poller, 1)

    with pytest.raises(ClosedError, match="the poller is closed"):
        poller.add(Handle())
    with pytest.raises(ClosedError):
        poller.remove(handle)
    with pytest.raises(ClosedError):
        poller.pause()
    with pytest.raises(ClosedError):
        poller.resume()
    with pytest.raises(ClosedError):
        await poller.__aenter__()
    assert poller.stats().polls == 1
    assert (poller.stats().handles, poller.stats().in_flight) == (0, 0)


@in_virtual_time
async def test_it_runs_once() -> None:
    """Entering it twice, and iterating outside of the block, are mistakes that are named."""
    poller = steady(Handle())
    with pytest.raises(UsageError, match="within its async with"):
        await updates_of(poller, 1)
    async with poller:
        with pytest.raises(UsageError, match="runs already"):
            await poller.__aenter__()


def test_it_belongs_to_one_event_loop() -> None:
    """From another one it says so."""
    poller = steady(Handle())
    with asyncio.Runner(loop_factory=VirtualLoop) as home, asyncio.Runner() as elsewhere:
        home.run(poller.__aenter__())

        async def add() -> None:
            poller.add(Handle())

        with pytest.raises(WrongLoopError, match="the poller belongs to"):
            elsewhere.run(add())
        home.run(poller.__aexit__(None, None, None))


async def _somebody(poller: Poller[Figures]) -> list[Update[Figures]]:
    async with poller:
        return await updates_of(poller, 20)


@pytest.mark.parametrize("quarters", range(24))
def test_a_cancellation_anywhere_leaves_nothing_behind(quarters: int) -> None:
    """At every moment of its life: no task is left, nothing is left unretrieved."""

    @in_virtual_time
    async def simulate() -> None:
        handles = [Handle(after(3.0)), Handle(never), Handle(always(ServerError("503")))]
        somebody = asyncio.create_task(_somebody(steady(*handles, max_concurrent=2)))
        await asyncio.sleep(quarters / 4 * EVERY / 2)
        somebody.cancel()
        with pytest.raises(asyncio.CancelledError):
            await somebody
        assert asyncio.all_tasks() == {asyncio.current_task()}

    simulate()


@pytest.mark.parametrize("steps", range(8))
def test_a_cancellation_while_it_ends_leaves_nothing_behind(steps: int) -> None:
    """Even if it is impatient: the polls end first, however often the caller is cancelled."""

    @in_virtual_time
    async def simulate() -> None:
        async def slow_to_end(turn: int) -> None:
            try:
                await never(turn)
            finally:
                await asyncio.sleep(1.0)

        async def somebody() -> None:
            async with steady(Handle(slow_to_end), Handle(slow_to_end)):
                await asyncio.sleep(EVERY)

        task = asyncio.create_task(somebody())
        await asyncio.sleep(EVERY)
        for _ in range(steps):
            await asyncio.sleep(0)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.25)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    simulate()


@in_virtual_time
async def test_an_error_in_the_block_ends_everything() -> None:
    """It comes out as it is."""
    handle = Handle(never)
    with pytest.raises(TimeoutError):
        async with steady(handle), asyncio.timeout(1.0):
            await asyncio.Event().wait()

    assert handle.cancelled == 1


_WHO: ContextVar[str] = ContextVar("_WHO", default="nobody")


@in_virtual_time
async def test_polls_run_in_the_context_of_who_started_it() -> None:
    """Whoever adds a handle or takes an update lends nothing of his own."""
    seen: list[str] = []

    async def answer(turn: int) -> None:
        seen.append(_WHO.get())

    _WHO.set("starter")
    async with steady(max_concurrent=1) as poller:

        async def visitor() -> None:
            _WHO.set("visitor")
            poller.add(Handle(answer))
            await updates_of(poller, 2)

        await asyncio.create_task(visitor())

    assert seen == ["starter", "starter"]


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"every": 0}, "every"),
        ({"every": -1.0}, "every"),
        ({"every": math.nan}, "every"),
        ({"every": math.inf}, "every"),
        ({"every": "5"}, "every"),
        ({"every": 5.0, "max_backoff": 0}, "max_backoff"),
        ({"every": 5.0, "max_concurrent": 0}, "max_concurrent"),
        ({"every": 5.0, "max_concurrent": 1.5}, "max_concurrent"),
        ({"every": 5.0, "handles": ["WS"]}, "handles"),
        ({"every": 5.0, "handles": [same := Handle(), same]}, "handles"),
    ],
)
def test_arguments_are_checked(options: dict[str, Any], argument: str) -> None:
    """What cannot work is refused by name."""
    with pytest.raises(InvalidArgumentError) as caught:
        Poller(**options)

    assert caught.value.argument == argument


def test_handles_are_told_apart_by_identity() -> None:
    """Adding one twice and removing one that is not there are refused, without any event loop."""
    handle = Handle()
    poller = Poller([handle], every=EVERY)
    with pytest.raises(InvalidArgumentError, match="polled already"):
        poller.add(handle)
    with pytest.raises(InvalidArgumentError, match="is not polled"):
        poller.remove(Handle())
    poller.remove(handle)
    poller.add(handle)

    assert poller.stats().handles == 1
    assert (poller.stats().lateness_p50, poller.stats().lateness_p99) == (0.0, 0.0)
