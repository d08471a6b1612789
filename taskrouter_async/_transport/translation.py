"""aiohttp's exceptions in our words.

Ours carry plain facts and no object of aiohttp's: those hold the request's headers, the
credentials among them, and would show them in a traceback or a crash report. Two traps besides: a
damaged answer appears as a `ClientResponseError` with status 400, although the service never said
400, and a refused certificate is one kind of `ClientOSError`, which means anything but "try again".
"""

import os

import aiohttp
from aiohttp.http import HttpProcessingError

from taskrouter_async._transport.progress import Progress
from taskrouter_async.errors import (
    ConnectError,
    ConnectionLostError,
    ProtocolError,
    TaskRouterError,
    TlsError,
    TransportError,
)


def translated(
    error: aiohttp.ClientError | HttpProcessingError, host: str, progress: Progress
) -> TaskRouterError:
    """Return our error for aiohttp's; timeouts are not among them."""
    if isinstance(error, aiohttp.ClientSSLError):
        return TlsError(f"{host} could not prove to be the service ({type(error).__name__})")
    if progress.phase == "proxy" or isinstance(error, aiohttp.ClientProxyConnectionError):
        return ConnectError(f"the proxy on the way to {host} {_refusal(error)}", phase="proxy")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _unreached(error, host)
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        return ProtocolError(f"the answer of {host} is no valid HTTP ({type(error).__name__})")
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError):
        return _lost(error, host, progress) if progress.maybe_sent else _unreached(error, host)
    return unforeseen(error, host, progress)


def unforeseen(error: Exception, host: str, progress: Progress) -> TransportError:
    """Return our error for one that nobody foresaw."""
    return TransportError(
        f"{host} could not be asked ({type(error).__name__})",
        phase=progress.phase,
        maybe_sent=progress.maybe_sent,
    )


def _refusal(error: Exception) -> str:
    # The status is real here: the proxy said it.
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"refused with status {error.status}"
    return f"could not be used: {_reason(error)}"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return type(error).__name__


def _unreached(error: aiohttp.ClientError, host: str) -> ConnectError:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ConnectError(f"the name {host} could not be resolved", phase="dns")
    return ConnectError(f"{host} could not be reached: {_reason(error)}")


def _lost(
    error: aiohttp.ClientConnectionError | aiohttp.ClientPayloadError,
    host: str,
    progress: Progress,
) -> ConnectionLostError:
    return ConnectionLostError(
        f"the connection to {host} broke ({type(error).__name__})",
        phase=progress.phase,
        maybe_sent=progress.maybe_sent,
        reused=progress.reused and progress.phase == "answer" and not _has_begun(error),
    )


def _has_begun(error: aiohttp.ClientError) -> bool:
    # What had come of the head stands where otherwise a text is. A reset connection does not tell;
    # that one was reset in the middle of a head is the rarer case by far.
    return isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)
