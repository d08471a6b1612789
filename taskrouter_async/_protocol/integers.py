"""Whole numbers, which the vendor's own pages show as digits too."""

import re
from typing import Final

_DIGITS: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def integer_of(value: object) -> int:
    """Return a whole number, from a number or from digits.

    Raises:
        TypeError: It is none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise TypeError("expected an integer")
