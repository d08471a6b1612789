"""From a tree to a function: everything that does not depend on the values is decided once.

The functions are nested. Each asks those inside it, so that no tree is walked when an expression is
evaluated.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from taskrouter_async.expressions._meaning import (
    ARRAY,
    NUMBER,
    OPERATORS,
    TEXT,
    Compare,
    items,
    kind,
)
from taskrouter_async.expressions._tree import (
    Both,
    Comparison,
    Condition,
    Constant,
    Operand,
    Reference,
    Step,
)

Scope: TypeAlias = Mapping[str, object]
Read: TypeAlias = Callable[[Scope], object]
Test: TypeAlias = Callable[[Scope], bool]
_Builtin: TypeAlias = Callable[[object, object], bool]

_BUILT_IN: Final[Mapping[str, _Builtin]] = {
    "==": operator.eq,
    "<": cast("_Builtin", operator.lt),
    "<=": cast("_Builtin", operator.le),
    ">": cast("_Builtin", operator.gt),
    ">=": cast("_Builtin", operator.ge),
}


def compiled(condition: Condition) -> Test:
    """Return the function that tells whether a condition holds."""
    if isinstance(condition, Comparison):
        return _comparison(condition)
    tests = tuple(map(compiled, condition.parts))
    return _both(tests) if isinstance(condition, Both) else _either(tests)


def references(condition: Condition) -> frozenset[str]:
    """Return the references of a condition as they are written."""
    if isinstance(condition, Comparison):
        operands = (condition.left, condition.right)
        return frozenset(_written(each) for each in operands if isinstance(each, Reference))
    return frozenset[str]().union(*map(references, condition.parts))


def _written(reference: Reference) -> str:
    first, *rest = reference.steps
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
    return str(first) + "".join(steps)


def _both(tests: tuple[Test, ...]) -> Test:
    first, second, *more = tests
    if more:
        return lambda scope: all(test(scope) for test in tests)
    return lambda scope: first(scope) and second(scope)


def _either(tests: tuple[Test, ...]) -> Test:
    first, second, *more = tests
    if more:
        return lambda scope: any(test(scope) for test in tests)
    return lambda scope: first(scope) or second(scope)


def _comparison(comparison: Comparison) -> Test:
    compare = OPERATORS[comparison.operator]
    left, right = comparison.left, comparison.right
    if isinstance(left, Constant) and isinstance(right, Constant):
        outcome = compare(left.value, right.value)
        return lambda _scope: outcome
    if isinstance(left, Reference) and isinstance(right, Constant):
        return _with_constant(comparison.operator, _reader(left), right)
    return _of_two(compare, _reader(left), _reader(right))


def _of_two(compare: Compare, left: Read, right: Read) -> Test:
    return lambda scope: compare(left(scope), right(scope))


def _with_constant(word: str, read: Read, constant: Constant) -> Test:
    # The usual comparisons, such as level >= 3, need not ask for the kind of the constant.
    value = constant.value
    if isinstance(value, tuple) and word in {"IN", "NOT IN"}:
        return _in_list(read, value, inside=word == "IN")
    if word in _BUILT_IN and kind(value) == NUMBER:
        return _with_number(_BUILT_IN[word], read, value)
    if word in _BUILT_IN and kind(value) == TEXT:
        return _with_text(_BUILT_IN[word], read, value)
    if word == "HAS" and kind(value) == TEXT:
        return lambda scope: value in items(read(scope))  # no other kind equals a text
    compare = OPERATORS[word]
    return lambda scope: compare(read(scope), value)


def _with_number(compare: _Builtin, read: Read, number: object) -> Test:
    def test(scope: Scope) -> bool:
        value = read(scope)
        return (type(value) is int or kind(value) == NUMBER) and compare(value, number)

    return test


def _with_text(compare: _Builtin, read: Read, text: object) -> Test:
    def test(scope: Scope) -> bool:
        value = read(scope)
        return isinstance(value, str) and compare(value, text)

    return test


def _in_list(read: Read, values: tuple[object, ...], *, inside: bool) -> Test:
    # Looked up with its kind, for to Python true is 1.
    listed = frozenset((kind(each), each) for each in values)

    def test(scope: Scope) -> bool:
        value = read(scope)
        sort = kind(value)
        return sort < ARRAY and ((sort, value) in listed) is inside

    return test


def _reader(operand: Operand) -> Read:
    if isinstance(operand, Constant):
        value = operand.value
        return lambda _scope: value
    first, *rest = operand.steps
    name = str(first)
    if not rest:
        return lambda scope: scope.get(name)
    if len(rest) == 1 and isinstance(rest[0], str):
        return _member_reader(name, rest[0])
    return _path_reader(name, tuple(rest))


def _member_reader(first: str, second: str) -> Read:
    def read(scope: Scope) -> object:
        holder = scope.get(first)
        if type(holder) is dict or isinstance(holder, Mapping):
            return cast("Scope", holder).get(second)
        return None

    return read


def _path_reader(first: str, steps: tuple[Step, ...]) -> Read:
    def read(scope: Scope) -> object:
        value = scope.get(first)
        for step in steps:
            value = _next(value, step)
        return value

    return read


def _next(value: object, step: Step) -> object:
    if isinstance(step, int):
        array = items(value)
        return array[step] if step < len(array) else None
    return cast("Scope", value).get(step) if isinstance(value, Mapping) else None
