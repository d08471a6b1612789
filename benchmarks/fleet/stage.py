"""What happens to a fleet while it asks, and the figures about it."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias

from attrs import asdict, define, evolve

from benchmarks.fleet.actors import Redis, Service, Worker
from benchmarks.fleet.plan import Plan, Seen
from benchmarks.harness import Cell

_ROOT: Final = Path(__file__).parents[2]
_OUTAGE_SECONDS: Final = 1.5
_FAILURE_SECONDS: Final = 1.2

COLUMNS: Final = (
    "",
    "fleet",
    "answers",
    "requests",
    "bound",
    "at once",
    "requests in windows of the outage",
    "errors",
    "oldest, s",
    "longest wait, s",
    "Redis commands",
)

Row: TypeAlias = tuple[Cell, ...]


@define
class Stage:
    """What may come to harm."""

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


def happenings(plan: Plan) -> list[tuple[Plan, Happening]]:
    """Return all that is played, each with what goes wrong."""
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


async def play_happening(plan: Plan, happening: Happening) -> Row:
    """Play one of them, and return its row of the table."""
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
        commands = await redis.commands()
    finally:
        await redis.stop()
        server.close()
    return _row(stage, began, commands)


def _loading(worker: Worker) -> None:
    worker.loading = True


async def _hire(plan: Plan, base_url: str, redis: Redis) -> Worker:
    arguments = json.dumps([asdict(plan), base_url, f"redis://127.0.0.1:{redis.port}/0"])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.fleet.worker", arguments),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    return Worker(process)


def _row(stage: Stage, began: float, redis_commands: int) -> Row:
    plan, requests, seen = stage.plan, stage.service.requests, Seen()
    for worker in stage.workers:
        if worker.told:
            seen.add(Seen(**worker.told["seen"]))  # type: ignore[arg-type] # as it was written
    start, end = stage.outage or (began, began)
    windows = round((end - start) / plan.window, 1)
    in_outage = sum(start <= each <= end for each in requests)
    return (
        plan.name,
        f"{plan.processes} x {plan.callers}",
        seen.answers,
        len(requests),
        plan.bound,
        stage.service.most_at_once,
        f"{in_outage} in {windows}" if stage.outage else "",
        " ".join([str(seen.errors), *seen.kinds]),
        round(seen.oldest, 2),
        round(seen.worst_wait, 2),
        redis_commands,
    )
