"""How long workers were in which activity."""

from typing import Any

from sandbox.routing.floors import Play

from taskrouter_async.sandbox.statistics.durations import of_activities, spread, whole
from taskrouter_async.sandbox.statistics.window import Window


def durations(play: Play, start: int, end: int) -> dict[str, Any]:
    """Return the durations of a window by the name of the activity."""
    found = of_activities(
        play.workspace.activities.values(), play.workspace.workers.values(), Window(start, end)
    )
    return {str(each["friendly_name"]): _numbers(each) for each in found}


def _numbers(entry: dict[str, object]) -> tuple[object, ...]:
    return entry["avg"], entry["min"], entry["max"], entry["total"]


def test_a_worker_who_never_moved(play: Play) -> None:
    """Somebody who was in one activity all the time was in it for the whole window."""
    play.worker("Ann", activity=play.offline)
    play.after(2_000)

    assert durations(play, 1_100, 2_000) == {
        "Offline": (900, 900, 900, 900),
        "Available": (0, 0, 0, 0),
    }


def test_stays_are_cut_at_the_window(play: Play) -> None:
    """Each stay in an activity counts as far as it lies within the window."""
    ann = play.worker("Ann")
    for seconds, activity in ((100, play.offline), (50, play.available), (30, play.offline)):
        play.after(seconds)
        play.move(ann, activity)
    play.after(200)

    assert durations(play, 0, 380) == {
        "Available": (65, 30, 100, 130),
        "Offline": (125, 50, 200, 250),
    }
    assert durations(play, 90, 160) == {
        "Available": (10, 10, 10, 20),
        "Offline": (50, 50, 50, 50),
    }
    assert durations(play, 100, 150) == {"Available": (0, 0, 0, 0), "Offline": (50, 50, 50, 50)}


def test_workers_count_from_their_creation(play: Play) -> None:
    """What was before a worker came is nobody's."""
    play.after(600)
    play.worker("Ann")
    play.after(60)
    play.worker("Ben")
    play.after(40)

    assert durations(play, 0, 700)["Available"] == (70, 40, 100, 140)
    assert durations(play, 0, 500)["Available"] == (0, 0, 0, 0)


def test_fractions_of_seconds_are_not_lost(play: Play) -> None:
    """Moments count to the second, so stays add up to the window however they are cut."""
    ann = play.worker("Ann")
    for _ in range(7):
        play.after(0.4)
        play.move(ann, play.offline)
        play.after(0.9)
        play.move(ann, play.available)
    play.after(10)

    found = durations(play, 0, 19)

    assert sum(each[-1] for each in found.values()) == 19


def test_an_activity_that_is_gone(play: Play) -> None:
    """Time in an activity that was removed since is still told, after the others."""
    lunch = play.activity("Lunch", available=False)
    ann = play.worker("Ann", activity=lunch)
    play.after(60)
    play.move(ann, play.available)
    del play.workspace.activities[lunch.sid]
    play.after(40)

    found = durations(play, 0, 100)

    assert list(found) == ["Offline", "Available", "Lunch"]
    assert found["Lunch"] == (60, 60, 60, 60)


def test_spreads() -> None:
    """A mean is rounded down; of nothing everything is zero."""
    assert spread([1, 2, 5]) == {"avg": 2, "min": 1, "max": 5, "total": 8}
    assert spread([]) == {"avg": 0, "min": 0, "max": 0, "total": 0}


def test_whole_seconds() -> None:
    """What adding large floats has lost makes no second disappear."""
    created = 1_767_603_600.3

    assert whole(created + 5 - created) == 5
    assert whole(1_767_603_605.3 - created) == 5
    assert whole(4.9) == 4
