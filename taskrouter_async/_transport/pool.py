"""One set of connections for many clients and accounts."""

import asyncio
import ssl
import weakref
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver

from taskrouter_async._admission import Admission
from taskrouter_async._home import Home
from taskrouter_async._transport.connector import WatchedConnector
from taskrouter_async._transport.session import OwnSession
from taskrouter_async._waits import Waits
from taskrouter_async.config import check_at_least_one, check_not_negative, check_positive
from taskrouter_async.errors import ClosedError, InvalidArgumentError, Phase

_MEBIBYTE: Final = 2**20


class SessionPool:
    """Own the connections that clients share.

    It opens nothing before the first request, belongs to the event loop and the process of that
    request, and is closed by whoever made it. It keeps no cookies, follows no redirects and stores
    no credentials: each request brings its own. A request goes out on one connection once.

    A connection on which an answer came while it was idle does not serve again, so that nobody gets
    what the service sent unasked; where only the beginning of one came, the next request on it
    fails with a `ProtocolError`.

    Args:
        max_connections: Connections open at a time, 1 or more; further requests wait for one.
        keepalive_seconds: How long an unused connection stays open. Less than the service's own
            limit, or requests meet connections that are just being closed.
        max_body_bytes: The largest body that is read, after decompression.
        trust_env: Whether to use the proxies named by ``HTTP_PROXY``, ``HTTPS_PROXY`` and
            ``NO_PROXY``. A ``.netrc`` file is never read.
        ssl_context: Which certificates to trust; the system's if left out. It must refuse what is
            older than TLS 1.2.
        resolver: Who finds the service's address; the system if left out. It is not closed.
        session: A session of your own to use instead. It is not closed, and its connector and
            cookie jar stay your business: share no jar between accounts. What the connections of a
            pool promise, yours does not: aiohttp sends some requests again unasked, and an error
            has to say that the service may have got the request where that is not known.

    Attributes:
        max_body_bytes: As given.
        trust_env: As given.
        admission: Which request may go to the connections next.

    Raises:
        InvalidArgumentError: A number is out of its range, or the context allows old TLS.
    """

    def __init__(
        self,
        max_connections: int = 100,
        *,
        keepalive_seconds: float = 12.0,
        max_body_bytes: int = 8 * _MEBIBYTE,
        trust_env: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        check_at_least_one("max_connections", max_connections)
        check_positive("keepalive_seconds", keepalive_seconds)
        check_at_least_one("max_body_bytes", max_body_bytes)
        _check_tls(ssl_context)
        self._max_connections = max_connections
        self._keepalive_seconds = keepalive_seconds
        self._ssl_context = ssl_context
        self._resolver = resolver
        self._own: OwnSession | None = None
        self._given = session
        self._home = Home("session pool")
        self._waits: weakref.WeakSet[Waits] = weakref.WeakSet()
        self.max_body_bytes = max_body_bytes
        self.trust_env = trust_env
        self.admission = Admission(max_connections)

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

    @property
    def first_phase(self) -> Phase:
        """What a request waits for at first, as far as that is known.

        Of a session that was handed in, nothing is known before the answer's head is there.
        """
        return "queue" if self._given is None else "answer"

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the event loop of the pool, which the first caller makes its own.

        Raises:
            ClosedError: The pool was closed.
            ForkedError: The pool was used before this process was forked off.
            WrongLoopError: The pool belongs to another event loop.
        """
        return self._home.enter()

    def session(self) -> aiohttp.ClientSession:
        """Return the session, made now if this is the first request.

        Raises:
            ClosedError: The pool, or the session that was handed in, was closed.
            ForkedError: The pool was used before this process was forked off.
            WrongLoopError: The pool belongs to another event loop.
        """
        self.enter()
        return self.opened()

    def opened(self) -> aiohttp.ClientSession:
        """Return the session for somebody who has entered.

        Raises:
            ClosedError: The session that was handed in was closed.
        """
        if self._given is not None:
            return _still_open(self._given)
        if self._own is None:
            self._own = self._open()
        return self._own.session

    @property
    def connector(self) -> WatchedConnector | None:
        """The connections, from the first request on; ``None`` for a session that was handed in."""
        return None if self._own is None else self._own.connector

    def _open(self) -> OwnSession:
        return OwnSession(
            self,
            self._home,
            limit=self._max_connections,
            keepalive_timeout=self._keepalive_seconds,
            ssl_context=self._ssl_context,
            resolver=self._resolver,
        )

    def waits(self) -> Waits:
        """Return a place for somebody's deadlines, which end with the pool."""
        waits = Waits()
        self._waits.add(waits)
        return waits

    def distrust(self) -> None:
        """Use no connection again that is open now; a session that was handed in is left alone."""
        if self._own is not None:
            self._own.distrust()

    async def aclose(self, grace: float = 1.0) -> None:
        """Admit no further request, let those in the air end, and close the connections.

        Whoever waits longer than that gets a `ClosedError`. Closing again does nothing.

        Args:
            grace: How many seconds requests in the air have, 0 or more.

        Raises:
            InvalidArgumentError: The grace is out of its range.
            ForkedError: The pool was used before this process was forked off.
            WrongLoopError: The pool belongs to another event loop.
        """
        check_not_negative("grace", grace)
        if self._home.closed:
            return
        self._home.close()
        self.admission.close()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self.admission.idle()
        finally:
            for waits in tuple(self._waits):
                waits.end()
            if self._own is not None:
                await self._own.close()


def _still_open(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    if session.closed:
        raise ClosedError("the session that was handed in is closed")
    return session


_MODERN_TLS: Final = {
    ssl.TLSVersion.TLSv1_2,
    ssl.TLSVersion.TLSv1_3,
    ssl.TLSVersion.MAXIMUM_SUPPORTED,
}


def _check_tls(context: ssl.SSLContext | None) -> None:
    if context is not None and context.minimum_version not in _MODERN_TLS:
        raise InvalidArgumentError(
            "ssl_context allows TLS older than 1.2: set its minimum_version",
            argument="ssl_context",
        )
