"""Python values in, wire values out; what cannot be sent is refused by its name."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    Pairs,
    boolean,
    choice,
    instant,
    integer,
    json_text,
    minutes,
    refuse_both,
    required_text,
    seconds,
    sid,
    text,
    thresholds,
    wire_name,
    words,
)
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import TaskStatus


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("sid", "Sid"),
        ("task_channel", "TaskChannel"),
        ("multi_task_enabled", "MultiTaskEnabled"),
        ("from_", "From"),
        ("end_conference_on_customer_exit", "EndConferenceOnCustomerExit"),
    ],
)
def test_wire_names_are_the_pascal_case_of_ours(name: str, wire: str) -> None:
    """One pure function makes the vendor's names from ours."""
    assert wire_name(name) == wire


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        (text("x", "as it is "), "as it is "),
        (text("x", ""), ""),
        (required_text("x", "something"), "something"),
        (integer("x", 0, 0, 9), "0"),
        (seconds("x", 90, 1, 100), "90"),
        (seconds("x", timedelta(minutes=1), 1, 100), "60"),
        (minutes("x", 15), "15"),
        (minutes("x", timedelta(hours=1)), "60"),
        (boolean("x", value=True), "true"),
        (boolean("x", value=False), "false"),
        (instant("x", datetime(2026, 1, 2, 3, 4, 5, 999, tzinfo=UTC)), "2026-01-02T03:04:05Z"),
        (
            instant("x", datetime(2026, 1, 2, 1, tzinfo=timezone(timedelta(hours=2)))),
            "2026-01-01T23:00:00Z",
        ),
        (choice("x", "FIFO", ("FIFO", "LIFO")), "FIFO"),
        (choice("x", TaskStatus.PENDING, TaskStatus), "pending"),
        (json_text("x", {"type": "é", "deep": [1, None]}), '{"type":"é","deep":[1,null]}'),
        (json_text("x", '{ "as": "sent" }'), '{ "as": "sent" }'),
        (json_text("x", {}), "{}"),
        (words("x", ["a", "b"], separator=","), "a,b"),
        (thresholds("x", [5, 30]), "5,30"),
        (sid("x", "WS" + "1" * 32, "WS"), "WS" + "1" * 32),
    ],
)
def test_a_value_is_sent_as_the_service_wants_it(pairs: Pairs, value: str) -> None:
    """Numbers, truth, moments, durations, maps and sequences each have one form on the wire."""
    assert pairs == (("X", value),)


def test_several_words_are_several_parameters() -> None:
    """Without a separator each word is a parameter of its own."""
    assert words("status", ["a", "b"]) == (("Status", "a"), ("Status", "b"))


LEFT_OUT: list[Callable[[], Pairs]] = [
    lambda: text("x", NOT_GIVEN),
    lambda: integer("x", NOT_GIVEN, 0, 9),
    lambda: seconds("x", NOT_GIVEN, 0, 9),
    lambda: minutes("x", NOT_GIVEN),
    lambda: boolean("x", NOT_GIVEN),
    lambda: instant("x", NOT_GIVEN),
    lambda: choice("x", NOT_GIVEN, ("a",)),
    lambda: json_text("x", NOT_GIVEN),
    lambda: words("x", NOT_GIVEN),
    lambda: thresholds("x", NOT_GIVEN),
    lambda: sid("x", NOT_GIVEN, "WS"),
]


@pytest.mark.parametrize("argument", LEFT_OUT)
def test_what_is_not_given_is_not_sent(argument: Callable[[], Pairs]) -> None:
    """An argument that was left out sends nothing, unlike one that is empty."""
    assert argument() == ()
    assert repr(NOT_GIVEN) == "NOT_GIVEN"


NOBODY: Any = None
REFUSED: list[Callable[[], Pairs]] = [
    lambda: text("x", NOBODY),
    lambda: text("x", 7),  # type: ignore[arg-type]  # on purpose
    lambda: text("x", "\ud800"),
    lambda: required_text("x", "\ud800"),
    lambda: json_text("x", {"half": "\ud800"}),
    lambda: json_text("x", '{"half": "\ud800"}'),
    lambda: required_text("x", ""),
    lambda: required_text("x", NOBODY),
    lambda: integer("x", 10, 0, 9),
    lambda: integer("x", -1, 0, 9),
    lambda: integer("x", value=True, least=0, most=9),
    lambda: integer("x", 1.0, 0, 9),  # type: ignore[arg-type]  # on purpose
    lambda: integer("x", "1", 0, 9),  # type: ignore[arg-type]  # on purpose
    lambda: seconds("x", timedelta(seconds=1.5), 0, 9),
    lambda: seconds("x", timedelta(seconds=10), 0, 9),
    lambda: minutes("x", 0),
    lambda: minutes("x", timedelta(seconds=90)),
    lambda: boolean("x", 1),  # type: ignore[arg-type]  # on purpose
    lambda: instant("x", datetime(2026, 1, 1)),  # noqa: DTZ001 - on purpose
    lambda: instant("x", "2026-01-01T00:00:00Z"),  # type: ignore[arg-type]  # on purpose
    lambda: choice("x", "LILO", ("FIFO", "LIFO")),
    lambda: json_text("x", "not JSON"),
    lambda: json_text("x", "[]"),
    lambda: json_text("x", "[" * 100_000),
    lambda: json_text("x", {"moment": datetime(2026, 1, 1, tzinfo=UTC)}),
    lambda: json_text("x", {"number": float("nan")}),
    lambda: json_text("x", 7),  # type: ignore[arg-type]  # on purpose
    lambda: words("x", []),
    lambda: words("x", NOBODY),
    lambda: thresholds("x", 10),  # type: ignore[arg-type]  # on purpose
    lambda: words("x", "one text"),
    lambda: words("x", ["a", ""]),
    lambda: thresholds("x", []),
    lambda: thresholds("x", [0]),
    lambda: thresholds("x", ["5"]),  # type: ignore[list-item]  # on purpose
    lambda: sid("x", "WQ" + "1" * 32, "WS"),
]


@pytest.mark.parametrize("argument", REFUSED)
def test_what_cannot_be_sent_is_refused_by_name(argument: Callable[[], Pairs]) -> None:
    """A value of another type or out of its range is an error that names the argument."""
    with pytest.raises(InvalidArgumentError, match="x must be") as refused:
        argument()

    assert refused.value.argument == "x"
    assert len(str(refused.value)) < 300


def test_two_arguments_that_contradict_each_other_are_refused() -> None:
    """One of the two may be given, or none."""
    refuse_both("minutes", 5, "start_date", NOT_GIVEN)
    refuse_both("minutes", NOT_GIVEN, "start_date", 5)

    with pytest.raises(InvalidArgumentError, match="minutes cannot be combined") as refused:
        refuse_both("minutes", 5, "start_date", 5)

    assert refused.value.argument == "minutes"


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_any_mapping_survives(value: dict[str, object]) -> None:
    """What is written out as JSON is the mapping that was given."""
    ((_, written),) = json_text("attributes", value)

    assert json.loads(written) == value
