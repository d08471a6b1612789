"""The checks after every fault see what they are there for."""

import asyncio

import pytest
from faults.aftermath import Aftermath, MakeClient, failing
from faults.answers import WORKSPACE, ok
from faults.calls import read
from faults.fault_server import FaultServer
from faults.steps import Send, Stall
from support import ACCOUNT_SID, settle

from taskrouter_async import SessionPool
from taskrouter_async.errors import ConnectError, TaskRouterError, TransportError


async def test_a_task_that_is_left_is_found() -> None:
    """Whoever started it."""
    watch = Aftermath()
    task = asyncio.create_task(asyncio.Event().wait())

    with pytest.raises(AssertionError, match="a task is left"):
        await watch.check()

    task.cancel()
    await settle()


async def test_an_exception_that_nobody_retrieved_is_found() -> None:
    """It complains when it is collected, which the check sees to."""
    watch = Aftermath()
    asyncio.get_running_loop().create_future().set_exception(ValueError())

    with pytest.raises(AssertionError, match="never retrieved"):
        await watch.check()


async def test_a_connection_that_was_not_given_back_is_found(server: FaultServer) -> None:
    """An answer that nobody reads to its end holds its connection."""
    server.on_request([Send(ok(WORKSPACE)[:-1]), Stall()])
    watch = Aftermath()
    pool = watch.watch(SessionPool())
    answer = await pool.session().get(server.base_url)

    with pytest.raises(AssertionError, match="a connection was not given back"):
        await watch.check()

    answer.close()


async def test_a_request_that_no_rule_fits_is_found() -> None:
    """A test that forgot a rule is told so."""
    watch = Aftermath()
    server = await watch.serve(FaultServer())
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /forgotten HTTP/1.1\r\n\r\n")
    await server.until(lambda: bool(server.requests))
    writer.close()

    with pytest.raises(AssertionError, match="forgotten"):
        await watch.check()


async def test_a_call_that_was_forgotten_is_found(
    server: FaultServer, client_of: MakeClient
) -> None:
    """A permit is held as long as somebody waits for an answer."""
    server.on_request(Stall())
    watch = Aftermath()
    pool = watch.watch(SessionPool())
    call = asyncio.create_task(read(client_of(server, pool=pool)))
    await server.until(lambda: bool(server.requests))

    with pytest.raises(AssertionError, match="a permit was not given back"):
        await watch.check()

    await asyncio.gather(call, return_exceptions=True)


async def test_a_secret_in_the_context_of_an_error_is_found(canary: str) -> None:
    """The check looks at what hangs on an error, however it is hidden."""

    async def call() -> None:
        error = TaskRouterError("harmless")
        error.__context__ = ValueError(f"{ACCOUNT_SID}:{canary}")
        error.__suppress_context__ = True
        raise error

    with pytest.raises(AssertionError, match="shows a credential"):
        await failing(call(), TaskRouterError)


async def test_an_error_must_be_of_the_very_class(canary: str) -> None:
    """Neither somebody else's exception nor success nor a neighbour of ours will do."""

    async def call(error: Exception | None) -> None:
        if error:
            raise error

    for error in (ValueError(), None, ConnectError("close, but not it")):
        with pytest.raises((pytest.fail.Exception, AssertionError)):
            await failing(call(error), TransportError)
