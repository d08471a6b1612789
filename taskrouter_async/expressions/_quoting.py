"""Values in, pieces of expressions out."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.expressions._parser import LONGEST_NUMBER
from taskrouter_async.expressions._tree import Scalar

Quotable: TypeAlias = Scalar | Sequence[Scalar]
"""What can be written into an expression: texts, numbers, truths, ``None``, several in a list."""


def quote(value: Quotable) -> str:
    """Write a value so that it can stand in an expression, whatever it holds.

    A text keeps what it says and can add nothing to the expression around it.

    Raises:
        InvalidArgumentError: The value cannot be written: a number without end, half of a
            character, or something else than texts, numbers, truths, ``None`` and lists of these.
    """
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return _written(value)


def _written(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str) and value.encode(errors="ignore").decode() == value:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    raise _refused(type(value).__name__)


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) < 10 ** (LONGEST_NUMBER - 1):
            return str(int(value))
    elif math.isfinite(value):
        # Expressions know no exponent: 1e22 is written with all its zeros.
        digits = format(Decimal(float.__repr__(value)), "f")
        return digits if "." in digits else digits + ".0"
    raise _refused("a number that cannot be written")


def _refused(what: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"value must be a text, a number, True, False, None or a list of these, not {what}",
        argument="value",
    )
