"""One set of connections for many clients and accounts."""

import ssl
from types import TracebackType
from typing import Self

import aiohttp

from taskrouter_async._home import Home
from taskrouter_async.config import check_at_least_one, check_positive
from taskrouter_async.errors import ClosedError

_MEBIBYTE = 2**20


class SessionPool:
    """Own the connections that clients share.

    It opens nothing before the first request, belongs to the event loop of that request, and is
    closed by whoever made it. It keeps no cookies, follows no redirects and stores no credentials:
    each request brings its own.

    Args:
        max_connections: Connections open at a time, 1 or more; further requests wait for one.
        keepalive_seconds: How long an unused connection stays open. Less than the service's own
            limit, or requests meet connections that are just being closed.
        max_body_bytes: The largest body that is read, after decompression.
        trust_env: Whether to use the proxies named by ``HTTP_PROXY``, ``HTTPS_PROXY`` and
            ``NO_PROXY``. A ``.netrc`` file is never read.
        ssl_context: Which certificates to trust; the system's if left out.
        session: A session of your own to use instead. It is not closed, and its connector and
            cookie jar stay your business: share no jar between accounts.

    Raises:
        InvalidArgumentError: A number is out of its range.
    """

    def __init__(
        self,
        max_connections: int = 100,
        *,
        keepalive_seconds: float = 12.0,
        max_body_bytes: int = 8 * _MEBIBYTE,
        trust_env: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        check_at_least_one("max_connections", max_connections)
        check_positive("keepalive_seconds", keepalive_seconds)
        check_at_least_one("max_body_bytes", max_body_bytes)
        self._max_connections = max_connections
        self._keepalive_seconds = keepalive_seconds
        self._ssl_context = ssl_context
        self._own: aiohttp.ClientSession | None = None
        self._given = session
        self._home = Home("session pool")
        self.max_body_bytes = max_body_bytes
        self.trust_env = trust_env

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open" if self._own or self._given else "not opened"
        return f"<SessionPool {state}, max_connections={self._max_connections}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def closed(self) -> bool:
        """Whether the pool, or the session that was handed in, was closed."""
        return self._home.closed or (self._given is not None and self._given.closed)

    def session(self) -> aiohttp.ClientSession:
        """Return the session, made now if this is the first request.

        Raises:
            ClosedError: The pool, or the session that was handed in, was closed.
            WrongLoopError: The pool belongs to another event loop.
        """
        self._home.enter()
        if self._given is not None:
            return _still_open(self._given)
        if self._own is None:
            self._own = self._open()
        return self._own

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._max_connections,
            keepalive_timeout=self._keepalive_seconds,
            ssl=self._ssl_context or True,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            # A jar would carry one account's cookies to the next.
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # Unasked, aiohttp sends a request again when the connection breaks; it has no public switch
        # for that, and whether to try again is not its decision.
        session._retry_connection = False  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return session

    async def aclose(self) -> None:
        """Close the connections; calls that wait on them get a `ClosedError`.

        Closing again does nothing.

        Raises:
            WrongLoopError: The pool belongs to another event loop.
        """
        self._home.close()
        if self._own is not None:
            await self._own.close()


def _still_open(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    if session.closed:
        raise ClosedError("the session that was handed in is closed")
    return session
