"""When an expression holds."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.errors import ExpressionError, InvalidArgumentError
from taskrouter_async.expressions import evaluate, parse, quote
from taskrouter_async.models import FrozenMap, TaskStatus

WORKER: Final[dict[str, object]] = {
    "level": 3,
    "cost": 2.5,
    "name": "Alice",
    "vip": True,
    "nothing": None,
    "languages": ["de", "en"],
    "tuple": ("de", 1),
    "mixed": [1, True, None, "x", 2.0],
    "one": "1",
    "contact": {"city": "Berlin", "phones": [{"kind": "mobile"}, {"kind": "desk"}]},
    "frozen": FrozenMap({"city": "Bonn"}),
    "status": TaskStatus("pending"),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        # Numbers and texts
        ("level == 3", True),
        ("level == 3.0", True),
        ("level = 3", True),
        ("level != 3", False),
        ("level > 2 AND level < 4", True),
        ("level >= 3 AND level <= 3", True),
        ("level >3", False),
        ("level >-1", True),
        ("cost <-1", False),
        ("name == 'Alice'", True),
        ('name == "alice"', False),
        ("name < 'Bob' AND name >= 'Alice' AND name <= 'Alice' AND name > 'A'", True),
        ("'Alice' == name AND 2 < level", True),
        ("status == 'pending'", True),
        ("status IN ['pending']", True),
        # Kinds do not mix
        ("one == 1", False),
        ("one != 1", True),
        ("vip == 1", False),
        ("vip == true", True),
        ("vip != false", True),
        ("vip > false", False),
        ("vip >= true", False),
        ("vip > 0", False),
        ("name > 1", False),
        ("level < 'x'", False),
        # NULL
        ("absent == null", True),
        ("nothing == absent", True),
        ("absent != null", False),
        ("absent != 'x'", True),
        ("absent == 'x'", False),
        ("absent > 1", False),
        ("absent <= null", False),
        ("absent == false", False),
        # Texts within texts
        ("name CONTAINS 'lic'", True),
        ("name contains 'LIC'", False),
        ("name CONTAINS absent", False),
        ("level CONTAINS 3", False),
        ("languages CONTAINS 'de'", False),
        # Arrays
        ("languages HAS 'de'", True),
        ("languages >- 'de'", True),
        ("languages has 'fr'", False),
        ("tuple HAS 1", True),
        ("mixed HAS true AND mixed HAS null AND mixed HAS 2", True),
        ("mixed HAS absent", True),
        ("mixed HAS languages", False),
        ("level HAS 3", False),
        ("absent HAS 'x'", False),
        ("name IN ['Bob', 'Alice']", True),
        ("name <- ['Bob', 'Alice']", True),
        ("name IN languages", False),
        ("name not  in languages", True),
        ("level IN ['3', true]", False),
        ("level IN [3.0]", True),
        ("vip IN [1]", False),
        ("vip IN mixed AND level NOT IN mixed", True),
        ("absent IN [null]", True),
        ("absent NOT IN ['x']", True),
        ("absent NOT IN [null]", False),
        ("name IN 'Alice'", False),
        ("name NOT IN 'Bob'", False),
        ("name NOT IN absent", False),
        ("languages IN ['de']", False),
        ("languages NOT IN ['fr']", False),
        ("languages == languages", False),
        ("languages != 'de'", False),
        ("'de' != languages", False),
        ("languages == null", False),
        ("languages > 1", False),
        ("languages == ['de', 'en']", False),
        ("['a'] HAS 'a' AND 'a' IN ['a']", True),
        ("name IN []", False),
        ("name NOT IN []", True),
        # Objects
        ("contact == null", False),
        ("contact != 'x'", False),
        ("contact IN ['x']", False),
        ("contact.city == 'Berlin'", True),
        ("frozen.city == 'Bonn'", True),
        ("frozen == null", False),
        ("contact.phones[1].kind == 'desk'", True),
        ("contact.phones[2].kind == null", True),
        ("contact[0] == null", True),
        ("name.city == null", True),
        ("languages.city == null", True),
        ("absent.a.b[0] == null", True),
        ("languages[0] == 'de'", True),
        ("name[0] == null", True),
        # Logic
        ("1 == 1", True),
        ("1 == 2 AND 1 == 1", False),
        ("1 == 2 OR 1 == 1", True),
        ("1 == 1 OR 1 == 2 AND 1 == 2", True),
        ("(1 == 1 OR 1 == 2) AND 1 == 2", False),
        ("level == 3 AND vip == true AND name == 'Bob'", False),
        ("level == 4 OR vip == false OR name == 'Alice'", True),
        ("note == 'it\\'s'", False),
        ("'a\\\\b\\n' == \"a\\\\bn\"", True),
    ],
)
def test_situations(text: str, *, holds: bool) -> None:
    """Each of these holds for the worker above, or does not."""
    assert parse(text).holds(WORKER) is holds


def test_what_no_document_contains_is_no_scalar() -> None:
    """An object of Python's own equals nothing and is unequal to nothing."""
    scope: dict[str, object] = {"a": object(), "b": float("nan")}

    assert not parse("a == null OR a != null OR a > 1 OR a IN ['x'] OR a NOT IN ['x']").holds(scope)
    assert not parse("b == b OR b > 1 OR b <= 1").holds(scope)


