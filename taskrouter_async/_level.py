"""What the cache asks of a memory that processes share, and what it is told.

A shared level keeps one value and one lease under a name. Whoever holds the lease of a name asks
the service for all; the others wait for what he stores. A lease ends by itself, so nobody has to
clean up after a process that died. After a failure the lease becomes a cooldown, and so the whole
fleet leaves the service alone.

All times are whole milliseconds that remain, counted by the level itself: no two machines ever
compare their clocks.
"""

from collections.abc import AsyncGenerator
from enum import Enum
from typing import Literal, Protocol

from attrs import field, frozen


class Outcome(Enum):
    """What became of the wish to ask the service."""

    FRESH = "there is a fresh value: nobody has to ask"
    WON = "the lease is ours"
    BUSY = "somebody else has the lease"
    COOLDOWN = "the service is left alone"


@frozen
class Acquired:
    """What the level holds under a name, and who may ask the service.

    Attributes:
        outcome: Who may.
        value: What was stored last, whatever its age; ``None`` for nothing.
        value_ms: For how long the level will still have it; negative if it has no end.
        lease_ms: How long somebody else's lease, or the cooldown, will last.
        reason: What was said when the cooldown began.
    """

    outcome: Outcome
    value: bytes | None = field(default=None, repr=False)
    value_ms: int = 0
    lease_ms: int = 0
    reason: str = ""


@frozen
class Notice:
    """Something that the level tells all who listen.

    Attributes:
        kind: ``listening``: from now on nothing is missed. ``put``: there is a new value. ``fail``:
            the service was asked, and there is none. ``free``: a lease ended unused.
            ``invalidate``: what is kept under the name is to be forgotten.
        name: What it is about.
        sender: Who invalidated it.
    """

    kind: Literal["listening", "put", "fail", "free", "invalidate"]
    name: str = ""
    sender: str = ""


class Level(Protocol):
    """An open shared level.

    What a method raises is the level's own trouble; the cache catches everything.
    """

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        """Read the value, judge it, and try to get the lease if it is not fresh; all in one step.

        Args:
            name: What is wanted.
            token: Whose lease it becomes; another one for each attempt.
            lease_ms: How long the lease lasts.
            stale_ms: A value that the level will have for no longer than this is not fresh, nor
                is one that says so itself: it begins with such a number and a ``|``.
        """
        ...

    async def store(
        self, name: str, token: str, payload: bytes, *, lease_ms: int, hard_ms: int
    ) -> bool:
        """Keep a value, end the lease and tell everybody; ``False`` if it is not kept.

        A value is as old as its lease: the service was asked after that was won. So what is missing
        of the lease by now is missing of the value's time, too, and the level's clock is the only
        one that counts. A value is not kept if the lease was lost, or if no time is left.

        Args:
            name: What it is.
            token: Whose lease it is.
            payload: The value.
            lease_ms: How long the lease lasts as a whole.
            hard_ms: How long the value is of use as a whole.
        """
        ...

    async def fail(
        self,
        name: str,
        token: str,
        *,
        cooldown_ms: int,
        reason: str,
        drop: bool,
        asked: bool = True,
    ) -> bool:
        """End the lease without a value and tell everybody; ``False`` if the lease was lost.

        Args:
            name: What was wanted.
            token: Whose lease it is.
            cooldown_ms: How long nobody shall get the lease; 0 if the next may have it.
            reason: What those are told who come meanwhile.
            drop: Whether to forget the value that is kept.
            asked: Whether the service was asked at all.
        """
        ...

    async def invalidate(self, name: str, sender: str) -> None:
        """Forget the value, take the lease from whoever has it, and tell everybody.

        Args:
            name: What is to be forgotten.
            sender: Who wants it: he hears his own notice, too.
        """
        ...

    def subscribe(self) -> AsyncGenerator[Notice]:
        """Listen: the first notice says that commands and notices get through."""
        ...

    async def aclose(self) -> None:
        """Let go of all connections; closing again does nothing."""
        ...


class SharedLevel(Protocol):
    """How to open a shared level: a value that can stand in a `CachePolicy`."""

    @property
    def key_secret(self) -> str:
        """What goes into the hashes that stand for SIDs; empty for nothing."""
        ...

    @property
    def budget(self) -> float:
        """For how many seconds one request may be held up by the level."""
        ...

    def open(self) -> Level:
        """Return a level for one client, which closes it. Nothing is connected yet."""
        ...
