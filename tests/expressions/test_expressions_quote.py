"""Values become pieces of expressions that say the same and nothing more."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.expressions import Quotable, parse, quote
from taskrouter_async.models import TaskStatus

SCALARS = (
    st.text()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("sales", "'sales'"),
        ("it's", r"'it\'s'"),
        ('say "no"', "'say \"no\"'"),
        ("back\\", r"'back\\'"),
        ("", "''"),
        (3, "3"),
        (-3, "-3"),
        (2.5, "2.5"),
        (-0.5, "-0.5"),
        (3.0, "3.0"),
        (1e22, "10000000000000000000000.0"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (["a", 1, None], "['a', 1, null]"),
        ((), "[]"),
        (TaskStatus.PENDING, "'pending'"),
    ],
)
def test_how_values_are_written(value: Quotable, text: str) -> None:
    """Texts in single quotes, numbers without an exponent, the rest in its own words."""
    assert quote(value) == text


@given(SCALARS)
def test_a_scalar_comes_back(value: str | float | bool | None) -> None:  # noqa: FBT001 - any scalar
    """What was quoted equals the value, and what is looked up beside it is the value alone."""
    assert parse(f"value == {quote(value)}").holds({"value": value})
    assert parse(f"value == {quote(value)} AND 1 == 1").references == {"value"}
    assert parse(f"{quote(value)} != value").holds({"value": value}) is False


@given(st.lists(SCALARS, max_size=5), SCALARS)
def test_a_list_comes_back(values: list[str | float | bool | None], other: str | float) -> None:
    """A quoted list has what was in it, and nothing else."""
    text = f"value IN {quote(values)}"

    assert all(parse(text).holds({"value": value}) for value in values)
    assert parse(text).holds({"value": other}) is parse("value IN them").holds(
        {"value": other, "them": values}
    )


@given(st.text(alphabet="'\"\\ ()=1OR\n", max_size=20))
def test_a_text_cannot_break_out(text: str) -> None:
    """However many quote marks and backslashes it has, a text stays a text."""
    assert parse(f"name == {quote(text)}").holds({"name": text})
    assert not parse(f"name == {quote(text)}").holds({"name": text + "x"})


@pytest.mark.parametrize(
    "value",
    [
        *(math.nan, math.inf, -math.inf, 10**400, -(10**400)),
        *("\ud800", b"x", {"a": 1}, {"a"}, ["a", ["b"]], [math.nan], 1j),
    ],
)
def test_what_cannot_be_written_is_refused(value: object) -> None:
    """No number without end, no half character, no list in a list, no object."""
    with pytest.raises(InvalidArgumentError) as refused:
        quote(value)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "value"
