"""aiohttp's connector, watched: it notes how far a request has come and trusts no connection.

An idle connection is not as it was left. What a server sends on it unasked would be taken for the
answer to the next request, which may be another account's
(https://github.com/aio-libs/aiohttp/issues/13656); and what a server closed is found out by who
writes to it. So a connection is looked at, not only for what the event loop has read from it but
for what waits in its socket, before it serves again.

Only `connect` is needed for that, which aiohttp documents, as it does `_create_connection`. Where a
later version knows one of the other names no more, less is told: the phase is the one before, in
which nothing has been sent either, or a connection serves once only.
"""

import select
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from taskrouter_async._transport.progress import SENT, current

if TYPE_CHECKING:
    import asyncio

    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace


_Look = Callable[[], Sequence[object]]
"""Returns something if there is something to read, bytes or the end."""


class WatchedConnector(aiohttp.TCPConnector):
    """Connections of one session pool.

    Args:
        limit: Connections open at a time.
        keepalive_timeout: Seconds that an unused one stays open.
        ssl: Which certificates to trust; ``True`` for the system's.
        resolver: Who finds addresses; ``None`` for the system.
    """

    def __init__(
        self,
        *,
        limit: int,
        keepalive_timeout: float,
        ssl: ssl.SSLContext | bool,
        resolver: AbstractResolver | None,
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - of an option not used here
            limit=limit, keepalive_timeout=keepalive_timeout, ssl=ssl, resolver=resolver
        )
        # Each connection that has served: when it was opened, and how to look into its socket.
        self._served: WeakKeyDictionary[ResponseHandler, tuple[int, _Look]] = WeakKeyDictionary()
        self._epoch = 0

    def __del__(self, _warnings: object = None, /) -> None:
        """Say and do nothing: the pool complains if it was not closed.

        aiohttp's own would, in a forked child too, where it ends the parent's TLS connections.
        """

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: "list[Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> "Connection":
        """Return a connection for this request only.

        Raises:
            aiohttp.ServerDisconnectedError: The request had one before; sending it again, which
                aiohttp would do unasked, is not its decision.
        """
        progress = current()
        if progress.phase in SENT:
            raise aiohttp.ServerDisconnectedError
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = cast("ResponseHandler", connection.protocol)
            served = self._served.get(protocol)
            if served is None:
                self._served[protocol] = self._epoch, _look_into(protocol)
                break
            opened, look = served
            # `should_close` is what aiohttp knows, bytes that answer nothing included; it asks when
            # a connection comes back, but not when it goes out again.
            if opened == self._epoch and not (getattr(protocol, "should_close", True) or look()):
                progress.reused = True
                break
            connection.close()
        progress.phase = "answer"
        return connection

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: "list[Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> "ResponseHandler":
        current().phase = "proxy" if req.proxy else "connect"
        return await super()._create_connection(req, traces, timeout)

    async def _resolve_host(
        self, host: str, port: int, traces: "Sequence[Trace] | None" = None
    ) -> list[ResolveResult]:
        progress = current()
        if progress.phase != "connect":  # a proxy's address is part of reaching the proxy
            return await super()._resolve_host(host, port, traces)
        progress.phase = "dns"
        addresses = await super()._resolve_host(host, port, traces)
        progress.phase = "connect"
        return addresses

    def distrust(self) -> None:
        """Let no connection that is open now serve again."""
        self._epoch += 1

    def drop(self) -> None:
        """Break every connection at once, without waiting for anything."""
        for protocol in tuple(self._served):
            protocol.abort()


def _look_into(protocol: "ResponseHandler") -> _Look:
    transport = cast("asyncio.Transport", protocol.transport)
    return _looking(transport.get_extra_info("socket").fileno())


def _polling(file_descriptor: int) -> _Look:
    poll = select.poll()
    poll.register(file_descriptor, select.POLLIN)
    return partial(poll.poll, 0)


def _selecting(file_descriptor: int) -> _Look:
    return lambda: select.select((file_descriptor,), (), (), 0)[0]


# `select` fails for descriptors above 1023 where there is `poll`, and works where there is none.
_looking: Final = _polling if hasattr(select, "poll") else _selecting
