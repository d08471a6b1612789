"""Who asks: the credentials of an account, as HTTP's basic authentication sends them."""

import base64
import binascii

from aiohttp import web
from attrs import define, field

from taskrouter_async.sandbox.state.refusals import not_authenticated
from taskrouter_async.sandbox.world import SandboxAccount, World


@define(eq=False)
class Logins:
    """Those who were let in, by what they sent."""

    _world: World
    _known: dict[str, SandboxAccount] = field(init=False, factory=dict)

    def account(self, request: web.BaseRequest) -> SandboxAccount:
        """Return the account whose request it is.

        Raises:
            RefusalError: Its credentials are missing or wrong.
        """
        account = self.find(request)
        if account is None:
            raise not_authenticated()
        return account

    def find(self, request: web.BaseRequest) -> SandboxAccount | None:
        """Return the account whose request it is, if it is any's."""
        authorization = request.headers.get("Authorization", "")
        account = self._known.get(authorization)
        if account is None:
            scheme, _, encoded = authorization.partition(" ")
            user, _, password = _decoded(encoded).partition(":")
            account = self._world.login(user, password) if scheme.lower() == "basic" else None
            if account is not None:
                self._known[authorization] = account
        return account


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
