"""The board: many workspaces as a live table in a terminal, and as plain lines elsewhere."""

import asyncio
from io import StringIO
from itertools import count

import pytest
from rich.console import Console
from support import WORKSPACE_SID, Clock

from taskrouter_async.cli.board import Board
from taskrouter_async.models import (
    ActivityStatistic,
    Cached,
    CacheStatus,
    TasksByStatus,
    WorkspaceRealTimeStatistics,
)

SHORT = "WS1111…1111"


def cached(*activities: str, age: float = 0.0) -> Cached[WorkspaceRealTimeStatistics]:
    """Return statistics with these activities, two workers in each."""
    statistics = WorkspaceRealTimeStatistics(
        account_sid="AC" + "a" * 32,
        workspace_sid=WORKSPACE_SID,
        tasks_by_status=TasksByStatus({"pending": 14, "reserved": 1, "assigned": 3, "wrapping": 2}),
        longest_task_waiting_age=65,
        activity_statistics=tuple(
            ActivityStatistic(sid="WA", friendly_name=name, workers=2) for name in activities
        ),
    )
    status = CacheStatus(hit=False, age=age, ttl=5.0, source="origin", stored=True, collapsed=False)
    return Cached(statistics, status)


def drawn(board: Board, width: int = 80) -> list[str]:
    """Return the table as a terminal of this width shows it."""
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        console.print(board.table("the title"))
    return [line.rstrip().replace("\N{NO-BREAK SPACE}", " ") for line in capture.get().splitlines()]


async def shown(board: Board, console: Console, enough: str) -> str:
    """Display the board until this text appears; return all that was written."""
    output = console.file
    assert isinstance(output, StringIO)
    ticks = count()
    display = asyncio.create_task(board.display(console, lambda: f"redraw {next(ticks)}", 0.01))
    async with asyncio.timeout(10):
        while enough not in output.getvalue():
            await asyncio.sleep(0.01)
    display.cancel()
    with pytest.raises(asyncio.CancelledError):
        await display
    return output.getvalue()


def test_a_line_tells_all_about_a_workspace() -> None:
    """Outside a terminal a workspace is one line that names each figure."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Offline", "Available"))

    (line,) = board.lines()

    assert line == (
        f"{SHORT}  pending 14  reserved 1  assigned 3  wrapping 2  "
        "longest wait 65 s  age 0.0 s  workers Offline 2, Available 2"
    )


def test_a_workspace_that_was_never_seen_has_no_line() -> None:
    """There is nothing to say about a workspace before its first figures."""
    assert list(Board([WORKSPACE_SID]).lines()) == []


def test_figures_grow_old() -> None:
    """The age is the cache's at the moment of serving and what has passed since."""
    clock = Clock()
    board = Board([WORKSPACE_SID], clock)
    board.show(WORKSPACE_SID, cached(age=1.5))

    clock.advance(2.25)

    assert "age 3.8 s" in next(board.lines())


def test_trouble_stands_beside_the_last_figures() -> None:
    """What keeps a workspace from newer figures is told behind the old ones."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Available"))

    board.mark(WORKSPACE_SID, "the line is dead")

    assert next(board.lines()).endswith("workers Available 2 (the line is dead)")
    assert drawn(board, width=120)[-2].endswith("Available 2")
    assert drawn(board, width=120)[-1].endswith("the line is dead")


def test_new_figures_end_the_trouble() -> None:
    """A workspace that answers again is as good as new."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached())
    board.mark(WORKSPACE_SID, "the line is dead")

    board.show(WORKSPACE_SID, cached())

    assert "dead" not in next(board.lines())


def test_there_is_no_trouble_without_figures() -> None:
    """A workspace that was never seen has nothing that trouble could stand beside."""
    board = Board([WORKSPACE_SID])

    board.mark(WORKSPACE_SID, "the line is dead")

    assert list(board.lines()) == []


def test_the_table_names_its_columns() -> None:
    """In a wide terminal each workspace is one row under named columns."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Offline", "Available", "Unavailable"))

    title, *header, _, row = drawn(board, width=120)

    assert title == "the title"
    assert " ".join(header).split() == [
        *("Longest", "Workspace", "Pending", "Reserved", "Assigned", "Wrapping", "wait", "Age"),
        "Workers",
    ]
    assert row.split(maxsplit=9) == [
        *(SHORT, "14", "1", "3", "2", "65", "s", "0.0", "s"),
        "Offline 2, Available 2, Unavailable 2",
    ]


def test_eighty_columns_are_enough() -> None:
    """At 80 columns nothing is cut: the workers are stacked, one activity below the other."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Offline", "Available", "Unavailable"))

    lines = drawn(board)

    assert all(len(line) <= 80 for line in lines)
    assert "WS1111…1111      14        1        3        2    65 s 0.0 s Offline 2," in lines
    assert [line.strip() for line in lines[-2:]] == ["Available 2,", "Unavailable 2"]


def test_a_workspace_that_was_never_seen_has_an_empty_row() -> None:
    """The table lists what was asked for from the start, in that order."""
    other = "WS" + "2" * 32
    board = Board([other, WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached())

    assert [line.split()[0] for line in drawn(board)[-2:]] == ["WS2222…2222", SHORT]
    assert drawn(board)[-2].split() == ["WS2222…2222"]


def test_names_are_no_markup() -> None:
    """What looks like rich's markup in an activity's name or an error is shown as it is."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("[/red]Break"))
    board.mark(WORKSPACE_SID, "[bold]no[/]")

    assert drawn(board)[-2].endswith("[/red]Break 2")
    assert drawn(board)[-1].endswith("[bold]no[/]")


async def test_lines_are_shown_again_and_again() -> None:
    """Outside a terminal the lines come every so many seconds, unbroken and without colour."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("[/red]Break"))
    console = Console(file=StringIO(), width=20)

    output = await shown(board, console, "Break 2\n" + SHORT)

    assert "\x1b" not in output
    for line in output.splitlines():
        assert line.startswith(f"{SHORT}  pending 14  reserved 1")
        assert line.endswith("workers [/red]Break 2")


async def test_the_table_is_redrawn_in_a_terminal() -> None:
    """In a terminal the table stays in its place and is drawn anew, title included."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Available"))
    console = Console(file=StringIO(), force_terminal=True, width=100)

    output = await shown(board, console, "redraw 2")

    assert "redraw 0" in output
    assert SHORT in output
    for column in ("Workspace", "Pending", "Reserved", "Assigned", "Wrapping", "Age", "Workers"):
        assert column in output


async def test_a_terminal_that_cannot_redraw_gets_lines() -> None:
    """A dumb terminal has no cursor to move: it is served like a pipe."""
    board = Board([WORKSPACE_SID])
    board.show(WORKSPACE_SID, cached("Available"))
    console = Console(file=StringIO(), force_terminal=True, _environ={"TERM": "dumb"})

    output = await shown(board, console, "Available 2\n")

    assert f"{SHORT}  pending 14" in output
    assert "redraw" not in output
