"""Somebody on loopback who is called, and remembers it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web  # noqa: TID251 - a receiver is a server, too
from attrs import define, field, frozen

Answer: TypeAlias = Callable[[], Awaitable[web.Response]]


@frozen
class Call:
    """A callback that came in."""

    path: str
    url: str
    form: dict[str, str]
    headers: Mapping[str, str]


@define
class Receiver:
    """Answers by path: with an empty 200 where nothing else was set."""

    base_url: str = ""
    calls: list[Call] = field(factory=list)
    answers: dict[str, Answer] = field(factory=dict)

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    def says(self, path: str, document: object, *, times: int = 9_999) -> None:
        """Answer a path with JSON, so often."""
        self.sends(path, json.dumps(document), times=times)

    def sends(
        self,
        path: str,
        body: bytes | str = b"",
        status: int = 200,
        kind: str = "application/json",
        *,
        times: int = 9_999,
    ) -> None:
        """Answer a path with a body of this kind, so often, then with an empty 200."""
        left = iter(range(times))

        async def answer() -> web.Response:
            if next(left, None) is None:
                return web.Response()
            raw = body.encode() if isinstance(body, str) else body
            return web.Response(body=raw, status=status, content_type=kind)

        self.answers[path] = answer

    def watches(self, path: str, act: Callable[[], None]) -> None:
        """Do something when a path is called, then answer with an empty 200."""

        async def answer() -> web.Response:
            act()
            return web.Response()

        self.answers[path] = answer

    def stalls(self, path: str) -> asyncio.Event:
        """Answer a path with an empty 200 when the event is set."""
        event = asyncio.Event()

        async def answer() -> web.Response:
            await event.wait()
            return web.Response()

        self.answers[path] = answer
        return event

    async def serve(self, request: web.BaseRequest) -> web.Response:
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        self.calls.append(Call(request.path, str(request.url), form, dict(request.headers)))
        answer = self.answers.get(request.path)
        return await answer() if answer else web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Listen until the block is left."""
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.serve, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
