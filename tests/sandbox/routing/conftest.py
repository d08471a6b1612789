"""A floor to play on."""

import pytest
from sandbox.routing.floors import Play


@pytest.fixture
def play() -> Play:
    """A workspace with the usual activities and one channel."""
    return Play()
