"""Addresses at which it goes wrong before anything is said, and resolvers that lead there."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from taskrouter_async import SessionPool

_CALLERS: Final = 8


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port at which nobody listens, so that nobody else does either."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def full_backlog() -> Iterator[int]:
    """Hold a port whose queue is full: the kernel lets connections to it hang."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        callers = [socket.socket() for _ in range(_CALLERS)]
        for caller in callers:
            caller.setblocking(False)  # noqa: FBT003 - the standard library's signature
            caller.connect_ex(full.getsockname())
        yield full.getsockname()[1]
        for caller in callers:
            caller.close()


Address: TypeAlias = tuple[str, int]
Resolution: TypeAlias = list[Address] | Exception | None


class ScriptedResolver(AbstractResolver):
    """A resolver that answers in turn; the last answer repeats.

    Args:
        script: For each look-up the addresses with their ports, an exception to raise, or ``None``
            to leave it without an answer.

    Attributes:
        asked: The names that were looked up.
        given_up: How many look-ups were cancelled.
    """

    def __init__(self, *script: Resolution) -> None:
        self._script = script
        self.asked: list[str] = []
        self.given_up = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        step = self._script[min(len(self.asked), len(self._script) - 1)]
        self.asked.append(host)
        if isinstance(step, Exception):
            raise step
        if step is None:
            await self._hang()
        return [_result(host, address) for address in step or ()]

    async def close(self) -> None:
        pass

    async def _hang(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise


def resolve_with(pool: SessionPool, resolver: AbstractResolver) -> SessionPool:
    """Let a pool find addresses this way; the names it looks up must not be numbers."""
    connector = pool.session().connector
    assert isinstance(connector, aiohttp.TCPConnector)
    # A pool can be given its resolver; here it is one that exists already.
    connector._resolver = resolver
    return pool


def _result(name: str, address: Address) -> ResolveResult:
    host, port = address
    return ResolveResult(
        hostname=name,
        host=host,
        port=port,
        family=socket.AF_INET6 if ":" in host else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )
