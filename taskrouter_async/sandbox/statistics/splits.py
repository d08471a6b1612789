"""How many tasks were decided on after longer and after shorter waits.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. Where it is silent: a wait of
exactly the threshold is below it, the oldest are counted if there are too many, and more than 20
thresholds are refused.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.refusals import invalid
from taskrouter_async.sandbox.statistics.cumulative import ages
from taskrouter_async.sandbox.statistics.durations import Figures

MOST_COUNTED: Final = 10_000
MOST_THRESHOLDS: Final = 20

_MOST_DIGITS: Final = 9


def thresholds(query: Fields) -> tuple[int, ...] | None:
    """Return the waiting times, in seconds, by which to split; None if that was not asked for.

    Raises:
        RefusalError: They are no whole numbers, or too many.
    """
    if "SplitByWaitTime" not in query:
        return None
    texts = [each.strip() for each in query.all("SplitByWaitTime")]
    if len(texts) > MOST_THRESHOLDS or not all(_is_number(each) for each in texts):
        raise invalid("SplitByWaitTime")
    return tuple(dict.fromkeys(int(each) for each in texts))


def split(events: Sequence[Event], thresholds_: Iterable[int]) -> Figures:
    """Return how many tasks were accepted and canceled on both sides of each threshold."""
    accepted = ages(events, "reservation.accepted")[:MOST_COUNTED]
    canceled = ages(events, "task.canceled")[:MOST_COUNTED]
    return {str(each): _sides(accepted, canceled, each) for each in thresholds_}


def _sides(accepted: Sequence[int], canceled: Sequence[int], threshold: int) -> Figures:
    above = [sum(wait > threshold for wait in each) for each in (canceled, accepted)]
    return {
        "above": {"tasks_canceled": above[0], "reservations_accepted": above[1]},
        "below": {
            "tasks_canceled": len(canceled) - above[0],
            "reservations_accepted": len(accepted) - above[1],
        },
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
