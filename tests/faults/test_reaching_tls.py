"""Whoever answers cannot prove to be the server, or does not speak TLS as it should."""

import asyncio
import ssl
from typing import Final

import pytest
from faults.aftermath import MakeClient, failing
from faults.answers import TASK, WORKSPACE, ok, status
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, read
from faults.fault_server import FaultServer
from faults.steps import ONLY_OLD_TLS, Expect, Fin, Script, Send, Stall

from taskrouter_async import SessionPool
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import CallTimeoutError, InvalidArgumentError, TlsError

NO_SHARED_CIPHER: Final[Script] = (Expect(5), Send(b"\x15\x03\x01\x00\x02\x02\x28"), Fin())
"""What a server does on connecting that likes none of the client's ciphers: its alert."""


async def _is_not_believed(ask: Ask, server: FaultServer, client_of: MakeClient) -> TlsError:
    error = await failing(ask(client_of(server)), TlsError)
    assert (error.phase, error.maybe_sent, error.attempts) == ("connect", False, 1)
    assert f"127.0.0.1:{server.port}" in str(error)
    assert server.counts == (1, 0)
    return error


async def _is_believed_later(server: FaultServer, client_of: MakeClient) -> None:
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server)
    before = len(server.connections)
    for _ in range(2):
        await failing(read(client), TlsError)
    server.certificate = "good"
    await read(client)
    assert server.counts == (before + 3, 1)


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_an_expired_certificate(
    ask: Ask, tls_server: FaultServer, client_of: MakeClient
) -> None:
    """12a. An expired certificate ends the call at once: no request, no second attempt."""
    tls_server.certificate = "expired"
    await _is_not_believed(ask, tls_server, client_of)


async def test_a_renewed_certificate(tls_server: FaultServer, client_of: MakeClient) -> None:
    """12b. That a certificate was refused is not remembered: each call looks anew."""
    tls_server.certificate = "expired"
    await _is_believed_later(tls_server, client_of)


async def test_a_certificate_of_another_host(
    tls_server: FaultServer, client_of: MakeClient
) -> None:
    """13. A certificate for another host ends the call at once, as does an expired one."""
    tls_server.certificate = "wrong host"
    await _is_not_believed(read, tls_server, client_of)
    await _is_believed_later(tls_server, client_of)


async def test_a_certificate_of_nobody(tls_server: FaultServer, client_of: MakeClient) -> None:
    """14. A certificate of an unknown authority ends the call at once, as does an expired one."""
    tls_server.certificate = "unknown authority"
    await _is_not_believed(read, tls_server, client_of)
    await _is_believed_later(tls_server, client_of)


@pytest.mark.parametrize("ask", [read, create])
async def test_a_handshake_that_hangs(
    ask: Ask, tls_server: FaultServer, client_of: MakeClient
) -> None:
    """15. A TLS handshake without an answer ends by the limit for connecting: nothing was sent."""
    tls_server.on_connect(Stall())
    timeouts = Timeouts(total=5.0, attempt=2.0, connect=0.1)
    twice = RetryPolicy(max_retries=1, backoff=(0.0, 0.0))

    client = client_of(tls_server, timeouts=timeouts, retry=twice)
    error = await failing(ask(client), CallTimeoutError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("connect", False, 2)
    assert error.seconds == pytest.approx(0.1, rel=0.5)
    assert tls_server.counts == (2, 0)
    await tls_server.left()


async def test_no_tls_at_all(tls_server: FaultServer, client_of: MakeClient) -> None:
    """16. Plain HTTP where TLS is expected ends the call at once, and nothing was sent."""
    tls_server.on_connect([Expect(5), Send(status(400)), Fin()])
    await _is_not_believed(create, tls_server, client_of)
    assert b"HTTP" not in tls_server.connections[0].heard


@pytest.mark.parametrize("script", [ONLY_OLD_TLS, NO_SHARED_CIPHER], ids=["old", "no cipher"])
async def test_tls_that_does_not_fit(
    script: Script, tls_server: FaultServer, client_of: MakeClient
) -> None:
    """17a. A server that knows no modern TLS, or no shared cipher, ends the call at once."""
    tls_server.on_connect(script)
    await _is_not_believed(read, tls_server, client_of)


async def test_old_tls_is_not_spoken() -> None:
    """17b. A context that would allow TLS older than 1.2 is refused."""
    context = ssl.create_default_context()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(InvalidArgumentError, match="ssl_context"):
        SessionPool(ssl_context=context)


async def test_a_certificate_that_changes(tls_server: FaultServer, client_of: MakeClient) -> None:
    """18. A connection outlives the certificate that it began with; new ones look at the new."""
    tls_server.on_request(Send(ok(WORKSPACE)), when=lambda request: request.method == "GET")
    tls_server.on_request(Send(ok(TASK)))
    client = client_of(tls_server)

    await read(client)
    tls_server.certificate = "expired"
    await asyncio.gather(read(client), failing(create(client), TlsError))
    assert tls_server.counts == (2, 2)
    tls_server.certificate = "good"
    await asyncio.gather(read(client), create(client))

    assert tls_server.counts == (3, 4)
