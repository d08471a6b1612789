"""What goes into a poller and what comes out of it."""

from collections.abc import Awaitable
from typing import Generic, Protocol, TypeVar

from attrs import fields, frozen, has

from taskrouter_async.models import Cached, CacheStatus

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pollable(Protocol[T_co]):
    """What a poller asks: every statistics handle of every client is one."""

    def fetch_cached(self, *, max_age: float | None) -> Awaitable[Cached[T_co]]:
        """Return an answer and how the cache served it.

        Args:
            max_age: Accept only an answer that is younger than this many seconds.
        """
        ...


@frozen
class Update(Generic[T_co]):
    """How the statistics behind one handle stand.

    Attributes:
        handle: Who was asked: the very object that the poller was given.
        value: The newest answer; ``None`` as long as there was none.
        age: Seconds since the request that brought the value was sent, at the moment in which
            this update is handed out; ``None`` without a value.
        error: Why there is nothing newer, a `TaskRouterError` as a rule; ``None`` while all is
            well.
        changed: Names of the value's members that differ from those in the handle's update
            before this one; all of them at first.
        status: How the cache served the value; ``None`` without a value.
        missed: Outcomes of the handle since its update before this one that were not handed
            out, because the consumer was busy and newer ones took their place.
    """

    handle: Pollable[T_co]
    value: T_co | None
    age: float | None
    error: Exception | None
    changed: frozenset[str]
    status: CacheStatus | None
    missed: int


@frozen
class PollerStats:
    """What a poller has done since it started, and what it does now.

    Attributes:
        polls: Times that a handle was asked.
        errors: The polls that ended with an error, even if an older answer stood in.
        late: The polls that began more than a twentieth of the interval behind their moment.
        missed: Moments that passed without a poll: the handle's poll before was not over, or
            the event loop was held up for longer than the interval.
        conflated: Outcomes that were never handed out, because newer ones took their place.
        lateness_p50: Seconds by which polls began behind their moments, the median of the newest
            1,024.
        lateness_p99: The same, for all but the worst hundredth.
        in_flight: Polls under way now.
        waiting: Polls that are due, and wait for one of ``max_concurrent`` to end.
        pending: Updates that wait for the consumer, one for each handle at most.
        handles: Handles that are polled now.
    """

    polls: int
    errors: int
    late: int
    missed: int
    conflated: int
    lateness_p50: float
    lateness_p99: float
    in_flight: int
    waiting: int
    pending: int
    handles: int


def changed_members(before: object, now: object) -> frozenset[str]:
    """Return the names of the members that differ; all of them if the kinds do.

    A value without named members has one, ``value``.
    """
    if now is before:
        return frozenset()
    names = _members(type(now))
    if type(before) is not type(now):
        return names
    if names == _NAMELESS:
        return frozenset() if before == now else names
    return frozenset(name for name in names if getattr(before, name) != getattr(now, name))


_NAMELESS = frozenset({"value"})


def _members(kind: type) -> frozenset[str]:
    if not has(kind):
        return _NAMELESS
    # What does not count for equality is about the answer, such as its raw document.
    return frozenset(each.name for each in fields(kind) if each.eq)
