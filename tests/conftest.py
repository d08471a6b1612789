"""What all tests share: the watch over the canary token, and how long hypothesis looks."""

import gc
import os

import pytest
from canary import CANARY, CanaryWatch
from hypothesis import settings

# Needs the vendor's own document, so it runs only where it is named: `nox -s spec`.
collect_ignore = ["spec"]

# What failed is printed so that it can be played again. The nightly profile looks longer. No
# example has to be quick: what else the machine does decides that.
settings.register_profile("normal", print_blob=True, deadline=None)
settings.register_profile("nightly", print_blob=True, max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))


def pytest_configure(config: pytest.Config) -> None:
    """Let the watch read every report."""
    config.pluginmanager.register(CanaryWatch(), "canary-watch")


@pytest.fixture(scope="module", autouse=True)
def _frozen() -> None:
    """Spare the collector what was there before: many tests collect, and look for leftovers.

    Whatever thaws it makes each of them look through half a million objects.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def canary() -> str:
    """A secret that the suite must keep."""
    return CANARY
