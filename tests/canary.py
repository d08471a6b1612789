"""The canary: a token that every test may use and that must not appear anywhere.

Whatever the suite prints, logs or shows in a traceback passes through pytest's reports. They are
searched as they come, and one find fails the whole run.
"""

import base64
import secrets
import warnings
from collections.abc import Iterable

import pytest
from support import ACCOUNT_SID, API_KEY, OTHER_ACCOUNT_SID

CANARY = "canary" + secrets.token_hex(16)


def _disguises() -> tuple[str, ...]:
    pairs = (f"{user}:{CANARY}" for user in (ACCOUNT_SID, OTHER_ACCOUNT_SID, API_KEY))
    return (CANARY, *(base64.b64encode(pair.encode()).decode() for pair in pairs))


def betrays_canary(texts: Iterable[str]) -> bool:
    """Tell whether the token shows in one of the texts, as it is or as a header carries it."""
    return any(disguise in text for text in texts for disguise in _disguises())


class CanaryWatch:
    """Reads every report and fails the run that shows the token."""

    def __init__(self) -> None:
        self.finds: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        texts = [report.longreprtext, *(text for _, text in report.sections)]
        if betrays_canary(texts):
            self.finds.append(report.nodeid)

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, nodeid: str
    ) -> None:
        if betrays_canary([str(warning_message.message)]):
            self.finds.append(nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.finds:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self.finds:
            terminalreporter.write_line(f"the canary token shows in the output of {nodeid}")
