"""Write ``docs/reference/faults.md`` anew, from the docstrings of the tests in ``tests/faults``.

A test of a case begins its docstring with the case's number: ``21b. What is promised.``
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

TESTS: Final = Path(__file__).parents[1] / "tests" / "faults"
PAGE: Final = Path(__file__).parent / "reference" / "faults.md"

# Each chapter begins with a case and ends before the next one's.
CHAPTERS: Final = {
    1: "Reaching the service",
    21: "The head of an answer",
    39: "The body of an answer",
    66: "Statuses and retries",
    85: "Listings",
    93: "Cancelling, closing, and the program around",
    106: "The cache",
    118: "Polling and fairness",
    128: "Input and secrets",
}
_INTRODUCTION: Final = """\
# Faults

What can go wrong between a program and the service, and what is promised for each case. Every row
is a test in `tests/faults` that plays the fault, most of them byte by byte on real sockets. After
each of these tests nothing may be left behind: no task, no connection in use, no permit, no
exception that nobody retrieved; and no error that was caught may show a credential.

{{doc}}`/explanation/reliability` tells the rules behind the cases. Numbers are names: some stand
for faults of things that this library does not have. These are {cases} cases in {tests} tests.
"""
_CASE: Final = re.compile(r"(?P<number>\d+)(?P<letter>[a-z]?)\. (?P<promise>.+)", re.DOTALL)


@frozen(order=True)
class Case:
    """What one test shows.

    Attributes:
        number: The case's.
        letter: Which part of it; empty if there is only one.
        promise: What holds, in a sentence.
        test: The file and the function.
    """

    number: int
    letter: str
    promise: str
    test: str


def case_of(test: str, docstring: str) -> Case | None:
    """Return the case that a test's docstring names, if it names one."""
    match = _CASE.fullmatch(docstring.partition("\n\n")[0])
    if match is None:
        return None
    promise = " ".join(match["promise"].split())
    return Case(int(match["number"]), match["letter"], promise, test)


def cases() -> list[Case]:
    """Return all cases in their order."""
    return sorted(case for path in TESTS.glob("test_*.py") for case in _cases_in(path))


def _cases_in(path: Path) -> Iterator[Case]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            case = case_of(f"{path.name}::{node.name}", ast.get_docstring(node) or "")
            if case is not None:
                yield case


def _row(case: Case) -> str:
    # Code in a docstring stands in two backticks, which Markdown reads as well.
    promise = case.promise.replace("|", r"\|")
    return f"| {case.number}{case.letter} | {promise} | `{case.test}` |"


def _chapter(title: str, chosen: Iterable[Case]) -> str:
    head = ["| Case | What is promised | Test |", "|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *map(_row, chosen), ""])


def page() -> str:
    """Return the page."""
    every = cases()
    numbers = len({case.number for case in every})
    parts = [_INTRODUCTION.format(cases=numbers, tests=len(every))]
    bounds = [*CHAPTERS, float("inf")]
    for (first, title), end in zip(CHAPTERS.items(), bounds[1:], strict=True):
        chosen = [case for case in every if first <= case.number < end]
        if chosen:
            parts.append(_chapter(title, chosen))
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
