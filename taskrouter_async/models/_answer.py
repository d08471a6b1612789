"""What all answers of the service have in common."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn, Self, TypeAlias, TypeVar, cast

from attrs import AttrsInstance, field, fields, frozen, has

from taskrouter_async.errors import DecodingError, ResponseInfo

K = TypeVar("K")
V_co = TypeVar("V_co", covariant=True)

Json: TypeAlias = "bool | int | float | str | tuple[Json, ...] | FrozenMap[str, Json] | None"
"""A JSON value that nobody can change: its arrays are tuples, its objects are frozen maps."""

Document: TypeAlias = "bool | int | float | str | list[Document] | dict[str, Document] | None"
"""A JSON value as the standard library's parser gives it."""


class FrozenMap(Mapping[K, V_co]):
    """A mapping that cannot be changed, equal to any mapping with the same items.

    It can be hashed if its values can.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V_co] = {}) -> None:
        self._items = dict(items)

    def __getitem__(self, key: K) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"


class OpenEnum(StrEnum):
    """Words of the service. One that this release does not know is kept as a member of its own."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


def frozen_json(document: Document) -> Json:
    """Return a parsed JSON document so that nobody can change it, however deep."""
    if isinstance(document, dict):
        return FrozenMap({name: frozen_json(member) for name, member in document.items()})
    if isinstance(document, list):
        return tuple(map(frozen_json, document))
    return document


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def load_json(
    text: str | bytes,
    what: str,
    path: str = "$",
    *,
    members: Callable[[list[tuple[str, Document]]], dict[str, Document]] = dict,
    number: Callable[[str], float] = _finite,
) -> Document:
    """Return the JSON document in a text, as strictly as RFC 8259 defines it.

    Args:
        text: The text; bytes are UTF-8.
        what: Whose text it is, for the error.
        path: Where in an answer it stands, for the error.
        members: Makes a dictionary of an object's members, in their order.
        number: Makes a float; one that no float can hold is refused by default.

    Raises:
        DecodingError: It is none. What it says does not stand in the error.
    """
    try:
        written = text if isinstance(text, str) else text.decode("utf-8-sig")
        document: Document = json.loads(
            written, parse_constant=_refuse, parse_float=number, object_pairs_hook=members
        )
    except (ValueError, RecursionError) as error:
        complaint = DecodingError(f"{what} is not JSON: {type(error).__name__}", path=path)
    else:
        return document
    raise complaint


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def parse_text(text: str | None, member: str) -> Json:
    """Return the JSON document that a member of an answer carries as text.

    Raises:
        DecodingError: The text is not JSON; the error names the member, and not what it says.
    """
    if text is None:
        return None
    return frozen_json(load_json(text, member, f"$.{member}"))


@frozen(kw_only=True)
class Answer:
    """Something that the service told us.

    Attributes:
        raw: The JSON document as it came; empty for an object made or changed in this process.
        response: Where the answer came from; ``None`` for an item of a page, whose page tells it.
    """

    raw: bytes = field(default=b"", init=False, eq=False, repr=False)
    response: ResponseInfo | None = field(default=None, init=False, eq=False, repr=False)

    def to_dict(self) -> dict[str, Document]:
        """Return the JSON document of this answer.

        It is the very one that the service sent, members that this release does not know
        included; for an object made or changed in this process it is written from the fields.

        Raises:
            DecodingError: A member that this release does not know holds a number that Python
                cannot hold.
        """
        if self.raw:
            return cast("dict[str, Document]", load_json(self.raw, "the answer"))
        return _members(self)

    @property
    def extra(self) -> FrozenMap[str, Json]:
        """Members of the answer that this release does not know.

        Raises:
            DecodingError: One of them holds a number that Python cannot hold.
        """
        known = {each.name for each in fields(type(self)) if each.init}
        document = self.to_dict()
        return FrozenMap({n: frozen_json(m) for n, m in document.items() if n not in known})


def _members(instance: AttrsInstance) -> dict[str, Document]:
    return {
        each.name: _document(getattr(instance, each.name))
        for each in fields(type(instance))
        if each.init
    }


def _document(value: object) -> Document:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(key): _document(member) for key, member in members.items()}
    if isinstance(value, tuple):
        return [_document(member) for member in cast("tuple[object, ...]", value)]
    if has(type(value)):
        return _members(cast("AttrsInstance", value))
    return cast("Document", str(value) if isinstance(value, StrEnum) else value)


@frozen(kw_only=True)
class Versioned(Answer):
    """Something of which the service counts the versions.

    Attributes:
        etag: The version, to be given as ``if_match`` with a change; ``None`` where the answer
            did not tell it, as in listings.
    """

    etag: str | None = field(default=None, init=False, eq=False)
