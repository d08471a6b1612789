"""Clients on a real Redis, and a service that says who asked it what."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from attrs import define, evolve, field
from raw import RawServer, raw_server, whole
from support import ACCOUNT_SID, WORKSPACE_SID, workspace_document

from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics
from taskrouter_async.shared_cache import RedisLevel

Handle = RealTimeStatistics[WorkspaceRealTimeStatistics]
# Wide limits: a busy machine shall not look like a Redis in trouble.
PATIENT_SECONDS = 2.0
_POLICY = CachePolicy(jitter=0.0)


@define
class Origin:
    """What the service does.

    Attributes:
        accounts: Whose account a login is about.
        latency: Seconds before an answer.
        fails: Whether it answers 503.
        requests: The paths that were asked for.
    """

    accounts: dict[str, str] = field(factory=dict)
    latency: float = 0.0
    fails: bool = False
    requests: list[str] = field(factory=list)

    async def answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ")[1].decode()
        self.requests.append(path)
        await asyncio.sleep(self.latency)
        if self.fails:
            writer.write(whole(b"{}", status="503 Service Unavailable"))
            return
        login = _login(head)
        document = workspace_document(
            account_sid=self.accounts.get(login, login),
            workspace_sid=path.split("/")[3],
            total_tasks=len(self.requests),
        )
        writer.write(whole(json.dumps(document).encode()))


def _login(head: bytes) -> str:
    line = next(line for line in head.split(b"\r\n") if line.startswith(b"Authorization: "))
    return base64.b64decode(line.rpartition(b" ")[2]).partition(b":")[0].decode()


@define
class Sea:
    """A service, and clients that are opened on it."""

    origin: Origin
    server: RawServer
    stack: AsyncExitStack

    async def client(
        self,
        level: RedisLevel | None,
        *,
        account_sid: str = ACCOUNT_SID,
        token: str | None = "token",  # noqa: S107 - invented
        api_key: str | None = None,
        api_secret: str | None = None,
        policy: CachePolicy = _POLICY,
    ) -> TaskRouterClient:
        """Open a client, which is closed with the sea."""
        client = TaskRouterClient(
            account_sid,
            token,
            api_key=api_key,
            api_secret=api_secret,
            base_url=self.server.base_url,
            cache=evolve(policy, shared=level),
        )
        return await self.stack.enter_async_context(client)

    async def handle(self, level: RedisLevel | None) -> Handle:
        """Open a client; return the statistics that all tests ask for."""
        client = await self.client(level)
        return client.workspaces(WORKSPACE_SID).real_time_statistics


@asynccontextmanager
async def sea(origin: Origin | None = None) -> AsyncIterator[Sea]:
    """Serve until the block is left."""
    origin = origin or Origin()
    async with raw_server(origin.answer) as server, AsyncExitStack() as stack:
        yield Sea(origin, server, stack)


def patient(url: str, namespace: str = "test", key_secret: str = "") -> RedisLevel:
    """Return a level whose limits are wide."""
    return RedisLevel(
        url,
        namespace,
        timeout=PATIENT_SECONDS,
        connect_timeout=PATIENT_SECONDS,
        budget=PATIENT_SECONDS,
        key_secret=key_secret,
    )
