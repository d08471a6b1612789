"""What becomes of the figures: a file, and blocks of a page."""

from pathlib import Path

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
    """A page gets the table with its note and its date, and each target, met or missed."""
    document = {"hit": report.as_document(OUTCOME, RUN)}
    page = report.rewritten(PAGE + "<!-- figures: targets -->\n<!-- end of figures -->\n", document)
    assert (
        "**A hit**\n\n|  | ns |\n| --- | ---: |\n| kept | 1,234 |\n| whole | 5 |\n\nOf 9." in page
    )
    assert "Measured on 2026-01-05: Python 3.13, one. A short run, of scale 0.5." in page
    assert "| kept ÷ nothing | at most 5.00 | 4.00 | met |" in page
    assert "| whole ÷ nothing | at most 20.0 | 25.0 | **missed** |" in page


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


def test_a_picture_stands_above_the_tables() -> None:
    """Where a scenario has one, its block begins with it."""
    document = {"hit": report.as_document(OUTCOME, RUN)}
    page = report.rewritten(PAGE, document, ["hit"])
    assert "<!-- figures: hit -->\n\n```{image} /_static/performance-hit.svg\n:alt: A hit" in page
