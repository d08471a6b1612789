"""What a soak run counts and measures, in memory that does not grow, and the report about it."""

import asyncio
import base64
import itertools
import logging
import math
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from attrs import define, field

from taskrouter_async.errors import TaskRouterError
from taskrouter_async.models import RequestEvent, RequestStarted

_BUCKETS: Final = 400
_PER_DECADE: Final = 50
_LEAST_SECONDS: Final = 1e-5
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


@define
class Times:
    """Durations, kept by classes that are 5 % wide."""

    buckets: list[int] = field(factory=lambda: [0] * _BUCKETS)
    count: int = 0
    longest: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        decades = math.log10(max(seconds, _LEAST_SECONDS) / _LEAST_SECONDS)
        self.buckets[min(_BUCKETS - 1, int(decades * _PER_DECADE))] += 1
        self.count += 1
        self.longest = max(self.longest, seconds)

    def quantile(self, share: float) -> float:
        """Return how long that share of all took at most."""
        counts = itertools.accumulate(self.buckets)
        number = next((n for n, count in enumerate(counts) if count >= share * self.count), 0)
        return float(min(self.longest, _LEAST_SECONDS * 10 ** ((number + 1) / _PER_DECADE)))


class Ears(logging.Handler):
    """Hears every line of the log, and looks for secrets in it."""

    def __init__(self, logins: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        pairs = (base64.b64encode(f"{user}:{token}".encode()).decode() for user, token in logins)
        self._secrets = (*(token for _, token in logins), *pairs)
        self.lines = 0
        self.finds = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line, with its traceback."""
        self.lines += 1
        self.search(self.format(record))

    def search(self, text: str) -> None:
        """Look at a text."""
        self.finds += any(secret in text for secret in self._secrets)


@define
class Sample:
    """The process at one moment."""

    calls: int
    rss: int
    files: int
    tasks: int
    timers: int

    @classmethod
    def take(cls, calls: int) -> "Sample":
        """Look at this process."""
        loop = asyncio.get_running_loop()
        return cls(
            calls=calls,
            rss=int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES,
            files=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - a count
            tasks=len(asyncio.all_tasks()),
            timers=len(getattr(loop, "_scheduled", ())),
        )


@define(eq=False)
class Figures:
    """All that is known of a run."""

    ears: Ears
    total_seconds: float
    began: float = field(factory=time.monotonic)
    answers: int = 0
    foreign: int = 0
    errors: Counter[str] = field(factory=Counter)
    untyped: Counter[str] = field(factory=Counter)
    times: Times = field(factory=Times)
    reads: Times = field(factory=Times)
    by_account: dict[str, Times] = field(factory=dict)
    lag: Times = field(factory=Times)
    calls: int = 0
    attempts: int = 0
    samples: list[Sample] = field(factory=list)

    def hear(self, event: RequestEvent) -> None:
        """Count requests; for a client's ``on_request_event``."""
        if isinstance(event, RequestStarted):
            self.attempts += 1
            self.calls += event.attempt == 1

    def succeeded(self, *, foreign: bool) -> None:
        """Count an answer."""
        self.answers += 1
        self.foreign += foreign

    def failed(self, error: Exception) -> None:
        """Count an error, and look for secrets in it."""
        kind = self.errors if isinstance(error, TaskRouterError) else self.untyped
        kind[type(error).__name__] += 1
        self.ears.search(f"{error} {error!r}")

    def took(self, account_sid: str, seconds: float, *, kept: bool) -> None:
        """Count how long a call took; what may come from memory is counted apart."""
        if kept:
            self.reads.add(seconds)
            return
        self.times.add(seconds)
        self.by_account.setdefault(account_sid, Times()).add(seconds)

    def sample(self) -> Sample:
        """Look at the process; beyond a thousand samples, every second one is forgotten."""
        self.samples.append(Sample.take(self.answers + sum(self.errors.values())))
        if len(self.samples) > 1_000:
            del self.samples[1::2]
        return self.samples[-1]

    def slope(self) -> float:
        """Return by how many KiB the process grew for each 1,000 calls, in the second half."""
        late = self.samples[len(self.samples) // 2 : -1]
        if len({sample.calls for sample in late}) < 2:
            return 0.0
        line = statistics.linear_regression([s.calls for s in late], [s.rss for s in late])
        return line.slope * 1_000 / 1_024

    def fairness(self) -> float:
        """Return how much longer a usual call of the slowest account took than of most."""
        usual = [times.quantile(0.5) for times in self.by_account.values()]
        return max(usual) / statistics.median(usual) if usual else 1.0


def report(figures: Figures, requests: int, connections: int) -> dict[str, object]:
    """Return the figures by their names.

    Args:
        figures: What was seen here.
        requests: How many requests reached the service.
        connections: How many connections were made to it.
    """
    seconds = time.monotonic() - figures.began
    failed = sum(figures.errors.values())
    all_calls = max(1, figures.answers + failed + sum(figures.untyped.values()))
    first, last = figures.samples[0], figures.samples[-1]
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": f"Python {sys.version.split()[0]}, aiohttp {version('aiohttp')}",
        "duration": f"{seconds:.0f} s",
        "accounts": len(figures.by_account),
        "calls": all_calls,
        "calls per second": round(all_calls / seconds, 1),
        "answered": f"{figures.answers / all_calls:.3%}",
        "typed errors": f"{failed / all_calls:.3%}",
        "typed errors by class": dict(figures.errors.most_common()),
        "untyped errors": dict(figures.untyped) or 0,
        "ambiguous results": figures.errors["AmbiguousResultError"],
        "foreign answers delivered": figures.foreign,
        "foreign answers refused": figures.errors["IdentityMismatchError"],
        "log lines at DEBUG": figures.ears.lines,
        "secrets in the log and in errors": figures.ears.finds,
        "requests sent for each call": round(figures.attempts / max(1, figures.calls), 4),
        "requests": requests,
        "connections opened": connections,
        "calls to the service, p50, p99, p99.9": _quantiles(figures.times),
        "statistics, most from memory, p50, p99, p99.9": _quantiles(figures.reads),
        "worst overshoot of a deadline": _overshoot(figures),
        "slowest account ÷ median account, by p50": round(figures.fairness(), 3),
        "lag of the event loop, p99": f"{1e3 * figures.lag.quantile(0.99):.1f} ms",
        "memory": f"{first.rss / 2**20:.1f} MiB at first, {last.rss / 2**20:.1f} MiB at last",
        "memory growth per 1,000 calls, second half": f"{figures.slope():.2f} KiB",
        "open files": f"{first.files} at first, {last.files} after closing",
        "tasks": f"{first.tasks} at first, {last.tasks} after closing",
        "timers": f"{first.timers} at first, {last.timers} after closing",
    }


def _quantiles(times: Times) -> str:
    return ", ".join(f"{1e3 * times.quantile(share):.3g} ms" for share in (0.5, 0.99, 0.999))


def _overshoot(figures: Figures) -> str:
    over = max(figures.times.longest, figures.reads.longest) - figures.total_seconds
    return f"{1e3 * over:.0f} ms" if over > 0 else "none"


def markdown(facts: dict[str, object]) -> str:
    """Return the figures as a table."""
    lines = (f"| {name} | {shown(fact)} |" for name, fact in facts.items())
    return "\n".join(["| figure | value |", "|---|---|", *lines, ""])


def shown(fact: object) -> str:
    """Return a fact as people read it."""
    if isinstance(fact, dict):
        return ", ".join(f"{name} {count:,}" for name, count in fact.items()) or "none"
    return f"{fact:,}" if isinstance(fact, int | float) else str(fact)
