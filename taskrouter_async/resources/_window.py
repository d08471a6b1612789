"""A window of time that statistics and events are asked for."""

from datetime import datetime, timedelta

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, instant, refuse_both
from taskrouter_async._protocol.arguments import minutes as minutes_argument
from taskrouter_async.errors import InvalidArgumentError


def window(
    minutes: int | timedelta | NotGiven,
    start_date: datetime | NotGiven,
    end_date: datetime | NotGiven,
) -> Pairs:
    """Return the arguments for a window of time.

    Raises:
        InvalidArgumentError: A value cannot be used, minutes stand beside dates, or the window
            ends before it begins.
    """
    refuse_both("minutes", minutes, "start_date", start_date)
    refuse_both("minutes", minutes, "end_date", end_date)
    arguments = (
        *minutes_argument("minutes", minutes),
        *instant("start_date", start_date),
        *instant("end_date", end_date),
    )
    if start_date is not NOT_GIVEN and end_date is not NOT_GIVEN and start_date > end_date:
        raise InvalidArgumentError("start_date must not be after end_date", argument="start_date")
    return arguments
