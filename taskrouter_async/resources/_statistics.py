"""What all statistics have in common: they are read through the client's cache."""

from typing import Generic, TypeVar

from attrs import evolve

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, required_text
from taskrouter_async._protocol.operation import Call, Reader
from taskrouter_async.config import check_not_negative
from taskrouter_async.models import Cached

T = TypeVar("T")


class StatisticsHandle(Generic[T]):
    """Something that is read through the client's cache."""

    __slots__ = ("_call", "_reader")

    def __init__(self, reader: Reader, call: Call[T]) -> None:
        self._reader = reader
        self._call = call

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._call.request().target}>"

    async def _fetch(self, call: Call[T], max_age: float | None) -> T:
        if max_age is not None:
            check_not_negative("max_age", max_age)
        value = self._reader.peek(call, max_age)
        if value is not None:
            return value
        return await self._reader.read(call, max_age)

    async def _fetch_cached(self, call: Call[T], max_age: float | None) -> Cached[T]:
        if max_age is not None:
            check_not_negative("max_age", max_age)
        return await self._reader.read_cached(call, max_age)

    def _with(self, arguments: Pairs) -> Call[T]:
        return evolve(self._call, arguments=arguments)


def channel(task_channel: str | NotGiven) -> Pairs:
    """Send a channel's SID or unique name."""
    return () if task_channel is NOT_GIVEN else required_text("task_channel", task_channel)
