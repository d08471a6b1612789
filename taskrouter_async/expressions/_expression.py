"""An expression that was read once and can be asked as often as one likes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, cast

from attrs import field, frozen

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.expressions._compiler import Test, compiled, references
from taskrouter_async.expressions._parser import read

_KEPT: Final = 1024


@frozen
class Expression:
    """An expression that has been read.

    Attributes:
        text: The expression as it was given.
        references: The values that it looks up, as they are written: ``worker.level``.
    """

    text: str
    references: frozenset[str] = field(eq=False, repr=False)
    _test: Test = field(eq=False, repr=False)

    def holds(self, scope: Mapping[str, object]) -> bool:
        """Tell whether the expression is true for some values; this never raises.

        Args:
            scope: What the first name of a reference is looked up in, such as
                ``{"worker": {"level": 3}}`` for ``worker.level``. What is not in there is NULL.
        """
        return self._test(scope)

    def __reduce__(self) -> tuple[object, ...]:
        return parse, (self.text,)


def parse(text: str) -> Expression:
    """Read an expression; the last 1024 are remembered.

    Raises:
        ExpressionError: The text is no expression.
        InvalidArgumentError: It is no text.
    """
    if not isinstance(text, str):
        raise InvalidArgumentError(f"text must be a text, not {text!r:.100}", argument="text")
    return _parsed(text)


@lru_cache(maxsize=_KEPT)
def _parsed(text: str) -> Expression:
    condition = read(text)
    return Expression(text, references(condition), compiled(condition))


def evaluate(
    text: str,
    *,
    worker: Mapping[str, object] | None = None,
    task: Mapping[str, object] | None = None,
) -> bool:
    """Tell whether an expression holds for a worker, a task, or a task and a worker.

    With one of them, names stand for its attributes, as in a queue's ``target_workers`` or in the
    expression of a workflow's filter; a prefix is understood as well. With both, as in the
    expression of a target, every name needs its ``worker.`` or ``task.``.

    Args:
        text: The expression.
        worker: The worker's attributes.
        task: The task's attributes.

    Raises:
        ExpressionError: The text is no expression.
        InvalidArgumentError: An argument cannot be used, or neither a worker nor a task is given.
    """
    scope: dict[str, object] = {}
    for name, attributes in (("worker", worker), ("task", task)):
        if attributes is not None:
            scope[name] = _checked(name, attributes)
    if not scope:
        raise InvalidArgumentError("give worker, task or both", argument="worker")
    own = worker or task if len(scope) == 1 else None
    return parse(text).holds({**own, **scope} if own else scope)


def _checked(name: str, attributes: object) -> object:
    if isinstance(attributes, Mapping):
        return cast("object", attributes)
    message = f"{name} must be a mapping of attributes, not {attributes!r:.100}"
    raise InvalidArgumentError(message, argument=name)
