"""Carrying requests for one account."""

import asyncio
import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp import hdrs
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict, istr

from taskrouter_async._protocol.messages import KEPT_HEADERS, Request, Response
from taskrouter_async._transport.body import capped, check_end, read_capped
from taskrouter_async._transport.by_session import BySession
from taskrouter_async._transport.direct import Direct, is_known
from taskrouter_async._transport.exchange import Answer, Exchange
from taskrouter_async._transport.pool import SessionPool
from taskrouter_async._transport.progress import Progress, note
from taskrouter_async._transport.translation import translated, unforeseen
from taskrouter_async._version import VERSION
from taskrouter_async.config import Credentials, Timeouts
from taskrouter_async.errors import (
    CallTimeoutError,
    ClosedError,
    InvalidArgumentError,
    Phase,
    ProtocolError,
    TaskRouterError,
    TransportError,
)

_USER_AGENT: Final = (
    f"taskrouter-async/{VERSION} "
    f"aiohttp/{aiohttp.__version__} Python/{sys.version_info[0]}.{sys.version_info[1]}"
)
_ILLEGAL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_SWITCHING_PROTOCOLS: Final = 101


class AccountTransport:
    """Send requests to one address with one account's credentials.

    Args:
        pool: Whose connections to use.
        base_url: The address of the service, checked; nothing is sent anywhere else.
        credentials: Become a header here, once; the header is kept nowhere else.
        timeouts: The limit for connecting; the limit for all comes with each request.
    """

    # No `__dict__`: what dumps an object's variables, as crash reports do, finds no header here.
    __slots__ = (
        "_base_url",
        "_connect_seconds",
        "_exchange",
        "_headers",
        "_host",
        "_pool",
        "_proxy",
        "_waits",
    )

    def __init__(
        self, pool: SessionPool, base_url: str, credentials: Credentials, timeouts: Timeouts
    ) -> None:
        self._pool = pool
        self._waits = pool.waits()
        self._base_url = base_url
        self._host = urlsplit(base_url).netloc
        self._connect_seconds = timeouts.connect
        self._proxy = _proxy_for(base_url) if pool.trust_env else None
        self._headers = CIMultiDict(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Authorization": credentials.authorization(),
                "User-Agent": _USER_AGENT,
            }
        )
        self._exchange: Exchange | None = None

    async def send(self, request: Request, deadline: float) -> Response:
        """Return the whole answer.

        Args:
            request: What to send.
            deadline: When to give up, in the loop's time.

        Raises:
            TransportError: No whole answer came; it says in which phase, and whether the service
                may have got the request.
            ProtocolError: The answer is no valid HTTP, or too large.
            InvalidArgumentError: A header cannot be sent; nothing was.
            ClosedError: The pool was closed or the transport ended, before or meanwhile.
            ForkedError: The pool was used before this process was forked off.
            WrongLoopError: The pool belongs to another event loop.
        """
        started = self.enter().time()
        session = self._pool.opened()
        _check(request)
        progress = Progress(self._pool.first_phase)
        note(progress)
        try:
            with self._waits.until(deadline):
                return await self._ask(session, request, progress)
        except TaskRouterError as ours:
            error = ours.with_traceback(None)  # its frames hold the answer, and thus the request
        except aiohttp.ConnectionTimeoutError:
            error = self._timed_out(_before_sending(progress.phase), self._connect_seconds)
        except (aiohttp.ClientError, HttpProcessingError) as foreign:
            error = translated(foreign, self._host, progress)
        except TimeoutError:
            error = self._timed_out(progress.phase, round(deadline - started, 3))
        except asyncio.CancelledError:
            # Closing a session cancels whoever waits for a connection in it: a cancellation that
            # nobody asked for.
            if _is_cancelled() or not self._is_over(session):
                raise
            error = _closed()
        except Exception as foreign:  # noqa: BLE001 - its frames hold the header, whatever it is
            error = unforeseen(foreign, self._host, progress)
        finally:
            note(None)
        # Raised out here, where nothing is being handled: aiohttp's exception is neither the
        # cause nor the context of ours.
        if self._is_over(session):
            raise _closed()
        if isinstance(error, TransportError):
            error.status = progress.status
        raise error

    def enter(self) -> asyncio.AbstractEventLoop:
        """Refuse a caller from another event loop or another process, or after the end."""
        loop = self._pool.enter()
        if self._waits.ended:
            raise _closed()
        return loop

    def end(self) -> None:
        """End what is in the air, and what is sent from now on, with a `ClosedError`."""
        self._waits.end()

    def distrust(self) -> None:
        """Use no connection again that is open now: an answer on one belonged to somebody else."""
        self._pool.distrust()

    async def _ask(
        self, session: aiohttp.ClientSession, request: Request, progress: Progress
    ) -> Response:
        exchange = self._exchange or self._chosen(session)
        answer = await exchange.send(request)
        progress.phase, progress.status = "body", answer.status
        try:
            return await self._read(answer)
        except BaseException:
            answer.close()  # what is left of the answer must not be taken for the next one
            raise

    def _chosen(self, session: aiohttp.ClientSession) -> Exchange:
        connector = self._pool.connector
        if connector is None or self._proxy or not is_known(aiohttp.__version__):
            self._exchange = BySession(
                session, self._base_url, self._headers, self._connect_seconds, self._proxy
            )
        else:
            self._exchange = Direct(connector, self._base_url, self._headers, self._connect_seconds)
        return self._exchange

    async def _read(self, answer: Answer) -> Response:
        if answer.status == _SWITCHING_PROTOCOLS:
            self.distrust()  # the connection may have gone back: the head was all there was to read
            raise ProtocolError("the service changed the protocol, which nobody asked for")
        headers = answer.headers
        body = await self._body(answer.content, headers)
        if hdrs.CONTENT_LENGTH not in headers:
            check_end(answer.status, headers, body)
        return Response(answer.status, _kept(headers), body)

    async def _body(self, content: aiohttp.StreamReader, headers: Mapping[str, str]) -> bytes:
        if content.at_eof():  # aiohttp's stream for no body at all yields empty chunks for ever
            return b""
        encoding, limit = headers.get(hdrs.CONTENT_ENCODING, ""), self._pool.max_body_bytes
        if content.is_eof() and hdrs.CONTENT_LENGTH in headers:
            # It came whole, together with its head; no chunks, which would have to be counted.
            return capped(content.read_nowait(), encoding, limit)
        return await read_capped(content.iter_chunks(), encoding, limit)

    def _is_over(self, session: aiohttp.ClientSession) -> bool:
        return self._waits.ended or session.closed

    def _timed_out(self, phase: Phase, seconds: float) -> CallTimeoutError:
        return CallTimeoutError(
            f"{self._host} gave no {_MISSING[phase]} within {seconds:g} s",
            phase=phase,
            seconds=seconds,
        )


_MISSING: Final[dict[Phase, str]] = {
    "queue": "free connection",
    "dns": "address",
    "connect": "connection",
    "proxy": "connection through its proxy",
    "answer": "answer",
    "body": "whole answer",
}


def _closed() -> ClosedError:
    return ClosedError("closed while the call waited for its answer")


def _before_sending(phase: Phase) -> Phase:
    # With somebody else's session nothing is known but that aiohttp speaks of connecting.
    return "connect" if phase == "answer" else phase


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _check(request: Request) -> None:
    if _ILLEGAL.search(request.target):
        raise InvalidArgumentError("there is no such path", argument="target")
    for name, value in request.headers:
        if _ILLEGAL.search(name) or _ILLEGAL.search(value):
            raise InvalidArgumentError(f"{name!r} cannot be sent as a header", argument=name)


_KEPT: Final = tuple((name, istr(name)) for name in KEPT_HEADERS)


def _kept(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: headers[key] for name, key in _KEPT if key in headers})


def _proxy_for(base_url: str) -> str | None:
    parts = urlsplit(base_url)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)
