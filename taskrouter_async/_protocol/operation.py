"""Three nouns: the operation, the call, and who carries a call."""

from enum import Enum
from typing import Final, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from attrs import field, frozen

from taskrouter_async import models
from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.messages import Request
from taskrouter_async.models import Page

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Keep(Enum):
    """How an answer may be kept."""

    NEVER = "never"
    REAL_TIME = "real-time statistics"
    OVER_TIME = "statistics over a window of time"


@frozen(eq=False)
class Operation(Generic[T_co]):
    """One line of the API reference.

    Attributes:
        method: The HTTP verb; it decides where arguments go: GET's into the query, POST's into
            the body.
        path: The path with named blanks, spelled as the vendor spells it.
        result: The model that the answer becomes.
        list_key: The member that holds the items, for a listing.
        keep: How its answers may be kept.
        bulk: The operation that answers many calls of this one at once, where there is one.
    """

    method: str
    path: str
    result: type[T_co]
    list_key: str = ""
    keep: Keep = Keep.NEVER
    bulk: "Operation[models.TaskQueueBulkRealTimeStatistics] | None" = None


@frozen(cache_hash=True)
class Call(Generic[T_co]):
    """An operation with its blanks filled in; its own key in the cache and among the flights.

    Attributes:
        operation: What is asked for.
        sids: What stands in the blanks of the path: each blank's name and a checked SID.
        arguments: The query or the form: wire names and wire values, in the reference's order;
            kept out of the ``repr``, since a form may hold a password.
        json: A body of JSON instead of a form, written out.
        if_match: The version that the resource must have; empty for any.
    """

    operation: Operation[T_co]
    sids: Pairs
    arguments: Pairs = field(default=(), repr=False)
    json: str = field(default="", kw_only=True, repr=False)
    if_match: str = field(default="", kw_only=True)

    @property
    def bulk(self) -> "Operation[models.TaskQueueBulkRealTimeStatistics] | None":
        """The operation that could answer this together with others; it knows no arguments."""
        return None if self.arguments else self.operation.bulk

    def request(self) -> Request:
        """Return the message that asks for this."""
        target = self.operation.path.format(**dict(self.sids))
        match = (("If-Match", self.if_match),) if self.if_match else ()
        if self.operation.method != "POST":
            query = "?" + urlencode(self.arguments) if self.arguments else ""
            return Request(self.operation.method, target + query, match)
        kind, body = (_JSON, self.json) if self.json else (_FORM, urlencode(self.arguments))
        return Request("POST", target, (*match, ("Content-Type", kind)), body.encode())


_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


class Send(Protocol):
    """Who carries calls to the service and brings back what they mean."""

    async def send(self, call: Call[T]) -> T:
        """Return the answer."""
        ...

    async def send_page(self, call: Call[T]) -> Page[T]:
        """Return one page of a listing."""
        ...

    def next_call(self, call: Call[T], page: Page[T]) -> Call[T] | None:
        """Return the call for the page after this one, or ``None`` at the end."""
        ...
