"""Draw ``docs/_static/cache-states.svg`` anew, from the table that the cache itself runs on."""

from itertools import groupby
from pathlib import Path
from typing import Final

from taskrouter_async._cache.states import ROWS, Load, Receive, Row, State

PICTURE: Final = Path(__file__).parent / "_static" / "cache-states.svg"

# What CachePolicy calls the instants at which one state gives way to the next.
BOUNDARIES: Final = {
    State.FRESH: "ttl, or a little earlier by chance",
    State.STALE_REVALIDATE: "ttl + stale_while_revalidate",
    State.STALE_IF_ERROR: "ttl + stale_if_error",
    State.DEAD: "",
}
_WIDTH: Final = 880
_LINE: Final = 24
_STYLE: Final = """
    text { font: 15px system-ui, "DejaVu Sans", sans-serif; fill: #1d2733 }
    .name { font-weight: bold; font-size: 16px }
    .when { fill: #5b6773 }
    .panel { fill: #f6f8fa }
    .state { fill: #ffffff; stroke: #3a6ea5; stroke-width: 2 }
    .fresh { fill: #e3f4e8; stroke: #2e8b57 }
    .way { fill: none; stroke: #5b6773; stroke-width: 2; marker-end: url(#head) }
    .head { fill: #5b6773 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e9ee }
      .when { fill: #a4b0bd }
      .panel { fill: #1b2027 }
      .state { fill: #252c35; stroke: #7fb0e6 }
      .fresh { fill: #1f3a2b; stroke: #6fcf97 }
      .way { stroke: #a4b0bd }
    }"""


def condition(row: Row) -> str:
    """Return when a row holds, in words."""
    words = {
        (True, None): "in the air",
        (False, False): "not in the air",
        (False, True): "after a failure",
        (None, None): "always",
    }
    return words[row.in_the_air, row.cooldown]


def outcome(row: Row) -> str:
    """Return what a row decides, in words."""
    receive = row.decision.receive.value
    if row.decision.load is Load.NONE or row.decision.receive is Receive.LAST_ERROR:
        return receive
    return f"{receive}; {'joins the request' if row.in_the_air else row.decision.load.value}"


def _box(state: State, rows: list[Row], top: int) -> tuple[list[str], int]:
    height = 44 + _LINE * len(rows)
    fresh = " fresh" if state is State.FRESH else ""
    lines = [
        (
            f'  <rect class="state{fresh}" x="24" y="{top}" width="{_WIDTH - 48}" height="{height}"'
            ' rx="10"/>'
        ),
        f'  <text class="name" x="44" y="{top + 28}">{state.value}</text>',
    ]
    for number, row in enumerate(rows):
        y = top + 28 + _LINE * (number + 1)
        lines.append(f'  <text class="when" x="44" y="{y}">{condition(row)}</text>')
        lines.append(f'  <text x="190" y="{y}">{outcome(row)}</text>')
    return lines, top + height


def picture() -> str:
    """Return the drawing."""
    lines: list[str] = []
    top = 24
    for state, rows in groupby(ROWS, key=lambda row: row.state):
        box, bottom = _box(state, list(rows), top)
        lines += box
        top = bottom
        if BOUNDARIES[state]:
            lines.append(f'  <path class="way" d="M 70 {top} V {top + 44}"/>')
            lines.append(f'  <text x="90" y="{top + 28}">{BOUNDARIES[state]}</text>')
            top += 46
    return _framed(lines, top + 24)


def _framed(lines: list[str], height: int) -> str:
    title = "The four states of an answer, when each ends, and what a call gets in it"
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
                ' role="img" aria-labelledby="title">'
            ),
            f'  <title id="title">{title}</title>',
            f"  <style>{_STYLE}\n  </style>",
            "  <defs>",
            (
                '    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
                ' markerHeight="7" orient="auto">'
            ),
            '      <path class="head" d="M 0 0 L 10 5 L 0 10 z"/>',
            "    </marker>",
            "  </defs>",
            f'  <rect class="panel" width="{_WIDTH}" height="{height}" rx="12"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
