"""What becomes of the figures: a file, and blocks of a page."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.harness import Cell, Outcome, Table, Target

OUTCOME = Outcome(
    (Table("A hit", ("", "ns"), (("kept", 1234.5), ("whole", 5)), "Of 9.", {"kept": [1.23456]}),),
    (Target("kept ÷ nothing", 5.0, 4.0), Target("whole ÷ nothing", 20.0, 25.0)),
)
RUN: report.Document = {"date": "2026-01-05", "python": "3.13", "machine": "one", "scale": 0.5}
PAGE = """# Costs

<!-- figures: hit -->
old
<!-- end of figures -->

Between.

<!-- figures: miss -->
stays
<!-- end of figures -->
"""


def test_a_block_is_replaced_between_its_own_markers() -> None:
    """What stands around it stays, other blocks too; doing it again changes nothing."""
    page = report.replaced(PAGE, "hit", r"new \1")
    assert "<!-- figures: hit -->\n\nnew \\1\n\n<!-- end of figures -->\n\nBetween." in page
    assert "old" not in page
    assert "stays" in page
    assert report.replaced(page, "hit", r"new \1") == page


def test_a_page_without_the_marker_stays_as_it_is() -> None:
    """Not every scenario has a place on the page."""
    assert report.replaced(PAGE, "soak", "new") == PAGE


def test_tables_and_targets_find_their_places() -> None:
    """A page gets the table with its note and its date, and each scenario's targets."""
    document = {"hit": report.as_document(OUTCOME, RUN)}
    page = report.rewritten(PAGE + "<!-- figures: targets -->\n<!-- end of figures -->\n", document)
    assert (
        "**A hit**\n\n|  | ns |\n| --- | ---: |\n| kept | 1,234 |\n| whole | 5 |\n\nOf 9." in page
    )
    assert "Measured on 2026-01-05: Python 3.13, one. A short run, of scale 0.5." in page
    assert "| hit | kept ÷ nothing | at most 5.00 | 4.00 | met |" in page
    assert "| hit | whole ÷ nothing | at most 20.0 | 25.0 | **missed** |" in page


def test_the_file_keeps_all_rounds_in_short_lines(tmp_path: Path) -> None:
    """What is stored is loaded again, with four digits a round."""
    path = tmp_path / "results" / "latest.json"
    assert report.load(path) == {}
    document = {"hit": report.as_document(OUTCOME, RUN)}
    report.store(document, path)
    assert report.load(path)["hit"]["tables"][0]["samples"] == {"kept": [1.235]}
    assert '"kept": [1.235]' in path.read_text("utf-8")


def test_cells_have_three_digits_that_mean_something() -> None:
    """Neither more than anybody measured, nor less than is needed to compare."""
    cells: dict[Cell, str] = {
        "a": "a",
        12345: "12,345",
        1234.5: "1,234",
        43.21: "43.2",
        1.2345: "1.23",
        0.012345: "0.0123",
    }
    assert {cell: report.text_of(cell) for cell in cells} == cells


def test_a_picture_stands_above_the_tables_and_says_what_it_shows() -> None:
    """Where a scenario has one, its block begins with it; its words are those of the picture."""
    document = {"hit": report.as_document(OUTCOME, RUN)}
    page = report.rewritten(PAGE, document)
    assert "<!-- figures: hit -->\n\n```{image} /_static/performance-hit.svg\n:alt: " in page
    assert "CPU time of a call that is answered from memory, in ns, logarithmic, drawn as" in page


def test_a_page_says_of_which_commit_its_figures_are() -> None:
    """A run that knows its commit tells it with its date."""
    document = {"hit": report.as_document(OUTCOME, {**RUN, "commit": "1a2b3c4 with changes"})}
    page = report.rewritten(PAGE, document)
    assert "Measured on 2026-01-05, commit 1a2b3c4 with changes: Python 3.13, one." in page


def _git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
    # Within a hook, the environment would lead to another repository.
    env = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    run = ["git", *who, *arguments]
    return subprocess.run(
        run, cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_commit_is_told_with_whether_files_were_changed_since(tmp_path: Path) -> None:
    """Figures of a tree that no commit holds must not pass for those of the commit."""
    file = tmp_path / "file"
    file.write_text("old")
    _git(tmp_path, "init")
    _git(tmp_path, "add", "file")
    _git(tmp_path, "commit", "-m", "first")
    short = _git(tmp_path, "rev-parse", "--short", "HEAD").strip()
    assert report.commit(tmp_path) == short
    file.write_text("new and longer")
    assert report.commit(tmp_path) == f"{short} with changes"


def test_where_git_knows_nothing_the_commit_is_unknown(tmp_path: Path) -> None:
    """A copy without its history can be measured too."""
    assert report.commit(tmp_path) == "unknown"


def test_the_page_shows_the_figures_of_the_file() -> None:
    """What the documentation says was measured is what is kept."""
    page = report.PAGE.read_text("utf-8")
    assert report.rewritten(page, report.load()) == page
