"""A workspace to talk to and to play in."""

from typing import TYPE_CHECKING

import pytest
from sandbox.routing.floors import Play
from sandbox.statistics.scenes import Scene

if TYPE_CHECKING:
    from sandbox.conftest import Api


@pytest.fixture
def play() -> Play:
    """A workspace without an API."""
    return Play()


@pytest.fixture
def scene(api: "Api") -> Scene:
    """A workspace behind its API."""
    return Scene(api)
