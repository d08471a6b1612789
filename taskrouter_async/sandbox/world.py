"""Accounts and what they own; no account can reach another's."""

import random
from collections.abc import Mapping

from attrs import field, frozen

from taskrouter_async.sandbox.floor import Floor, new_sid


@frozen
class SandboxAccount:
    """An account of the sandbox and its credentials, which are worth nothing elsewhere.

    Attributes:
        account_sid: The account, ``AC…``.
        auth_token: Its auth token.
        api_key: The SID of an API key of the account, ``SK…``.
        api_secret: That key's secret.
        workspace_sids: The account's workspaces, ``WS…``.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    workspace_sids: tuple[str, ...]


@frozen
class World:
    """Everything that the server serves.

    Attributes:
        accounts: The accounts, in the order of their making.
        floors: The workspaces by account SID and workspace SID.
    """

    accounts: tuple[SandboxAccount, ...]
    floors: Mapping[tuple[str, str], Floor]

    @classmethod
    def draw(cls, *, seed: int, accounts: int, workspaces: int, now: float) -> "World":
        """Make a world that is the same for the same seed.

        Args:
            seed: What everything is drawn from.
            accounts: How many accounts there are.
            workspaces: How many workspaces each of them has.
            now: The time at which everything opens, in seconds.
        """
        chance = random.Random(seed)
        made = tuple(_account(chance, workspaces) for _ in range(accounts))
        floors = {
            (account.account_sid, sid): Floor(random.Random(chance.getrandbits(64)), now)
            for account in made
            for sid in account.workspace_sids
        }
        return cls(made, floors)

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


def _account(chance: random.Random, workspaces: int) -> SandboxAccount:
    return SandboxAccount(
        account_sid=new_sid(chance, "AC"),
        auth_token=f"{chance.getrandbits(128):032x}",
        api_key=new_sid(chance, "SK"),
        api_secret=f"{chance.getrandbits(128):032x}",
        workspace_sids=tuple(new_sid(chance, "WS") for _ in range(workspaces)),
    )
