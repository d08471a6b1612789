"""What the service's headers say about its limits."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from taskrouter_async._protocol.operation import Operation
from taskrouter_async.models import RateLimit

_MOST_REMEMBERED: Final = 200
_MOST_CHARACTERS: Final = 100
_MOST_DIGITS: Final = 9


class Observations:
    """The last that was said about each operation, and how many requests the service counted.

    Attributes:
        concurrent_requests: How many it counted; ``None`` if it said no number.
    """

    __slots__ = ("_said", "concurrent_requests")

    def __init__(self) -> None:
        self.concurrent_requests: int | None = None
        self._said: OrderedDict[Operation[object], tuple[str | None, ...]] = OrderedDict()

    @property
    def rate_limits(self) -> tuple[RateLimit, ...]:
        """What was said, the latest at the end."""
        return tuple(RateLimit(of.method, of.path, *said) for of, said in self._said.items())

    def note(self, operation: Operation[object], headers: Mapping[str, str]) -> int | None:
        """Remember what an answer says.

        Returns:
            How many requests a second are allowed, if nothing is left of that now.
        """
        concurrent = headers.get("twilio-concurrent-requests")
        if concurrent is not None:
            self.concurrent_requests = _number(concurrent)
        limit, remaining = headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-remaining")
        if limit is None and remaining is None:
            return None
        config = headers.get("x-rate-limit-config")
        self._said[operation] = (_short(limit), _short(remaining), _short(config))
        self._said.move_to_end(operation)
        if len(self._said) > _MOST_REMEMBERED:
            self._said.popitem(last=False)
        if _number(remaining) != 0:
            return None
        return _number(limit) or None


def _short(text: str | None) -> str | None:
    return text and text[:_MOST_CHARACTERS]


def _number(text: str | None) -> int | None:
    # How the vendor writes these is not published: what is no plain number says nothing.
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return None
    return int(text)
