"""Everything at once for a quarter of an hour, against a service that fails now and then.

The same as ``python -m benchmarks.soak``, which takes wishes and writes a report of its own.
"""

from typing import Final

from benchmarks.harness import Outcome, Table, Target
from benchmarks.soak import options, soaked
from benchmarks.soak_figures import shown

MINUTES: Final = 15.0

_NEVER: Final = {
    "untyped errors": "kinds of untyped errors",
    "foreign answers delivered": "foreign answers delivered",
    "secrets in the log and in errors": "secrets in the log and in errors",
}


def play(scale: float) -> Outcome:
    """Run the load, and tell what it did."""
    facts = soaked(options(["--minutes", str(MINUTES * scale)]))
    rows = tuple((name, shown(fact)) for name, fact in facts.items())
    targets = tuple(Target(what, 0, _count(facts[name])) for name, what in _NEVER.items())
    return Outcome((Table("A soak", ("figure", "value"), rows),), targets)


def _count(fact: object) -> int:
    return len(fact) if isinstance(fact, dict) else int(str(fact))
