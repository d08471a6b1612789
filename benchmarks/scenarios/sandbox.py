"""What a read of the sandbox costs beside the least that aiohttp.web can do.

Both servers run in processes of their own and answer the same number of requests, in turns;
compared is the CPU time that each server's process used.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Final

import aiohttp
from aiohttp import web

from benchmarks.harness import Outcome, compared, take_turns
from taskrouter_async.sandbox import Sandbox

REQUESTS: Final = 5_000
ROUNDS: Final = 8

_LEAST: Final = "aiohttp.web, the same answer each time"
_BODY: Final = b'{"constant": "' + b"x" * 950 + b'"}'


async def _constant(talk: Connection) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=_BODY, content_type="application/json")

    app = web.Application()
    app.router.add_get("/constant", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    talk.send((f"http://127.0.0.1:{runner.addresses[0][1]}/constant", "nobody", ""))
    await _until_told(talk)
    await runner.cleanup()


async def _sandbox(talk: Connection) -> None:
    async with Sandbox(workspaces=1, clock="virtual") as sandbox:
        path = f"/v1/Workspaces/{sandbox.workspace_sids[0]}/RealTimeStatistics"
        talk.send((sandbox.base_url + path, sandbox.account_sid, sandbox.auth_token))
        await _until_told(talk)


async def _until_told(talk: Connection) -> None:
    """Answer ``cpu`` with the CPU seconds used so far, until ``stop``."""
    while True:
        word = await asyncio.to_thread(talk.recv)
        if word == "stop":
            return
        talk.send(time.process_time())


def _serve(server: Callable[[Connection], Awaitable[None]], talk: Connection) -> None:
    asyncio.run(server(talk))  # type: ignore[arg-type] # both are coroutine functions


class Contestant:
    """A server in a process of its own."""

    def __init__(self, server: Callable[[Connection], Awaitable[None]]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._talk, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(server, theirs))
        self._process.start()
        self.url, self.user, self.password = self._talk.recv()

    def cpu_seconds(self) -> float:
        """Return what the server's process has used so far."""
        self._talk.send("cpu")
        return float(self._talk.recv())

    def stop(self) -> None:
        """End the process."""
        self._talk.send("stop")
        self._process.join()


async def _ask(contestant: Contestant, requests: int) -> float:
    login = aiohttp.encode_basic_auth(contestant.user, contestant.password)
    async with aiohttp.ClientSession(headers={"Authorization": login}) as session:
        before = contestant.cpu_seconds()
        for _ in range(requests):
            async with session.get(contestant.url) as response:
                assert response.status == 200
                await response.read()
        return contestant.cpu_seconds() - before


def play(scale: float) -> Outcome:
    """Ask both in turns."""
    requests = max(500, round(REQUESTS * scale))
    servers = {_LEAST: Contestant(_constant), "sandbox": Contestant(_sandbox)}
    try:
        turns = {name: partial(_round, server, requests) for name, server in servers.items()}
        samples = take_turns(turns, max(3, round(ROUNDS * scale)))
    finally:
        for server in servers.values():
            server.stop()
    note = f"CPU time of the server for a read, in rounds of {requests:,} reads."
    return Outcome((compared("A read of the sandbox", "us", samples, base=_LEAST, note=note),))


def _round(contestant: Contestant, requests: int) -> float:
    return asyncio.run(_ask(contestant, requests)) / requests * 1e6
