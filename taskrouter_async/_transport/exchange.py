"""Sending one request and getting the head of its answer."""

from collections.abc import Mapping
from typing import Protocol

import aiohttp

from taskrouter_async._protocol.messages import Request


class Answer(Protocol):
    """An answer whose body is still coming.

    Its connection serves again once the body has been read to its end, and never if it is closed.
    """

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """All headers; their names in whatever case."""
        ...

    @property
    def content(self) -> aiohttp.StreamReader:
        """The body, as it comes off the wire."""
        ...

    def close(self) -> object:
        """Close the connection, so that nothing of this is taken for the next answer."""
        ...


class Exchange(Protocol):
    """Who sends requests to one address, with one account's credentials."""

    async def send(self, request: Request) -> Answer:
        """Return the answer once its head is there; with aiohttp's exceptions."""
        ...
