"""What a request costs beside bare aiohttp, and which part of the client costs what.

Every contestant sends the same requests to the same origin, a lean one in a process of its own, and
gets the same answers, with the headers that the service sends. The bare one is aiohttp as somebody
tunes it who knows it, and orjson. They take turns in short rounds, in an order by chance; compared
is the CPU time of this process. Where other programs run as well, the quarter of the rounds that
went best says most. Run it as a script:

    python benchmarks/request_cost.py --rounds 200
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, cast

import aiohttp
import orjson
import uvloop
from yarl import URL

from taskrouter_async import TaskRouterClient
from taskrouter_async._protocol.operation import Call
from taskrouter_async.resources.workspaces import FETCH

ACCOUNT_SID: Final = "AC" + "a" * 32
WORKSPACE_SID: Final = "WS" + "1" * 32
IN_FLIGHT: Final = (1, 10, 100)
LOOPS: Final = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

_PATH: Final = f"/v1/Workspaces/{WORKSPACE_SID}"
_URL: Final = f"https://taskrouter.twilio.com{_PATH}"
_PARTS: Final = "Activities Events Statistics TaskChannels TaskQueues Tasks Workers Workflows"
_WORKSPACE: Final = {
    "account_sid": ACCOUNT_SID,
    "date_created": "2026-01-05T09:00:00Z",
    "date_updated": "2026-01-05T09:00:00Z",
    "default_activity_sid": "WA" + "0" * 32,
    "friendly_name": "Support",
    "multi_task_enabled": True,
    "prioritize_queue_order": "FIFO",
    "sid": WORKSPACE_SID,
    "url": _URL,
    "links": {part.lower(): f"{_URL}/{part}" for part in _PARTS.split()},
}
_STATISTICS: Final = json.loads(Path(__file__).with_name("statistics.json").read_bytes())

Ask = Callable[[], Awaitable[object]]


def _answer(document: object) -> bytes:
    body = orjson.dumps(document)
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTwilio-Request-Id: RQ%b\r\n"
        b"X-Rate-Limit-Limit: 100\r\nX-Rate-Limit-Remaining: 99\r\nX-Rate-Limit-Config: default\r\n"
        b"Date: Mon, 05 Jan 2026 09:00:00 GMT\r\nContent-Length: %d\r\n\r\n%b"
        % (b"1" * 32, len(body), body)
    )


_ANSWERS: Final = (_answer(_WORKSPACE), _answer(_STATISTICS))


class _Origin(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWERS[b"/RealTimeStatistics" in data])


def _serve(talk: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Origin, "127.0.0.1", 0)
        talk.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(talk.recv)

    uvloop.run(serve())


@contextmanager
def origin() -> Iterator[str]:
    """Run the origin in a process of its own; yields its address."""
    talk, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield f"http://127.0.0.1:{talk.recv()}"
    finally:
        talk.send("stop")
        process.join()


@asynccontextmanager
async def _bare(base_url: str) -> AsyncIterator[Callable[[str], Ask]]:
    login = aiohttp.encode_basic_auth(ACCOUNT_SID, "token")

    def asking(path: str) -> Ask:
        url = URL(base_url + path, encoded=True)

        async def ask() -> object:
            async with session.get(url, allow_redirects=False) as answer:
                return orjson.loads(await answer.read())

        return ask

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=12.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", "Authorization": login},
        timeout=aiohttp.ClientTimeout(total=30.0, sock_connect=5.0),
    ) as session:
        yield asking


def _layers(client: TaskRouterClient) -> dict[str, Ask]:
    call = Call(FETCH, (("Sid", WORKSPACE_SID),))
    request, now = call.request(), asyncio.get_running_loop().time
    attempts, engine = client._attempts, client._engine
    transport = attempts._transport
    return {
        "transport": lambda: transport.send(request, now() + 30.0),
        "+ attempts and admission": lambda: attempts.send(call, now() + 30.0),
        "+ decoding and identity": lambda: engine.send(call),
        "+ public call": lambda: client.workspaces(WORKSPACE_SID).fetch(),
    }


def _fetching(client: TaskRouterClient) -> Ask:
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    return lambda: statistics.fetch(no_store=True)


@asynccontextmanager
async def contestants(base_url: str) -> AsyncIterator[tuple[dict[str, Ask], dict[str, Ask]]]:
    """Open a bare session and our clients; yields who asks, each time the bare one first."""
    ours = TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url)
    told = TaskRouterClient(
        ACCOUNT_SID, "token", base_url=base_url, on_request_event=lambda _: None
    )
    async with _bare(base_url) as bare, ours, told:
        yield (
            {
                "workspace: bare": bare(_PATH),
                **_layers(ours),
                "+ a listener": lambda: told.workspaces(WORKSPACE_SID).fetch(),
            },
            {
                "statistics: bare": bare(f"{_PATH}/RealTimeStatistics"),
                "statistics uncached": _fetching(ours),
                "+ a listener ": _fetching(told),
            },
        )


async def _ask(ask: Ask, requests: int, in_flight: int) -> float:
    async def worker() -> None:
        for _ in range(requests):
            await ask()

    before = time.process_time()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return (time.process_time() - before) / (requests * in_flight) * 1e6


async def _warm_up(asks: dict[str, Ask], in_flight: int) -> None:
    # The limit of requests in the air begins at 10 and needs 5,000 answers to reach 100.
    for ask in asks.values():
        await _ask(ask, 60 if in_flight > 10 else 200 // in_flight, in_flight)


async def _play(base_url: str, in_flight: int, rounds: int) -> list[str]:
    async with contestants(base_url) as sets:
        asks = sets[0] | sets[1]
        await _warm_up(asks, in_flight)
        costs: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(rounds):
            for name in random.sample(list(asks), len(asks)):
                costs[name].append(await _ask(asks[name], max(2, 20 // in_flight), in_flight))
    return [_line(name, costs[name], costs[next(iter(each))]) for each in sets for name in each]


def _line(name: str, costs: list[float], bare: list[float]) -> str:
    cells = ""
    for figure in (_best, statistics.median):
        cells += f"{figure(costs):10.1f} us {figure(costs) / figure(bare):5.2f}"
    return name.strip().ljust(26) + cells


def _best(costs: list[float]) -> float:
    quarter = sorted(costs)[: max(1, len(costs) // 4)]
    return statistics.median(quarter)


def main() -> None:
    """Print a table for each event loop and each number of requests in the air."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--loop", choices=LOOPS, help="one of the event loops only")
    options = parser.parse_args()
    with origin() as base_url:
        for loop in [options.loop] if options.loop else LOOPS:
            for in_flight in IN_FLIGHT:
                with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
                    lines = runner.run(_play(base_url, in_flight, options.rounds))
                print(f"\n{f'{loop}, {in_flight} in flight':29}best ÷ bare        median ÷ bare")
                print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
