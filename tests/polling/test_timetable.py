"""When handles are due."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.polling._timetable import (
    Grid,
    Places,
    Schedule,
    backoff,
    max_age,
    phase,
)


def gaps(phases: list[float]) -> list[float]:
    """Return the gaps around the circle of an interval."""
    ordered = sorted(phases)
    return [later - earlier for earlier, later in pairwise([*ordered, ordered[0] + 1.0])]


@given(first=st.integers(0, 20_000), size=st.integers(1, 2_000))
def test_phases_are_even_however_many_there_are(first: int, size: int) -> None:
    """Any row of places is spread so that no gap is much larger than the mean, or much smaller."""
    found = gaps([phase(place) for place in range(first, first + size)])

    assert max(found) * size < 2.2
    assert min(found) * size > 0.3


@given(size=st.integers(10, 1_000), step=st.sampled_from([2, 3, 5, 10]))
def test_every_nth_phase_is_even_too(size: int, step: int) -> None:
    """The accounts of a list in which they take turns are spread as well."""
    found = gaps([phase(place) for place in range(0, size * step, step)])

    assert max(found) * size < 8


@given(st.lists(st.booleans() | st.integers(0, 50), max_size=200))
def test_places_stay_close_together(steps: list[bool | int]) -> None:
    """Whoever comes and goes: no two have one place, and a place that is free is used first."""
    places = Places()
    taken: list[int] = []
    for step in steps:
        if step is True or not taken:
            free = set(range(len(taken) + 1)) - set(taken)
            taken.append(places.take())
            assert taken[-1] == min(free, default=len(taken) - 1)
        else:
            places.give_back(taken.pop(step % len(taken)))

    assert len(set(taken)) == len(taken)


@given(
    start=st.floats(0, 1e6),
    every=st.floats(0.01, 1e4),
    place=st.integers(0, 10_000),
    later=st.floats(0, 1e5),
)
def test_the_next_moment_is_the_first_that_is_still_to_come(
    start: float, every: float, place: int, later: float
) -> None:
    """It lies within one interval from now, and rounding never leads into the past."""
    grid = Grid(start, every)
    now = start + later

    tick = grid.tick_after(place, now)

    assert now < grid.moment(place, tick) <= now + every * (1 + 1e-6) + 1e-6


def test_moments_do_not_drift() -> None:
    """The millionth moment lies where multiplication says."""
    grid = Grid(100.0, 5.0)

    assert grid.moment(0, 1_000_000) == 5_000_100.0


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 20)), max_size=300))
def test_a_schedule_gives_each_at_its_last_moment_in_order(
    steps: list[tuple[int, int | None]],
) -> None:
    """However often somebody is put and forgotten, only what was noted last counts."""
    schedule = Schedule[int]()
    noted: dict[int, float] = {}
    for key, due in steps:
        if due is None:
            schedule.discard(key)
            noted.pop(key, None)
        else:
            schedule.put(key, float(due))
            noted[key] = float(due)
        assert len(schedule._heap) <= 2 * len(noted) + 64
        assert schedule.next_due() == min(noted.values(), default=None)

    popped = []
    while (item := schedule.pop(10.0)) is not None:
        popped.append(item)

    assert [due for _, due in popped] == sorted(due for due in noted.values() if due <= 10.0)
    assert {key: due for key, due in noted.items() if due <= 10.0} == dict(popped)


def test_a_schedule_does_not_pile_up_what_is_superseded() -> None:
    """Putting somebody again and again needs no more room than once."""
    schedule = Schedule[str]()
    for due in range(1_000, 0, -1):
        schedule.put("somebody", float(due))

    assert len(schedule._heap) <= 66
    assert schedule.pop(2_000.0) == ("somebody", 1.0)
    assert schedule.pop(2_000.0) is None


@given(errors=st.integers(1, 5_000), chance=st.floats(0, 1, exclude_max=True))
def test_backing_off_doubles_up_to_the_cap(errors: int, chance: float) -> None:
    """The wait doubles with each error, and chance adds a quarter at most."""
    wait = backoff(5.0, errors, 60.0, None, chance)

    interval = min(5.0 * 2.0 ** min(errors, 10), 60.0)
    assert interval <= wait <= interval * 1.25


@pytest.mark.parametrize(
    ("every", "hint", "least"),
    [
        (5.0, 3.0, 10.0),
        (5.0, 30.0, 30.0),
        (5.0, 1e9, 3_600.0),
        (5.0, math.inf, 3_600.0),
        (5.0, math.nan, 10.0),
        (5.0, -1.0, 10.0),
        (90.0, None, 90.0),
        (7_200.0, 9_000.0, 7_200.0),
    ],
)
def test_a_hint_is_honoured_within_reason(every: float, hint: float | None, least: float) -> None:
    """The service may ask for up to an hour; a long interval is never made shorter."""
    assert backoff(every, 1, 60.0, hint, 0.0) == least


@pytest.mark.parametrize(
    ("age", "accepted"), [(0.0, 5.0), (5.9, 5.0), (7.0, 6.0), (10.0, 9.0), (math.inf, 10.0)]
)
def test_a_poll_accepts_what_is_newer_than_the_last(age: float, accepted: float) -> None:
    """But for a tenth of the interval; nothing older than the interval, and all of half of it."""
    assert max_age(10.0, age) == accepted
