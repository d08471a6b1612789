"""How long things took, in whole seconds: waits of tasks, and activities of workers.

Moments count to the second, as the service writes them. So what the workers did within a window
adds up to the length of the window for each of them.

Where the vendor is silent: one duration is one stay in an activity, as far as it lies within the
window. A stay of no whole second is none. Activities that are gone come last, if anybody was in
them; workers who are gone are left out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from taskrouter_async.sandbox.state.records import Activity, Worker
from taskrouter_async.sandbox.statistics.window import Window

Figures: TypeAlias = dict[str, object]

_LOST_SECONDS: Final = 0.001


def whole(seconds: float) -> int:
    """Return the whole seconds of a span of time."""
    # Moments are large floats: what lies a second apart may seem to be a little less.
    return int(seconds + _LOST_SECONDS)


def spread(seconds: Sequence[int]) -> Figures:
    """Return the mean, rounded down, the extremes and the sum of durations; zeros without any."""
    total = sum(seconds)
    return {
        "avg": total // max(1, len(seconds)),
        "min": min(seconds, default=0),
        "max": max(seconds, default=0),
        "total": total,
    }


def of_activities(
    activities: Iterable[Activity], workers: Iterable[Worker], window: Window
) -> list[Figures]:
    """Return how long workers were in each activity within a window.

    Args:
        activities: Those that there are.
        workers: Those who count.
        window: Since when and until when.
    """
    stays: dict[Activity, list[int]] = {each: [] for each in activities}
    for worker in workers:
        for activity, seconds in _stays(worker, window):
            stays.setdefault(activity, []).append(seconds)
    return [
        {"sid": each.sid, "friendly_name": each.friendly_name, **spread(seconds)}
        for each, seconds in stays.items()
    ]


def _stays(worker: Worker, window: Window) -> Iterator[tuple[Activity, int]]:
    # The last stay that began before the window reaches into it.
    first = max(0, bisect_right(worker.history, float(window.start), key=_since) - 1)
    history = worker.history[first:]
    ends = [int(since) for since, _ in history[1:]]
    for (since, activity), until in zip(history, [*ends, window.end], strict=True):
        seconds = min(until, window.end) - max(int(since), window.start)
        if seconds > 0:
            yield activity, seconds


def _since(stay: tuple[float, Activity]) -> float:
    return stay[0]
