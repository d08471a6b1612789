"""A process of its own for whatever must not meet what was imported and allocated before."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE_SECONDS: Final = 1.0


def apart(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Call a function of a module in a fresh process; returns what it returns.

    Ctrl-C comes to the calling process alone, and is handed on; without that the executor would
    wait until the function returns.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=os.setpgrp) as process:
        leader = process.submit(os.getpid).result()
        running = process.submit(function, *arguments, **named)
        try:
            return running.result()
        except KeyboardInterrupt:
            _end(leader, running)
            raise


def _end(leader: int, running: Future[T]) -> None:
    """Let a process put things away, then end it and all that it started."""
    os.kill(leader, signal.SIGINT)
    wait([running], timeout=_PATIENCE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
