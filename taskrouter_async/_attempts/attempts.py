"""Sending a call until it is answered, or until there is nothing more to be done.

This is the only place that tries again: neither the connections below nor the cache, the listings
and the poller above do.
"""

import asyncio
import itertools
import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final, Protocol

from taskrouter_async import models
from taskrouter_async._admission import Desk
from taskrouter_async._attempts.chronicle import Chronicle
from taskrouter_async._attempts.course import Course, Outcome
from taskrouter_async._protocol.decoding import refusal
from taskrouter_async._protocol.limiting import (
    RETRY_COST,
    REWARD,
    THROTTLED_RETRY_COST,
)
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.retry_after import retry_after_seconds
from taskrouter_async._protocol.retrying import (
    Next,
    ambiguous,
    hides_an_attempt,
    is_maybe_done,
    judge,
    pause_seconds,
)
from taskrouter_async._waits import Waits
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    Phase,
    RateLimitedError,
    TaskRouterError,
)

_LEAST_ATTEMPT_SECONDS: Final = 0.25
"""An attempt with less time than this left is not worth the request."""

_TOO_MANY_REQUESTS: Final = 429
_FAILED_SERVER: Final = 500


_ENDS: Final = frozenset({Next.CHECK, Next.GIVE_UP})


class Transport(Protocol):
    """Who carries a request to the service, with one account's credentials."""

    async def send(self, request: Request, deadline: float) -> Response:
        """Return the whole answer, or raise a `TransportError` by the deadline (loop time)."""
        ...

    def enter(self) -> object:
        """Refuse a caller from another event loop or another process, or after the end."""
        ...

    def distrust(self) -> None:
        """Use no connection again that was open until now."""
        ...

    def end(self) -> None:
        """End what is in the air, and what comes later, with a `ClosedError`."""
        ...


