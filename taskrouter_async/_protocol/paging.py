"""The way from one page of a listing to the next."""

from typing import Final, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

from attrs import evolve

from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import ForeignPageError

T = TypeVar("T")

_STEERING: Final = ("PageSize", "Page", "PageToken")


def next_call(call: Call[T], next_page_url: str | None, base_url: str) -> Call[T] | None:
    """Return the call for the next page, or ``None`` at the end.

    Only the page's size, number and token are taken from the link: a link can choose neither
    another service nor another resource nor other filters.

    Raises:
        ForeignPageError: The link leads to another service or another resource.
    """
    if next_page_url is None:
        return None
    link = _split(next_page_url)
    if not _is_ours(link.scheme, link.netloc, base_url) or link.path != _path_of(call):
        raise ForeignPageError("the link to the next page leads elsewhere")
    steering = tuple(pair for pair in parse_qsl(link.query) if pair[0] in _STEERING)
    filters = tuple(pair for pair in call.arguments if pair[0] not in _STEERING)
    return evolve(call, arguments=(*filters, *steering))


def _split(url: str) -> SplitResult:
    try:
        url.encode()  # with half of a surrogate pair in it, nobody could send it back
        return urlsplit(url)
    except ValueError:
        return urlsplit("")  # leads nowhere


def _path_of(call: Call[T]) -> str:
    return call.request().target.partition("?")[0]


def _is_ours(scheme: str, netloc: str, base_url: str) -> bool:
    base = urlsplit(base_url)
    if (scheme, netloc) == (base.scheme, base.netloc):
        return True
    # The service may name its main address in the links of a regional one.
    return scheme == "https" and _is_vendors(netloc) and _is_vendors(base.netloc)


def _is_vendors(netloc: str) -> bool:
    return netloc.startswith("taskrouter.") and netloc.endswith(".twilio.com")
