"""How many requests a whole fleet sends, with a level on Redis and without, whatever happens.

Every process is real: the workers, each with a client and many callers, a redis-server of its own,
and this one, which is the service and counts. All callers want the same statistics again and
again. Run it as a script:

    python benchmarks/fleet.py --processes 4 --callers 100 --json fleet.json

It needs redis-server on the PATH. A machine with fewer cores than processes starves them; widen
the limits for Redis then, with --redis-timeout, or the figures are about the scheduler.
"""

import argparse
import asyncio
import json
import math
import os
import random
import shutil
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from attrs import asdict, define, evolve, field, frozen

from taskrouter_async import CachePolicy, TaskRouterClient
from taskrouter_async.models import CacheEvent, LoadStarted
from taskrouter_async.shared_cache import RedisLevel

BODY: Final = Path(__file__).with_name("statistics.json").read_bytes()
ACCOUNT_SID: Final = "AC" + "a" * 32
WORKSPACE_SID: Final = "WS" + "1" * 32
_PAUSE_SECONDS: Final = 0.02
_OUTAGE_SECONDS: Final = 1.5
_FAILURE_SECONDS: Final = 1.2
_PATIENCE_SECONDS: Final = 30.0
_REDIS_FACTS: Final = ("commands_processed", "net_input_bytes", "net_output_bytes")


@frozen
class Plan:
    """What a scenario is like.

    Attributes:
        name: What it is called.
        processes: How many workers.
        callers: How many callers each has.
        seconds: How long they ask.
        ttl: The policy's.
        jitter: The policy's.
        load_timeout: The policy's; a lease is half a second longer.
        latency: How long the service takes.
        shared: Whether there is a level.
        redis_timeout: For a command; the budget of a request is two and a half times that.
    """

    name: str
    processes: int = 4
    callers: int = 100
    seconds: float = 4.0
    ttl: float = 0.5
    jitter: float = 0.1
    load_timeout: float = 1.0
    latency: float = 0.05
    shared: bool = True
    redis_timeout: float = 0.1

    @property
    def bound(self) -> int:
        """How many requests there may be if all goes well."""
        window = self.ttl * (1 - self.jitter) + self.latency
        each = math.ceil(self.seconds / window) + 1
        return each if self.shared else each * self.processes


@define
class Seen:
    """What the callers of a worker, or of all, have seen."""

    answers: int = 0
    errors: int = 0
    oldest: float = 0.0
    worst_wait: float = 0.0
    kinds: list[str] = field(factory=list)

    def add(self, other: "Seen") -> None:
        """Take another's figures in."""
        self.answers += other.answers
        self.errors += other.errors
        self.oldest = max(self.oldest, other.oldest)
        self.worst_wait = max(self.worst_wait, other.worst_wait)
        self.kinds = sorted({*self.kinds, *other.kinds})


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
        with suppress(asyncio.IncompleteReadError, ConnectionError):
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
        status, body = ("503 Service Unavailable", b"{}") if self.fails else ("200 OK", BODY)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()


async def _call(client: TaskRouterClient, until: float, seen: Seen) -> None:
    statistics = client.workspaces(WORKSPACE_SID).real_time_statistics
    while (began := time.monotonic()) < until:
        try:
            cached = await statistics.fetch_cached()
        except Exception as error:  # noqa: BLE001 - every error that a caller sees is counted
            seen.errors += 1
            seen.kinds = sorted({*seen.kinds, type(error).__name__})
        else:
            seen.answers += 1
            seen.oldest = max(seen.oldest, cached.status.age)
        seen.worst_wait = max(seen.worst_wait, time.monotonic() - began)
        await asyncio.sleep(_PAUSE_SECONDS * random.random() * 2)


def _tell(line: str) -> None:
    print(line, flush=True)


def _on_event(event: CacheEvent) -> None:
    if isinstance(event, LoadStarted):
        _tell("load")


