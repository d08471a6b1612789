"""How a fleet asks, and what its callers have seen."""

import math

from attrs import define, field, frozen


@frozen
class Plan:
    """What a scenario is like.

    Attributes:
        name: What it is called.
        processes: How many workers.
        callers: How many callers each has.
        seconds: How long they ask.
        ttl: The policy's.
        jitter: The policy's.
        load_timeout: The policy's; a lease is half a second longer.
        latency: How long the service takes.
        shared: Whether there is a level.
        redis_timeout: For a command; the budget of a request is two and a half times that.
    """

    name: str
    processes: int = 4
    callers: int = 100
    seconds: float = 4.0
    ttl: float = 0.5
    jitter: float = 0.1
    load_timeout: float = 1.0
    latency: float = 0.05
    shared: bool = True
    redis_timeout: float = 0.1

    @property
    def window(self) -> float:
        """How many seconds are between two requests at least.

        Answers age while they are on their way, so the latency counts only where it is longer than
        they are fresh: each is stale when it comes, and the next is asked for.
        """
        return max(self.ttl * (1 - self.jitter), self.latency)

    @property
    def bound(self) -> int:
        """How many requests there may be if all goes well: one at once, and one per window."""
        each = 1 + math.floor(self.seconds / self.window)
        return each if self.shared else each * self.processes


@define
class Seen:
    """What the callers of a worker, or of all, have seen."""

    answers: int = 0
    errors: int = 0
    oldest: float = 0.0
    worst_wait: float = 0.0
    kinds: list[str] = field(factory=list)

    def add(self, other: "Seen") -> None:
        """Take another's figures in."""
        self.answers += other.answers
        self.errors += other.errors
        self.oldest = max(self.oldest, other.oldest)
        self.worst_wait = max(self.worst_wait, other.worst_wait)
        self.kinds = sorted({*self.kinds, *other.kinds})
