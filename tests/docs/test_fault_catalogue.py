"""The page of faults is what the tests of the faults say."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

GENERATOR = Path(__file__).parents[2] / "docs" / "fault_catalogue.py"


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    """The program that writes the page."""
    spec = importlib.util.spec_from_file_location("fault_catalogue", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(catalogue: ModuleType) -> None:
    """Written anew, it is what the page shows."""
    shown = catalogue.PAGE.read_text("utf-8")
    assert shown == catalogue.page(), "run `python docs/fault_catalogue.py` to renew the page"


def test_every_case_has_its_own_number(catalogue: ModuleType) -> None:
    """No two tests claim the same case, and a case with parts has no test without a letter."""
    names = [(case.number, case.letter) for case in catalogue.cases()]
    assert [name for name, tests in Counter(names).items() if tests > 1] == []
    parted = {number for number, letter in names if letter}
    assert [number for number, letter in names if not letter and number in parted] == []


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("7. It holds.", (7, "", "It holds.")),
        ("21b. It holds\nas well.", (21, "b", "It holds as well.")),
        ("21b. It holds.\n\nMore of it.", (21, "b", "It holds.")),
        ("It holds 7. times.", None),
        ("", None),
    ],
)
def test_the_number_comes_first(
    catalogue: ModuleType, docstring: str, expected: tuple[int, str, str] | None
) -> None:
    """A case is a docstring that begins with a number; its first paragraph is the promise."""
    case = catalogue.case_of("test", docstring)
    assert (case and (case.number, case.letter, case.promise)) == expected
