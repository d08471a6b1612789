"""What all tests share: the watch over the canary token."""

import pytest
from canary import CANARY, CanaryWatch


def pytest_configure(config: pytest.Config) -> None:
    """Let the watch read every report."""
    config.pluginmanager.register(CanaryWatch(), "canary-watch")


@pytest.fixture
def canary() -> str:
    """A secret that the suite must keep."""
    return CANARY
