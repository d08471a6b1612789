"""What figures may be."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrs import Attribute


def number(
    least: float, most: float = math.inf
) -> "Callable[[object, Attribute[float], float], None]":
    """Return a check of a finite number within a range."""

    def check(_: object, attribute: "Attribute[float]", value: float) -> None:
        fits = isinstance(value, int | float) and least <= value <= most
        if isinstance(value, bool) or not fits or value == math.inf:
            limit = f"{least:g} or more" if math.isinf(most) else f"{least:g} to {most:g}"
            raise ValueError(f"{attribute.name} must be {limit}, not {value!r:.50}")

    return check


def whole(least: int, most: int = 1_000_000_000) -> "Callable[[object, Attribute[int], int], None]":
    """Return a check of a whole number within a range."""

    def check(_: object, attribute: "Attribute[int]", value: int) -> None:
        if type(value) is not int or not least <= value <= most:
            wanted = f"a whole number, {least} to {most}"
            raise ValueError(f"{attribute.name} must be {wanted}, not {value!r:.50}")

    return check


def text(most: int) -> "Callable[[object, Attribute[str], str], None]":
    """Return a check of a line of text that can stand in a header."""

    def check(_: object, attribute: "Attribute[str]", value: str) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
            wanted = f"1 to {most} characters of text"
            raise ValueError(f"{attribute.name} must be {wanted}, not {value!r:.50}")

    return check
