"""Python values in, wire values out, and what cannot be sent is refused by name.

Each function takes an argument's name and value and returns what goes over the wire: nothing for an
argument that was not given, else one pair or several. The wire's names are the PascalCase of ours.
An empty text is sent as such: it is how the service lets a text be cleared, for it knows no null.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias, cast

from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.config import is_text
from taskrouter_async.errors import InvalidArgumentError


class NotGiven(Enum):
    """The one value that means that an argument was left out; empty means something else."""

    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Attributes: TypeAlias = str | Mapping[str, object]


def wire_name(name: str) -> str:
    """Return the wire's name of an argument: ``task_channel`` is ``TaskChannel``."""
    return "".join(word.capitalize() for word in name.rstrip("_").split("_"))


def text(name: str, value: str | NotGiven) -> Pairs:
    """Send a text as it is."""
    if value is NOT_GIVEN:
        return ()
    if not is_text(value):
        raise wrong(name, "a text", value)
    return ((wire_name(name), value),)


def required_text(name: str, value: str) -> Pairs:
    """Send a text that must say something."""
    if not is_text(value) or not value:
        raise wrong(name, "a text that is not empty", value)
    return ((wire_name(name), value),)


def sid(name: str, value: str | NotGiven, prefix: str) -> Pairs:
    """Send a SID of one kind."""
    if value is NOT_GIVEN:
        return ()
    return ((wire_name(name), checked_sid(value, prefix=prefix, argument=name)),)


def integer(name: str, value: int | NotGiven, least: int, most: int) -> Pairs:
    """Send a whole number within its range."""
    if value is NOT_GIVEN:
        return ()
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong(name, f"a whole number from {least} to {most}", value)
    return ((wire_name(name), str(value)),)


def seconds(name: str, value: int | timedelta | NotGiven, least: int, most: int) -> Pairs:
    """Send a duration in whole seconds."""
    if isinstance(value, timedelta):
        if value % timedelta(seconds=1):
            raise wrong(name, "a duration of whole seconds", value)
        value = value // timedelta(seconds=1)
    return integer(name, value, least, most)


def minutes(name: str, value: int | timedelta | NotGiven) -> Pairs:
    """Send a duration in whole minutes, 1 or more."""
    if isinstance(value, timedelta):
        if value % timedelta(minutes=1):
            raise wrong(name, "a duration of whole minutes", value)
        value = value // timedelta(minutes=1)
    return integer(name, value, 1, 2**31 - 1)


def boolean(name: str, value: bool | NotGiven) -> Pairs:  # noqa: FBT001 - the value is the point
    """Send yes or no."""
    if value is NOT_GIVEN:
        return ()
    if not isinstance(value, bool):
        raise wrong(name, "True or False", value)
    return ((wire_name(name), str(value).lower()),)


def instant(name: str, value: datetime | NotGiven) -> Pairs:
    """Send a moment, given in whatever zone, as the service wants it: in UTC, to the second."""
    if value is NOT_GIVEN:
        return ()
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise wrong(name, "a datetime with a time zone", value)
    return ((wire_name(name), value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),)


def choice(name: str, value: str | NotGiven, allowed: Iterable[str]) -> Pairs:
    """Send one word of those that the service knows."""
    if value is NOT_GIVEN:
        return ()
    words = tuple(allowed)
    if value not in words:
        raise wrong(name, "one of " + ", ".join(words), value)
    return ((wire_name(name), str(value)),)


def json_text(name: str, value: Attributes | NotGiven) -> Pairs:
    """Send a JSON object: a mapping is written out, a text is sent as it is if it is JSON."""
    if value is NOT_GIVEN:
        return ()
    if isinstance(value, Mapping):
        return ((wire_name(name), _written(name, value)),)
    if not isinstance(value, str) or not _is_object(value):
        raise wrong(name, "a mapping, or the text of a JSON object", value)
    return ((wire_name(name), value),)


def words(name: str, values: Iterable[str] | NotGiven, *, separator: str = "") -> Pairs:
    """Send several texts: each as a parameter of its own, or joined if there is a separator."""
    if values is NOT_GIVEN:
        return ()
    given = sequence(values)
    texts = [str(each) for each in given if is_text(each) and each]
    if not given or len(texts) < len(given):
        raise wrong(name, "several texts in a sequence", values)
    if separator:
        return ((wire_name(name), separator.join(texts)),)
    return tuple((wire_name(name), each) for each in texts)


def sequence(values: object) -> tuple[object, ...]:
    """Return what is in a sequence; nothing for a text, and for what is no sequence at all."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return ()
    return tuple(cast("Iterable[object]", values))


def comma_list(name: str, values: str | Iterable[str] | NotGiven) -> Pairs:
    """Send several texts joined by commas, or a text that has them joined already."""
    return text(name, values) if isinstance(values, str) else words(name, values, separator=",")


def choices(name: str, values: str | Iterable[str] | NotGiven, allowed: Iterable[str]) -> Pairs:
    """Send one word of those that the service knows, or several, each as a parameter of its own."""
    pairs = words(name, (values,) if isinstance(values, str) else values)
    known = tuple(allowed)
    for _, word in pairs:
        choice(name, word, known)
    return pairs


def thresholds(name: str, values: Iterable[int] | NotGiven) -> Pairs:
    """Send several numbers of seconds, joined by commas."""
    if values is NOT_GIVEN:
        return ()
    given = sequence(values)
    if not given or not all(type(each) is int and each > 0 for each in given):
        raise wrong(name, "several whole numbers of seconds in a sequence", values)
    return ((wire_name(name), ",".join(map(str, given))),)


def refuse_both(first: str, first_value: object, second: str, second_value: object) -> None:
    """Refuse two arguments that contradict each other.

    Raises:
        InvalidArgumentError: Both were given.
    """
    if first_value is not NOT_GIVEN and second_value is not NOT_GIVEN:
        raise InvalidArgumentError(
            f"{first} cannot be combined with {second}: give one of them", argument=first
        )


def _is_object(value: str) -> bool:
    try:
        value.encode()
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return False


def _written(name: str, value: Mapping[str, object]) -> str:
    try:
        written = json.dumps(
            dict(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        written.encode()
    except (TypeError, ValueError, RecursionError):
        complaint = wrong(name, "a mapping of what JSON can hold", type(value).__name__)
    else:
        return written
    raise complaint


def wrong(name: str, wanted: str, value: object) -> InvalidArgumentError:
    """Return the error for an argument that cannot be used."""
    return InvalidArgumentError(f"{name} must be {wanted}, not {value!r:.100}", argument=name)
