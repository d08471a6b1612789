"""What a read of the sandbox costs beside the least that aiohttp.web can do.

Both servers run in a process of their own, one after the other in turns, and answer the same number
of requests; compared is the CPU time that each server's process used. Run it as a script:

    python benchmarks/sandbox_reads.py --requests 5000 --rounds 5
"""

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web

from taskrouter_async.sandbox import Sandbox

_BODY = b'{"constant": "' + b"x" * 950 + b'"}'


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
        self._talk, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(server, theirs))
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


def main() -> None:
    """Print each round's CPU time per request and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    bare, ours = Contestant(_constant), Contestant(_sandbox)
    ratios = []
    for number in range(1, options.rounds + 1):
        least = asyncio.run(_ask(bare, options.requests)) / options.requests * 1e6
        spent = asyncio.run(_ask(ours, options.requests)) / options.requests * 1e6
        ratios.append(spent / least)
        print(f"round {number}: bare {least:.0f} us, sandbox {spent:.0f} us, {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")
    bare.stop()
    ours.stop()


if __name__ == "__main__":
    main()
