"""Members of a document by name and type; what is odd is refused with its path."""

import json
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from taskrouter_async.errors import DecodingError
from taskrouter_async.models._answer import Document

Members: TypeAlias = Mapping[str, Document]

LARGEST: Final = 2**63 - 1
_DIGITS: Final = re.compile(r"-?[0-9]{1,20}")


def parsed(text: str, what: str) -> Document:
    """Return the JSON document of a text.

    Raises:
        DecodingError: The text is not JSON; the error does not tell what it says.
    """
    try:
        document: Document = json.loads(text)
    except (ValueError, RecursionError) as error:
        complaint = DecodingError(f"{what} is not JSON: {type(error).__name__}")
    else:
        return document
    raise complaint


def members(document: Document, path: str) -> Members:
    """Return a document that must be an object."""
    if isinstance(document, dict):
        return document
    raise odd(path, "an object", document)


def array(parent: Members, name: str, path: str) -> tuple[tuple[Document, str], ...]:
    """Return each item of a member that is an array, with its path; none if it is left out."""
    document = parent.get(name)
    if document is None:
        return ()
    if isinstance(document, list):
        return tuple((item, f"{path}.{name}[{place}]") for place, item in enumerate(document))
    raise odd(f"{path}.{name}", "an array", document)


def text(parent: Members, name: str, path: str) -> str | None:
    """Return a member that is a text; ``None`` if it is left out."""
    value = parent.get(name)
    if value is None or (isinstance(value, str) and is_whole(value)):
        return value
    raise odd(f"{path}.{name}", "a text", value)


def number(parent: Members, name: str, path: str) -> int | None:
    """Return a member that is a whole number, or digits; ``None`` if it is left out."""
    value = parent.get(name)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if value is None or (isinstance(value, int) and is_number(value)):
        return value
    raise odd(f"{path}.{name}", "a whole number", value)


def is_whole(value: str) -> bool:
    """Tell whether a text can be sent: no half of a character is in it."""
    return value.encode(errors="ignore").decode() == value


def is_number(value: object) -> bool:
    """Tell whether a value is a whole number that fits into 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def odd(path: str, wanted: str, value: Document) -> DecodingError:
    """Return the error for a member that is not what it should be."""
    found = "left out" if value is None else f"{type(value).__name__} {value!r:.60}"
    return DecodingError(f"{path} should be {wanted}, but is {found}", path=path)
