"""Pictures of the figures, for the documentation: `python -m benchmarks.plots` draws them again.

The same figures give the same files, byte by byte; grey text on nothing is readable on a light page
and on a dark one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import pictures, report
from benchmarks.harness import spread
from benchmarks.pictures import Bars

FOLDER: Final = Path(__file__).parents[1] / "docs" / "_static"

_OURS: Final = "#2f81c7"
_OTHERS: Final = "#9aa0a6"
_TEXT: Final = "#7d7d7d"
_OUR_NAMES: Final = ("this library", "ours", "handle", "expression", "peek", "poller", "listing")
_STYLE: Final[dict[Any, Any]] = {  # its keys are typed by a list that each release changes
    "svg.hashsalt": "taskrouter-async",
    "font.size": 10,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _TEXT,
    "axes.facecolor": "none",
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}
# A bar this much longer than the next would leave nothing to see of the others.
_TOO_LONG: Final = 5.0


def _is_ours(name: str) -> bool:
    return any(word in name for word in _OUR_NAMES)


def _end(bars: Bars) -> float:
    """Return how far the axis goes: to the longest bar, or not much beyond the one before it."""
    spreads = [spread(each) for each in bars.samples.values()]
    *_, second, longest = sorted([0.0, *(each.median for each in spreads)])
    if bars.is_log:
        return longest * 4
    if longest > _TOO_LONG * second > 0:
        return second * 1.5
    return max(longest * 1.25, *(each.high * 1.15 for each in spreads))


def _draw(axes: Axes, bars: Bars) -> None:
    end = _end(bars)
    for place, (name, costs) in enumerate(bars.samples.items()):
        middle = spread(costs)
        is_cut = middle.median > end
        length = end * 0.86 if is_cut else middle.median
        axes.barh(place, length, height=0.62, color=_OURS if _is_ours(name) else _OTHERS)
        if not is_cut:
            axes.plot([middle.low, middle.high], [place, place], color=_TEXT, linewidth=1.4)
        text = f" {report.text_of(middle.median)}{' (cut)' if is_cut else ''}"
        axes.text(max(length, 0 if is_cut else middle.high), place, text, va="center", fontsize=9)
    axes.set_yticks(range(len(bars.samples)), labels=list(bars.samples))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.set_title(bars.title, loc="left", fontsize=10.5)
    axes.set_xlabel(bars.unit)
    if bars.is_log:
        axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set_xlim(right=end)


def save(name: str, groups: Sequence[Bars]) -> None:
    """Draw groups of bars below one another.

    Args:
        name: The file's name, without its ending.
        groups: What to draw.
    """
    counts = [len(bars.samples) for bars in groups]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8.0, sum(0.34 * count + 0.95 for count in counts)))
        rows = figure.subplots(len(groups), squeeze=False, height_ratios=counts)
        for axes, bars in zip(rows[:, 0], groups, strict=True):
            _draw(axes, bars)
        figure.tight_layout()
        path = FOLDER / f"performance-{name}.svg"
        figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})


def draw(document: report.Document) -> None:
    """Draw what the file has figures for, and there is a picture of."""
    for name, scenario in document.items():
        if bars := pictures.groups(name, scenario["tables"]):
            save(name, bars)


if __name__ == "__main__":
    draw(report.load())
