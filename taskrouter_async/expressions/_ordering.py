"""The order in which the workers of a target are asked."""

import re
from itertools import accumulate
from typing import Final

from attrs import frozen

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.expressions._complaints import complaint
from taskrouter_async.expressions._parser import LONGEST_TEXT

_PART: Final = re.compile(
    r"\s*([A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z_$][A-Za-z0-9_$]*)*)(?:\s+(ASC|DESC))?\s*",
    re.IGNORECASE,
)


@frozen
class Order:
    """One attribute by which workers are ordered.

    Attributes:
        path: The way to the attribute: ``("worker", "level")``.
        descending: Whether the largest comes first.
    """

    path: tuple[str, ...]
    descending: bool = False


def parse_order_by(text: str) -> tuple[Order, ...]:
    """Read an order such as ``worker.level DESC, worker.cost ASC``; without a word it is ``ASC``.

    Raises:
        ExpressionError: The text is no such order.
        InvalidArgumentError: It is no text.
    """
    if not isinstance(text, str):
        raise InvalidArgumentError(f"text must be a text, not {text!r:.100}", argument="text")
    if len(text) > LONGEST_TEXT:
        message = f"an order has {LONGEST_TEXT} characters at most, not {len(text)}"
        raise complaint(text, LONGEST_TEXT, message)
    parts = text.split(",")
    ends = accumulate(len(part) + 1 for part in parts)
    return tuple(
        _order(text, part, end - len(part) - 1) for part, end in zip(parts, ends, strict=True)
    )


def _order(text: str, part: str, position: int) -> Order:
    match = _PART.fullmatch(part)
    if match is None:
        wrong = position + len(part) - len(part.lstrip())
        wanted = "expected an attribute with or without ASC or DESC, such as worker.level DESC"
        raise complaint(text, wrong, f"{wanted}, not {part.strip()!r:.60}")
    return Order(tuple(match[1].split(".")), descending=(match[2] or "").upper() == "DESC")
