"""What can be played: each scenario is a module, and is played in a process of its own."""

import ast
import importlib
from pathlib import Path
from typing import Final, cast

from benchmarks.apart import apart
from benchmarks.harness import Outcome

# They take long, or need more than Python: played when named.
LONG: Final = frozenset({"fleet", "soak"})

_FOLDER: Final = Path(__file__).with_name("scenarios")


def names() -> list[str]:
    """Return the scenarios, in the order of the alphabet."""
    return sorted(path.stem for path in _FOLDER.glob("[!_]*.py"))


def summary(name: str) -> str:
    """Return what a scenario measures, in a line."""
    tree = ast.parse((_FOLDER / f"{name}.py").read_text("utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def play(name: str, scale: float) -> Outcome:
    """Play a scenario in a process of its own: no import, heap or loop of another is in its way.

    Args:
        name: Which.
        scale: How long, beside the rounds that figures for the documentation take.
    """
    return apart(_play_here, name, scale)


def _play_here(name: str, scale: float) -> Outcome:
    module = importlib.import_module(f"benchmarks.scenarios.{name}")
    return cast("Outcome", module.play(scale))
