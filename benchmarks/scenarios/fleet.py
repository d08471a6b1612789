"""How many requests a whole fleet sends, with a level on Redis and without, whatever happens.

Every process is real: the workers, each with a client and many callers, a redis-server of its own,
and this one, which is the service and counts. All callers want the same statistics again and again.
It needs redis-server on the PATH.
"""

import asyncio
import os
import shutil
from typing import Final

from benchmarks.fleet import hits
from benchmarks.fleet.plan import Plan
from benchmarks.fleet.stage import COLUMNS, happenings, play_happening
from benchmarks.harness import (
    CannotPlayError,
    Outcome,
    Samples,
    Table,
    Target,
    compared,
    ratio,
)

PROCESSES: Final = 4
CALLERS: Final = 100
HIT_ROUNDS: Final = 60

_UNDISTURBED: Final = 3


def play(scale: float) -> Outcome:
    """Let a fleet ask, and things break; how long each takes is part of what is told."""
    if shutil.which("redis-server") is None:
        raise CannotPlayError("redis-server is not on the PATH")
    # Where processes starve, tight limits for Redis would be about the scheduler.
    patience = 0.1 if (os.cpu_count() or 1) >= PROCESSES else 1.0
    plan = Plan("", PROCESSES, max(20, round(CALLERS * min(1.0, scale))), redis_timeout=patience)
    rows = tuple(asyncio.run(play_happening(*each)) for each in happenings(plan))
    note = (
        f"{os.cpu_count()} cores; ttl {plan.ttl:g} s, limit for Redis {patience:g} s; the bound is"
        " what there may be if all goes well."
    )
    beyond = max(int(row[3]) - int(row[4]) for row in rows[:_UNDISTURBED])
    samples = hits.measured(max(10, int(HIT_ROUNDS * scale)))
    return Outcome(
        (
            Table("A fleet", COLUMNS, rows, note),
            compared("A hit", "ns", samples, base=hits.WITHOUT),
        ),
        (
            Target("requests beyond the bound where all goes well", 0, beyond),
            Target("a hit with a level ÷ without", 1.05, _times(samples)),
        ),
    )


def _times(samples: Samples) -> float:
    return ratio(samples, hits.WITH, hits.WITHOUT).median
