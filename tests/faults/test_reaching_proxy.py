"""There is a proxy on the way, or one that the environment only names."""

import traceback
from pathlib import Path
from typing import Final

import pytest
from canary import CANARY
from faults.aftermath import Aftermath, MakeClient, failing
from faults.answers import WORKSPACE, ok, status
from faults.calls import create, read
from faults.certificates import certificates
from faults.fault_server import FaultServer
from faults.ports import closed_port
from faults.steps import Fin, Rst, Script, Send, Stall, Tunnel
from support import ACCOUNT_SID

from taskrouter_async import SessionPool
from taskrouter_async.config import Credentials, RetryPolicy, Timeouts
from taskrouter_async.errors import CallTimeoutError, ConnectError, TransportError

PASSWORD: Final = "proxypass"
SHOWN: Final = "cHJveHl1c2VyOnByb3h5cGFzcw=="
"""The proxy's user and password as a header carries them."""


def _name_proxy(port: int, monkeypatch: pytest.MonkeyPatch, scheme: str = "https") -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv(f"{scheme}_proxy", f"http://proxyuser:{PASSWORD}@127.0.0.1:{port}")


@pytest.fixture
def through_proxy(aftermath: Aftermath) -> SessionPool:
    """Connections that use the proxy that the environment names."""
    context = certificates().of_client()
    return aftermath.watch(SessionPool(trust_env=True, ssl_context=context))


def _keeps_secret(error: TransportError) -> bool:
    shown = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error.args)
    return PASSWORD not in shown and SHOWN not in shown


@pytest.mark.parametrize("code", [407, 502])
async def test_a_proxy_that_refuses(
    code: int,
    server: FaultServer,
    client_of: MakeClient,
    through_proxy: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """19a. A proxy that refuses means that nothing was sent; its password is not in the error."""
    _name_proxy(server.port, monkeypatch)
    server.on_request(Send(status(code)))

    client = client_of("https://taskrouter.test", pool=through_proxy)
    error = await failing(create(client), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("proxy", False, 4)
    assert str(code) in str(error)
    assert _keeps_secret(error)
    assert {request.method for request in server.requests} == {"CONNECT"}
    assert server.requests[0].header("proxy-authorization") == f"Basic {SHOWN}"
    assert server.requests[0].header("authorization") is None
    assert server.counts == (4, 4)


@pytest.mark.parametrize("script", [Fin(), Rst()], ids=["close", "reset"])
async def test_a_proxy_that_breaks(
    script: Script,
    server: FaultServer,
    client_of: MakeClient,
    through_proxy: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """19b. A proxy that breaks the connection unasked means that nothing was sent."""
    _name_proxy(server.port, monkeypatch)
    server.on_request(script)

    client = client_of("https://taskrouter.test", pool=through_proxy)
    error = await failing(create(client), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("proxy", False, 4)
    assert _keeps_secret(error)
    assert server.counts == (4, 4)


async def test_a_proxy_that_hangs(
    server: FaultServer,
    client_of: MakeClient,
    through_proxy: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """19c. A proxy that does not answer ends with the attempt, and nothing was sent."""
    _name_proxy(server.port, monkeypatch)
    server.on_request(Stall())

    client = client_of(
        "https://taskrouter.test",
        pool=through_proxy,
        timeouts=Timeouts(total=5.0, attempt=0.1, connect=1.0),
        retry=RetryPolicy(max_retries=1, backoff=(0.0, 0.0)),
    )
    error = await failing(create(client), CallTimeoutError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("proxy", False, 2)
    assert _keeps_secret(error)
    assert server.counts == (2, 2)


async def test_a_proxy_that_is_not_there(
    client_of: MakeClient, through_proxy: SessionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """19d. A proxy that cannot be reached means that nothing was sent."""
    with closed_port() as port:
        _name_proxy(port, monkeypatch)
        client = client_of("https://taskrouter.test", pool=through_proxy)
        error = await failing(create(client), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("proxy", False, 4)
    assert _keeps_secret(error)


async def test_a_proxy_that_agrees(
    server: FaultServer,
    tls_server: FaultServer,
    client_of: MakeClient,
    through_proxy: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """19e. A proxy that agrees carries what it cannot read, and the server proves who it is."""
    _name_proxy(server.port, monkeypatch)
    server.on_request(Tunnel())
    tls_server.on_request(Send(ok(WORKSPACE)))

    await read(client_of(tls_server, pool=through_proxy))

    assert (server.counts, tls_server.counts) == ((1, 1), (1, 1))
    assert tls_server.requests[0].header("proxy-authorization") is None


def _authorization() -> str:
    return Credentials.choose(ACCOUNT_SID, CANARY, None, None).authorization()


def _write_netrc(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password elsewhere\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(netrc))


@pytest.mark.parametrize("no_proxy", ["", "127.0.0.1"])
async def test_the_environment_is_not_asked(
    no_proxy: str,
    server: FaultServer,
    client_of: MakeClient,
    aftermath: Aftermath,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """20a. Proxies and passwords that the environment names are not used unless asked for."""
    proxy = await aftermath.serve(FaultServer())
    _name_proxy(proxy.port, monkeypatch, "http")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    _write_netrc(tmp_path, monkeypatch)
    server.on_request(Send(ok(WORKSPACE)))

    await read(client_of(server))

    assert (server.counts, proxy.counts) == ((1, 1), (0, 0))
    assert server.requests[0].header("authorization") == _authorization()


async def test_a_netrc_file_is_never_asked(
    server: FaultServer,
    client_of: MakeClient,
    through_proxy: SessionPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """20b. Passwords in a netrc file are not used even where proxies are asked for."""
    _name_proxy(server.port, monkeypatch, "http")
    _write_netrc(tmp_path, monkeypatch)
    server.on_request(Send(ok(WORKSPACE)))

    await read(client_of("http://127.0.0.1:1", pool=through_proxy))

    assert server.requests[0].target.startswith("http://127.0.0.1:1/v1/")
    assert server.requests[0].header("authorization") == _authorization()
    assert server.requests[0].header("proxy-authorization") == f"Basic {SHOWN}"
    assert server.counts == (1, 1)
