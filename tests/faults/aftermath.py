"""What must hold after every fault: nothing leaked, nothing left, no secret in an error."""

import asyncio
import base64
import gc
import traceback
from collections.abc import Awaitable, Iterator
from typing import Any, Final, TypeVar
from urllib.parse import quote

import pytest
from canary import CANARY
from faults.certificates import certificates
from faults.fault_server import FaultServer
from support import ACCOUNT_SID, settle

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.config import CachePolicy, RetryPolicy, Timeouts
from taskrouter_async.errors import TaskRouterError

E = TypeVar("E", bound=TaskRouterError)

SHORT: Final = Timeouts(total=5.0, attempt=2.0, connect=1.0)
"""Long enough for whatever works, and no test waits for ever for what does not."""

QUICK: Final = RetryPolicy(backoff=(0.0, 0.0), throttle_backoff=0.0)
"""The usual number of retries, without the pauses."""

ONCE: Final = RetryPolicy(max_retries=0)
"""No retries."""

_PAIR: Final = f"{ACCOUNT_SID}:{CANARY}"
_SECRETS: Final = (CANARY, base64.b64encode(_PAIR.encode()).decode(), quote(_PAIR), "Basic ")


class Aftermath:
    """Watches over one test, and looks at what is left when it is over."""

    def __init__(self) -> None:
        self._clients: list[TaskRouterClient] = []
        self._pools: list[SessionPool] = []
        self._servers: list[FaultServer] = []
        self._complaints: list[dict[str, Any]] = []
        # What asyncio would have logged, such as exceptions that nobody retrieved.
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._complaints.append(context))

    async def serve(self, server: FaultServer) -> FaultServer:
        """Start a server that runs until everything else is closed."""
        self._servers.append(server)
        return await server.__aenter__()

    def watch(self, pool: SessionPool) -> SessionPool:
        """Have a pool looked at and closed after the test."""
        self._pools.append(pool)
        return pool

    def watch_client(self, client: TaskRouterClient) -> TaskRouterClient:
        """Have a client closed after the test, before its pool is."""
        self._clients.append(client)
        return client

    async def check(self) -> None:
        """Close everything, and fail if anything is left that should not be."""
        await settle()
        try:
            for pool in self._pools:
                _check_idle(pool)
        finally:
            await self._close()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "a task is left"
        assert not self._complaints, f"asyncio complains: {self._complaints}"
        unforeseen = [request for server in self._servers for request in server.unforeseen]
        assert not unforeseen, f"no rule fits: {unforeseen}"

    async def _close(self) -> None:
        for client in self._clients:
            await client.aclose()
        for pool in self._pools:
            await pool.aclose()
        for server in self._servers:
            await server.stop()
        gc.collect()  # an exception that nobody retrieved complains when it is collected
        await settle()


class MakeClient:
    """Make clients of the canary's account, with short limits and retries that do not wait."""

    def __init__(self, aftermath: Aftermath) -> None:
        self._aftermath = aftermath

    def __call__(
        self,
        server: FaultServer | str,
        *,
        timeouts: Timeouts = SHORT,
        retry: RetryPolicy = QUICK,
        cache: CachePolicy = CachePolicy(),
        pool: SessionPool | None = None,
    ) -> TaskRouterClient:
        """Return a client for a server or an address; it is closed after the test.

        Args:
            server: Whom to ask.
            timeouts: The limits.
            retry: How often to try again.
            cache: How statistics are kept.
            pool: Watched connections; without them the client gets some of its own, which trust
                the certificate of `FaultServer`.
        """
        context = certificates().of_client()
        client = TaskRouterClient(
            ACCOUNT_SID,
            CANARY,
            base_url=server if isinstance(server, str) else server.base_url,
            timeouts=timeouts,
            retry=retry,
            cache=cache,
            pool=pool or self._aftermath.watch(SessionPool(ssl_context=context)),
        )
        return self._aftermath.watch_client(client)


def _check_idle(pool: SessionPool) -> None:
    assert pool.admission.in_flight == 0, "a permit was not given back"
    connector = None if pool.closed else pool.session().connector
    assert not (connector and connector._acquired), "a connection was not given back"
    assert not (connector and connector._waiters), "somebody waits for a connection"


async def failing(call: Awaitable[object], kind: type[E]) -> E:
    """Return the error that a call ends with; it must be of this very class and keep secrets."""
    try:
        result = await call
    except TaskRouterError as error:
        caught = error
    except Exception as error:  # noqa: BLE001 - that it is of no type of ours is the finding
        pytest.fail(f"{type(error).__name__} is no error of ours: {error}")
    else:
        pytest.fail(f"the call did not fail: {result!r:.200}")
    check_secrets(caught)
    assert type(caught) is kind, f"{type(caught).__name__} instead of {kind.__name__}: {caught}"
    return caught


def check_secrets(error: BaseException) -> None:
    """Fail if an error, or anything that hangs on it, shows a credential."""
    for link in _links(error):
        for text in _texts(link):
            # Which of them it was is not told: the message would be one more place that shows it.
            assert not any(secret in text for secret in _SECRETS), "an error shows a credential"


def _links(error: BaseException | None) -> Iterator[BaseException]:
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        link = waiting.pop()
        if link is None or link in found:
            continue
        found.append(link)
        waiting += [link.__cause__, link.__context__]
        yield link


def _texts(error: BaseException) -> Iterator[str]:
    yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    for frame in shown.stack:
        if "/taskrouter_async/" in frame.filename:
            yield from (frame.locals or {}).values()
