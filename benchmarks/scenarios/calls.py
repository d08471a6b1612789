"""How many calls a hit and a miss are made of: what does not depend on the machine's mood."""

from benchmarks import guard
from benchmarks.call_counts import count
from benchmarks.harness import Outcome, Table


def play(_scale: float) -> Outcome:
    """Count each path's calls, beside those recorded."""
    before = guard.recorded().get(guard.this_python(), {})
    rows = tuple(
        (name, each.own, each.others, each.total, before.get(name, "-"))
        for name, each in count().items()
    )
    columns = ("", "own functions", "others, directly", "together", "recorded")
    note = (
        "Calls of this package's functions, a coroutine that goes on included, and calls that "
        f"these make of anything else, on Python {guard.this_python()}."
    )
    return Outcome((Table("The calls of a call", columns, rows, note),))
