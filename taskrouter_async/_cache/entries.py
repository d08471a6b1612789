"""An answer that is kept, and how it is told to the caller."""

from typing import Generic, TypeVar

from attrs import frozen

from taskrouter_async.models import Cached, CacheStatus

T_co = TypeVar("T_co", covariant=True)


@frozen
class Entry(Generic[T_co]):
    """An answer and its times on the cache's clock, in seconds.

    Attributes:
        value: The model.
        asked_at: The instant before its request was sent: what the network took counts as age
            (RFC 9111, 4.2.3).
        fresh_until: The first instant at which it is stale.
    """

    value: T_co
    asked_at: float
    fresh_until: float

    def serves(self, now: float, max_age: float | None) -> bool:
        """Tell whether the answer is fresh, and younger than this caller's limit."""
        return now < self.fresh_until and (max_age is None or now - self.asked_at < max_age)

    def kept(self, now: float) -> Cached[T_co]:
        """Tell that it was served from memory."""
        return self._told(now, hit=True, stored=True, collapsed=False)

    def new(self, now: float, *, stored: bool, collapsed: bool) -> Cached[T_co]:
        """Tell that the service was asked for it."""
        return self._told(now, hit=False, stored=stored, collapsed=collapsed)

    def _told(self, now: float, *, hit: bool, stored: bool, collapsed: bool) -> Cached[T_co]:
        status = CacheStatus(
            hit=hit,
            age=now - self.asked_at,
            ttl=self.fresh_until - now,
            source="l1" if hit else "origin",
            stored=stored,
            collapsed=collapsed,
        )
        return Cached(self.value, status)
