"""What is known of each handle, and which of it the consumer has not seen."""

import asyncio
import math
from collections import OrderedDict
from typing import Generic, TypeVar

from attrs import define

from taskrouter_async.errors import UsageError
from taskrouter_async.models import Cached, CacheStatus
from taskrouter_async.polling._facts import Pollable, Update, changed_members

T = TypeVar("T")


@define(eq=False)
class Post(Generic[T]):
    """One handle, its place in the timetable, and how it stands.

    Attributes:
        handle: Who is asked.
        place: The number that its moments follow from.
        tick: The interval of its next moment.
        busy: Whether a poll is under way, or waits to be.
        task: The poll under way.
        errors: Errors since the last success.
        error: The newest outcome, where that was an error.
        value: The newest answer.
        status: How the cache served it.
        asked_at: When its request was sent, in the loop's time.
        told: The value in the last update.
        told_error: Whether the last update carried an error.
        missed: Outcomes since the last update that gave way to newer ones.
    """

    handle: Pollable[T]
    place: int
    tick: int = 0
    busy: bool = False
    task: "asyncio.Task[tuple[Cached[T], float]] | None" = None
    errors: int = 0
    error: Exception | None = None
    value: T | None = None
    status: CacheStatus | None = None
    asked_at: float = 0.0
    told: T | None = None
    told_error: bool = False
    missed: int = 0

    def keep(self, cached: Cached[T], asked_at: float) -> None:
        """Take over an answer, unless a newer one is known: answers may be others' and shared."""
        if self.status is None or asked_at >= self.asked_at:
            self.value, self.status, self.asked_at = cached.value, cached.status, asked_at

    def age(self, now: float) -> float:
        """Return how many seconds old the newest answer is; infinity if there is none."""
        return math.inf if self.status is None else max(0.0, now - self.asked_at)

    def tell(self, now: float) -> Update[T]:
        """Return how it stands, for the consumer, who knows it from now on."""
        update = Update(
            handle=self.handle,
            value=self.value,
            age=None if self.status is None else self.age(now),
            error=self.error,
            changed=frozenset() if self.status is None else changed_members(self.told, self.value),
            status=self.status,
            missed=self.missed,
        )
        self.told, self.told_error, self.missed = self.value, self.error is not None, 0
        return update


class Desk(Generic[T]):
    """Where the updates lie until the one consumer fetches them.

    Nothing but a mark lies there: an update is made when it is fetched, of what is known then. So
    there is one for each handle at most, the newest, and a slow consumer costs nothing.

    Args:
        changed_only: Whether updates that tell nothing new are left out.
    """

    def __init__(self, *, changed_only: bool) -> None:
        self._changed_only = changed_only
        # In the order in which they were marked; a plain dict is slow to give up its first.
        self._marked: OrderedDict[Post[T], None] = OrderedDict()
        self._waiter: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._marked)

    def mark(self, post: Post[T]) -> bool:
        """Note that there is news; return whether earlier news of this handle give way to it."""
        if post in self._marked:
            post.missed += 1
            return True
        self._marked[post] = None
        self.wake()
        return False

    def discard(self, post: Post[T]) -> None:
        """Forget the news of a handle."""
        self._marked.pop(post, None)

    def clear(self) -> None:
        """Forget all news."""
        self._marked.clear()

    def wake(self) -> None:
        """Let the consumer look."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def take(self, now: float) -> Update[T] | None:
        """Return the update that has waited for longest; ``None`` if there is none."""
        while self._marked:
            post, _ = self._marked.popitem(last=False)
            healed = post.told_error
            update = post.tell(now)
            if not self._changed_only or update.changed or update.error is not None or healed:
                return update
        return None

    async def news(self) -> None:
        """Wait until there may be an update.

        Raises:
            UsageError: Somebody else waits already.
        """
        if self._waiter is not None:
            raise UsageError(
                "somebody iterates over this poller already: make one for each consumer"
            )
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
