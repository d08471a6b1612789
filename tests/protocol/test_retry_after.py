"""`Retry-After` by its grammar and nothing more lenient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async._protocol.retry_after import retry_after_seconds

DATE = "Sun, 22 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(("text", "seconds"), [("0", 0.0), ("2", 2.0), ("999999999", 999999999.0)])
def test_whole_seconds_are_seconds(text: str, seconds: float) -> None:
    """Whole seconds are seconds."""
    assert retry_after_seconds({"retry-after": text}) == seconds


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        ("Sun, 22 Nov 2026 09:00:07 GMT", 7.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 86400.0),
        ("Sun, 22 Nov 2026 08:59:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251606962799.0),
    ],
)
def test_a_date_counts_from_the_answers_own(until: str, seconds: float) -> None:
    """A date counts from the answers own."""
    assert retry_after_seconds({"retry-after": until, "date": DATE}) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2",
        "2 ",
        "+2",
        "-1",
        "2.5",
        "1e9",
        "1_0",
        "nan",
        "Infinity",
        "0x10",
        "١٢",
        "1234567890",
        "12345678901234567890",
        "2, 3",
        "Sunday, 22-Nov-26 09:00:07 GMT",
        "Sun Nov 22 09:00:07 2026",
        "Sun, 22 Nov 2026 09:00:07 UTC",
        "Sun, 31 Feb 2026 09:00:07 GMT",
        "Sun, 22 Nov 2026 24:00:00 GMT",
        "Sun, 22 Nov 2026 09:00:07 GMT\n",
    ],
)
def test_anything_else_says_nothing(text: str) -> None:
    """Anything else says nothing."""
    assert retry_after_seconds({"retry-after": text, "date": DATE}) is None


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_date_without_another_to_count_from_says_nothing(date: str) -> None:
    """A date without another to count from says nothing."""
    headers = {"retry-after": "Sun, 22 Nov 2026 09:00:07 GMT", "date": date}
    assert retry_after_seconds(headers) is None


def test_no_header_says_nothing() -> None:
    """No header says nothing."""
    assert retry_after_seconds({}) is None


@given(text=st.text())
def test_no_text_is_trouble(text: str) -> None:
    """No text is trouble."""
    seconds = retry_after_seconds({"retry-after": text, "date": DATE})
    assert seconds is None or seconds >= 0
