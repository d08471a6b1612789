"""What all tests share: the watch over the canary token."""

import pytest
from canary import CANARY, CanaryWatch

# Needs the vendor's own document, so it runs only where it is named: `nox -s spec`.
collect_ignore = ["spec"]


def pytest_configure(config: pytest.Config) -> None:
    """Let the watch read every report."""
    config.pluginmanager.register(CanaryWatch(), "canary-watch")


@pytest.fixture
def canary() -> str:
    """A secret that the suite must keep."""
    return CANARY
