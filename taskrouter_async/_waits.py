"""Deadlines of whoever waits for one owner: they share a timer, and the owner's end is theirs.

Nearly every request ends long before its deadline, so nearly every timer is set up in vain. Here
one timer stands for all: it goes off at the earliest deadline that was known when it was set, and
looks whose time is over by then.
"""

import asyncio
import math
from types import TracebackType


class Wait:
    """A block of code with a deadline, as `asyncio.timeout_at` makes one; see `Waits.until`."""

    __slots__ = ("_cancelling", "_task", "_waits", "deadline", "is_over")

    def __init__(self, waits: "Waits", task: "asyncio.Task[object]", deadline: float) -> None:
        self._waits = waits
        self._task = task
        self._cancelling = 0
        self.deadline = deadline
        self.is_over = False

    def __enter__(self) -> None:
        self._cancelling = self._task.cancelling()
        self._waits.add(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._waits.discard(self)
        if not self.is_over:
            return
        # Somebody else may have cancelled the task as well, and that is the stronger wish.
        if self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Interrupt the block."""
        self.is_over = True
        self._task.cancel()


class Waits:
    """The deadlines of whoever waits for one owner, in one event loop.

    Attributes:
        ended: Whether the owner's end has come.
    """

    __slots__ = ("__weakref__", "_due", "_timer", "_waiting", "ended")

    def __init__(self) -> None:
        self._waiting: set[Wait] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._due = math.inf
        self.ended = False

    def until(self, deadline: float) -> Wait:
        """Return a context whose block raises `TimeoutError` where it still waits at the deadline.

        Args:
            deadline: When, in the event loop's time. After the end it is over at once, and so it
                is for who waits when the end comes; `ended` tells the two apart.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task that can be told of it")
        return Wait(self, task, deadline)

    def add(self, wait: Wait) -> None:
        """Watch over a block that was entered."""
        self._waiting.add(wait)
        if self.ended:
            wait.deadline = -math.inf
        if wait.deadline < self._due:
            self._set(wait.deadline)

    def discard(self, wait: Wait) -> None:
        """Let go of a block that was left."""
        self._waiting.discard(wait)

    def end(self) -> None:
        """End all who wait and all who come; ending again does nothing more."""
        self.ended = True
        for wait in self._waiting:
            wait.deadline = -math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._due = None, math.inf
        self._set_for_the_rest()

    def _set(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = asyncio.get_running_loop().call_at(due, self._ring)

    def _ring(self) -> None:
        # The clock may be a trifle behind the instant for which the timer was set.
        now = max(self._due, asyncio.get_running_loop().time())
        self._timer, self._due = None, math.inf
        for wait in self._waiting:
            if not wait.is_over and wait.deadline <= now:
                wait.expire()
        self._set_for_the_rest()

    def _set_for_the_rest(self) -> None:
        due = min((wait.deadline for wait in self._waiting if not wait.is_over), default=math.inf)
        if due < math.inf:
            self._set(due)
