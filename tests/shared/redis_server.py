"""A redis-server of the suite's own, on a free port of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress

import pytest

REDIS = shutil.which("redis-server")
_REQUIRED = os.environ.get("TASKROUTER_REQUIRE_REDIS") == "1"
_PATIENCE_SECONDS = 10.0


def need_redis() -> None:
    """Skip a test where there is no redis-server, or fail it where there has to be one."""
    if REDIS is None and _REQUIRED:
        pytest.fail("TASKROUTER_REQUIRE_REDIS is 1, and redis-server is not on the PATH")
    if REDIS is None:
        pytest.skip("redis-server is not on the PATH")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """A server that keeps nothing on disk; it can be stopped, frozen, and started again, empty.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        own = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [REDIS or "redis-server", *own, *self._options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while not self._listens():
            if time.monotonic() > give_up_at:
                raise TimeoutError("redis-server does not listen")
            time.sleep(0.01)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5) as wire:
            wire.sendall(b"PING\r\n")
            return wire.recv(1) in {b"+", b"-"}
        return False

    def freeze(self) -> None:
        """Let it answer nobody, as on a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def tell(self, *command: str) -> str:
        """Carry out a command in a connection of its own; return the first line of the answer."""
        words = [f"${len(word.encode())}\r\n{word}\r\n" for word in command]
        with socket.create_connection(("127.0.0.1", self.port), 2.0) as wire:
            wire.sendall(f"*{len(words)}\r\n{''.join(words)}".encode())
            with wire.makefile("rb") as answer:
                return answer.readline().decode().strip()
