"""What a comparison means, value by value; nothing here raises.

A value is a text, a number, true or false, NULL, an array, or an object, as in JSON; true and
false are no numbers. Texts, numbers, truths and NULL are scalars. Two scalars of different kinds
are not equal, and neither comes before the other.
"""

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Final, TypeAlias, cast

Compare: TypeAlias = Callable[[object, object], bool]

TEXT: Final = 0
NUMBER: Final = 1
TRUTH: Final = 2
NULL: Final = 3
ARRAY: Final = 4
OTHER: Final = 5  # an object, or something that no JSON document contains

_KINDS: Final[Mapping[type, int]] = {
    str: TEXT,
    int: NUMBER,
    float: NUMBER,
    bool: TRUTH,
    NoneType: NULL,
    list: ARRAY,
    tuple: ARRAY,
    dict: OTHER,
}


def kind(value: object) -> int:
    """Return which kind of value this is; scalars come before arrays."""
    known = _KINDS.get(type(value))
    return _inherited_kind(value) if known is None else known


def _inherited_kind(value: object) -> int:
    for parent, known in _KINDS.items():
        if isinstance(value, parent):
            return known
    return OTHER


def items(value: object) -> "list[object] | tuple[object, ...]":
    """Return what an array holds; nothing for anything else."""
    return cast("list[object]", value) if isinstance(value, list | tuple) else ()


def equal(left: object, right: object) -> bool:
    """Tell whether two scalars are the same."""
    sort = kind(left)
    return sort < ARRAY and sort == kind(right) and left == right


def unequal(left: object, right: object) -> bool:
    """Tell whether two scalars are not the same."""
    return kind(left) < ARRAY and kind(right) < ARRAY and not equal(left, right)


def _comparable(left: object, right: object) -> bool:
    sort = kind(left)
    return sort <= NUMBER and sort == kind(right)


def less(left: object, right: object) -> bool:
    """Tell whether a number or a text comes before another."""
    return _comparable(left, right) and cast("float", left) < cast("float", right)


def at_most(left: object, right: object) -> bool:
    """Tell whether a number or a text does not come behind another."""
    return _comparable(left, right) and cast("float", left) <= cast("float", right)


def greater(left: object, right: object) -> bool:
    """Tell whether a number or a text comes behind another."""
    return less(right, left)


def at_least(left: object, right: object) -> bool:
    """Tell whether a number or a text does not come before another."""
    return at_most(right, left)


def contains(left: object, right: object) -> bool:
    """Tell whether a text is a part of another."""
    return isinstance(left, str) and isinstance(right, str) and right in left


def within(left: object, right: object) -> bool:
    """Tell whether a scalar is in an array."""
    sort = kind(left)
    if sort == TEXT:
        return left in items(right)
    return sort < ARRAY and any(equal(left, each) for each in items(right))


def without(left: object, right: object) -> bool:
    """Tell whether a scalar is not in an array."""
    return kind(left) < ARRAY and kind(right) == ARRAY and not within(left, right)


def has(left: object, right: object) -> bool:
    """Tell whether an array has a scalar."""
    return within(right, left)


OPERATORS: Final[Mapping[str, Compare]] = {
    "==": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
    "CONTAINS": contains,
    "IN": within,
    "NOT IN": without,
    "HAS": has,
}
