"""Commands in processes of their own, and what they print."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select

PATIENCE_SECONDS = 30


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C mean what it means in a terminal, in this process and in those begun here.

    Who starts a test run in the background makes it deaf to Ctrl-C, and its children with it.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def taskrouter(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command; whatever is left of it ends with the block."""
    command = [sys.executable, "-m", "taskrouter_async", *arguments]
    pipe = subprocess.PIPE
    with interruptible(), subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class OnScreen:
    """A command that runs in a terminal, and what it writes there."""

    def __init__(self, process: "subprocess.Popen[bytes]", screen: int) -> None:
        self._process = process
        self._screen = screen

    def read_until(self, text: str) -> str:
        """Return what is written up to this text, and what came with it."""
        written = b""
        while text.encode() not in written:
            written += self._read()
        return written.decode(errors="replace")

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what is written from now on."""
        self._process.send_signal(signal.SIGINT)
        written = b""
        # To read from a terminal whose last process has ended is an error.
        with suppress(OSError):
            while piece := self._read():
                written += piece
        return self._process.wait(PATIENCE_SECONDS), written.decode(errors="replace")

    def _read(self) -> bytes:
        ready, _, _ = select([self._screen], [], [], PATIENCE_SECONDS)
        assert ready, "the terminal stays silent"
        return os.read(self._screen, 65536)


@contextmanager
def taskrouter_on_screen(*arguments: str) -> Iterator[OnScreen]:
    """Run a command in a terminal of 80 columns; whatever is left of it ends with the block."""
    screen, terminal = os.openpty()
    command = [sys.executable, "-m", "taskrouter_async", *arguments]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    with (
        interruptible(),
        subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment) as process,
    ):
        os.close(terminal)
        try:
            yield OnScreen(process, screen)
        finally:
            process.kill()
            os.close(screen)


def first_line(process: "subprocess.Popen[str]") -> str:
    """Wait for the first line that a command prints."""
    assert process.stdout
    return process.stdout.readline()


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Press Ctrl-C; return the exit code, and what was printed since on each stream."""
    assert process.stdout
    assert process.stderr
    process.send_signal(signal.SIGINT)
    output, errors = process.stdout.read(), process.stderr.read()
    return process.wait(PATIENCE_SECONDS), output, errors
