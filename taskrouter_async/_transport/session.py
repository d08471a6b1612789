"""aiohttp's session and its connections, from the first request of a pool until its end."""

import asyncio
import ssl
import warnings
import weakref
from contextlib import suppress

import aiohttp
from aiohttp.abc import AbstractResolver

from taskrouter_async._home import Home
from taskrouter_async._transport.connector import WatchedConnector


class OwnSession:
    """What a session pool has opened, to be made in the event loop where it works.

    Args:
        owner: The pool; if it disappears without closing this, there is one warning.
        home: The pool's.
        limit: Connections open at a time.
        keepalive_timeout: Seconds that an unused one stays open.
        ssl_context: Which certificates to trust; ``None`` for the system's. aiohttp makes that
            context once in a process.
        resolver: Who finds addresses; ``None`` for the system.

    Attributes:
        session: For making requests.
        connector: The session's, whose connections may be used without it.
    """

    def __init__(
        self,
        owner: object,
        home: Home,
        *,
        limit: int,
        keepalive_timeout: float,
        ssl_context: ssl.SSLContext | None,
        resolver: AbstractResolver | None,
    ) -> None:
        self.connector = WatchedConnector(
            limit=limit,
            keepalive_timeout=keepalive_timeout,
            ssl=ssl_context or True,
            resolver=resolver,
        )
        self.session = aiohttp.ClientSession(
            connector=self.connector,
            # A jar would carry one account's cookies to the next.
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # Unasked, aiohttp sends a request again when the connection breaks. It has no public switch
        # for that; where this one is gone, the connector refuses.
        self.session._retry_connection = False  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        self._watch = weakref.finalize(
            owner, _given_up, home, home.enter(), self.session, self.connector, limit
        )

    def distrust(self) -> None:
        """Let no connection that is open now serve again."""
        self.connector.distrust()

    async def close(self) -> None:
        """Close the connections."""
        self._watch.detach()
        await self.session.close()


def _given_up(
    home: Home,
    loop: asyncio.AbstractEventLoop,
    session: aiohttp.ClientSession,
    connector: WatchedConnector,
    limit: int,
) -> None:
    """End what nobody closed, wherever the garbage is collected."""
    session.detach()  # or it would complain as well
    if home.forked:
        return  # the connections are the parent's
    # This may be another thread, or the loop's time over.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(connector.drop)
    warnings.warn(
        f"<SessionPool max_connections={limit}> was never closed: use it in `async with`",
        ResourceWarning,
        stacklevel=2,
    )
