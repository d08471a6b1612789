"""What an expression consists of once it has been read."""

from typing import TypeAlias

from attrs import frozen

Scalar: TypeAlias = bool | int | float | str | None
Step: TypeAlias = str | int


@frozen
class Constant:
    """A value that stands in the text itself.

    Attributes:
        value: The value; several in a tuple for a list.
    """

    value: Scalar | tuple[Scalar, ...]


@frozen
class Reference:
    """A value that is looked up.

    Attributes:
        steps: The way to it: names of members, and places in arrays.
    """

    steps: tuple[Step, ...]


Operand: TypeAlias = Constant | Reference


@frozen
class Comparison:
    """Two operands and what is asked about them.

    Attributes:
        operator: The operator in its present spelling, such as ``==`` or ``NOT IN``.
        left: What stands before it.
        right: What stands behind it.
    """

    operator: str
    left: Operand
    right: Operand


@frozen
class Both:
    """All parts must hold.

    Attributes:
        parts: Two at least.
    """

    parts: "tuple[Condition, ...]"


@frozen
class Either:
    """One part must hold.

    Attributes:
        parts: Two at least.
    """

    parts: "tuple[Condition, ...]"


Condition: TypeAlias = Comparison | Both | Either
