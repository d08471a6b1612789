"""Where and how long a live object lives: its event loop, its process, and its end.

Futures, tasks and sockets work in one event loop only, and asyncio says so late and unclearly or
not at all. A forked child has copies of all of them, and its parent's connections among them: what
it did there would be done to the parent. Who holds such things enters its home first.
"""

import asyncio
import os
from collections.abc import Callable
from typing import NoReturn

from taskrouter_async.errors import ClosedError, ForkedError, WrongLoopError

_forks = 0


def _count_fork() -> None:
    global _forks  # noqa: PLW0603 - one process, one count; asking for its id costs a system call
    _forks += 1


def _never(*, after_in_child: Callable[[], None]) -> None:
    """Stand in for `os.register_at_fork` where no process can be forked."""


getattr(os, "register_at_fork", _never)(after_in_child=_count_fork)


class Home:
    """The event loop and the process of somebody's first use, until it is closed.

    Args:
        owner: What lives here, as a user would call it.
    """

    __slots__ = ("_forks", "_loop", "_owner", "closed")

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forks = 0
        self.closed = False

    @property
    def forked(self) -> bool:
        """Whether this is the copy of a home that a parent process lives in."""
        return self._loop is not None and self._forks != _forks

    def enter(self) -> asyncio.AbstractEventLoop:
        """Return the running loop, which the first caller makes the home's own.

        Raises:
            ClosedError: The owner was closed.
            ForkedError: The owner was used before this process was forked off.
            WrongLoopError: The running loop is another one.
        """
        if self.closed:
            raise ClosedError(f"the {self._owner} is closed")
        if self._loop is None:
            self._loop, self._forks = asyncio.get_running_loop(), _forks
        # The process first: in a child, asyncio may not know what is running.
        elif self._forks != _forks or asyncio.get_running_loop() is not self._loop:
            self._refuse()
        return self._loop

    def close(self) -> None:
        """Let nobody enter any more; closing again does nothing.

        Raises:
            ForkedError: What lives here is the parent process's, and cannot be ended from here.
            WrongLoopError: The running loop is another one, and what lives here cannot be ended
                from it.
        """
        if not self.closed and self._loop is not None:
            self.enter()
        self.closed = True

    def _refuse(self) -> NoReturn:
        if self._forks != _forks:
            raise ForkedError(
                f"the {self._owner} was used before this process was forked off: "
                "open one in each process"
            )
        raise WrongLoopError(
            f"the {self._owner} belongs to {self._loop!r} and was used in "
            f"{asyncio.get_running_loop()!r}: open one in each event loop"
        )
