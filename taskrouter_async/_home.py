"""The event loop a live object belongs to.

Futures, tasks and sockets work in one event loop only, and asyncio says so late and unclearly or
not at all. Who holds such things enters its home first.
"""

import asyncio

from taskrouter_async.errors import ClosedError, WrongLoopError


class Home:
    """The event loop of somebody's first use, until it is closed.

    Args:
        owner: What lives here, as a user would call it.
    """

    __slots__ = ("_loop", "_owner", "closed")

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the running loop, which the first caller makes the home's own.

        Raises:
            ClosedError: The owner was closed.
            WrongLoopError: The running loop is another one.
        """
        if self.closed:
            raise ClosedError(f"the {self._owner} is closed")
        running = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = running
        self._refuse_other_than(running)
        return running

    def close(self) -> None:
        """Let nobody enter any more; closing again does nothing.

        Raises:
            WrongLoopError: The running loop is another one, and what lives here cannot be ended
                from it.
        """
        if not self.closed and self._loop is not None:
            self._refuse_other_than(asyncio.get_running_loop())
        self.closed = True

    def _refuse_other_than(self, running: asyncio.AbstractEventLoop) -> None:
        if self._loop is not running:
            raise WrongLoopError(
                f"the {self._owner} belongs to {self._loop!r} and was used in {running!r}: "
                "open one in each event loop"
            )
