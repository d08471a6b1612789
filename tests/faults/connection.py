"""One connection of a server of faults: requests are read from it and scripts played on it."""

import asyncio
from typing import Protocol
from urllib.parse import parse_qsl

from attrs import evolve, field, frozen
from faults.certificates import certificates
from faults.steps import (
    Drip,
    Expect,
    Fin,
    Flood,
    Pause,
    Rst,
    Send,
    Stall,
    StartTls,
    Step,
    Tunnel,
    Unsolicited,
)
from faults.wire import Ending, GoneError, Wire


@frozen
class Request:
    """One request as it came.

    Attributes:
        method: The HTTP verb.
        target: What was asked for, encoded.
        headers: Names in lower case, and values.
        connection: The number of its connection, from 1.
        number: Its number on that connection, from 1.
        at: When its head was there, in the loop's time.
        body: What of the body was read; nothing before the script waits for it.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    connection: int
    number: int
    at: float
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header's only value; ``None`` if it is not there."""
        values = [value for key, value in self.headers if key == name.lower()]
        assert len(values) <= 1, f"{name} stands in the request more than once"
        return values[0] if values else None

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Scripts(Protocol):
    """Who knows what to do next."""

    def greeting(self, connection: int) -> tuple[Step, ...]: ...

    def script_for(self, request: Request) -> tuple[Step, ...]: ...


class Connection:
    """One connection: what was said on it, and how it ended.

    Attributes:
        number: Which one it is, from 1.
        requests: What came on it.
        idle: Whether no script is being played; one that stalls is over.
    """

    def __init__(self, scripts: Scripts, number: int, wire: Wire) -> None:
        self._scripts = scripts
        self._wire = wire
        self.number = number
        self.requests: list[Request] = []
        self.idle = False

    def __repr__(self) -> str:
        return f"<Connection {self.number}, {len(self.requests)} requests, {self.ending}>"

    @property
    def ending(self) -> Ending | None:
        """How it ended; ``None`` while it lasts."""
        return self._wire.ending

    @property
    def heard(self) -> bytes:
        """What came."""
        return b"".join(data for _, data in self._wire.heard)

    @property
    def heard_at(self) -> list[tuple[float, bytes]]:
        """What came, and when, in the loop's time."""
        return self._wire.heard

    @property
    def said(self) -> bytes:
        """What was sent, without floods."""
        return b"".join(data for _, data in self._wire.said)

    @property
    def said_at(self) -> list[tuple[float, bytes]]:
        """What was sent, without floods, and when, in the loop's time."""
        return self._wire.said

    @property
    def sent(self) -> int:
        """How many bytes were sent, floods included."""
        return self._wire.sent

    async def serve(self) -> None:
        """Play the scripts until the connection ends."""
        try:
            await self._greet()
            while True:
                self.idle = True
                await self._answer()
        except GoneError:
            self.idle = True

    def abandon(self) -> None:
        """End the connection because the server stops."""
        self._wire.abandon()

    async def _greet(self) -> None:
        steps = self._scripts.greeting(self.number)
        match steps:
            case (Stall(False), *_):
                await self._idle_for_ever()
            case (StartTls(certificate), *_):
                await self._wire.open(certificates().of_server(certificate))
            case _:
                await self._wire.open(None)
        await self._play(steps)

    async def _answer(self) -> None:
        head = await self._wire.take(_end_of_head)
        self.idle = False
        self.requests.append(_parsed(head, self.number, len(self.requests) + 1))
        steps = self._scripts.script_for(self.requests[-1])
        if not (steps and isinstance(steps[0], Expect)):
            await self._read_rest()
        await self._play(steps)
        await self._read_rest()

    async def _read_rest(self) -> None:
        request = self.requests[-1]
        await self._read(int(request.header("content-length") or 0) - len(request.body))

    async def _read(self, size: int) -> None:
        if size <= 0:
            return
        data = await self._wire.take(lambda unread: size if len(unread) >= size else 0)
        if self.requests:
            request = self.requests[-1]
            self.requests[-1] = evolve(request, body=request.body + data)

    async def _play(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            await self._do(step)

    async def _do(self, step: Step) -> None:  # noqa: C901, PLR0912 - a table of steps
        match step:
            case Expect("head"):
                pass  # it is there already, or no script would have been chosen
            case Expect("request"):
                await self._read_rest()
            case Expect(int(size)):
                await self._read(size)
            case Send(data):
                await self._wire.send(data)
            case Drip(data, at_a_time, seconds):
                for start in range(0, len(data), at_a_time):
                    await self._wire.send(data[start : start + at_a_time])
                    await asyncio.sleep(seconds)
            case Flood(data, times):
                for _ in range(times):
                    await self._wire.send(data, record=False)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Unsolicited(data, after):
                await asyncio.sleep(after)
                await self._wire.send(data)
            case Fin(goodbye):
                self._wire.finish(goodbye=goodbye)
                raise GoneError
            case Rst():
                self._wire.reset()
                raise GoneError
            case Stall(reading):
                await self._stall(reading=reading)
            case StartTls():
                pass  # the connection began with it
            case Tunnel():
                await self._tunnel()

    async def _stall(self, *, reading: bool) -> None:
        if not reading:
            self._wire.shut()
        await self._idle_for_ever()

    async def _idle_for_ever(self) -> None:
        self.idle = True
        await self._wire.ended()
        raise GoneError

    async def _tunnel(self) -> None:
        host, _, port = self.requests[-1].target.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        await self._wire.send(b"HTTP/1.1 200 Connection Established\r\n\r\n")
        back = asyncio.create_task(self._carry_back(reader))
        self.idle = True
        try:
            while True:
                writer.write(await self._wire.take(len))
                await writer.drain()
        finally:
            back.cancel()
            writer.close()

    async def _carry_back(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            await self._wire.send(data)
        self._wire.finish(goodbye=True)


def _end_of_head(unread: bytearray) -> int:
    at = unread.find(b"\r\n\r\n")
    return at + 4 if at >= 0 else 0


def _parsed(head: bytes, connection: int, number: int) -> Request:
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    now = asyncio.get_running_loop().time()
    return Request(method, target, headers, connection, number, now)
