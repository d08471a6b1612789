"""An event loop in virtual time that says when everybody has come to rest.

As in `virtual_loop`, the clock jumps to the next timer where other loops would sleep. Just before
it does, nothing is ready to run: whoever was woken up has acted upon it, and what must always hold
can be looked at, without anybody being in the middle of something.
"""

import asyncio
import selectors
from collections.abc import Callable


class _Jump(selectors.DefaultSelector):
    """A selector that never sleeps, nor looks at sockets: there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.at_rest: Callable[[], None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is ready and no timer is set: this would wait for ever")
        if timeout > 0:
            self.at_rest()
            self.now += timeout
        return []


class RestingLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at 0.

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

    def call_at_rest(self, look: Callable[[], None]) -> None:
        """Let this be called whenever time is about to pass; what it raises ends the run."""
        self._jump.at_rest = look
