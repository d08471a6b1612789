"""Carrying requests for one account."""

import asyncio
import math
import sys
from collections.abc import Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from attrs import define
from yarl import URL

from taskrouter_async._protocol.messages import KEPT_HEADERS, Request, Response
from taskrouter_async._transport.body import read_capped
from taskrouter_async._transport.pool import SessionPool
from taskrouter_async._transport.translation import translated
from taskrouter_async.config import Credentials, Timeouts
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    Phase,
    TaskRouterError,
    TransportError,
)

_USER_AGENT: Final = (
    f"taskrouter-async/{version('taskrouter-async')} "
    f"aiohttp/{aiohttp.__version__} Python/{sys.version_info[0]}.{sys.version_info[1]}"
)


class AccountTransport:
    """Send requests to one address with one account's credentials.

    Args:
        pool: Whose connections to use.
        base_url: The address of the service, checked; nothing is sent anywhere else.
        credentials: Become a header here, once; the header is kept nowhere else.
        timeouts: The limit for connecting; the limit for all comes with each request.
    """

    def __init__(
        self, pool: SessionPool, base_url: str, credentials: Credentials, timeouts: Timeouts
    ) -> None:
        self._pool = pool
        self._base_url = base_url
        self._host = urlsplit(base_url).netloc
        self._timeouts = timeouts
        self._proxy = _proxy_for(base_url) if pool.trust_env else None
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": credentials.authorization(),
            "User-Agent": _USER_AGENT,
        }
        # The deadline is ours: aiohttp rounds its own total up to whole seconds, and none of its
        # other limits stops an answer that drips in byte by byte.
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=timeouts.connect, ceil_threshold=math.inf
        )

    async def send(self, request: Request, deadline: float) -> Response:
        """Return the whole answer.

        Args:
            request: What to send.
            deadline: When to give up, in the loop's time.

        Raises:
            TransportError: No whole answer came.
            ProtocolError: The answer is no valid HTTP, or too large.
            ClosedError: The pool was closed, before or meanwhile.
            WrongLoopError: The pool belongs to another event loop.
        """
        progress = _Progress()
        error: TaskRouterError | None = None
        try:
            async with asyncio.timeout_at(deadline):
                return await self._exchange(request, progress)
        except TaskRouterError:
            raise
        except aiohttp.ConnectionTimeoutError:
            error = self._timed_out("connect", self._timeouts.connect)
        except aiohttp.ClientError as foreign:
            error = translated(foreign, self._host)
        except TimeoutError:
            error = self._timed_out(progress.phase, self._timeouts.total)
        except asyncio.CancelledError:
            # Closing a session cancels whoever waits for a connection in it: a cancellation that
            # nobody asked for.
            if not self._pool.closed or _is_cancelled():
                raise
        except Exception as foreign:  # noqa: BLE001 - its frames hold the header, whatever it is
            error = TransportError(f"{self._host} could not be asked ({type(foreign).__name__})")
        # Raised out here, where nothing is being handled: aiohttp's exception is neither the
        # cause nor the context of ours.
        if error is None or self._pool.closed:
            raise ClosedError("the session pool was closed while the call waited for its answer")
        raise error

    async def _exchange(self, request: Request, progress: "_Progress") -> Response:
        async with self._pool.session().request(
            request.method,
            URL(self._base_url + request.target, encoded=True),
            headers=self._headers | dict(request.headers),
            data=request.body,
            timeout=self._timeout,
            proxy=self._proxy,
            allow_redirects=False,
            auto_decompress=False,
            raise_for_status=False,
        ) as answer:
            progress.phase = "body"
            body = await read_capped(
                answer.content.iter_any(),
                answer.headers.get("Content-Encoding", ""),
                self._pool.max_body_bytes,
            )
            return Response(answer.status, _kept(answer.headers), body)

    def _timed_out(self, phase: Phase, seconds: float) -> CallTimeoutError:
        return CallTimeoutError(
            f"{self._host} gave no {_MISSING[phase]} within {seconds:g} s",
            phase=phase,
            seconds=seconds,
        )


@define
class _Progress:
    phase: Phase = "answer"


_MISSING: Final[dict[Phase, str]] = {
    "connect": "connection",
    "answer": "answer",
    "body": "whole answer",
}


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _kept(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: headers[name] for name in KEPT_HEADERS if name in headers})


def _proxy_for(base_url: str) -> str | None:
    parts = urlsplit(base_url)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)
