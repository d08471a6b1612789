"""The sandbox's server: real HTTP on loopback."""

import asyncio
import base64
import binascii
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Final, Self
from uuid import uuid4

from aiohttp import web

from taskrouter_async.sandbox import answers
from taskrouter_async.sandbox.handlers import ACCOUNT, Handlers
from taskrouter_async.sandbox.world import SandboxAccount, World

_LOOPBACK: Final = "127.0.0.1"
_REQUESTS_PER_SECOND: Final = 100

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Sandbox:
    """Serve a small TaskRouter that lives by itself.

    Enter it with ``async with``; it listens until it is left. Tasks arrive and are worked off by a
    simulation, so that the statistics agree with one another and change from second to second.

    Args:
        workspaces: How many workspaces each account has; 0 is allowed.
        accounts: How many accounts there are, 1 or more.
        seed: The same seed makes the same accounts and workspaces, and the same things happen.
        latency: Seconds to wait before each answer.
        port: Where to listen; 0 takes a free one.
        clock: Seconds that never run backwards; the simulation follows it.
    """

    def __init__(
        self,
        *,
        workspaces: int = 12,
        accounts: int = 1,
        seed: int = 0,
        latency: float = 0.0,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._world = World.draw(seed=seed, accounts=accounts, workspaces=workspaces, now=clock())
        self._latency = latency
        self._port = port
        self._counts: Counter[str] = Counter()
        app = web.Application(middlewares=[self._middleware])
        app.add_routes(Handlers(self._world, clock).routes())
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=75.0, shutdown_timeout=1.0
        )
        self._base_url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, _LOOPBACK, self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self._base_url = f"http://{_LOOPBACK}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """Where the sandbox listens; empty before it does."""
        return self._base_url

    @property
    def accounts(self) -> tuple[SandboxAccount, ...]:
        """All accounts."""
        return self._world.accounts

    @property
    def account_sid(self) -> str:
        """The first account."""
        return self.accounts[0].account_sid

    @property
    def auth_token(self) -> str:
        """The first account's auth token."""
        return self.accounts[0].auth_token

    @property
    def workspace_sids(self) -> tuple[str, ...]:
        """The first account's workspaces."""
        return self.accounts[0].workspace_sids

    def task_queue_sids(self, workspace_sid: str) -> tuple[str, ...]:
        """Return the task queues of a workspace of the first account."""
        floor = self._world.floors[self.account_sid, workspace_sid]
        return tuple(queue.sid for queue in floor.task_queues)

    def workflow_sids(self, workspace_sid: str) -> tuple[str, ...]:
        """Return the workflows of a workspace of the first account."""
        return self._world.floors[self.account_sid, workspace_sid].workflow_sids

    @property
    def request_counts(self) -> Mapping[str, int]:
        """How often each path was asked for, refused requests included."""
        return MappingProxyType(self._counts)

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._counts[request.path] += 1
        if self._latency:
            await asyncio.sleep(self._latency)
        try:
            request[ACCOUNT] = self._account(request)
            response = await handler(request)
        except answers.RefusalError as refusal:
            response = refusal.response()
        except web.HTTPNotFound:
            response = answers.not_found(request.path).response()
        except web.HTTPMethodNotAllowed:
            response = answers.RefusalError(405, 20004, "Method not allowed").response()
        response.headers.update(_standard_headers())
        return response

    def _account(self, request: web.Request) -> SandboxAccount:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        user, _, password = _decoded(encoded).partition(":")
        account = self._world.login(user, password) if scheme.lower() == "basic" else None
        if account is None:
            raise answers.not_authenticated()
        return account


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _standard_headers() -> dict[str, str]:
    return {
        "Twilio-Request-Id": f"RQ{uuid4().hex}",
        "X-Rate-Limit-Limit": str(_REQUESTS_PER_SECOND),
        "X-Rate-Limit-Remaining": str(_REQUESTS_PER_SECOND - 1),
        "X-Rate-Limit-Config": "default",
    }
