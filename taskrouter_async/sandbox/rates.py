"""Limits to how often an account may ask, on order.

https://www.twilio.com/docs/taskrouter/limits and
https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. The vendor publishes the rates of
four kinds of requests; here all others share one that can be chosen. Where it is silent: a bucket
holds as many requests as are allowed in a second and is filled steadily, in the sandbox's time; the
header ``X-Rate-Limit-Config`` names the bucket; a refused request takes nothing from it.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from attrs import define, field, frozen

from taskrouter_async.sandbox.api.asking import Ask
from taskrouter_async.sandbox.faults.checks import whole
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.world import SandboxAccount

_FILTERS_PER_SECOND: Final = 3
_BULK_PER_SECOND: Final = 5
_BULK: Final = "/TaskQueues/RealTimeStatistics"
_FILTERS: Final = {
    "/Tasks": "EvaluateTaskAttributes",
    "/Workers": "TargetWorkersExpression",
    "/TaskQueues": "EvaluateWorkerAttributes",
}


@frozen(kw_only=True)
class RateLimits:
    """How many requests a second are served.

    Attributes:
        general: Of each workspace, of all kinds that have no limit of their own; also of requests
            for an account's list of workspaces.
    """

    general: int = field(default=100, validator=whole(1))


@define(eq=False)
class _Bucket:
    per_second: int
    filled_at: float
    level: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.level = float(self.per_second)

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        poured = (now - self.filled_at) * self.per_second
        self.level = min(float(self.per_second), self.level + poured)
        self.filled_at = now
        if self.level < 1.0:
            return False
        self.level -= 1.0
        return True


@define(eq=False)
class Rates:
    """The buckets of all accounts, and how many of their requests are being served."""

    _limits: RateLimits
    _buckets: dict[tuple[str, str, str], _Bucket] = field(init=False, factory=dict)
    _present: Counter[str] = field(init=False, factory=Counter)

    @contextmanager
    def in_the_air(self, account: SandboxAccount | None) -> Generator[None, None, None]:
        """Count an account's request as being served."""
        name = account.account_sid if account else ""
        self._present[name] += 1
        try:
            yield
        finally:
            self._present[name] -= 1

    def take(self, ask: Ask, verb: str, headers: dict[str, str]) -> None:
        """Take a request from its bucket, and tell in the headers how things stand.

        Raises:
            RefusalError: The bucket is empty.
        """
        account_sid = ask.account.account_sid
        workspace_sid = ask.sids[0] if ask.sids and ask.sids[0] in ask.floors else ""
        name, per_second = self._kind(ask, verb)
        key = (account_sid, workspace_sid, name)
        now = ask.world.timeline.now
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(per_second, now)
        is_served = bucket.take(now)
        headers["X-Rate-Limit-Limit"] = str(per_second)
        headers["X-Rate-Limit-Remaining"] = str(int(bucket.level))
        headers["X-Rate-Limit-Config"] = name
        headers["Twilio-Concurrent-Requests"] = str(self._present[account_sid])
        if not is_served:
            raise RefusalError(429, 20429, "Too Many Requests")

    def _kind(self, ask: Ask, verb: str) -> tuple[str, int]:
        below = ask.path.partition(ask.sids[0])[2] if ask.sids else ""
        if verb == "GET" and below in _FILTERS and _FILTERS[below] in ask.query:
            return f"{below[1:]}-List-{_FILTERS[below]}", _FILTERS_PER_SECOND
        if verb == "POST" and below == _BULK:
            return "TaskQueues-RealTimeStatistics", _BULK_PER_SECOND
        return "default", self._limits.general


def rates_of(limits: bool | RateLimits) -> Rates | None:  # noqa: FBT001 - as a caller writes it
    """Return the buckets of these limits, of the usual ones, or none at all."""
    if isinstance(limits, RateLimits):
        return Rates(limits)
    return Rates(RateLimits()) if limits else None
