"""Statistics handles whose figures, delays and failures a test decides."""

import asyncio
from collections.abc import Awaitable, Callable

from attrs import field, frozen
from fakes import STATUS

from taskrouter_async.models import Cached, CacheStatus


@frozen
class Figures:
    """What there is to know."""

    waiting: int = 0
    working: int = 0
    raw: bytes = field(default=b"", eq=False)


class Handle:
    """Remembers when it was asked, and answers with figures that count up.

    Args:
        answer: What happens when it is asked for the n-th time, from 0 up; nothing by default.
            A number it returns is the waiting figure.
        age: Seconds by which the answers are older than the asking.
    """

    def __init__(
        self, answer: Callable[[int], Awaitable[int | None]] | None = None, age: float = 0.0
    ) -> None:
        self._answer = answer
        self.age = age
        self.error: Exception | None = None
        self.moments: list[float] = []
        self.max_ages: list[float | None] = []
        self.cancelled = 0

    async def fetch_cached(self, *, max_age: float | None) -> Cached[Figures]:
        """Answer as the test has planned."""
        asked_at = asyncio.get_running_loop().time()
        self.moments.append(asked_at)
        self.max_ages.append(max_age)
        turn = len(self.moments) - 1
        try:
            waiting = None if self._answer is None else await self._answer(turn)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        age = asyncio.get_running_loop().time() - asked_at + self.age
        return Cached(Figures(turn if waiting is None else waiting), status(age, self.error))


def status(age: float = 0.0, error: Exception | None = None) -> CacheStatus:
    """Return how an answer was served."""
    return CacheStatus(
        hit=False,
        age=age,
        ttl=STATUS.ttl - age,
        source="origin",
        stored=True,
        collapsed=False,
        error=error,
    )


def always(error: Exception) -> Callable[[int], Awaitable[int]]:
    """Return an answer that is an error each time."""

    async def answer(turn: int) -> int:
        raise error

    return answer


async def never(turn: int) -> int:
    """Answer never."""
    await asyncio.Event().wait()
    raise AssertionError("an event that nobody sets")


def after(seconds: float) -> Callable[[int], Awaitable[None]]:
    """Return an answer that takes its time."""

    async def answer(turn: int) -> None:
        await asyncio.sleep(seconds)

    return answer
