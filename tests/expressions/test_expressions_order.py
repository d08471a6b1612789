"""The order in which workers are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.errors import ExpressionError, InvalidArgumentError
from taskrouter_async.expressions import Order, parse_order_by


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("worker.level", (Order(("worker", "level")),)),
        ("worker.level ASC", (Order(("worker", "level")),)),
        (" worker.level\tdesc ", (Order(("worker", "level"), descending=True),)),
        (
            "worker.skills.en DESC, worker.cost asc,desc",
            (
                Order(("worker", "skills", "en"), descending=True),
                Order(("worker", "cost")),
                Order(("desc",)),
            ),
        ),
    ],
)
def test_orders_are_read(text: str, orders: tuple[Order, ...]) -> None:
    """An attribute, a direction or none, and commas between several."""
    assert parse_order_by(text) == orders


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("worker.level DESC,", 18),
        ("worker.level DOWN", 0),
        ("worker.a, worker.skill-level DESC", 10),
        ("worker.a,, worker.b", 9),
        ("worker. level", 0),
        ("worker.tags[0]", 0),
        ("x" * 65_537, 65_536),
    ],
)
def test_what_is_no_order_is_refused_with_its_place(text: str, position: int) -> None:
    """The first part that is no order is named by where it begins."""
    with pytest.raises(ExpressionError) as failed:
        parse_order_by(text)

    assert (failed.value.position, failed.value.column) == (position, position + 1)


@given(st.text(alphabet="worker.lv DESCA,-\n1", max_size=30) | st.text(max_size=20))
def test_any_text_is_an_order_or_an_expression_error(text: str) -> None:
    """Nothing but an ExpressionError comes out of a text."""
    try:
        orders = parse_order_by(text)
    except ExpressionError as error:
        place = error.position
    else:
        place = 0
        assert len(orders) == text.count(",") + 1
    assert 0 <= place <= len(text)


def test_only_a_text_is_read() -> None:
    """What is no text is a wrong argument."""
    with pytest.raises(InvalidArgumentError) as refused:
        parse_order_by(None)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "text"
