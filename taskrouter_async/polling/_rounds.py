"""The rounds: one timer for all handles, and one short task for each poll.

The timer is set to the moment that comes next. What is due then gets a task, which asks the handle
and ends; no handle has a task between its polls. Nothing here awaits: outcomes arrive in the
callbacks of the tasks.
"""

import asyncio
import contextvars
import math
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final, Generic, TypeVar

from attrs import frozen

from taskrouter_async.errors import LoadAbortedError, TaskRouterError
from taskrouter_async.models import Cached
from taskrouter_async.polling._desk import Desk, Post
from taskrouter_async.polling._facts import Pollable
from taskrouter_async.polling._meter import Meter
from taskrouter_async.polling._timetable import Grid, Places, Schedule, backoff, max_age

T = TypeVar("T")

# After the event loop was held up, many handles are overdue. They follow at four times the usual
# pace: a fiftieth of them at once, and the next after a two-hundredth of the interval.
_BATCHES: Final = 50
_RESTS: Final = 200


@frozen
class Pace:
    """How often, how many and how patiently.

    Attributes:
        every: Seconds between two polls of a handle.
        max_concurrent: Polls under way at most; may be infinite.
        max_backoff: Seconds between two polls of a failing handle at most.
        chance: Gives random numbers from 0 up to 1.
    """

    every: float
    max_concurrent: float
    max_backoff: float
    chance: Callable[[], float]


