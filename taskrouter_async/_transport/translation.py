"""aiohttp's exceptions in our words.

Ours carry plain facts and no object of aiohttp's: those hold the request's headers, the
credentials among them, and would show them in a traceback or a crash report. Two traps besides: a
damaged answer appears as a `ClientResponseError` with status 400, although the service never said
400, and a refused certificate is one kind of `ClientOSError`, which means anything but "try again".
"""

import os

import aiohttp

from taskrouter_async.errors import (
    ConnectError,
    ConnectionLostError,
    ProtocolError,
    TaskRouterError,
    TlsError,
    TransportError,
)


def translated(error: aiohttp.ClientError, host: str) -> TaskRouterError:
    """Return our error for aiohttp's; timeouts are not among them."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientSSLError):
        return TlsError(f"{host} could not prove to be the service ({name})")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ConnectError(f"the name {host} could not be resolved")
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = os.strerror(error.errno) if error.errno else name
        return ConnectError(f"{host} could not be reached: {reason}")
    if isinstance(error, aiohttp.ClientResponseError):
        return ProtocolError(f"the answer of {host} is no valid HTTP ({name})")
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError):
        return ConnectionLostError(f"the connection to {host} broke ({name})")
    return TransportError(f"{host} could not be asked ({name})")
