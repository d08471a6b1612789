"""What retries cost, kept by the published rules: with a debt, somebody tries again too often.

The figures are the promise's own and not the library's constants, so that changing one of those is
noticed here: in an outage of any length an account causes 20 extra requests, and all accounts of a
session pool 100. After a 429 a retry costs less, since the service has not done much.
"""

from typing import Final

from attrs import define, field

from taskrouter_async.models import RequestEnded, RequestEvent, RetryScheduled

_ACCOUNT_TOKENS: Final = 100
_POOL_TOKENS: Final = 500
_COST: Final = 5
_COST_AFTER_A_429: Final = 2


@define(eq=False)
class Purse:
    """What can be spent.

    Attributes:
        capacity: The most that can be in it.
        tokens: What is in it; below 0 if more was spent than there was.
    """

    capacity: int
    tokens: int

    def add(self, amount: int) -> None:
        """Put something in, or take it out."""
        self.tokens = min(self.capacity, self.tokens + amount)


def pool_purse() -> Purse:
    """Return what all accounts of a pool can spend together."""
    return Purse(_POOL_TOKENS, _POOL_TOKENS)


def account_purse() -> Purse:
    """Return what an account can spend."""
    return Purse(_ACCOUNT_TOKENS, _ACCOUNT_TOKENS)


@define(eq=False)
class Books:
    """One client's retries.

    Attributes:
        pool: The purse of all accounts.
        account: The purse of the client's account.
    """

    pool: Purse
    account: Purse
    _paid: dict[int, int] = field(factory=dict)

    def note(self, event: RequestEvent) -> bool:
        """Keep the books, and tell whether there is no debt."""
        if isinstance(event, RetryScheduled):
            cost = _COST_AFTER_A_429 if event.error == "RateLimitedError" else _COST
            self._paid[event.number] = cost
            self._add(-cost)
            return self.account.tokens >= 0 and self.pool.tokens >= 0
        if isinstance(event, RequestEnded) and event.error is None:
            self._add(self._paid.pop(event.number, 1))
        return True

    def _add(self, amount: int) -> None:
        self.account.add(amount)
        self.pool.add(amount)
