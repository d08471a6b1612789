"""Four nouns: the operation, the call, who carries a call, and who remembers its answer."""

from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode

from attrs import frozen

from taskrouter_async._protocol.messages import Request
from taskrouter_async.models import Cached

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen(eq=False)
class Operation(Generic[T_co]):
    """One line of the API reference.

    Attributes:
        method: The HTTP verb.
        path: The path with named blanks, spelled as the vendor spells it.
        result: The model that the answer becomes.
    """

    method: str
    path: str
    result: type[T_co]


@frozen(cache_hash=True)
class Call(Generic[T_co]):
    """An operation with its blanks filled in; its own key in the cache and among the flights.

    Attributes:
        operation: What is asked for.
        sids: What stands in the blanks of the path: each blank's name and a checked SID.
        arguments: The query: wire names and wire values, in the order of the reference.
    """

    operation: Operation[T_co]
    sids: tuple[tuple[str, str], ...]
    arguments: tuple[tuple[str, str], ...] = ()

    def request(self) -> Request:
        """Return the message that asks for this."""
        path = self.operation.path.format(**dict(self.sids))
        query = "?" + urlencode(self.arguments) if self.arguments else ""
        return Request(self.operation.method, path + query)


class Reader(Protocol):
    """Who answers calls from memory where that is allowed, and asks the service where not."""

    def peek(self, call: Call[T], max_age: float | None) -> T | None:
        """Return a fresh answer, or ``None``, without waiting."""
        ...

    async def read(self, call: Call[T], max_age: float | None) -> T:
        """Return a new answer, for a caller to whom `peek` gave none."""
        ...

    async def read_cached(self, call: Call[T], max_age: float | None) -> Cached[T]:
        """Return an answer, kept or new, and where it comes from."""
        ...
