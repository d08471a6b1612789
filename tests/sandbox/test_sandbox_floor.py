"""The simulation behind the sandbox: what may happen on a floor, and what never does."""

import random
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskrouter_async.sandbox.floor import Floor, Status
from taskrouter_async.sandbox.statistics import of_workspace

IN_HANDS = {"reserved", "assigned", "wrapping"}

seeds = st.integers(0, 2**32)
examples = settings(max_examples=25, deadline=None)


def opened(seed: int, now: float = 0.0) -> Floor:
    """Return a floor that has just opened."""
    return Floor(random.Random(seed), now)


@cache
def an_hour(seed: int) -> list[dict[str, Status]]:
    """Return how the tasks of a floor stand, by their SIDs, second by second for an hour."""
    floor = opened(seed)
    history = []
    for second in range(3600):
        floor.advance(second)
        history.append({task.sid: task.status for task in floor.tasks})
    return history


@examples
@given(seed=seeds)
def test_a_worker_never_handles_two_tasks_at_once(seed: int) -> None:
    """Whoever has a task is offered no other before it is out of hands."""
    floor = opened(seed)
    for second in range(100):
        floor.advance(second)
        hands = [task.worker for task in floor.tasks if task.worker]
        assert len(hands) == len(set(hands))


@examples
@given(seed=seeds)
def test_a_task_in_hands_has_a_worker_who_matches_its_queue(seed: int) -> None:
    """Reserved, assigned and wrapping tasks have a worker of their queue; no other has any."""
    floor = opened(seed)
    for second in range(100):
        floor.advance(second)
        for task in floor.tasks:
            assert (task.worker is not None) == (task.status in IN_HANDS)
            assert task.worker is None or task.task_queue in task.worker.task_queues


@examples
@given(seed=seeds, now=st.floats(0, 1e6))
def test_a_floor_opens_at_the_time_it_is_told(seed: int, now: float) -> None:
    """What happened before the opening lies in the past, and the next second brings news."""
    floor = opened(seed, now)
    assert floor.now == pytest.approx(now)
    assert all(task.created_at <= floor.now for task in floor.tasks)

    floor.advance(now + 1.5)
    assert floor.now == pytest.approx(now + 1)


@examples
@given(seed=seeds)
def test_only_pending_tasks_wait(seed: int) -> None:
    """The longest waiting task is the oldest of those that no worker was offered."""
    floor = opened(seed)
    for second in range(100):
        floor.advance(second)
        waiting = [task.sid for task in floor.tasks if task.status == "pending"]
        longest = of_workspace(floor, None)["longest_task_waiting_sid"]
        assert longest == next(iter(waiting), None)


@pytest.mark.parametrize("opened_at", [0.1, 0.3, 7.7, 1234.5678])
@pytest.mark.parametrize("seed", range(5))
def test_ages_are_whole_seconds_on_any_clock(seed: int, opened_at: float) -> None:
    """On a clock that starts between two seconds, a task is as old as it was there seconds ago."""
    floor = opened(seed, opened_at)
    births: dict[object, int] = dict.fromkeys((task.sid for task in floor.tasks), -1000)
    for second in range(100):
        floor.advance(opened_at + second + 0.5)
        births.update({task.sid: second for task in floor.tasks if task.sid not in births})
        figures = of_workspace(floor, None)
        birth = births.get(figures["longest_task_waiting_sid"], second)
        assert birth < 0 or figures["longest_task_waiting_age"] == second - birth


@pytest.mark.parametrize("later", [0.0, 0.9, -5.0])
def test_nothing_happens_before_a_second_is_over(later: float) -> None:
    """Parts of a second, and a clock that ran backwards, change nothing."""
    floor = opened(1, 1000.0)
    before = of_workspace(floor, None)

    floor.advance(1000.0 + later)

    assert floor.now == 1000.0
    assert of_workspace(floor, None) == before


def test_parts_of_a_second_add_up() -> None:
    """Ten looks a tenth of a second apart are one second."""
    floor = opened(1, 0.0)

    for tenth in range(1, 31):
        floor.advance(tenth / 10)

    assert floor.now == 3.0


def test_a_long_pause_leaves_the_clock_right() -> None:
    """After a pause of which only ten minutes count, the floor's time is the clock's."""
    floor = opened(1, 1000.0)

    floor.advance(1_000_000.0)

    assert floor.now == 1_000_000.0


def test_every_fate_is_met() -> None:
    """Within an hour tasks wait, are offered, handled, done and called off, and disappear."""
    history = an_hour(seed=1)

    assert {status for tasks in history for status in tasks.values()} == IN_HANDS | {
        "pending",
        "completed",
        "canceled",
    }
    assert history[0].keys() - history[-1].keys()


def test_an_offer_may_be_refused() -> None:
    """Within an hour some reserved task is waiting again a second later."""
    history = an_hour(seed=1)

    steps = {
        (earlier[sid], later[sid])
        for earlier, later in pairwise(history)
        for sid in earlier.keys() & later.keys()
    }
    assert ("reserved", "pending") in steps
    assert ("assigned", "pending") not in steps
