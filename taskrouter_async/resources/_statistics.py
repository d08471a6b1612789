"""What all statistics have in common: they are read through the client's cache."""

from typing import Generic, TypeVar

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, required_text
from taskrouter_async._protocol.directives import NO_WISHES, Directives
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.config import check_not_negative
from taskrouter_async.errors import InvalidArgumentError
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

    async def _fetch(self, arguments: Pairs, asked: Directives) -> Cached[T]:
        slot = self._reader.slot(self._call.operation, self._call.sids, arguments)
        return (await self._reader.serve(slot, asked)).cached()


def channel(task_channel: str | NotGiven) -> Pairs:
    """Send a channel's SID or unique name."""
    return () if task_channel is NOT_GIVEN else required_text("task_channel", task_channel)


def wishes(
    max_age: float | None, *, only_if_cached: bool = False, no_store: bool = False
) -> Directives:
    """Return what a call asks of the cache.

    Raises:
        InvalidArgumentError: The age is none, or the wishes contradict one another.
    """
    if max_age is None and not only_if_cached and not no_store:
        return NO_WISHES
    if max_age is not None:
        check_not_negative("max_age", max_age)
    if only_if_cached and no_store:
        raise InvalidArgumentError(
            "only_if_cached sends nothing and no_store always sends: give one of them",
            argument="only_if_cached",
        )
    return Directives(max_age, only_if_cached, no_store)
