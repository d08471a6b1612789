"""What a client's cache tells a listener; a fresh answer from memory is not worth an event.

Each event names the kind of answer by its path with named blanks, such as
``/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics``: SIDs stand in none, so that a path can label
a metric.
"""

from attrs import frozen

from taskrouter_async.models.caching import LoadReason


@frozen
class CacheEvent:
    """Something happened off the beaten track.

    Attributes:
        path: The kind of answer: its path with named blanks.
    """

    path: str


@frozen
class LoadStarted(CacheEvent):
    """A request is sent; told in the context of the call that caused it.

    With a level that processes share, it is told in the client's context: whether the service is
    asked turns out later.

    Attributes:
        reason: Why.
    """

    reason: LoadReason


@frozen
class LoadSucceeded(CacheEvent):
    """A request brought an answer.

    Attributes:
        reason: Why it was sent.
        seconds: How long it took.
        stored: Whether the answer is kept.
    """

    reason: LoadReason
    seconds: float
    stored: bool


@frozen
class LoadFailed(CacheEvent):
    """A request brought an error.

    Attributes:
        reason: Why it was sent.
        seconds: How long it took.
        error: What it brought.
        cooldown: Seconds for which the service is left alone; 0 if the next call may ask.
    """

    reason: LoadReason
    seconds: float
    error: Exception
    cooldown: float


@frozen
class StaleServed(CacheEvent):
    """A caller got a stale answer.

    Attributes:
        detail: Why, as in `CacheStatus.detail`.
        age: How old it was, in seconds.
    """

    detail: str
    age: float


@frozen
class TtlTooShort(CacheEvent):
    """A request took more than half of the time for which its answer is fresh; told once.

    Attributes:
        seconds: How long it took.
        ttl: The policy's time.
    """

    seconds: float
    ttl: float


@frozen
class SharedRejected(CacheEvent):
    """A value of the shared level could not be used; the service is asked as if there were none.

    Attributes:
        reason: What about it did not fit: ``envelope``, ``version``, ``name``, ``account``,
            ``size``, ``times`` or ``body``.
    """

    reason: str


@frozen
class SharedReconnected(CacheEvent):
    """The shared level is listened to again; the path is empty, for this concerns all answers.

    What was fresh is stale now, since an invalidation may have been missed.
    """


@frozen
class BreakerChanged(CacheEvent):
    """The shared level is left alone, or used again; the path is empty.

    Attributes:
        is_open: Whether it is left alone.
        reason: The kind of trouble that it gave last; empty if it is used again.
    """

    is_open: bool
    reason: str
