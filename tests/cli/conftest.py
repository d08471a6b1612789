"""What the tests of the command line share: an environment that says nothing."""

import pytest

VARIABLES = (
    *("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"),
    *("TWILIO_REGION", "TWILIO_EDGE", "TASKROUTER_BASE_URL"),
    # These make rich take a pipe for a terminal.
    *("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
)


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor wishes about terminals reach a test from outside."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
