"""Where the calls of one account are admitted."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping

from taskrouter_async._admission.hall import Hall
from taskrouter_async._admission.observations import Observations
from taskrouter_async._admission.turnstiles import Turnstiles
from taskrouter_async._protocol.limiting import (
    ACCOUNT_TOKENS,
    AdaptiveLimit,
    RetryBudget,
    TokenBudget,
)
from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import AccountOverloadedError, ClosedError
from taskrouter_async.models import AccountLimits


class Desk:
    """Admit the calls of one account, first come, first served; made by `Admission.desk`.

    Permits are counted when they are given, not when whoever waited for one runs again. So nobody
    can slip in between, and a permit whose new owner is cancelled in the same moment goes on to the
    next one.

    Args:
        hall: Where all accounts wait.
        max_waiting: How many calls may wait.
        pool_tokens: What all accounts may spend on repetitions together.
        chance: Random numbers, 0 to 1.

    Attributes:
        in_flight: How many permits are out.
        budget: What repetitions are paid from.
    """

    __slots__ = (
        "__weakref__",
        "_hall",
        "_limit",
        "_max_waiting",
        "_observations",
        "_resting",
        "_turnstiles",
        "_waiting",
        "budget",
        "in_flight",
    )

    def __init__(
        self, hall: Hall, max_waiting: int, pool_tokens: TokenBudget, chance: Callable[[], float]
    ) -> None:
        self._hall = hall
        self._max_waiting = max_waiting
        self._limit = AdaptiveLimit()
        self._observations = Observations()
        self._turnstiles = Turnstiles(chance)
        # Each future is told whether it is a permit; False means that nobody gets one any more.
        self._waiting: OrderedDict[asyncio.Future[bool], None] = OrderedDict()
        self.budget = RetryBudget(TokenBudget(ACCOUNT_TOKENS), pool_tokens)
        self.in_flight = 0
        self._resting = 0

    def due(self, call: Call[object], now: float, latest: float) -> float:
        """Return when a call may be sent as far as pauses and rates go: ``now`` if nothing is on.

        If its kind has a rate, the instant is kept for it: ask once for each request.

        Args:
            call: What is to be sent.
            now: The event loop's time, as all instants here.
            latest: When it would be too late.

        Raises:
            RateLimitedError: The service asked for a pause that lasts longer.
            AccountOverloadedError: Calls of its kind take all places until then.
        """
        return self._turnstiles.due(call, now, latest)

    def opening(self, call: Call[object], now: float, latest: float) -> float:
        """Return when a call may be sent that has waited for its permit.

        Meanwhile the service may have asked for a pause, or others of its kind may be about to go
        in the same instant. If it may be sent now, it is noted as sent.

        Raises:
            RateLimitedError: The service asked for a pause that lasts longer than to ``latest``.
        """
        return self._turnstiles.opening(call, now, latest)

    def gone(self, call: Call[object], now: float) -> None:
        """Note that a call goes that was due at once, so that its kind is kept apart."""
        self._turnstiles.gone(call, now)

    def try_enter(self) -> bool:
        """Take a permit if there is room and nobody waits for it."""
        hall = self._hall
        if self._waiting or hall.in_flight >= hall.room or not self._may_send():
            return False
        self._count()
        return True

    async def rest(self, seconds: float) -> None:
        """Wait for a pause or a pace to be over; a place in the queue is taken meanwhile."""
        self._check_places()
        self._resting += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._resting -= 1

    async def enter(self) -> None:
        """Wait for a permit.

        Raises:
            AccountOverloadedError: Too many wait already.
            ClosedError: Nobody is admitted any more.
        """
        if self.try_enter():
            return
        permit = self._queue_up()
        try:
            is_granted = await permit
        except BaseException:
            self._step_out(permit)
            raise
        if not is_granted:
            raise _closed()

    def leave(self) -> None:
        """Give a permit back."""
        hall = self._hall
        self.in_flight -= 1
        hall.in_flight -= 1
        if self._waiting:
            self._line_up()
        if hall.ready or hall.idlers:
            hall.serve()

    def accepted(self) -> None:
        """Learn from any answer but a 429, before its permit is given back."""
        self._limit.accepted(self.in_flight)
        if self._waiting:
            self._line_up()
            self._hall.serve()

    def rejected(self, sent_at: float, now: float) -> None:
        """Learn from a 429."""
        self._limit.rejected(sent_at, now)

    def pause(self, call: Call[object], until: float) -> None:
        """Let no call of this kind be due before that instant, and then not all at once."""
        self._turnstiles.pause(call, until)

    def observe(self, call: Call[object], headers: Mapping[str, str], now: float) -> None:
        """Remember what an answer's headers say about limits, and heed it.

        Where nothing is left of a rate, calls of the kind are kept apart as the rate wants it.
        """
        per_second = self._observations.note(call.operation, headers)
        if per_second is not None:
            self._turnstiles.space(call, per_second, now)

    def limits(self) -> AccountLimits:
        """Return how things stand."""
        return AccountLimits(
            in_flight=self.in_flight,
            waiting=len(self._waiting) + self._resting,
            concurrency_limit=int(self._limit.limit),
            retry_tokens=self.budget.tokens,
            concurrent_requests=self._observations.concurrent_requests,
            rate_limits=self._observations.rate_limits,
        )

    def admit(self) -> None:
        """Give a permit to the first who waits; for the hall, which has room."""
        while self._waiting and self._may_send():
            permit, _ = self._waiting.popitem(last=False)
            if not permit.done():  # a task that is being cancelled has not run yet
                self._count()
                permit.set_result(True)
                break
        self._line_up()

    def turn_away(self) -> None:
        """Give nobody who waits a permit; for the hall, which is closed."""
        while self._waiting:
            permit, _ = self._waiting.popitem(last=False)
            if not permit.done():
                permit.set_result(False)

    def _may_send(self) -> bool:
        return self.in_flight < self._hall.share and self._limit.allows(self.in_flight)

    def _count(self) -> None:
        self.in_flight += 1
        self._hall.in_flight += 1

    def _line_up(self) -> None:
        if self._waiting and self._may_send():
            self._hall.ready[self] = None

    def _queue_up(self) -> "asyncio.Future[bool]":
        if self._hall.closed:
            raise _closed()
        self._check_places()
        permit: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[permit] = None
        self._line_up()
        return permit

    def _check_places(self) -> None:
        waiting = len(self._waiting) + self._resting
        if waiting >= self._max_waiting:
            raise AccountOverloadedError(
                f"{waiting} calls of this account wait already; nothing was sent"
            )

    def _step_out(self, permit: "asyncio.Future[bool]") -> None:
        if permit.done() and not permit.cancelled():
            if permit.result():
                self.leave()
            return
        self._waiting.pop(permit, None)
        if not self._waiting:
            self._hall.ready.pop(self, None)


def _closed() -> ClosedError:
    return ClosedError("the session pool was closed while the call waited for its turn")