class Attempts:
    """Carries the calls of one client.

    Args:
        transport: Carries each attempt.
        desk: Whose turn it is, among all calls of the account.
        policy: How often and after what pauses to try again.
        timeouts: How long one attempt may take.
        chance: Random numbers, 0 to 1.
        listener: Is told of each request, and of each retry.
        waits: Where its deadlines stand, so that somebody else can end them as well.
    """

    def __init__(
        self,
        transport: Transport,
        desk: Desk,
        policy: RetryPolicy,
        timeouts: Timeouts,
        *,
        chance: Callable[[], float] = random.random,
        listener: Callable[["models.RequestEvent"], None] | None = None,
        waits: Waits | None = None,
    ) -> None:
        self._transport = transport
        self._desk = desk
        self._policy = policy
        self._attempt_seconds = timeouts.attempt
        self._chance = chance
        self._chronicle = Chronicle(listener)
        self._numbers = itertools.count(1)
        self._waits = Waits() if waits is None else waits
        self._open = 0
        self._all_over: asyncio.Future[None] | None = None

    async def send(
        self, call: Call[object], deadline: float, first_seconds: float | None = None
    ) -> Outcome:
        """Return the service's answer, a successful one.

        Args:
            call: What is asked for.
            deadline: When to give up, in the loop's time.
            first_seconds: How long the first attempt may take if there can be another one; as long
                as any if left out.

        Raises:
            TaskRouterError: The last attempt's error, or an `AmbiguousResultError`.
        """
        now = asyncio.get_running_loop().time
        course = Course(call, call.request(), next(self._numbers), now, now(), deadline)
        self._transport.enter()
        seconds = self._attempt_seconds
        if first_seconds is not None and self._policy.max_retries:
            seconds = min(first_seconds, seconds)
        self._open += 1
        try:
            while True:
                try:
                    return await self._attempt(course, seconds)
                except TaskRouterError as error:
                    error.attempts = course.attempt
                    step = self._judge(course, error)
                    if step is Next.DONE:
                        return _done(course)
                    pause = self._pause(course, step, error)
                    self._chronicle.again(course, error, pause)
                seconds = self._attempt_seconds
                await self._rest(course, pause)
        finally:
            self._leave()

    async def _attempt(self, course: Course, seconds: float) -> Outcome:
        arrived = course.sent_at = course.now()
        due = self._desk.due(course.call, arrived, course.deadline)
        if due > arrived or not self._desk.try_enter():
            await self._queue(course, due)
        else:
            self._desk.gone(course.call, arrived)
        course.attempt += 1
        try:
            self._chronicle.started(course, course.sent_at - arrived)
            response = await self._transport.send(
                course.request, min(course.deadline, course.sent_at + seconds)
            )
            course.ended_at = course.now()
            self._hear(course, response)
        except BaseException as error:
            self._chronicle.failed(course, error, course.now() - course.sent_at)
            raise
        finally:
            self._desk.leave()
        return self._outcome(course, response)

    async def _queue(self, course: Course, due: float) -> None:
        with self._until(course, "queue"):
            await self._wait(course, due)
        course.sent_at = course.now()

    async def _wait(self, course: Course, due: float) -> None:
        # Whoever waited for a permit may find that the service has asked for a pause meanwhile.
        while True:
            await self._desk.rest(due - course.now())
            await self._desk.enter()
            now = course.now()
            try:
                due = self._desk.opening(course.call, now, course.deadline)
            except RateLimitedError:
                self._desk.leave()
                raise
            if due <= now:
                return
            self._desk.leave()

    def _hear(self, course: Course, response: Response) -> None:
        desk, now = self._desk, course.ended_at
        desk.observe(course.call, response.headers, now)
        if response.status == _TOO_MANY_REQUESTS:
            # A workspace whose rate is used up says nothing about how much goes at a time.
            if response.headers.get("x-rate-limit-remaining") != "0":
                desk.rejected(course.sent_at, now)
            seconds = retry_after_seconds(response.headers)
            if seconds is not None:
                desk.pause(course.call, now + min(seconds, self._policy.max_retry_after))
        elif response.status < _FAILED_SERVER:
            desk.accepted()

    def _outcome(self, course: Course, response: Response) -> Outcome:
        seconds = course.ended_at - course.sent_at
        if 200 <= response.status < 300:  # noqa: PLR2004 - the class of statuses that mean success
            self._chronicle.answered(course, response, seconds, None)
            self._desk.budget.give(course.paid or REWARD)
            return Outcome(response, course.info(response))
        error = refusal(response)
        error.response = course.info(response)
        self._chronicle.answered(course, response, seconds, type(error).__name__)
        raise error

    def _judge(self, course: Course, error: TaskRouterError) -> Next:
        if isinstance(error, RateLimitedError) and error.response is None:
            return Next.GIVE_UP  # the desk's own: nothing was sent, and nothing can be in time
        step = judge(course.effect, error, maybe_done=course.maybe_done)
        course.maybe_done = course.maybe_done or is_maybe_done(error)
        return step

    def _pause(self, course: Course, step: Next, error: TaskRouterError) -> float:
        """Return how long to wait for the next attempt; raises where there is none."""
        pause = pause_seconds(self._policy, step, course.attempt, error.retry_after, self._chance())
        if self._may_go_on(course, step, pause):
            return pause
        if step is Next.CHECK or hides_an_attempt(
            course.effect, error, maybe_done=course.maybe_done
        ):
            raise ambiguous(course.call, error) from error
        raise error

    def _may_go_on(self, course: Course, step: Next, pause: float) -> bool:
        if step in _ENDS or course.attempt > self._policy.max_retries:
            return False
        if course.now() + pause + _LEAST_ATTEMPT_SECONDS > course.deadline:
            return False
        course.paid = THROTTLED_RETRY_COST if step is Next.WHEN_TOLD else RETRY_COST
        return self._desk.budget.take(course.paid)

    async def _rest(self, course: Course, pause: float) -> None:
        if pause > 0:
            with self._until(course, "pause"):
                await asyncio.sleep(pause)

    @contextmanager
    def _until(self, course: Course, phase: Phase) -> Generator[None]:
        try:
            with self._waits.until(course.deadline):
                yield
        except TimeoutError:
            error = self._over(course, phase)
        else:
            return
        raise error

    def _over(self, course: Course, phase: Phase) -> TaskRouterError:
        error: TaskRouterError = CallTimeoutError(
            "the call's time was over before it was its turn",
            phase=phase,
            seconds=round(course.deadline - course.started_at, 3),
        )
        if self._waits.ended:
            error = ClosedError("the client was closed while the call waited")
        error.attempts = course.attempt
        return error

    def distrust(self) -> None:
        """Use no connection again that was open until now."""
        self._transport.distrust()

    def _leave(self) -> None:
        self._open -= 1
        if self._all_over is not None and not self._open and not self._all_over.done():
            self._all_over.set_result(None)

    async def aclose(self, grace: float) -> None:
        """End every call; whoever waits longer than the grace gets a `ClosedError`.

        Args:
            grace: For how many seconds to wait for calls.
        """
        try:
            if self._open and grace > 0:
                if self._all_over is None:
                    self._all_over = asyncio.get_running_loop().create_future()
                await asyncio.wait({self._all_over}, timeout=grace)
        finally:
            self._waits.end()
            self._transport.end()


def _done(course: Course) -> Outcome:
    # Gone it was already, by an attempt whose answer was lost; nothing else says 404 here.
    nothing = Response(204, MappingProxyType({}), b"")
    return Outcome(nothing, course.info(nothing))
