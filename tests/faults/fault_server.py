"""A server on real sockets that misbehaves by script, and records all that happens.

A script is chosen for each request, and for each connection before anything is read from it. The
first rule that fits is taken::

    server.on_connect(Rst(), connection=1)                 # the first connection is broken at once
    server.on_request(Stall(), request=2)                  # each connection's second request hangs
    server.on_request([Send(ok(TASK)), Fin()], when=writes, times=1)
    server.on_request(Send(ok(WORKSPACE)))                 # everything else, as often as it comes

A script that neither closes nor stalls leaves the connection open for the next request.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self

from attrs import define
from faults.connection import Connection, Request
from faults.steps import Fin, Script, StartTls, Step, steps_of
from faults.wire import Wire
from support import settle

_PATIENCE: Final = 5.0


@define
class _Rule:
    steps: tuple[Step, ...]
    connection: int | None
    request: int | None
    when: Callable[[Request], bool]
    left: float

    def fits(self, connection: int) -> bool:
        return self.left > 0 and self.connection in {None, connection}

    def suits(self, request: Request) -> bool:
        return (
            self.fits(request.connection)
            and self.request in {None, request.number}
            and self.when(request)
        )

    def use(self) -> tuple[Step, ...]:
        self.left -= 1
        return self.steps


def _always(_: Request) -> bool:
    return True


class FaultServer:
    """A server on loopback, from entering it until leaving it.

    Args:
        tls: Whether each connection begins with a handshake, unless a rule says something else.

    Attributes:
        certificate: Which certificate the next handshake shows; one of `certificates.NAMES`.
        connections: All that were made, in their order.
        unforeseen: Requests that no rule fits; their connections are closed.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self._tls = tls
        self._greetings: list[_Rule] = []
        self._rules: list[_Rule] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.certificate = "good"
        self.connections: list[Connection] = []
        self.unforeseen: list[Request] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)  # noqa: FBT003 - the standard library's signature
        # Accepted sockets inherit it: what is sent is with the client at once.
        self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the port and every connection; stopping again does nothing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener.close()
        for connection in self.connections:
            connection.abandon()
        await settle()

    @property
    def base_url(self) -> str:
        """The address, with the scheme that the connections begin with."""
        return f"http{'s' * self._tls}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """All that came on all connections, in their order."""
        every = [request for connection in self.connections for request in connection.requests]
        return sorted(every, key=lambda request: request.at)

    @property
    def counts(self) -> tuple[int, int]:
        """How many connections were made, and how many requests came."""
        return len(self.connections), len(self.requests)

    def on_connect(
        self, script: Script, *, connection: int | None = None, times: float = float("inf")
    ) -> None:
        """Say what happens on a connection before any request is read.

        Args:
            script: The steps, or one; none to speak plainly where TLS is expected.
            connection: On which connection only, counted from 1.
            times: How often at most.
        """
        self._greetings.append(_Rule(steps_of(script), connection, None, _always, times))

    def on_request(
        self,
        script: Script,
        *,
        connection: int | None = None,
        request: int | None = None,
        when: Callable[[Request], bool] = _always,
        times: float = float("inf"),
    ) -> None:
        """Say what answers a request.

        Args:
            script: The steps, or one.
            connection: On which connection only, counted from 1.
            request: For which request of its connection only, counted from 1.
            when: For which requests only.
            times: How often at most.
        """
        self._rules.append(_Rule(steps_of(script), connection, request, when, times))

    def in_turn(self, *scripts: Script) -> None:
        """Answer the first request by the first script, and so on; the last script repeats."""
        for script in scripts[:-1]:
            self.on_request(script, times=1)
        self.on_request(scripts[-1])

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something has happened; it must within some seconds."""
        async with asyncio.timeout(_PATIENCE):
            while not condition():
                await asyncio.sleep(0)

    async def quiet(self) -> None:
        """Wait until all scripts are over and the client has what was sent."""
        await self.until(lambda: all(each.idle for each in self.connections))
        await settle()

    async def left(self) -> None:
        """Wait until every connection has ended, one way or the other."""
        await self.until(lambda: all(each.ending for each in self.connections))

    def greeting(self, connection: int) -> tuple[Step, ...]:
        """Return what happens on a connection before any request is read."""
        for rule in self._greetings:
            if rule.fits(connection):
                return rule.use()
        return (StartTls(self.certificate),) if self._tls else ()

    def script_for(self, request: Request) -> tuple[Step, ...]:
        """Return what answers a request."""
        for rule in self._rules:
            if rule.suits(request):
                return rule.use()
        self.unforeseen.append(request)
        return (Fin(),)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await loop.sock_accept(self._listener)
            connection = Connection(self, len(self.connections) + 1, Wire(accepted))
            self.connections.append(connection)
            self._start(connection.serve())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
