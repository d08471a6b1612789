"""What the README promises is held up by tests that exist."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SECTION: Final = re.compile(r"^## What it promises\n(.*?)^## ", re.MULTILINE | re.DOTALL)
ITEM: Final = re.compile(r"^\d+\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::((?:\w+::)?test_\w+)`")
ENDING: Final = re.compile(rf"\.(?:\s+{TEST.pattern})+\s*\Z")


def promises() -> list[str]:
    """Return the items of the README's list."""
    (section,) = SECTION.findall((ROOT / "README.md").read_text("utf-8"))
    return ITEM.findall(section)


def names_of(file: str) -> set[str]:
    """Return the tests of a file; those of a class with its name before theirs."""
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    within = {f"{node.name}::{name}" for node in classes for name in _functions(node.body)}
    return _functions(tree.body) | within


def _functions(body: list[ast.stmt]) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in body if isinstance(node, kinds)}


def test_there_are_eleven() -> None:
    """The list has eleven promises."""
    assert len(promises()) == 11


def test_each_ends_with_its_tests() -> None:
    """A promise is a text, and behind it nothing but tests."""
    assert [promise for promise in promises() if not ENDING.search(promise)] == []


def test_their_tests_exist() -> None:
    """Each test that is named can be found where it is said to be."""
    named = [match for promise in promises() for match in TEST.findall(promise)]
    assert [f"{file}::{name}" for file, name in named if name not in names_of(file)] == []
