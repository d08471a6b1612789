"""Contestants that take turns, and what is said about them: tables, facts, and targets.

Machines differ and have moods. So contestants play short rounds in an order by chance, all in one
run, and what counts is the ratio of neighbours in time: each round of a contestant is divided by
the same round of the one that it is compared with. The median of these ratios is the result, and
the middle half of them its spread.
"""

import asyncio
import gc
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Final, TypeAlias, TypeVar

from attrs import field, frozen

Cell: TypeAlias = str | int | float
Round: TypeAlias = Callable[[], float]
T = TypeVar("T")
Samples: TypeAlias = Mapping[str, Sequence[float]]

_SEED: Final = 8


class CannotPlayError(Exception):
    """A scenario needs something that is not there."""


@frozen
class Table:
    """Something to look at.

    Attributes:
        title: What it shows.
        columns: The names of its columns; the first holds who or what.
        rows: Its rows, a cell for each column.
        note: How it was measured, in a sentence or two.
        samples: What each contestant needed in each round, where there were rounds.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    samples: Samples = field(factory=dict)


@frozen
class Target:
    """What was wished for, and what came of it.

    Attributes:
        what: What is measured.
        wanted: The most or the least it should be.
        got: What it is.
        at_least: Whether ``wanted`` is the least and not the most.
    """

    what: str
    wanted: float
    got: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the wish came true."""
        return self.got >= self.wanted if self.at_least else self.got <= self.wanted


@frozen
class Outcome:
    """What a scenario found.

    Attributes:
        tables: What to look at.
        targets: What was wished for, and what came of it.
    """

    tables: tuple[Table, ...]
    targets: tuple[Target, ...] = ()


@frozen
class Spread:
    """The middle of some figures, and how far apart they are.

    Attributes:
        median: Half are below.
        low: A quarter is below.
        high: A quarter is above.
    """

    median: float
    low: float
    high: float


def spread(figures: Sequence[float]) -> Spread:
    """Return the middle and the quartiles of at least two figures."""
    low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
    return Spread(median, low, high)


@contextmanager
def opened(runner: asyncio.Runner, opening: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Open clients in a loop for as long as rounds are played there, and close them there."""
    yielded = runner.run(opening.__aenter__())
    try:
        yield yielded
    finally:
        runner.run(opening.__aexit__(None, None, None))


def take_turns(contestants: Mapping[str, Round], rounds: int) -> dict[str, list[float]]:
    """Let each contestant play so many rounds, in an order by chance each time.

    What was imported is hidden from the garbage collector meanwhile: it would look through the
    largest package's objects in everybody's rounds.

    Args:
        contestants: Plays one round and returns what it cost, by name.
        rounds: How many rounds, 2 or more; one before them does not count.
    """
    chance = random.Random(_SEED)
    costs: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    gc.freeze()
    for number in range(rounds + 1):
        for name in chance.sample(list(contestants), len(contestants)):
            gc.collect()
            cost = contestants[name]()
            if number:
                costs[name].append(cost)
    gc.unfreeze()
    return costs


def ratio(samples: Samples, name: str, base: str) -> Spread:
    """Return how much more a contestant needed than another, round by round."""
    return spread([ours / least for ours, least in zip(samples[name], samples[base], strict=True)])


def compared(title: str, unit: str, samples: Samples, *, base: str, note: str = "") -> Table:
    """Return a table of contestants beside one of them.

    Args:
        title: What it shows.
        unit: What a round's cost is counted in.
        samples: What each contestant needed in each round.
        base: With whom all are compared.
        note: How it was measured.
    """
    rows = []
    for name in samples:
        needed, times = spread(samples[name]), ratio(samples, name, base)
        apart = f"{times.low:.2f}-{times.high:.2f}"
        rows.append((name, round(needed.median, 3), round(times.median, 2), apart))
    columns = ("", unit, f"÷ {base}", "middle half")
    return Table(title, columns, tuple(rows), note, samples)
