"""A server that misbehaves, a client for it, and what must hold after every test."""

from collections.abc import AsyncIterator

import pytest
from faults.aftermath import Aftermath, MakeClient
from faults.fault_server import FaultServer


@pytest.fixture(autouse=True)
async def aftermath() -> AsyncIterator[Aftermath]:
    """What is left after the test is looked at, whatever the test is about."""
    watch = Aftermath()
    yield watch
    await watch.check()


@pytest.fixture
async def server(aftermath: Aftermath) -> FaultServer:
    """A server to be scripted."""
    return await aftermath.serve(FaultServer())


@pytest.fixture
async def tls_server(aftermath: Aftermath) -> FaultServer:
    """The same behind TLS; its certificate can be changed at any time."""
    return await aftermath.serve(FaultServer(tls=True))


@pytest.fixture
def client_of(aftermath: Aftermath) -> MakeClient:
    """Make a client for a server, with short limits and retries that do not wait."""
    return MakeClient(aftermath)
