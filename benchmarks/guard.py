"""Whether a call has become more work: counts of calls, which no machine's mood moves."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Final

RECORD: Final = Path(__file__).with_name("call_counts.json")
ALLOWED: Final = 1.05

Counts = Mapping[str, int]


def this_python() -> str:
    """Return under which name the counts of this interpreter are recorded: ``3.13``."""
    return ".".join(platform.python_version_tuple()[:2])


def recorded(path: Path = RECORD) -> dict[str, dict[str, int]]:
    """Return what was counted when it was last recorded, by Python and by what was called."""
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def record(counts: Counts, path: Path = RECORD) -> None:
    """Write down what was counted for this Python; what others counted stays."""
    both = {**recorded(path), this_python(): dict(counts)}
    path.write_text(json.dumps(dict(sorted(both.items())), indent=2) + "\n", "utf-8")


def risen(before: Counts, now: Counts) -> list[str]:
    """Return a complaint about each count that rose by more than a twentieth."""
    return [
        f"{name}: {now[name]} calls, and {before[name]} were recorded"
        for name in now
        if name in before and now[name] > before[name] * ALLOWED
    ]
