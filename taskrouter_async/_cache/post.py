"""Answers on their way to the shared level and back.

What comes back is read as if it came from the service: by the same decoder, and with the same look
at whose answer it is and what it is about.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from attrs import frozen

from taskrouter_async import models
from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.entries import Loaded, shared_entry
from taskrouter_async._cache.envelope import (
    LONGEST_MS,
    Address,
    Letter,
    Reason,
    RefusedError,
    seal,
    unseal,
)
from taskrouter_async._cache.names import Names, Owner
from taskrouter_async._hooks import tell
from taskrouter_async._level import Acquired
from taskrouter_async._protocol.decoding import decode
from taskrouter_async._protocol.identity import check_identity
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.slots import Entry
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import TaskRouterError

T = TypeVar("T")

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@frozen
class Parcel:
    """What is stored.

    Attributes:
        payload: The value.
        hard_ms: How long it is of use as a whole.
    """

    payload: bytes
    hard_ms: int


class Post:
    """Writes and reads the letters of one owner.

    Args:
        owner: Whose answers they are.
        names: What they are kept under.
        policy: How long an answer is of use, and how large it may be.
        counters: Where refused letters are counted.
        listener: Who is told of them.
        wall_clock: Seconds since 1970, for people to read.
    """

    def __init__(
        self,
        owner: Owner,
        names: Names,
        policy: CachePolicy,
        counters: Counters,
        listener: Callable[["models.CacheEvent"], None] | None,
        wall_clock: Callable[[], float],
    ) -> None:
        self._owner = owner
        self._names = names
        self._policy = policy
        self._counters = counters
        self._listener = listener
        self._wall_clock = wall_clock

    def write(
        self, name: str, token: str, entry: Entry[T], body: bytes, now: float
    ) -> Parcel | None:
        """Return what to store, or ``None`` if it is not worth it.

        Args:
            name: What the answer is kept under.
            token: The lease under which it was fetched.
            entry: The answer.
            body: Its body as it came; empty if it cannot be shared.
            now: The time on the cache's clock.
        """
        hard_ms = round((entry.dead_at - entry.t0) * 1000)
        fresh_ms = round((entry.fresh_until - entry.t0) * 1000)
        if not body or len(body) > self._policy.max_value_bytes:
            return None
        # What is kept for longer than anybody believes would be in the way.
        if now >= entry.dead_at or hard_ms > LONGEST_MS:
            return None
        letter = Letter(body, 0, fresh_ms, hard_ms)
        return Parcel(seal(letter, self._address(name), token), hard_ms)

    def read(
        self, name: str, call: Call[T], acquired: Acquired, ttl: float, *, sent_at: float
    ) -> Entry[T] | None:
        """Return the answer in a stored value; ``None`` if there is none that can be used.

        Args:
            name: What it is kept under.
            call: What it answers.
            acquired: What the level holds.
            ttl: How long it is fresh at most.
            sent_at: The instant before the level was asked: what that took counts as age.
        """
        if acquired.value is None:
            return None
        limit = self._policy.max_value_bytes
        try:
            letter = unseal(acquired.value, acquired.value_ms, self._address(name), limit)
            value = decode(call.operation, Response(200, _NO_HEADERS, letter.body))
            check_identity(call, (value,), self._owner.account_sid)
        except RefusedError as refused:
            self._refuse(call, refused.reason)
            return None
        except TaskRouterError:
            self._refuse(call, "body")
            return None
        age = letter.age_ms / 1000
        return shared_entry(
            Loaded(value, size=len(letter.body)),
            self._policy,
            ttl,
            t0=sent_at - age,
            at=self._wall_clock() - age,
            fresh_seconds=letter.fresh_ms / 1000,
        )

    def _refuse(self, call: Call[T], reason: Reason) -> None:
        self._counters.shared_rejected += 1
        tell(self._listener, models.SharedRejected(call.operation.path, reason))

    def _address(self, name: str) -> Address:
        return Address(name, self._names.account)