async def work(plan: Plan, base_url: str, redis_url: str) -> None:
    """Be one of the fleet: wait for the signal, ask, and tell what was seen."""
    level = RedisLevel(
        redis_url,
        "bench",
        timeout=plan.redis_timeout,
        connect_timeout=2.5 * plan.redis_timeout,
        budget=2.5 * plan.redis_timeout,
    )
    policy = CachePolicy(
        ttl=plan.ttl,
        jitter=plan.jitter,
        stale_while_revalidate=2 * plan.ttl,
        stale_if_error=10 * plan.ttl,
        load_timeout=plan.load_timeout,
        failure_backoff=(plan.ttl / 2, 6 * plan.ttl),
        shared=level if plan.shared else None,
    )
    async with TaskRouterClient(
        ACCOUNT_SID, "token", base_url=base_url, cache=policy, on_cache_event=_on_event
    ) as client:
        _tell("ready")
        await asyncio.to_thread(sys.stdin.readline)
        seen, until = Seen(), time.monotonic() + plan.seconds
        await asyncio.gather(*(_call(client, until, seen) for _ in range(plan.callers)))
        stats = client.cache.stats()
    _tell(json.dumps({"seen": asdict(seen), "stats": asdict(stats)}))


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

    async def info(self) -> dict[str, int]:
        """Return how much it has done since it was started."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"INFO stats\r\n")
        await writer.drain()
        size = int((await reader.readline())[1:])
        text = (await reader.readexactly(size)).decode()
        writer.close()
        facts = dict(line.split(":") for line in text.splitlines() if ":" in line)
        return {name: int(facts[f"total_{name}"]) for name in _REDIS_FACTS}

    async def stop(self) -> None:
        """End it; what it held is gone."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


@define
class Stage:
    """What a scenario may do harm to."""

    plan: Plan
    service: Service
    redis: Redis
    workers: list[Worker]
    outage: tuple[float, float] | None = None

    async def nothing(self) -> None:
        """Let all go well."""

    async def kill_holder(self) -> None:
        """Kill the process that is asking the service for all, in the middle of it."""
        await asyncio.sleep(1.5)
        for worker in self.workers:
            worker.loading = False
        while not any(worker.loading for worker in self.workers):
            await asyncio.sleep(0.005)
        holder = next(worker for worker in self.workers if worker.loading)
        await asyncio.sleep(self.plan.latency / 4)
        holder.process.kill()

    async def stop_redis(self) -> None:
        """Stop Redis for a while, and start it again, empty."""
        await asyncio.sleep(1.0)
        began = time.monotonic()
        await self.redis.stop()
        await asyncio.sleep(_OUTAGE_SECONDS)
        await self.redis.start()
        self.outage = (began, time.monotonic())

    async def freeze_redis(self) -> None:
        """Let Redis hang for a while."""
        await asyncio.sleep(1.0)
        began = time.monotonic()
        self.redis.send(signal.SIGSTOP)
        await asyncio.sleep(_OUTAGE_SECONDS)
        self.redis.send(signal.SIGCONT)
        self.outage = (began, time.monotonic())

    async def fail(self) -> None:
        """Let the service fail for a while."""
        await asyncio.sleep(1.0)
        began = time.monotonic()
        self.service.fails = True
        await asyncio.sleep(_FAILURE_SECONDS)
        self.service.fails = False
        self.outage = (began, time.monotonic())


Happening = Callable[[Stage], Awaitable[None]]


