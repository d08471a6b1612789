"""What becomes of the figures: a file with all of them, and tables for the documentation.

The file keeps the last outcome of each scenario; a run of some replaces those only.
"""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from benchmarks import pictures
from benchmarks.harness import Cell, Outcome, Target

RESULTS: Final = Path(__file__).parent / "results" / "latest.json"
PAGE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"

# The short hash of the commit, and whether files that it holds were changed since.
_COMMIT: Final = ("git", "describe", "--always", "--exclude=*", "--dirty= with changes")
_LIBRARIES: Final = ("taskrouter-async", "aiohttp", "attrs", "msgspec", "cattrs", "cachetools")
_NUMBERS: Final = re.compile(r"\[\s+([-+.\de,\s]+?)\s+\]")

Document = dict[str, Any]


def commit(folder: Path = PAGE.parent) -> str:
    """Return which commit is checked out in a folder: ``unknown`` where git cannot tell."""
    try:
        told = subprocess.run(_COMMIT, cwd=folder, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()


def circumstances(scale: float) -> Document:
    """Return where, when and with what a run took place.

    Args:
        scale: How long, beside the rounds that figures for the documentation take.
    """
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "scale": scale,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _LIBRARIES},
        "command": " ".join(["python -m benchmarks", *sys.argv[1:]]),
    }


def as_document(outcome: Outcome, run: Document) -> Document:
    """Return what the file keeps of a scenario."""
    document = asdict(outcome)
    for table in document["tables"]:
        samples: Mapping[str, Iterable[float]] = table["samples"]
        table["samples"] = {
            name: [float(f"{each:.4g}") for each in costs] for name, costs in samples.items()
        }
    return {"run": run, **document}


def load(path: Path = RESULTS) -> Document:
    """Return the last outcome of each scenario, by name."""
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def store(document: Document, path: Path = RESULTS) -> None:
    """Write the last outcome of each scenario."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(dict(sorted(document.items())), indent=1, ensure_ascii=False)
    # A line for each row of numbers, not for each number.
    rows = _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text)
    path.write_text(f"{rows}\n", "utf-8")


def text_of(cell: Cell) -> str:
    """Return a cell as it is read: three digits that mean something."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    if abs(cell) >= 10:
        return f"{cell:.1f}"
    return f"{cell:.2f}" if abs(cell) >= 1 else f"{cell:.3g}"


def markdown(table: Document) -> str:
    """Return a table of the file as Markdown, with its title and its note."""
    lines = [f"**{table['title']}**", ""]
    lines += _lines(table["columns"], table["rows"])
    return "\n".join([*lines, "", table["note"]] if table["note"] else lines)


def targets_table(document: Document) -> str:
    """Return all targets of the file as Markdown, met or missed."""
    targets = [
        (name, Target(**each)) for name in sorted(document) for each in document[name]["targets"]
    ]
    rows = [
        (name, each.what, _wish(each), text_of(each.got), "met" if each.is_met else "**missed**")
        for name, each in targets
    ]
    return "\n".join(_lines(("scenario", "", "wanted", "got", ""), rows, names=2))


def replaced(page: str, name: str, block: str) -> str:
    """Return a page with what stands between two of its markers replaced, if it has them.

    Args:
        page: The page as it is.
        name: What the first marker names.
        block: What shall stand there.
    """
    first, last = f"<!-- figures: {name} -->", "<!-- end of figures -->"
    between = re.compile(f"(?<={re.escape(first)}\n).*?(?={re.escape(last)})", re.DOTALL)
    return between.sub(lambda _: f"\n{block}\n\n", page, count=1)


def rewritten(page: str, document: Document) -> str:
    """Return a page with every table that the file has figures for, and the pictures of them.

    Args:
        page: The page as it is.
        document: The last outcome of each scenario, by name.
    """
    for name, scenario in document.items():
        bars = pictures.groups(name, scenario["tables"])
        picture = [_picture(name, pictures.said(bars))] if bars else []
        tables = [markdown(table) for table in scenario["tables"]]
        page = replaced(page, name, "\n\n".join([*picture, *tables, _told(scenario["run"])]))
    return replaced(page, "targets", targets_table(document))


def _picture(name: str, said: str) -> str:
    path, alt = f"/_static/performance-{name}.svg", f"{said}. The tables tell the same."
    return f"```{{image}} {path}\n:alt: {alt}\n:width: 100%\n```"


def _told(run: Document) -> str:
    # Runs of old did not keep it.
    at = f", commit {run['commit']}" if "commit" in run else ""
    short = "" if run["scale"] >= 1 else f" A short run, of scale {run['scale']:g}."
    return f"Measured on {run['date']}{at}: Python {run['python']}, {run['machine']}.{short}"


def _wish(target: Target) -> str:
    return f"{'at least' if target.at_least else 'at most'} {text_of(target.wanted)}"


def _lines(columns: Iterable[str], rows: Iterable[Iterable[Cell]], names: int = 1) -> list[str]:
    """Return the lines of a table, of which so many columns are names."""
    titles = list(columns)
    rules = ["---"] * names + ["---:"] * (len(titles) - names)
    cells = [[text_of(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(line)} |" for line in (titles, rules, *cells)]
