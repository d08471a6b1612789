"""What a caller sent, read and refused by name.

Booleans: ``true``, ``1`` and ``yes`` are yes, anything else is no, as the vendor documents.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from taskrouter_async.models import OpenEnum
from taskrouter_async.sandbox.state.refusals import invalid, refused

LONGEST_NAME: Final = 64
LONGEST_ATTRIBUTES: Final = 4_096

_YES: Final = frozenset({"true", "1", "yes"})
_NUMBER: Final = re.compile(r"-?[0-9]{1,10}")
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_OLDEST: Final = datetime(1900, 1, 1, tzinfo=UTC)

E = TypeVar("E", bound=OpenEnum)


@frozen(eq=False)
class Fields:
    """The parameters of a query or a form; each may occur several times, the last one counts."""

    values: Mapping[str, list[str]]

    @classmethod
    def read(cls, text: str) -> "Fields":
        """Read a query or an URL-encoded form.

        Raises:
            RefusalError: It is not UTF-8, or has too many parameters.
        """
        values: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1_000)
        except ValueError:
            raise refused("The parameters cannot be read") from None
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        return cls(values)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter, those joined by commas one by one."""
        return [each for value in self.values.get(name, ()) for each in value.split(",")]

    def text(self, name: str, most: int | None = None) -> str | None:
        """Return a text; None if it was not sent."""
        values = self.values.get(name)
        if values is None:
            return None
        if "\0" in values[-1]:
            raise invalid(name)
        if most is not None and len(values[-1]) > most:
            raise invalid(name, f"it has more than {most} characters")
        return values[-1]

    def name(self, name: str = "FriendlyName", most: int = LONGEST_NAME) -> str | None:
        """Return a text that may be left out, but not be empty."""
        text = self.text(name, most)
        if text is not None and not text.strip():
            raise invalid(name)
        return text

    def required_name(self, name: str = "FriendlyName", most: int = LONGEST_NAME) -> str:
        """Return a text that must be there and say something."""
        text = self.name(name, most)
        if text is None:
            raise refused(f"{name} field is required")
        return text

    def integer(self, name: str, least: int = 0, most: int = 2**31 - 1) -> int | None:
        """Return a whole number within its range; None if it was not sent."""
        text = self.text(name)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise invalid(name)
        return int(text)

    def boolean(self, name: str) -> bool | None:
        """Return yes or no; None if it was not sent."""
        text = self.text(name)
        return None if text is None else text.lower() in _YES

    def sid(self, name: str, *prefixes: str) -> str | None:
        """Return a SID of one of these kinds; None if it was not sent."""
        text = self.text(name)
        if text is None:
            return None
        if not _SID.fullmatch(text) or text[:2] not in prefixes:
            raise invalid(name)
        return text

    def instant(self, name: str) -> float | None:
        """Return a moment in seconds since 1970; without a zone it is UTC; None if not sent."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=moment.tzinfo or UTC)
            if moment < _OLDEST:
                raise invalid(name)
            return moment.timestamp()
        except (ValueError, OverflowError):
            raise invalid(name) from None

    def choice(self, name: str, words: type[E]) -> E | None:
        """Return one of the words that are known; None if it was not sent."""
        text = self.text(name)
        if text is None:
            return None
        if text not in list(words):
            raise invalid(name)
        return words(text)

    def json_object(
        self, name: str = "Attributes", most: int = LONGEST_ATTRIBUTES
    ) -> tuple[str, Mapping[str, object]] | None:
        """Return the text of a JSON object and what it says; None if it was not sent."""
        text = self.text(name, most)
        if text is None:
            return None
        return text, json_object(name, text)

    def url(self, name: str) -> str | None:
        """Return an absolute address of the web, or an empty text; None if it was not sent."""
        text = self.text(name)
        if not text:
            return text
        try:
            parts = urlsplit(text)
        except ValueError:
            raise invalid(name) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise invalid(name)
        return text


def json_object(name: str, text: str) -> Mapping[str, object]:
    """Return what the text of a JSON object says.

    Raises:
        RefusalError: It is no such text.
    """
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise invalid(name, "it is not JSON") from None
    if not isinstance(document, dict):
        raise invalid(name, "it is not a JSON object")
    return cast("dict[str, object]", document)


def _no_constant(text: str) -> object:
    raise ValueError(text)
