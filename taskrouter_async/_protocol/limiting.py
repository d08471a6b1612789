"""How much one account may ask of the service at a time, in a row, and again after a failure.

Four rules, and none of them knows the time or waits: instants come in as arguments and go out as
answers. They are seconds on one clock that never goes back.

The *limit* of requests in the air is learnt as TCP learns its window: a little more with each
answer, a good deal less with a refusal. One burst brings many refusals, but says one thing only;
therefore a refusal counts only if its request was sent after the last decrease. Measured against a
model of a service that takes 20 at a time, that rule matters more than how much is taken away.

The *budget* for repetitions bounds them absolutely and not as a share: in a failure of any length
an account sends a handful of requests more than it would have without repeating at all.
"""

from typing import Final

from attrs import frozen

from taskrouter_async._protocol.operation import Call, Operation

RETRY_COST: Final = 5
"""What a repetition takes from the budget."""
THROTTLED_RETRY_COST: Final = 2
"""What it takes after a 429, which the service answers without much work."""
REWARD: Final = 1
"""What a success at the first attempt gives back; one after a repetition gives that one's cost."""
ACCOUNT_TOKENS: Final = 100
"""What an account can spend on repetitions: 20 of them if nothing ever succeeds."""
POOL_TOKENS: Final = 500
"""What all accounts of a session pool can spend together."""

_FIRST_LIMIT: Final = 10.0
_LEAST_LIMIT: Final = 1.0
_MOST_LIMIT: Final = 100.0
_DECREASE: Final = 0.85


class AdaptiveLimit:
    """How many requests of one account may be in the air: between 1 and 100, at first 10.

    Attributes:
        limit: The limit; a fraction of a request is not sent, but remembered.
    """

    __slots__ = ("_decreased_at", "limit")

    def __init__(self) -> None:
        self.limit = _FIRST_LIMIT
        self._decreased_at = float("-inf")

    def allows(self, in_flight: int) -> bool:
        """Tell whether one more may join those in the air."""
        return in_flight + 1 <= self.limit

    def accepted(self, in_flight: int) -> None:
        """Learn from an answer that was no refusal; timeouts and failures teach nothing.

        Args:
            in_flight: How many were in the air with it, itself included. Where less than half of
                the limit is used, success says nothing about it.
        """
        if in_flight * 2 >= self.limit:
            self.limit = min(_MOST_LIMIT, self.limit + 1 / self.limit)

    def rejected(self, sent_at: float, now: float) -> None:
        """Learn from a 429.

        Args:
            sent_at: When the request was sent. Before the last decrease, it was sent under a
                limit that is known to be too high.
            now: When the answer came.
        """
        if sent_at > self._decreased_at:
            self.limit = max(_LEAST_LIMIT, self.limit * _DECREASE)
            self._decreased_at = now


class TokenBudget:
    """Tokens that repetitions are paid with.

    Args:
        capacity: How many there can be; at first there are as many.

    Attributes:
        tokens: How many there are.
    """

    __slots__ = ("_capacity", "tokens")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.tokens = capacity

    def take(self, cost: int) -> bool:
        """Take so many, or none if there are not enough."""
        if cost > self.tokens:
            return False
        self.tokens -= cost
        return True

    def give(self, amount: int) -> None:
        """Give some back; what does not fit in is lost."""
        self.tokens = min(self._capacity, self.tokens + amount)


@frozen
class RetryBudget:
    """An account's own budget within the one that all accounts of a session pool share.

    Attributes:
        account: The account's.
        pool: The shared one.
    """

    account: TokenBudget
    pool: TokenBudget

    @property
    def tokens(self) -> int:
        """How many can be spent."""
        return min(self.account.tokens, self.pool.tokens)

    def take(self, cost: int) -> bool:
        """Take so many from both, or none from either if one has not enough."""
        return cost <= self.tokens and self.account.take(cost) and self.pool.take(cost)

    def give(self, amount: int) -> None:
        """Give some back to both."""
        self.account.give(amount)
        self.pool.give(amount)


_TIMERS_ARE_EARLY_BY: Final = 1e-3  # seconds, at most


class Pacer:
    """Keep requests apart, so that in any second no more than so many go out.

    There is no allowance for bursts: how the service counts is not published, and one that counts
    by the second would refuse what comes on top of a burst.

    Args:
        per_second: How many; more than 0.

    Attributes:
        free_at: When the next one may go; long ago if none has gone yet.
    """

    __slots__ = ("_apart", "_gone_at", "free_at")

    def __init__(self, per_second: float) -> None:
        self._apart = 1 / per_second
        self._gone_at = float("-inf")
        self.free_at = float("-inf")

    def reserve(self, now: float, latest: float) -> float | None:
        """Return the instant at which this request may go, and keep it free for it.

        Args:
            now: The earliest instant of interest.
            latest: The last one; if it would be later, the answer is ``None`` and nothing is kept.
        """
        at = max(now, self.free_at)
        if at > latest:
            return None
        self.free_at = at + self._apart
        return at

    def go(self, now: float) -> float:
        """Return ``now`` if one may leave now, and note that it does; else when one may."""
        if now < self._gone_at + self._apart - _TIMERS_ARE_EARLY_BY:
            return self._gone_at + self._apart
        self._gone_at = now
        self.free_at = max(self.free_at, now + self._apart)
        return now

    def hold(self, now: float) -> None:
        """Let the next one go as if one had gone just now."""
        self.free_at = max(self.free_at, now + self._apart)


@frozen
class Kind:
    """What the service counts together, as far as can be told from outside.

    Attributes:
        workspace_sid: The workspace; empty for calls above all workspaces.
        operation: The operation.
        paced: Whether these are the calls of the operation that have a published rate of their
            own, apart from the others.
    """

    workspace_sid: str
    operation: Operation[object]
    paced: bool = False


@frozen
class _Pace:
    method: str
    argument: str
    per_second: float


# https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics for the last one, the changelog of
# 2024-10-18 for the filters that evaluate an expression.
_PACES: Final = {
    "/v1/Workspaces/{WorkspaceSid}/Tasks": _Pace("GET", "EvaluateTaskAttributes", 3.0),
    "/v1/Workspaces/{WorkspaceSid}/Workers": _Pace("GET", "TargetWorkersExpression", 3.0),
    "/v1/Workspaces/{WorkspaceSid}/TaskQueues": _Pace("GET", "EvaluateWorkerAttributes", 3.0),
    "/v1/Workspaces/{WorkspaceSid}/TaskQueues/RealTimeStatistics": _Pace("POST", "", 5.0),
}


def paced(call: Call[object]) -> float | None:
    """Return how many calls like this one the vendor serves a second, where that is published."""
    pace = _PACES.get(call.operation.path)
    if pace is None or pace.method != call.operation.method:
        return None
    if pace.argument and pace.argument not in dict(call.arguments):
        return None
    return pace.per_second


def kind_of(call: Call[object]) -> Kind:
    """Return what the service counts this call with."""
    workspace_sid = call.sids[0][1] if call.sids else ""
    return Kind(workspace_sid, call.operation, paced(call) is not None)
