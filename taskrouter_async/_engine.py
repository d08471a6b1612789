"""The way of one call: the cache, then the service, then the meaning of its answer."""

import asyncio
from typing import Protocol, TypeVar, cast

from taskrouter_async._cache import Cache
from taskrouter_async._protocol.decoding import decode
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async.models import Cached

T = TypeVar("T")


class Transport(Protocol):
    """Who carries a request to the service, with one account's credentials."""

    async def send(self, request: Request, deadline: float) -> Response:
        """Return the whole answer, or raise a `TransportError` by the deadline (loop time)."""
        ...


class Engine:
    """Answers calls: it is the `Reader` that the resources ask.

    Args:
        transport: Carries the requests that memory cannot answer.
        cache: What was answered before, and what is being asked.
        total_seconds: How long one call may take.
    """

    def __init__(self, transport: Transport, cache: Cache, total_seconds: float) -> None:
        self._transport = transport
        self._cache = cache
        self._total_seconds = total_seconds

    def peek(self, call: Call[T], max_age: float | None) -> T | None:
        """Return a fresh answer from memory, or ``None``."""
        entry = self._cache.find(call, max_age)
        return None if entry is None else cast("T", entry.value)

    async def read(self, call: Call[T], max_age: float | None) -> T:
        """Return a new answer, for a caller to whom `peek` gave none."""
        return (await self._fetch(call, max_age)).value

    async def read_cached(self, call: Call[T], max_age: float | None) -> Cached[T]:
        """Return an answer, kept or new, and where it comes from."""
        entry = self._cache.find(call, max_age)
        if entry is not None:
            return self._cache.told(entry)
        return await self._fetch(call, max_age)

    async def _fetch(self, call: Call[T], max_age: float | None) -> Cached[T]:
        # Counted from here: a caller may have to wait for an older flight first.
        deadline = asyncio.get_running_loop().time() + self._total_seconds
        return await self._cache.fetch(call, lambda: self._ask(call, deadline), max_age)

    async def _ask(self, call: Call[T], deadline: float) -> T:
        response = await self._transport.send(call.request(), deadline)
        return decode(call.operation, response)
