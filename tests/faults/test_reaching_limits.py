"""The machine does not let a client reach the server: no route, no descriptor, no port."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from faults.aftermath import MakeClient, failing
from faults.answers import TASK, ok
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create
from faults.fault_server import FaultServer
from faults.steps import Send

from taskrouter_async.errors import ConnectError

_OWN_NETWORK: Final = ("unshare", "--map-root-user", "--net", "sh", "-c")

_ASKING: Final = """
import asyncio, json, sys
from faults.calls import create
from support import ACCOUNT_SID
from taskrouter_async import TaskRouterClient
from taskrouter_async.config import RetryPolicy
from taskrouter_async.errors import TaskRouterError

async def outcome(base_url):
    retry = RetryPolicy(backoff=(0.0, 0.0))
    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url, retry=retry) as client:
        try:
            return [(await create(client)).sid]
        except TaskRouterError as error:
            facts = (type(error).__name__, error.phase, error.maybe_sent, error.attempts)
            return [*facts, str(error)]
"""

_WITHOUT_ROUTE: Final = """
async def main():
    print(json.dumps([await outcome(base_url) for base_url in sys.argv[1:]]))

asyncio.run(main())
"""

_WITHOUT_PORTS: Final = """
import errno, socket, struct
from faults.answers import TASK, ok
from faults.fault_server import FaultServer
from faults.steps import Send

def take_ports(port):
    taken = []
    while True:
        taken.append(socket.socket())
        try:
            taken[-1].connect(("127.0.0.1", port))
        except OSError as error:
            assert error.errno == errno.EADDRNOTAVAIL
            return taken

async def main():
    async with FaultServer() as server:
        server.on_request(Send(ok(TASK)))
        taken = take_ports(server.port)
        without = await outcome(server.base_url)
        for each in taken:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()
        print(json.dumps([without, await outcome(server.base_url), [len(server.requests)]]))

asyncio.run(main())
"""


@pytest.fixture
def _own_network() -> None:
    """A network in which nothing else lives can be had here."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("needs unshare and ip, to give a process a network of its own")
    tried = subprocess.run([*_OWN_NETWORK, "ip link set lo up"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this machine gives no process a network of its own")


def _in_own_network(preparation: str, script: str, *arguments: str) -> list[list[object]]:
    """Return what a script prints, after shell commands that prepare the network for it."""
    command = f'ip link set lo up && {preparation} && exec "$0" "$@"'
    run = subprocess.run(
        [*_OWN_NETWORK, command, sys.executable, "-c", _ASKING + script, *arguments],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent.parent,
        text=True,
        timeout=30,
    )
    printed: list[list[object]] = json.loads(run.stdout)
    return printed


@pytest.mark.usefixtures("_own_network")
def test_no_route() -> None:
    """9. Without a route to the server nothing was sent, and the error says why."""
    routes = "ip route add unreachable 192.0.2.1 && ip route add prohibit 192.0.2.2"

    outcomes = _in_own_network(routes, _WITHOUT_ROUTE, "http://192.0.2.1", "http://192.0.2.2")

    for (error, *facts, message), number in zip(
        outcomes, (errno.EHOSTUNREACH, errno.EACCES), strict=True
    ):
        assert (error, facts) == ("ConnectError", ["connect", False, 4])
        assert os.strerror(number) in str(message)


@contextmanager
def _no_descriptors() -> Generator[None]:
    """Let this process open nothing more."""
    resource = pytest.importorskip("resource", reason="needs limits for a process")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_no_descriptors(ask: Ask, server: FaultServer, client_of: MakeClient) -> None:
    """10. Without file descriptors nothing was sent; a call works as soon as there are some."""
    server.on_request(Send(ok(TASK)))
    client = client_of(server)

    with _no_descriptors():
        error = await failing(ask(client), ConnectError)

    assert (error.phase, error.maybe_sent, error.attempts) == ("connect", False, 4)
    assert "Too many open files" in str(error)
    assert server.counts == (0, 0)
    await create(client)
    assert server.counts == (1, 1)


@pytest.mark.usefixtures("_own_network")
def test_no_ports() -> None:
    """11. Without local ports nothing was sent; a call works as soon as there are some."""
    few = "echo 40000 40010 > /proc/sys/net/ipv4/ip_local_port_range"

    (error, *facts, message), later, requests = _in_own_network(few, _WITHOUT_PORTS)

    assert (error, facts) == ("ConnectError", ["connect", False, 4])
    assert os.strerror(errno.EADDRNOTAVAIL) in str(message)
    assert (later, requests) == ([TASK["sid"]], [1])