class Rounds(Generic[T]):
    """Asks every listed handle once in each interval, and leaves what comes of it on the desk.

    Args:
        pace: How often, how many and how patiently.
        desk: Where news is left.
        meter: What counts.

    Attributes:
        started: Whether the first interval has begun.
        ended: Whether nothing is asked any more.
    """

    def __init__(self, pace: Pace, desk: Desk[T], meter: Meter) -> None:
        self._pace = pace
        self._desk = desk
        self._meter = meter
        self._places = Places()
        self._posts: dict[int, Post[T]] = {}
        self._schedule = Schedule[Post[T]]()
        self._queue: OrderedDict[Post[T], float] = OrderedDict()
        self._tasks: set[asyncio.Task[tuple[Cached[T], float]]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self._rest_until = -math.inf
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._context: contextvars.Context
        self._grid: Grid
        self.started = False
        self.ended = False

    def __len__(self) -> int:
        return len(self._posts)

    @property
    def in_flight(self) -> int:
        """How many polls are under way."""
        return len(self._tasks)

    @property
    def waiting(self) -> int:
        """How many polls are due and wait for room."""
        return len(self._queue)

    def enlist(self, handle: Pollable[T]) -> bool:
        """Ask this handle from now on; return whether it was not listed already."""
        if id(handle) in self._posts:
            return False
        post = self._posts[id(handle)] = Post(handle, self._places.take())
        if self.started:
            self._put(post, self._grid.tick_after(post.place, self._loop.time()))
            self._arm()
        return True

    def dismiss(self, handle: Pollable[T]) -> bool:
        """Ask this handle no more, and forget its news; return whether it was listed."""
        post = self._posts.pop(id(handle), None)
        if post is None:
            return False
        self._places.give_back(post.place)
        self._schedule.discard(post)
        self._desk.discard(post)
        self._queue.pop(post, None)
        if post.task is not None:
            post.task.cancel()
        return True

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin the first interval."""
        self._loop = loop
        # That of whoever starts the poller, lest one who adds a handle lends it his.
        self._context = contextvars.copy_context()
        self._grid = Grid(loop.time(), self._pace.every)
        self.started = True
        for post in self._posts.values():
            self._put(post, 0)
        self._arm()

    def pause(self) -> None:
        """Begin no poll until `resume`; those under way bring what they bring."""
        self._paused = True
        for post in self._queue:
            post.busy = False
        self._queue.clear()
        self._arm()

    def resume(self) -> None:
        """Go on: each handle at its next moment, so that nothing comes in a burst."""
        self._paused = False
        if not self.started:
            return
        now = self._loop.time()
        for post in self._posts.values():
            if self._schedule.due(post) < now:
                self._put(post, self._grid.tick_after(post.place, now))
        self._arm()

    def end(self) -> None:
        """Ask nobody any more, and cancel what is under way."""
        self.ended = True
        self._arm()
        for task in self._tasks:
            task.cancel()
        self._desk.wake()

    async def reap(self) -> None:
        """Wait until nothing is under way, however impatient the caller becomes; then forget all.

        Raises:
            CancelledError: The caller was cancelled meanwhile.
        """
        cancelled = False
        while self._tasks:
            try:
                await asyncio.wait(self._tasks)
            except asyncio.CancelledError:
                # They were cancelled before and end soon; left alone, nobody would own them.
                cancelled = True
        self._schedule.clear()
        self._queue.clear()
        self._desk.clear()
        self._posts.clear()
        if cancelled:
            raise asyncio.CancelledError

    def take_failure(self) -> BaseException | None:
        """Return what ended the rounds, the first time that somebody asks."""
        failure, self._failure = self._failure, None
        return failure

    def _put(self, post: Post[T], tick: int) -> None:
        post.tick = tick
        self._schedule.put(post, self._grid.moment(post.place, tick))

    def _arm(self) -> None:
        """Set the timer to the moment that comes next."""
        due = None if self.ended or self._paused else self._schedule.next_due()
        when = None if due is None else max(due, self._rest_until)
        if self._timer is not None:
            if self._timer.when() == when:
                return
            self._timer.cancel()
            self._timer = None
        if when is not None:
            self._timer = self._loop.call_at(when, self._tick, when, context=self._context)

    def _tick(self, when: float) -> None:
        """Begin what is due."""
        self._timer = None
        # A timer may go off a moment early, by less than the clock can tell.
        now = max(self._loop.time(), when)
        for _ in range(math.ceil(len(self._posts) / _BATCHES)):
            due = self._schedule.pop(now)
            if due is None:
                break
            self._come_due(*due, now)
        else:
            self._rest_until = now + self._pace.every / _RESTS
        self._arm()

    def _come_due(self, post: Post[T], due: float, now: float) -> None:
        coming = max(post.tick + 1, self._grid.tick_after(post.place, now))
        if not post.errors:  # otherwise it was left alone on purpose
            self._meter.missed += coming - post.tick - 1
        self._put(post, coming)
        if post.busy:
            self._meter.missed += 1
            return
        post.busy = True
        self._queue[post] = due
        self._begin()

    def _begin(self) -> None:
        """Ask those who are due, as far as there is room."""
        while self._queue and len(self._tasks) < self._pace.max_concurrent and not self.ended:
            post, due = self._queue.popitem(last=False)
            task = self._loop.create_task(self._ask(post, due))
            post.task = task
            self._tasks.add(task)
            task.add_done_callback(partial(self._land, post), context=self._context)

    async def _ask(self, post: Post[T], due: float) -> tuple[Cached[T], float]:
        now = self._loop.time()
        self._meter.began(max(0.0, now - due))
        cached = await post.handle.fetch_cached(max_age=max_age(self._pace.every, post.age(now)))
        return cached, self._loop.time() - cached.status.age

    def _land(self, post: Post[T], task: "asyncio.Task[tuple[Cached[T], float]]") -> None:
        """Take the outcome of a poll."""
        self._tasks.discard(task)
        post.busy, post.task = False, None
        error = _error_of(task)
        if error is not None and not isinstance(error, TaskRouterError):
            self._fail(error)
        elif not self.ended and self._posts.get(id(post.handle)) is post:
            self._note(post, error, None if error else task.result())
        self._begin()

    def _note(
        self, post: Post[T], error: Exception | None, answer: tuple[Cached[T], float] | None
    ) -> None:
        if answer is not None:
            post.keep(*answer)
            # An older answer stands in for a failing service: it says so itself.
            error = answer[0].status.error
        post.error = error
        if error is None:
            post.errors = 0
        else:
            self._meter.errors += 1
            post.errors += 1
            self._schedule.put(post, self._loop.time() + self._wait_after(error, post.errors))
        if self._desk.mark(post):
            self._meter.conflated += 1

    def _wait_after(self, error: Exception, errors: int) -> float:
        pace = self._pace
        hint: float | None = getattr(error, "retry_after", None)
        return backoff(pace.every, errors, pace.max_backoff, hint, pace.chance())

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self.end()


def _error_of(task: "asyncio.Task[tuple[Cached[T], float]]") -> BaseException | None:
    if task.cancelled():
        # By us, and nobody will look at this; or by somebody who had no business to.
        return LoadAbortedError("the poll was cancelled by somebody else")
    return task.exception()
