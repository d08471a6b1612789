"""The watch over the canary token would notice if somebody betrayed it."""

import base64

import pytest
from canary import CanaryWatch, betrays_canary
from support import ACCOUNT_SID


def _report(**facts: object) -> pytest.TestReport:
    whole = {
        "nodeid": "tests/test_leak.py::test_leak",
        "location": ("tests/test_leak.py", 1, "test_leak"),
        "keywords": {},
        "outcome": "passed",
        "longrepr": None,
        "when": "call",
        **facts,
    }
    return pytest.TestReport(**whole)  # type: ignore[arg-type]  # built from named facts


def test_the_token_itself_is_found(canary: str) -> None:
    """A log line with the token in it betrays it."""
    assert betrays_canary(["all is well", f"Authorization failed for {canary}"])


def test_the_header_is_found(canary: str) -> None:
    """The token is also found in the form in which HTTP Basic carries it."""
    header = base64.b64encode(f"{ACCOUNT_SID}:{canary}".encode()).decode()

    assert betrays_canary([f"Basic {header}"])


def test_harmless_text_is_not_found() -> None:
    """Text without the token betrays nothing."""
    assert not betrays_canary(["Basic bm90aGluZw=="])


def test_captured_output_is_searched(canary: str) -> None:
    """What a passing test printed is searched, and the find names the test."""
    watch = CanaryWatch()

    watch.pytest_runtest_logreport(_report(sections=[("Captured log call", canary)]))

    assert watch.finds == ["tests/test_leak.py::test_leak"]


def test_tracebacks_are_searched(canary: str) -> None:
    """What a failing test shows is searched."""
    watch = CanaryWatch()

    watch.pytest_runtest_logreport(_report(outcome="failed", longrepr=f"headers = {canary!r}"))

    assert watch.finds