def test_one_side_needs_no_prefix() -> None:
    """With a worker or a task alone, names are its attributes, and prefixes are understood."""
    assert evaluate("level > 2 AND worker.level > 2", worker={"level": 3})
    assert evaluate("type == 'sales' AND task.type == 'sales'", task={"type": "sales"})
    assert evaluate("task.type == null AND type == null", worker={})
    assert not evaluate("type == 'x'", task={"task": {"type": "x"}})


def test_both_sides_need_prefixes() -> None:
    """With a task and a worker, a name without a prefix is NULL."""
    worker, task = {"level": 3}, {"level": 5, "type": "sales"}

    assert evaluate("worker.level < task.level", worker=worker, task=task)
    assert evaluate("type == null AND level == null", worker=worker, task=task)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"worker": []}, "worker"),
        ({"task": "level=3"}, "task"),
        ({"worker": {}, "task": 7}, "task"),
        ({}, "worker"),
    ],
)
def test_attributes_are_mappings(arguments: dict[str, Any], argument: str) -> None:
    """What is no mapping is refused by name, and so is nothing at all."""
    with pytest.raises(InvalidArgumentError) as refused:
        evaluate("1==1", **arguments)

    assert refused.value.argument == argument


def test_a_text_that_is_no_expression_is_refused() -> None:
    """To evaluate is to parse first."""
    with pytest.raises(ExpressionError):
        evaluate("level >", worker={})


# A second evaluator, as plain as can be, for generated expressions.

SCALARS: Final = st.sampled_from([None, True, False, 0, 1, 2.5, -1, "", "a", "ab", "1"])
VALUES: Final = SCALARS | st.lists(SCALARS, max_size=3)
NAMES: Final = st.sampled_from(["a", "b", "c.d", "e[0]", "worker.x"])
SCOPES: Final = st.fixed_dictionaries(
    {},
    optional={
        "a": VALUES,
        "b": VALUES,
        "c": st.fixed_dictionaries({}, optional={"d": VALUES}) | VALUES,
        "e": st.lists(VALUES, max_size=2) | SCALARS,
        "worker": st.fixed_dictionaries({"x": VALUES}),
    },
)
ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _type(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"


def _same(left: object, right: object) -> bool:
    return _type(left) == _type(right) and left == right


def _expected(word: str, left: Any, right: Any) -> bool:
    many = [isinstance(left, list), isinstance(right, list)]
    if word == "HAS":
        return many == [True, False] and any(_same(each, right) for each in left)
    if word in {"IN", "NOT IN"}:
        found = many == [False, True] and any(_same(left, each) for each in right)
        return many == [False, True] and found is (word == "IN")
    if any(many) or "dict" in {_type(left), _type(right)}:
        return False
    if word in {"==", "!="}:
        return _same(left, right) is (word == "==")
    if word == "CONTAINS":
        return {_type(left), _type(right)} == {"str"} and right in left
    kinds = {_type(left), _type(right)}
    return kinds in ({"str"}, {"number"}) and ORDERINGS[word](left, right)


def _looked_up(name: str, scope: dict[str, Any]) -> object:
    first, _, member = name.replace("[", ".").replace("]", "").partition(".")
    value = scope.get(first)
    if not member:
        return value
    if isinstance(value, dict):
        return value.get(member)
    return value[0] if isinstance(value, list) and member == "0" and value else None


Tree = tuple[Any, ...]
OPERANDS: Final = st.tuples(st.just("name"), NAMES) | st.tuples(st.just("value"), VALUES)
COMPARISONS: Final = st.tuples(
    st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "CONTAINS", "HAS", "IN", "NOT IN"]),
    OPERANDS,
    OPERANDS,
)
TREES: Final[st.SearchStrategy[Tree]] = st.recursive(
    COMPARISONS,
    lambda inner: st.tuples(
        st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=4)
    ),
    max_leaves=6,
)


def _text(tree: Tree) -> str:
    word, *rest = tree
    if word in {"AND", "OR"}:
        return f" {word} ".join(f"({_text(each)})" for each in rest[0])
    if word in {"name", "value"}:
        return str(rest[0]) if word == "name" else quote(rest[0])
    return f"{_text(rest[0])} {word.lower()} {_text(rest[1])}"


def _truth(tree: Tree, scope: dict[str, Any]) -> Any:
    word, *rest = tree
    if word in {"AND", "OR"}:
        return {"AND": all, "OR": any}[word](_truth(each, scope) for each in rest[0])
    if word in {"name", "value"}:
        return _looked_up(rest[0], scope) if word == "name" else rest[0]
    return _expected(word, _truth(rest[0], scope), _truth(rest[1], scope))


@given(TREES, SCOPES)
def test_two_evaluators_agree(tree: Tree, scope: dict[str, Any]) -> None:
    """Whatever is asked about whatever values, a plain walk of the tree says the same."""
    assert parse(_text(tree)).holds(scope) is _truth(tree, scope)
