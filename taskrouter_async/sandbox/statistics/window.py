"""The window of time that cumulative statistics are about, as a caller asks for it.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. Where it is silent: both ends
count, to the second. A window without a beginning has 15 minutes. One that reaches into the future
ends now; one that begins there is refused, and so is one that ends before it begins.
"""

import math
from typing import Final

from attrs import frozen

from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import refused

_USUAL_MINUTES: Final = 15
_KEPT_SECONDS: Final = 30 * 86_400
_TOO_OLD: Final = 14241


@frozen
class Window:
    """From when to when, in whole seconds since 1970."""

    start: int
    end: int

    @property
    def last(self) -> float:
        """The last moment of its last second."""
        return math.nextafter(self.end + 1.0, 0.0)

    @classmethod
    def asked(cls, query: Fields, now: float) -> "Window":
        """Return the window that a caller asks for.

        Raises:
            RefusalError: The parameters contradict each other, or it begins too early or too
                late.
        """
        minutes = query.integer("Minutes", 1)
        start, end = query.instant("StartDate"), query.instant("EndDate")
        if minutes is not None and (start is not None or end is not None):
            raise refused("Minutes cannot be used in combination with StartDate and EndDate")
        present = int(now)
        last = present if end is None else min(int(end), present)
        seconds = 60 * (minutes or _USUAL_MINUTES)
        window = cls(last - seconds if start is None else int(start), last)
        _check(window, present)
        return window


def _check(window: Window, present: int) -> None:
    if window.start < present - _KEPT_SECONDS:
        raise refused("StartDate must not be more than 30 days ago", _TOO_OLD)
    if window.start > window.end:
        raise refused("StartDate must not be after EndDate or in the future")
