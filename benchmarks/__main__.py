"""Play scenarios and tell what came of it: `python -m benchmarks miss hit --scale 0.2`.

Without names it plays all that do not take long. Ctrl-C ends it with what was finished.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Picture

from benchmarks import playbill, plots, report
from benchmarks.harness import Outcome, Table, Target

_CONSOLE = Console(width=None if sys.stdout.isatty() else 120)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="scenario", help="all that are not long")
    parser.add_argument("--scale", type=float, default=1.0, help="how long; 0.1 is a smoke run")
    parser.add_argument("--list", action="store_true", help="tell what can be played")
    parser.add_argument("--no-docs", action="store_true", help="leave the documentation alone")
    options = parser.parse_args()
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


def _watched(name: str, scale: float) -> Outcome | None:
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    began = time.monotonic()
    with Progress(*columns, console=_CONSOLE, transient=True) as progress:
        progress.add_task(f"{name}: {playbill.summary(name)}", total=None)
        try:
            outcome = playbill.play(name, scale)
        except Exception:  # noqa: BLE001 - the other scenarios are played all the same
            traceback.print_exc()
            return None
    _CONSOLE.rule(f"{name}, {time.monotonic() - began:.0f} s")
    return outcome


def _play(names: Sequence[str], scale: float) -> Iterator[tuple[str, Outcome | None]]:
    for name in names:
        try:
            outcome = _watched(name, scale)
        except KeyboardInterrupt:
            _CONSOLE.print(f"stopped in {name}; what was finished before is kept")
            return
        if outcome is not None:
            _show(outcome)
        yield name, outcome


def main() -> int:
    """Play, print and keep; returns 1 if a scenario failed."""
    options = _options()
    names = options.names or [name for name in playbill.names() if name not in playbill.LONG]
    if options.list:
        print(*(f"{name:14}{playbill.summary(name)}" for name in playbill.names()), sep="\n")
        return 0
    run, played, failed = report.circumstances(options.scale), {}, []
    for name, outcome in _play(names, options.scale):
        if outcome is None:
            failed.append(name)
        else:
            played[name] = report.as_document(outcome, run)
    document = report.load() | played
    report.store(document)
    if not options.no_docs:
        page, pictures = report.PAGE.read_text("utf-8"), plots.draw(document)
        report.PAGE.write_text(report.rewritten(page, document, pictures), "utf-8")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