def _scenarios(plan: Plan) -> list[tuple[Plan, Happening]]:
    few = max(1, plan.callers // 2)
    return [
        (
            evolve(plan, name="one process, no level", processes=1, callers=few, shared=False),
            Stage.nothing,
        ),
        (evolve(plan, name="no level", callers=few, shared=False), Stage.nothing),
        (evolve(plan, name="shared level"), Stage.nothing),
        (
            evolve(plan, name="service slower than ttl", latency=0.7, load_timeout=2.0),
            Stage.nothing,
        ),
        (
            evolve(plan, name="kill -9 of the holder", latency=0.8, load_timeout=1.5, seconds=7.0),
            Stage.kill_holder,
        ),
        (evolve(plan, name="redis stopped, restarted empty", seconds=6.0), Stage.stop_redis),
        (evolve(plan, name="redis frozen", seconds=6.0), Stage.freeze_redis),
        (evolve(plan, name="service fails"), Stage.fail),
    ]


async def play(plan: Plan, happening: Happening) -> dict[str, object]:
    """Play one scenario, and return its figures."""
    service, redis = Service(plan.latency), Redis()
    server = await asyncio.start_server(service.talk, "127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await redis.start()
    try:
        workers = [await _hire(plan, base_url, redis) for _ in range(plan.processes)]
        stage = Stage(plan, service, redis, workers)
        await asyncio.gather(*(worker.ready() for worker in workers))
        began = time.monotonic()
        for worker in workers:
            worker.go()
        happens = asyncio.ensure_future(happening(stage))
        await asyncio.gather(*(worker.listen(_loading) for worker in workers))
        await happens
        info = await redis.info()
    finally:
        await redis.stop()
        server.close()
    return _figures(stage, began) | {"redis": info}


def _loading(worker: Worker) -> None:
    worker.loading = True


async def _hire(plan: Plan, base_url: str, redis: Redis) -> Worker:
    arguments = json.dumps([asdict(plan), base_url, f"redis://127.0.0.1:{redis.port}/0"])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, "--worker", arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    return Worker(process)


def _figures(stage: Stage, began: float) -> dict[str, object]:
    plan, requests, seen = stage.plan, stage.service.requests, Seen()
    for worker in stage.workers:
        if worker.told:
            seen.add(Seen(**worker.told["seen"]))  # type: ignore[arg-type]
    start, end = stage.outage or (began, began)
    return {
        "scenario": plan.name,
        "processes": plan.processes,
        "callers": plan.callers,
        "redis_timeout": plan.redis_timeout if plan.shared else None,
        "answers": seen.answers,
        "upstream": len(requests),
        "bound": plan.bound,
        "most_at_once": stage.service.most_at_once,
        "upstream_in_outage": sum(start <= each <= end for each in requests),
        "windows_in_outage": round((end - start) / (plan.ttl * 0.9 + plan.latency), 1),
        "errors": seen.errors,
        "kinds": seen.kinds,
        "oldest": round(seen.oldest, 3),
        "worst_wait": round(seen.worst_wait, 3),
        "requests_at": [round(each - began, 2) for each in requests],
        "stats": [worker.told.get("stats") for worker in stage.workers],
    }


def _row(figures: dict[str, object]) -> str:
    size = f"{figures['processes']} x {figures['callers']}"
    outage = f"{figures['upstream_in_outage']} in {figures['windows_in_outage']}"
    return (
        f"{figures['scenario']:<32}{size:>9}{figures['answers']:>9}{figures['upstream']:>9}"
        f"{figures['bound']:>7}{figures['most_at_once']:>9}{outage:>12}{figures['errors']:>8}"
        f"{figures['oldest']:>9}{figures['worst_wait']:>8}"
    )


def main() -> None:
    """Print a table, and write all figures down if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--callers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--redis-timeout", type=float, default=0.1)
    parser.add_argument("--only", default="", help="part of a scenario's name")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        facts, base_url, redis_url = json.loads(given.worker)
        asyncio.run(work(Plan(**facts), base_url, redis_url))
        return
    plan = Plan(
        "", given.processes, given.callers, given.seconds, redis_timeout=given.redis_timeout
    )
    print(f"{os.cpu_count()} cores; ttl {plan.ttl} s, redis timeout {plan.redis_timeout} s")
    print(
        f"{'':<32}{'fleet':>9}{'answers':>9}{'upstream':>9}{'bound':>7}{'at once':>9}"
        f"{'in outage':>12}{'errors':>8}{'oldest':>9}{'wait':>8}"
    )
    figures = []
    for scenario, happening in _scenarios(plan):
        if given.only in scenario.name:
            figures.append(asyncio.run(play(scenario, happening)))
            print(_row(figures[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
