"""The client: opens, wires and closes."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from types import TracebackType
from typing import Self

from taskrouter_async import models, resources
from taskrouter_async._attempts import Attempts
from taskrouter_async._cache import Cache, Owner
from taskrouter_async._engine import Engine
from taskrouter_async._transport import AccountTransport, SessionPool
from taskrouter_async.config import (
    BASE_URL,
    CachePolicy,
    Credentials,
    RetryPolicy,
    Timeouts,
    base_url_of,
    checked_base_url,
)
from taskrouter_async.errors import CredentialsError, ResponseInfo
from taskrouter_async.models import AccountLimits, CacheStats


class TaskRouterClient:
    """Speak with TaskRouter for one account.

    Construction opens nothing and needs no event loop; the first call binds the client to the
    loop it runs in. Close it with ``async with`` or `aclose`.

    Args:
        account_sid: The account, ``AC…``.
        auth_token: Its auth token; or leave it out and give an API key.
        api_key: The SID of an API key, ``SK…``.
        api_secret: That key's secret.
        base_url: Where the service is; requests go nowhere else.
        cache: How real-time statistics are kept.
        on_cache_event: Is told what the cache does apart from hits, as one of the events in
            `taskrouter_async.models`. It must not wait. What it raises is logged and reaches no
            call.
        retry: How often a call is tried again, and after what pauses.
        on_request_event: Is told of each request and each retry, likewise.
        timeouts: How long one call may take.
        pool: Connections shared with other clients, and with them the limits of each account. It
            is not closed with the client; without one the client makes its own.
        clock: Seconds that never run backwards; the cache measures age with it.
        chance: Random numbers, 0 to 1, for the pauses before retries.

    Raises:
        CredentialsError: Neither a token nor a whole API key was given, or both.
        InvalidArgumentError: The account SID, the key's SID or the address is none.
    """

    def __init__(  # noqa: PLR0913 - each is something else, and has a name
        self,
        account_sid: str,
        auth_token: str | None = None,
        *,
        api_key: str | None = None,
        api_secret: str | None = None,
        base_url: str = BASE_URL,
        cache: CachePolicy = CachePolicy(),
        on_cache_event: Callable[["models.CacheEvent"], None] | None = None,
        retry: RetryPolicy = RetryPolicy(),
        on_request_event: Callable[["models.RequestEvent"], None] | None = None,
        timeouts: Timeouts = Timeouts(),
        pool: SessionPool | None = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._credentials = Credentials.choose(account_sid, auth_token, api_key, api_secret)
        self._base_url = checked_base_url(base_url)
        self._pool = SessionPool() if pool is None else pool
        self._owns_pool = pool is None
        transport = AccountTransport(self._pool, self._base_url, self._credentials, timeouts)
        self._desk = self._pool.admission.desk(account_sid)
        self._attempts = Attempts(
            transport,
            self._desk,
            retry,
            timeouts,
            chance=chance,
            listener=on_request_event,
            waits=self._pool.waits(),
        )
        self._grace = cache.close_grace
        self._cache = Cache(
            cache,
            clock,
            listener=on_cache_event,
            owner=Owner(self._base_url, account_sid, self._credentials.user),
            total_seconds=timeouts.total,
        )
        self._engine = Engine(
            self._attempts,
            self._cache,
            account_sid=account_sid,
            base_url=self._base_url,
            total_seconds=timeouts.total,
        )

    @classmethod
    def from_env(
        cls,
        *,
        cache: CachePolicy = CachePolicy(),
        on_cache_event: Callable[["models.CacheEvent"], None] | None = None,
        retry: RetryPolicy = RetryPolicy(),
        on_request_event: Callable[["models.RequestEvent"], None] | None = None,
        timeouts: Timeouts = Timeouts(),
        pool: SessionPool | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Self:
        """Make a client from the environment.

        Read are ``TWILIO_ACCOUNT_SID`` with ``TWILIO_AUTH_TOKEN``, or with ``TWILIO_API_KEY`` and
        ``TWILIO_API_SECRET`` (preferred where both are set); ``TWILIO_REGION`` and
        ``TWILIO_EDGE``; and ``TASKROUTER_BASE_URL``, which overrides these two.

        Args:
            cache: How real-time statistics are kept.
            on_cache_event: Is told what the cache does apart from hits.
            retry: How often a call is tried again.
            on_request_event: Is told of each request and each retry.
            timeouts: How long one call may take.
            pool: Connections shared with other clients.
            environ: Another environment than the process's.

        Raises:
            CredentialsError: The account or its credentials are not there.
            InvalidArgumentError: A variable's value cannot be used.
        """
        given = os.environ if environ is None else environ
        account_sid = given.get("TWILIO_ACCOUNT_SID")
        api_key, api_secret = given.get("TWILIO_API_KEY"), given.get("TWILIO_API_SECRET")
        auth_token = None if api_key and api_secret else given.get("TWILIO_AUTH_TOKEN")
        if not account_sid or not (auth_token or (api_key and api_secret)):
            raise CredentialsError(
                "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, "
                "or TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET"
            )
        regional = base_url_of(given.get("TWILIO_REGION"), given.get("TWILIO_EDGE"))
        return cls(
            account_sid,
            auth_token,
            api_key=None if auth_token else api_key,
            api_secret=None if auth_token else api_secret,
            base_url=given.get("TASKROUTER_BASE_URL") or regional,
            cache=cache,
            on_cache_event=on_cache_event,
            retry=retry,
            on_request_event=on_request_event,
            timeouts=timeouts,
            pool=pool,
        )

    def __repr__(self) -> str:
        return f"<TaskRouterClient {self._credentials.account_sid} at {self._base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End what is in the air, and close the connections if they are the client's own.

        New calls are refused at once. Those that somebody waits for get `CachePolicy.close_grace`
        seconds; whoever waits longer, for an answer, for a turn or between two attempts, gets a
        `ClosedError`. Closing again does nothing.

        Raises:
            WrongLoopError: The client belongs to another event loop.
        """
        try:
            self._engine.close()  # refused elsewhere than at home, before anything is ended
            await asyncio.gather(self._engine.aclose(), self._attempts.aclose(self._grace))
        finally:
            if self._owns_pool:
                await self._pool.aclose()

    def limits(self) -> AccountLimits:
        """Return what this process knows of the account's limits, and how near it is to them."""
        return self._desk.limits()

    @property
    def cache(self) -> "CacheView":
        """What the cache has done and holds."""
        return CacheView(self._cache)

    def responses(self) -> AbstractAsyncContextManager[list[ResponseInfo]]:
        """Collect where answers come from, for the calls that this context makes of this client.

        ``async with client.responses() as log:`` fills the list with status, request id, rate
        limits and duration of each request, refused ones included. What is served from memory
        adds nothing. A task started within the block adds to the same list.
        """
        return self._engine.responses()

    @cached_property
    def workspaces(self) -> "resources.Workspaces":
        """The account's workspaces."""
        return resources.Workspaces(self._engine)


class CacheView:
    """What a user may see of a client's cache."""

    __slots__ = ("_cache",)

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def stats(self) -> CacheStats:
        """Return the counts since the client was made and the gauges of this moment."""
        return self._cache.stats()
