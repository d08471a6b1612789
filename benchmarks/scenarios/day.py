"""What a day costs that the sandbox plays, and whether it is the same day each time."""

import asyncio
import time
from typing import Final, TypeAlias

from benchmarks.harness import Outcome, Table, Target, spread, take_turns
from taskrouter_async.sandbox import Sandbox, Traffic

ROUNDS: Final = 10

_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
_BIG: Final = Traffic(workers=200, tasks_per_hour=10_000 / 24)

Log: TypeAlias = list[tuple[float, str, str]]


async def _events(traffic: Traffic, seconds: float) -> Log:
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(traffic)
    await sandbox.advance(seconds)
    events = sandbox._floor(sandbox.workspace_sids[0]).journal.events  # nothing public keeps all
    return [(each.at, each.type, each.resource_sid) for each in events]


def _played(traffic: Traffic, seconds: float) -> tuple[float, Log]:
    """Return the CPU seconds that so much time took, and what happened when to what."""
    before = time.process_time()
    log = asyncio.run(_events(traffic, seconds))
    return time.process_time() - before, log


def play(scale: float) -> Outcome:
    """Play hours of a usual workspace, and a big one's day twice."""
    rounds = max(3, round(ROUNDS * scale))
    samples = take_turns({"hour": lambda: _played(Traffic(), _HOUR)[0]}, rounds)
    seconds = round(_DAY * min(1.0, max(0.1, scale)))
    (first, log), (second, again) = (_played(_BIG, seconds) for _ in range(2))
    hour, events = spread(samples["hour"]).median, len(log)
    tasks = sum(type_ == "task.created" for _, type_, _ in log)
    rows = (
        ("an hour with 20 workers", round(hour, 3), round(_HOUR / hour), "", ""),
        (
            f"{seconds / _HOUR:g} hours with {_BIG.workers} workers",
            round(first, 2),
            round(seconds / first),
            tasks,
            events,
        ),
    )
    columns = ("", "s of CPU", "times as fast as the clock", "tasks", "events")
    table = Table("Time that the sandbox plays", columns, rows, "The second was played twice.")
    return Outcome(
        (table,),
        (
            Target(
                "CPU seconds of a day with 10,000 tasks", 30.0, max(first, second) * _DAY / seconds
            ),
            Target("days that differ from the first", 0, int(log != again)),
        ),
    )
