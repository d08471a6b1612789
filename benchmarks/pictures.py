"""What the pictures of the documentation show, and how that is said where nobody sees them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen


@frozen
class Bars:
    """A group of bars, one for each contestant.

    Attributes:
        title: What they show.
        unit: What the axis counts.
        samples: What each contestant needed in each round.
        is_log: Whether the axis is logarithmic.
    """

    title: str
    unit: str
    samples: Mapping[str, Sequence[float]]
    is_log: bool = False


Tables = Sequence[Mapping[str, Any]]


def _miss(tables: Tables) -> list[Bars]:
    ending, groups = ", 10 in flight", []
    for kind in ("a workspace", "statistics"):
        samples = {
            name.removeprefix(f"{kind}: ").removesuffix(ending): costs
            for name, costs in tables[0]["samples"].items()
            if name.startswith(kind) and name.endswith(ending)
        }
        title = f"CPU time of a request for {kind}, asyncio{ending}"
        groups.append(Bars(title, "µs; less is better", samples))
    return groups


def _hit(tables: Tables) -> list[Bars]:
    title = "CPU time of a call that is answered from memory"
    return [Bars(title, "ns, logarithmic; less is better", tables[0]["samples"], is_log=True)]


def _each(tables: Tables) -> list[Bars]:
    """Return bars for each table that has samples, with its own title and unit."""
    drawn = [table for table in tables if table["samples"]]
    return [Bars(each["title"], each["columns"][1], each["samples"]) for each in drawn]


_PICTURES: Final[Mapping[str, Callable[[Tables], list[Bars]]]] = {
    "miss": _miss,
    "hit": _hit,
    "decode": _each,
    "fan_out": _each,
    "listing": _each,
}


def groups(name: str, tables: Tables) -> list[Bars]:
    """Return what the picture of a scenario shows; nothing if there is no picture of it.

    Args:
        name: The scenario.
        tables: What it found, as the file keeps it.
    """
    return _PICTURES[name](tables) if name in _PICTURES else []


def said(bars: Sequence[Bars]) -> str:
    """Return in words what a picture shows."""
    parts = (f"{each.title}, in {each.unit.partition(';')[0]}" for each in bars)
    return f"{'; '.join(parts)}, drawn as bars"
