"""Lists, page by page: https://www.twilio.com/docs/usage/twilios-response#pagination.

A page's token says where it begins, or ends, in the order of the list. So pages stay right while
records come and go: none is shown twice, and none that was there all the time is left out. What
``Page`` says is shown again and means nothing else.

The lists of what has versions have an ETag too. What it means is nowhere said; here it is another
one as soon as the page shows other records, or other versions of them.
"""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final, TypeAlias, TypeGuard, TypeVar, cast
from urllib.parse import urlencode
from zlib import crc32

from attrs import frozen

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, fetched
from taskrouter_async.sandbox.state.records import Record
from taskrouter_async.sandbox.state.refusals import invalid, refused

MOST_PER_PAGE: Final = 1_000
_USUAL: Final = 50
_AHEAD: Final = "PA"
_BACK: Final = "PB"
_PAGING: Final = frozenset({"PageSize", "Page", "PageToken"})
_NO_ABSOLUTE_PAGING: Final = (
    "Absolute paging is not supported: follow next_page_url, which carries a PageToken"
)

R = TypeVar("R")
Key: TypeAlias = tuple[float, ...]

_BEGINNING: Final[Key] = (float("-inf"),)
_END: Final[Key] = (float("inf"),)


def by_number(record: Record) -> Key:
    """Order records as they were created."""
    return (record.number,)


def page(
    ask: Ask,
    list_key: str,
    records: Iterable[R],
    document: Callable[[R], Document],
    *,
    keep: Callable[[R], bool] | None = None,
    order: Callable[[R], Key],
    is_ordered: bool = False,
    version: Callable[[R], int] | None = None,
) -> Answer:
    """Answer with the page that was asked for.

    Args:
        ask: The request.
        list_key: Under which name the records stand.
        records: All of them.
        document: Writes one.
        keep: Which of them are listed; all if left out.
        order: What decides on their order: numbers, all different.
        is_ordered: They come in that order already.
        version: What version a record has, where they have versions.

    Raises:
        RefusalError: The page's parameters cannot be used.
    """
    links = _Links.read(ask)
    all_ = list(records) if is_ordered else sorted(records, key=order)
    shown, is_first, is_last = _shown(all_, links, keep or _every, order)
    # A page that has become empty leads to the last one back, or to the first one ahead.
    first, last = (order(shown[0]), order(shown[-1])) if shown else (_END, _BEGINNING)
    meta = {
        "page": links.number,
        "page_size": links.size,
        "first_page_url": links.to(0),
        "previous_page_url": None if is_first else links.back(first),
        "url": links.to(links.number, links.token),
        "next_page_url": None if is_last else links.ahead(last),
        "key": list_key,
    }
    documents = [document(each) for each in shown]
    return fetched({"meta": meta, list_key: documents}, _version(shown, order, version))


@frozen(eq=False)
class _Links:
    """Which page was asked for, and the URLs of others."""

    ask: Ask
    size: int
    number: int
    token: str | None
    backwards: bool
    key: Key

    @classmethod
    def read(cls, ask: Ask) -> "_Links":
        size = ask.query.integer("PageSize", 1, MOST_PER_PAGE) or _USUAL
        token = ask.query.text("PageToken") or None
        number = ask.query.integer("Page")
        if number and not token:
            raise refused(_NO_ABSOLUTE_PAGING, 40153)
        if number is None:
            number = 1 if token else 0
        backwards = token is not None and token.startswith(_BACK)
        return cls(ask, size, number, token, backwards, _key(token) if token else _BEGINNING)

    def ahead(self, key: Key) -> str:
        return self.to(self.number + 1, _token(_AHEAD, key))

    def back(self, key: Key) -> str:
        return self.to(max(0, self.number - 1), _token(_BACK, key))

    def to(self, number: int, token: str | None = None) -> str:
        given = self.ask.query.values.items()
        pairs = [(name, each) for name, all_ in given if name not in _PAGING for each in all_]
        pairs += [("PageSize", str(self.size)), ("Page", str(number))]
        pairs += [("PageToken", token)] if token else []
        return f"{self.ask.url}?{urlencode(pairs)}"


def _shown(
    all_: Sequence[R], links: _Links, keep: Callable[[R], bool], order: Callable[[R], Key]
) -> tuple[list[R], bool, bool]:
    cut = (bisect_left if links.backwards else bisect_right)(all_, links.key, key=order)
    earlier = filter(keep, (all_[place] for place in range(cut - 1, -1, -1)))
    later = filter(keep, (all_[place] for place in range(cut, len(all_))))
    shown = list(islice(earlier if links.backwards else later, links.size))
    if links.backwards:
        shown.reverse()
    return shown, next(earlier, None) is None, next(later, None) is None


def _version(
    shown: Sequence[R], order: Callable[[R], Key], version: Callable[[R], int] | None
) -> int | None:
    if version is None:
        return None
    return crc32(repr([(order(each)[-1], version(each)) for each in shown]).encode())


def _token(direction: str, key: Key) -> str:
    text = json.dumps(key, separators=(",", ":")).encode()
    return direction + base64.urlsafe_b64encode(text).decode().rstrip("=")


def _key(token: str) -> Key:
    encoded = token[2:]
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        key: object = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("PageToken") from None
    if token[:2] not in {_AHEAD, _BACK} or not _is_key(key):
        raise invalid("PageToken")
    return tuple(key)


def _is_key(key: object) -> TypeGuard[list[float]]:
    return isinstance(key, list) and all(map(_has_place, cast("list[object]", key)))


def _has_place(value: object) -> bool:
    # NaN has no place in any order, and is the one number that does not equal itself.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value == value  # noqa: PLR0124


def _every(_record: object) -> bool:
    return True
