"""How much of a listing is wanted, and in what portions."""

from typing import Final, TypeVar

from attrs import evolve

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import NOT_GIVEN, integer
from taskrouter_async._protocol.operation import Call, Send

T = TypeVar("T")

_LARGEST_PAGE: Final = 1000
_NO_LIMIT: Final = 2**63


def listing(send: Send, call: Call[T], limit: int | None, page_size: int | None) -> Listing[T]:
    """Return the listing that a call begins.

    A limit without a page size asks for pages no larger than the limit needs.

    Raises:
        InvalidArgumentError: The limit or the page size is out of its range.
    """
    integer("limit", NOT_GIVEN if limit is None else limit, 1, _NO_LIMIT)
    if page_size is None and limit is not None:
        page_size = min(limit, _LARGEST_PAGE)
    size = integer("page_size", NOT_GIVEN if page_size is None else page_size, 1, _LARGEST_PAGE)
    return Listing(send, evolve(call, arguments=(*call.arguments, *size)), limit)
