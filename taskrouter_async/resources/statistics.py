"""Real-time statistics of whatever has them."""

from typing import Generic, Self, TypeVar

from attrs import evolve

from taskrouter_async._protocol.operation import Call, Reader
from taskrouter_async.config import check_not_negative
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Cached

T = TypeVar("T")


class RealTimeStatistics(Generic[T]):
    """The real-time statistics of one workspace, task queue or workflow, or of all workers.

    Answers come through the client's cache. A handle is cheap to keep and faster when kept: its
    key in the cache is built once.
    """

    __slots__ = ("_call", "_reader")

    def __init__(self, reader: Reader, call: Call[T]) -> None:
        self._reader = reader
        self._call = call

    def __repr__(self) -> str:
        return f"<RealTimeStatistics {self._call.request().target}>"

    def __call__(self, *, task_channel: str) -> Self:
        """Return a handle for the tasks of one channel.

        Args:
            task_channel: The channel's SID, ``TC…``, or its unique name, such as ``voice``.

        Raises:
            InvalidArgumentError: The channel is no text, or empty.
        """
        return type(self)(self._reader, self._for_channel(task_channel))

    async def fetch(self, *, task_channel: str | None = None, max_age: float | None = None) -> T:
        """Return the statistics, from memory if they are fresh there.

        Args:
            task_channel: Count only the tasks of this channel: its SID or its unique name. Each
                channel is cached by itself.
            max_age: Accept only an answer that is younger than this many seconds, even if the
                cache holds a fresh one; 0 asks the service anew.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
            TransportError: No whole answer came in time.
            ProtocolError: The answer makes no sense.
            ClosedError: The client was closed.
        """
        call = self._call if task_channel is None else self._for_channel(task_channel)
        if max_age is not None:
            check_not_negative("max_age", max_age)
        value = self._reader.peek(call, max_age)
        if value is not None:
            return value
        return await self._reader.read(call, max_age)

    async def fetch_cached(
        self, *, task_channel: str | None = None, max_age: float | None = None
    ) -> Cached[T]:
        """Return the statistics and how the cache served them.

        Arguments and errors are those of `fetch`.
        """
        call = self._call if task_channel is None else self._for_channel(task_channel)
        if max_age is not None:
            check_not_negative("max_age", max_age)
        return await self._reader.read_cached(call, max_age)

    def _for_channel(self, task_channel: str) -> Call[T]:
        if not isinstance(task_channel, str) or not task_channel:
            raise InvalidArgumentError(
                "task_channel must be a channel's SID or unique name", argument="task_channel"
            )
        return evolve(self._call, arguments=(("TaskChannel", task_channel),))
