"""How many worlds are simulated, and which."""

import logging
from collections.abc import Iterator
from typing import Final

import pytest

_WORLDS: Final = 60
_WORLDS_PER_TEST: Final = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run look longer, or play one world again."""
    parser.addoption("--seeds", type=int, help="how many worlds to simulate")
    parser.addoption("--seed", type=int, help="the one world to simulate")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the worlds out among tests, and thus among cores."""
    if "seeds" not in metafunc.fixturenames:
        return
    # Where these tests run among all others, this file is read too late for its options.
    worlds: int = metafunc.config.getoption("seeds", None) or _WORLDS
    shares = [
        range(first, min(first + _WORLDS_PER_TEST, worlds))
        for first in range(0, worlds, _WORLDS_PER_TEST)
    ]
    seed: int | None = metafunc.config.getoption("seed", None)
    if seed is not None:
        shares = [range(seed, seed + 1)]
    metafunc.parametrize("seeds", shares, ids=[f"{each[0]}-{each[-1]}" for each in shares])


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Keep no record of what thousands of failing calls log; it takes as long as they do."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)
