"""A listing's pages."""

from typing import Generic, TypeVar

from attrs import field, frozen

from taskrouter_async.errors import ResponseInfo

T_co = TypeVar("T_co", covariant=True)


@frozen(kw_only=True)
class PageMeta:
    """What the service says of a page.

    Attributes:
        key: The member that holds the items.
        page: The page's number, beginning with 0.
        page_size: How many items a page holds at most.
        url: The address of this page.
        first_page_url: The address of the first page.
        next_page_url: The address of the next page; ``None`` at the end.
        previous_page_url: The address of the page before; ``None`` at the beginning.
    """

    key: str | None = None
    page: int = 0
    page_size: int = 0
    url: str | None = None
    first_page_url: str | None = None
    next_page_url: str | None = None
    previous_page_url: str | None = None


@frozen
class Page(Generic[T_co]):
    """A page of a listing.

    Attributes:
        items: The items, in the service's order.
        meta: What the service says of the page.
        response: Where the page came from.
    """

    items: tuple[T_co, ...]
    meta: PageMeta
    response: ResponseInfo | None = field(default=None, init=False, eq=False, repr=False)
