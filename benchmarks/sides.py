"""Two clients behind one face, for the scenes: the vendor's for asyncio, and this one."""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from faults.fault_server import FaultServer
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, WORKSPACE_SID
from twilio.http.async_http_client import AsyncTwilioHttpClient

from taskrouter_async import SessionPool, TaskRouterClient, Timeouts

TOKEN = "secret-" + "5" * 25


class Side(Protocol):
    """What a scene can have a client do.

    Attributes:
        client: The client itself.
        last_name: The name in the last answer.
        address: Where the service is.
    """

    client: Any
    last_name: str
    address: str

    def __init__(self, address: str, *, seconds: float = 0.0, pooled: float = True) -> None:
        """Make a client as its users do."""

    async def read(self) -> str:
        """Fetch the workspace; returns the status."""
        ...

    async def create(self) -> str:
        """Make a task; returns the status."""
        ...

    async def sid_of(self, sid: str) -> str:
        """Fetch a workspace; returns the SID in the answer."""
        ...

    async def as_somebody_else(self) -> None:
        """Ask for another account over the same connections."""

    async def aclose(self) -> None:
        """Close the client."""

    def forget(self) -> None:
        """Let go of the client without closing it."""


class Theirs:
    """The vendor's `AsyncTwilioHttpClient`, which the vendor's SDK hands each request to."""

    def __init__(self, address: str, *, seconds: float = 0.0, pooled: float = True) -> None:
        # Its retries need a session that is kept.
        retries = 3 if pooled else None
        self.client: Any = AsyncTwilioHttpClient(
            timeout=seconds or None, pool_connections=bool(pooled), max_retries=retries
        )
        self.address = address
        self.last_name = ""

    async def _ask(
        self, method: str, path: str, account_sid: str = ACCOUNT_SID
    ) -> tuple[int, dict[str, str]]:
        url = f"{self.address}/v1/Workspaces/{path}"
        response = await self.client.request(method, url, auth=(account_sid, TOKEN))
        document = json.loads(response.text) if response.status_code == 200 else {}
        self.last_name = document.get("friendly_name", "")
        return response.status_code, document

    async def read(self) -> str:
        """Fetch the workspace; returns the status."""
        return str((await self._ask("GET", WORKSPACE_SID))[0])

    async def create(self) -> str:
        """Make a task; returns the status."""
        return str((await self._ask("POST", f"{WORKSPACE_SID}/Tasks"))[0])

    async def sid_of(self, sid: str) -> str:
        """Fetch a workspace; returns the SID in the answer."""
        return str((await self._ask("GET", sid))[1]["sid"])

    async def as_somebody_else(self) -> None:
        """Ask for another account over the same connections."""
        await self._ask("GET", WORKSPACE_SID, OTHER_ACCOUNT_SID)

    async def aclose(self) -> None:
        """Close the client."""
        await self.client.close()

    def forget(self) -> None:
        """Let go of the client without closing it."""
        self.client = None


class Ours:
    """`TaskRouterClient` as it is, with a pool that two accounts can share."""

    def __init__(self, address: str, *, seconds: float = 0.0, pooled: float = True) -> None:
        del pooled  # there is no such switch
        self._pool: SessionPool | None = SessionPool()
        self._timeouts = Timeouts(total=seconds) if seconds else Timeouts()
        self.address = address
        self.client: Any = self._client(ACCOUNT_SID)
        self.last_name = ""

    def _client(self, account_sid: str) -> TaskRouterClient:
        return TaskRouterClient(
            account_sid, TOKEN, base_url=self.address, pool=self._pool, timeouts=self._timeouts
        )

    async def read(self) -> str:
        """Fetch the workspace; returns the status."""
        workspace = await self.client.workspaces(WORKSPACE_SID).fetch()
        self.last_name = workspace.friendly_name
        return str(workspace.response.status)

    async def create(self) -> str:
        """Make a task; returns the status."""
        task = await self.client.workspaces(WORKSPACE_SID).tasks.create(attributes={})
        return str(task.response.status)

    async def sid_of(self, sid: str) -> str:
        """Fetch a workspace; returns the SID in the answer."""
        return str((await self.client.workspaces(sid).fetch()).sid)

    async def as_somebody_else(self) -> None:
        """Ask for another account over the same connections."""
        async with self._client(OTHER_ACCOUNT_SID) as other:
            await outcome(other.workspaces(WORKSPACE_SID).fetch())

    async def aclose(self) -> None:
        """Close the client."""
        await self.client.aclose()
        assert self._pool is not None
        await self._pool.aclose()

    def forget(self) -> None:
        """Let go of the client without closing it."""
        self.client = self._pool = None


Scene = Callable[[type[Side]], str]
Act = Callable[[Side, FaultServer], Coroutine[Any, Any, str]]
Staging = Callable[[Act], Scene]


async def outcome(asking: Awaitable[object]) -> str:
    """Return what a caller got, in a word."""
    try:
        return str(await asking)
    except Exception as error:  # noqa: BLE001 - whatever comes is what is to be told
        return type(error).__name__


def on_stage(*, tls: bool = False, host: str = "127.0.0.1", **options: float) -> Staging:
    """Return what makes a scene of a coroutine: it plays with a client of a server of its own.

    Args:
        tls: Whether the server speaks TLS.
        host: By which name the client knows it.
        options: How the client is made.
    """

    async def play(act: Act, kind: type[Side]) -> str:
        async with FaultServer(tls=tls) as server:
            side = kind(server.base_url.replace("127.0.0.1", host), **options)
            try:
                return await act(side, server)
            finally:
                await side.aclose()

    def staging(act: Act) -> Scene:
        @functools.wraps(act)
        def scene(kind: type[Side]) -> str:
            return asyncio.run(play(act, kind))

        return scene

    return staging
