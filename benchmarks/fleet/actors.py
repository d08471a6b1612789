"""Who plays: the service that counts, a redis-server, the processes as their parent sees them."""

import asyncio
import json
import shutil
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import orjson
from attrs import define, field

from benchmarks.documents import STATISTICS

_BODY: Final = orjson.dumps(STATISTICS)
_PATIENCE_SECONDS: Final = 30.0


@define
class Service:
    """An origin that counts what reaches it."""

    latency: float
    fails: bool = False
    requests: list[float] = field(factory=list)
    now: int = 0
    most_at_once: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes over one connection."""
        # Ctrl-C cancels it; Python 3.11 would complain of that for each connection.
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(time.monotonic())
                self.now += 1
                self.most_at_once = max(self.most_at_once, self.now)
                try:
                    # Who is killed leaves the service at once, and is not at work there any more.
                    await self._answer(reader, writer)
                finally:
                    self.now -= 1
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = time.monotonic() + self.latency
        while time.monotonic() < end and not reader.at_eof():
            await asyncio.sleep(min(0.01, self.latency))  # whoever is killed says nothing else
        status, body = ("503 Service Unavailable", b"{}") if self.fails else ("200 OK", _BODY)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()


@define(eq=False)
class Worker:
    """A process of the fleet, as its parent sees it."""

    process: asyncio.subprocess.Process
    loading: bool = False
    told: dict[str, dict[str, object]] = field(factory=dict)

    async def ready(self) -> None:
        """Wait until it could begin."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            assert self.process.stdout is not None
            assert await self.process.stdout.readline() == b"ready\n"

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")

    async def listen(self, heard: Callable[["Worker"], None]) -> None:
        """Wait until it has ended, and hear when it asks the service."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            if line == b"load\n":
                heard(self)
            else:
                self.told = json.loads(line)
        await self.process.wait()


class Redis:
    """A redis-server that can be stopped and frozen."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            *(shutil.which("redis-server") or "redis-server", "--port", str(self.port)),
            *("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"),
            stdout=asyncio.subprocess.DEVNULL,
        )
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.01)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def commands(self) -> int:
        """Return how many commands it has carried out since it was started."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"INFO stats\r\n")
        await writer.drain()
        size = int((await reader.readline())[1:])
        text = (await reader.readexactly(size)).decode()
        writer.close()
        facts = dict(line.split(":") for line in text.splitlines() if ":" in line)
        return int(facts["total_commands_processed"])

    async def stop(self) -> None:
        """End it; what it held is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
