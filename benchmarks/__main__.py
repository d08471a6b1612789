"""Play scenarios and tell what came of it: `python -m benchmarks miss hit`.

A whole run, of scale 1 or more, is kept: benchmarks/results/latest.json gets the figures of what
was played, and docs/explanation/performance.md and its pictures are made anew of that file. A
shorter one prints and writes nothing, unless --keep is given; --no-docs writes nothing ever.
Ctrl-C ends a run; what was finished before is kept or not in the same way.
"""

import argparse
import math
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Picture

from benchmarks import playbill, report
from benchmarks.harness import CannotPlayError, Outcome, Table, Target

STOPPED: Final = 130  # as shells have it: 128 and the number of SIGINT

_CONSOLE = Console(width=None if sys.stdout.isatty() else 120)
_LONG: Final = " and ".join(sorted(playbill.LONG))

Play: TypeAlias = Callable[[str, float], Outcome]
Keep: TypeAlias = Callable[[report.Document], None]


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0 < scale < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0, and finite")
    return scale


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = f"by default all but {_LONG}, which are played only when named"
    parser.add_argument("names", nargs="*", metavar="scenario", help=names)
    parser.add_argument("--scale", type=_scale, default=1.0, help="how long; 0.1 is a smoke run")
    parser.add_argument("--list", action="store_true", help="tell what can be played")
    writing = parser.add_mutually_exclusive_group()
    writing.add_argument("--keep", action="store_true", help="write, however short the run is")
    writing.add_argument("--no-docs", action="store_true", help="write nothing, print only")
    options = parser.parse_args(given)
    if unknown := set(options.names) - set(playbill.names()):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return options


def _picture(table: Table) -> Picture:
    picture = Picture(title=table.title, caption=table.note, title_justify="left", min_width=60)
    for number, column in enumerate(table.columns):
        picture.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        picture.add_row(*(report.text_of(cell) for cell in row))
    return picture


def _line(target: Target) -> str:
    word = "[green]met[/]" if target.is_met else "[red]missed[/]"
    return f"{word}: {target.what}: {target.got:.2f}, wanted {target.wanted:g}"


def _show(outcome: Outcome) -> None:
    for table in outcome.tables:
        _CONSOLE.print(_picture(table))
    for target in outcome.targets:
        _CONSOLE.print(_line(target), highlight=False)


def _watched(name: str, scale: float, play: Play) -> Outcome | None:
    """Play a scenario; returns nothing if it failed, after saying why."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    began = time.monotonic()
    with Progress(*columns, console=_CONSOLE, transient=True) as progress:
        progress.add_task(f"{name}: {playbill.summary(name)}", total=None)
        try:
            outcome = play(name, scale)
        except CannotPlayError as error:
            _CONSOLE.print(f"{name} cannot be played: {error}")
            return None
        except Exception:  # noqa: BLE001 - the other scenarios are played all the same
            traceback.print_exc()
            return None
    _CONSOLE.rule(f"{name}, {time.monotonic() - began:.0f} s")
    _show(outcome)
    return outcome


def _told(name: str) -> str:
    return f"{name:14}{playbill.summary(name)}{' (only when named)' * (name in playbill.LONG)}"


def _keep(played: report.Document) -> None:
    """Write the figures of what was played, and the page and the pictures of all figures."""
    from benchmarks import plots  # noqa: PLC0415 - whoever only prints needs no matplotlib

    document = report.load() | played
    report.store(document)
    plots.draw(document)
    page = report.PAGE.read_text("utf-8")
    report.PAGE.write_text(report.rewritten(page, document), "utf-8")


def _play_all(options: argparse.Namespace, play: Play, played: dict[str, Outcome]) -> int:
    """Play what is wished for, and note what was finished; returns how the program ends."""
    names = options.names or [name for name in playbill.names() if name not in playbill.LONG]
    for name in names:
        try:
            outcome = _watched(name, options.scale, play)
        except KeyboardInterrupt:
            _CONSOLE.print(f"stopped in {name}")
            return STOPPED
        if outcome is not None:
            played[name] = outcome
    return int(len(played) < len(set(names)))


def main(given: Sequence[str] | None = None, play: Play = playbill.play, keep: Keep = _keep) -> int:
    """Play, print and keep; returns 1 if a scenario failed, and 130 after Ctrl-C.

    Args:
        given: The arguments; by default those of the command line.
        play: Plays a scenario.
        keep: Writes what came of those that were finished.
    """
    options = _options(given)
    if options.list:
        print(*map(_told, playbill.names()), sep="\n")
        return 0
    run, played = report.circumstances(options.scale), dict[str, Outcome]()
    code = _play_all(options, play, played)
    if played and not options.no_docs and (options.scale >= 1 or options.keep):
        keep({name: report.as_document(outcome, run) for name, outcome in played.items()})
        _CONSOLE.print(f"kept: {', '.join(played)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
