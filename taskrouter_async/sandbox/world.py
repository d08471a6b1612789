"""Accounts and what they own; no account can reach another's."""

import random
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.sids import Sids
from taskrouter_async.sandbox.state.timeline import Timeline


@frozen(eq=False)
class SandboxAccount:
    """An account of the sandbox and its credentials, which are worth nothing elsewhere.

    Attributes:
        account_sid: The account, ``AC…``.
        auth_token: Its auth token.
        api_key: The SID of an API key of the account, ``SK…``.
        api_secret: That key's secret.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    _floors: Mapping[str, Floor] = field(repr=False, alias="floors")

    @property
    def workspace_sids(self) -> tuple[str, ...]:
        """The account's workspaces as they are now, ``WS…``, oldest first."""
        return tuple(self._floors)


@define(eq=False)
class World:
    """Everything that the server serves.

    Attributes:
        timeline: Its time.
        sids: Where all SIDs come from.
        chance: What else is left to chance.
        accounts: The accounts, in the order of their making.
        floors: The workspaces by account SID and workspace SID.
        founded: Called with each new workspace, before anything is written in its log.
    """

    timeline: Timeline
    chance: random.Random
    sids: Sids
    accounts: tuple[SandboxAccount, ...]
    floors: Mapping[str, dict[str, Floor]]
    founded: list[Callable[[Floor], None]] = field(init=False, factory=list)
    _number: int = field(init=False, default=0)

    @classmethod
    def draw(cls, *, seed: int, accounts: int, now: float) -> "World":
        """Make a world without workspaces that is the same for the same seed.

        Args:
            seed: What everything is drawn from.
            accounts: How many accounts there are.
            now: The moment at which its time begins, in seconds since 1970.
        """
        chance = random.Random(seed)
        sids = Sids(random.Random(chance.getrandbits(64)))
        floors: dict[str, dict[str, Floor]] = {}
        made: list[SandboxAccount] = []
        for _ in range(accounts):
            owned: dict[str, Floor] = {}
            made.append(_account(chance, sids, owned))
            floors[made[-1].account_sid] = owned
        return cls(Timeline(now), chance, sids, tuple(made), floors)

    def next_number(self) -> int:
        """Return the place of the next workspace in the order of creation."""
        self._number += 1
        return self._number

    def login(self, user: str, password: str) -> SandboxAccount | None:
        """Return the account that these credentials open."""
        for account in self.accounts:
            pairs = {
                account.account_sid: account.auth_token,
                account.api_key: account.api_secret,
            }
            if pairs.get(user) == password:
                return account
        return None


def _account(chance: random.Random, sids: Sids, floors: Mapping[str, Floor]) -> SandboxAccount:
    return SandboxAccount(
        account_sid=sids.new("AC"),
        auth_token=f"{chance.getrandbits(128):032x}",
        api_key=sids.new("SK"),
        api_secret=f"{chance.getrandbits(128):032x}",
        floors=floors,
    )
