"""Which window of time a caller asks for."""

import pytest

from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.statistics.window import Window

# 2026-01-05T09:00:00Z, and a fraction of a second.
NOW = 1_767_603_600.75
SECOND = 1_767_603_600


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("", SECOND - 900, SECOND),
        ("Minutes=1", SECOND - 60, SECOND),
        ("Minutes=43200", SECOND - 30 * 86_400, SECOND),
        ("StartDate=2026-01-05T08:00:00Z", SECOND - 3_600, SECOND),
        ("StartDate=2026-01-05T09:00:00Z", SECOND, SECOND),
        ("StartDate=2026-01-05T08:00:00.9Z", SECOND - 3_600, SECOND),
        ("EndDate=2026-01-05T08:00:00Z", SECOND - 3_600 - 900, SECOND - 3_600),
        ("EndDate=2026-01-06T00:00:00Z", SECOND - 900, SECOND),
        ("StartDate=2026-01-05&EndDate=2026-01-06", SECOND - 9 * 3_600, SECOND),
        (
            "StartDate=2026-01-05T08:00:00Z&EndDate=2026-01-05T08:30:00Z",
            SECOND - 3_600,
            SECOND - 1_800,
        ),
    ],
)
def test_windows(query: str, start: int, end: int) -> None:
    """A window is exact to the second and ends now at the latest."""
    assert Window.asked(Fields.read(query), NOW) == Window(start, end)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Minutes=0", 20001),
        ("Minutes=-1", 20001),
        ("Minutes=many", 20001),
        ("Minutes=43201", 14241),
        ("Minutes=15&StartDate=2026-01-05T08:00:00Z", 20001),
        ("Minutes=15&EndDate=2026-01-05T08:00:00Z", 20001),
        ("StartDate=yesterday", 20001),
        ("StartDate=2025-12-06T08:59:59Z", 14241),
        ("EndDate=2025-12-06T09:14:59Z", 14241),
        ("StartDate=2026-01-05T08:00:00Z&EndDate=2026-01-05T07:59:59Z", 20001),
        ("StartDate=2026-01-05T09:00:01Z", 20001),
    ],
)
def test_refused_windows(query: str, code: int) -> None:
    """A window that contradicts itself, or of which nothing is known any more, is refused."""
    with pytest.raises(RefusalError) as refusal:
        Window.asked(Fields.read(query), NOW)

    assert (refusal.value.status, refusal.value.code) == (400, code)


def test_the_last_second_counts_in_full() -> None:
    """What happens in the last second of a window is within it, what comes after is not."""
    window = Window(SECOND - 1, SECOND)

    assert SECOND < window.last < SECOND + 1
    assert window.last > NOW
