"""A wire between a client and a server that takes its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define, field


@define
class SlowWire:
    """Carries bytes to a port of this machine and back.

    Attributes:
        to_port: Where the server is.
        port: Where to connect.
        there: Seconds that each piece takes on its way to the server.
        back: The same for its way back.
    """

    to_port: int
    port: int = 0
    there: float = 0.0
    back: float = 0.0
    _pumps: set["asyncio.Task[None]"] = field(factory=set)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry on what somebody says who connects."""
        back, forth = await asyncio.open_connection("127.0.0.1", self.to_port)
        self._start(reader, forth, "there")
        self._start(back, writer, "back")

    def _start(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: str) -> None:
        task = asyncio.create_task(self._pump(source, target, way))
        self._pumps.add(task)
        task.add_done_callback(self._pumps.discard)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: str
    ) -> None:
        try:
            while piece := await source.read(65536):
                await asyncio.sleep(getattr(self, way))
                target.write(piece)
                await target.drain()
        except ConnectionError:
            pass  # the other end has gone
        finally:
            target.close()

    async def aclose(self) -> None:
        """Drop what is still on its way."""
        pumps = list(self._pumps)
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


@asynccontextmanager
async def slow_wire(to_port: int) -> AsyncIterator[SlowWire]:
    """Lay a wire that lies there until the block is left."""
    wire = SlowWire(to_port)
    server = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    yield wire
    server.close()
    await wire.aclose()
