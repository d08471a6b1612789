"""A listing walked page by page, the next page under way while this one is read."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Generic, TypeAlias, TypeVar

from attrs import evolve

from taskrouter_async._protocol.operation import Call, Send
from taskrouter_async.errors import PagingLoopError, TaskRouterError
from taskrouter_async.models import Page

T = TypeVar("T")
Step: TypeAlias = tuple[Call[T], Page[T]]


class Listing(Generic[T]):
    """Items of a listing, fetched as they are iterated over with ``async for``.

    Each iteration begins anew. While a page is read the next one is fetched, never more than one.
    What changes on the service meanwhile may make an item appear twice or not at all.
    """

    __slots__ = ("_call", "_limit", "_send")

    def __init__(self, send: Send, call: Call[T], limit: int | None) -> None:
        self._send = send
        self._call = call
        self._limit = limit

    def __repr__(self) -> str:
        return f"<Listing {self._call.request().target}>"

    async def __aiter__(self) -> AsyncGenerator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    async def pages(self) -> AsyncGenerator[Page[T]]:
        """Iterate over the pages as the service cuts them; a limit cuts the last one.

        Raises:
            TaskRouterError: A page could not be read; a note on the error says which. The pages
                before it have been handed out.
            PagingLoopError: The service's links lead back to a page that was read already.
            ForeignPageError: The service's link leads to another address or another resource.
        """
        remaining = self._limit
        pages_read = 0
        seen = {self._call}
        under_way = _start(self._first())
        try:
            while step := await _landed(under_way, pages_read):
                call, page = step
                pages_read += 1
                if remaining is not None and len(page.items) >= remaining:
                    yield evolve(page, items=page.items[:remaining])
                    return
                under_way = _start(self._after(call, page, seen))
                yield page
                remaining = None if remaining is None else remaining - len(page.items)
        finally:
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)

    async def _first(self) -> Step[T] | None:
        return self._call, await self._send.send_page(self._call)

    async def _after(self, call: Call[T], page: Page[T], seen: set[Call[T]]) -> Step[T] | None:
        following = self._send.next_call(call, page)
        if following is None:
            return None
        if following in seen:
            raise PagingLoopError("the links between the pages lead in a circle")
        seen.add(following)
        return following, await self._send.send_page(following)


def _start(step: Coroutine[None, None, Step[T] | None]) -> "asyncio.Task[Step[T] | None]":
    return asyncio.get_running_loop().create_task(step)


async def _landed(under_way: "asyncio.Task[Step[T] | None]", pages_read: int) -> Step[T] | None:
    try:
        return await under_way
    except TaskRouterError as error:
        error.add_note(f"while reading page {pages_read + 1} of the listing")
        raise
