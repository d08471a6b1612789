"""An event loop whose time passes at once: hours of timers run in the time that their work takes.

When nothing is ready, an event loop sleeps in its selector until the next timer. This one is given
a selector that does not sleep but lets the loop's clock jump. Nothing else is changed, so tasks,
timers and callbacks are asyncio's own, in asyncio's order.
"""

import asyncio
import functools
import gc
import selectors
import warnings
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class _Jump(selectors.DefaultSelector):
    """A selector that looks and never sleeps; the sleep is handed to the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is ready and no timer is set: this would wait for ever")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at 0.

    What comes from outside, such as sockets and threads, has no place in that time.

    Attributes:
        complaints: What asyncio would have logged, such as exceptions that nobody retrieved.
    """

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)
        self.complaints: list[str] = []
        self.set_exception_handler(lambda _, context: self.complaints.append(str(context)))

    def time(self) -> float:
        """Return the seconds that have passed in here."""
        return self._jump.now

    def hold_up(self, seconds: float) -> None:
        """Let time pass while nothing can run, as a function does that never awaits."""
        self._jump.now += seconds


def virtual_loop() -> VirtualLoop:
    """Return the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop


def _clear_away_what_others_left() -> None:
    # A test that ran before in this process may have left a loop open: that is not this one's.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in a virtual loop; it fails if it leaves a task or a complaint behind."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        _clear_away_what_others_left()
        loop = VirtualLoop()
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(test(*args, **kwargs))
            left_behind = asyncio.all_tasks(loop)
            gc.collect()  # an exception that nobody retrieved complains when it is collected
        assert not left_behind
        assert not loop.complaints

    return run
