"""The long way of a request: all of aiohttp's client."""

import math
from typing import cast

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from taskrouter_async._protocol.messages import Request
from taskrouter_async._transport.exchange import Answer


class BySession:
    """Send requests with a session: somebody else's, or one that has to go through a proxy.

    Args:
        session: Sends them.
        base_url: The address of the service.
        headers: What goes with each request.
        connect_seconds: The limit for connecting.
        proxy: The address of the proxy, if there is one.
    """

    __slots__ = ("_base_url", "_headers", "_proxy", "_session", "_timeout")

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        headers: CIMultiDict[str],
        connect_seconds: float,
        proxy: str | None,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._headers = headers
        self._proxy = proxy
        self._timeout = only_for_connecting(connect_seconds)

    async def send(self, request: Request) -> Answer:
        """Return the answer once its head is there."""
        answer = await self._session.request(
            request.method,
            URL(self._base_url + request.target, encoded=True),
            headers=self._headers_of(request),
            data=request.body,
            timeout=self._timeout,
            proxy=self._proxy,
            allow_redirects=False,
            auto_decompress=False,
            raise_for_status=False,
        )
        # One checker does not know aiohttp's cached properties for what they are.
        return cast("Answer", answer)

    def _headers_of(self, request: Request) -> CIMultiDict[str]:
        if not request.headers:
            return self._headers  # aiohttp copies them
        headers = self._headers.copy()
        headers.update(request.headers)
        return headers


def only_for_connecting(seconds: float) -> aiohttp.ClientTimeout:
    """Return aiohttp's limits: none but for connecting.

    The deadline is ours: aiohttp rounds its own total up to whole seconds, and none of its other
    limits stops an answer that drips in byte by byte.
    """
    return aiohttp.ClientTimeout(total=None, sock_connect=seconds, ceil_threshold=math.inf)
