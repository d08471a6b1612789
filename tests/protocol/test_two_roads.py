"""Pages, and the two roads on which documents become models.

The fast road takes what it finds as it should be; everything else goes to the judge. Whatever the
one takes, the other takes too, and both make the same of it.
"""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ACCOUNT_SID, WORKSPACE_SID, at_once, response

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.decoding import decode_page, parse
from taskrouter_async._protocol.fast import decode_fast, decode_page_fast
from taskrouter_async._protocol.operation import Operation
from taskrouter_async.errors import DecodingError
from taskrouter_async.models import (
    Activity,
    Answer,
    Document,
    WorkflowCumulativeStatistics,
    WorkspaceRealTimeStatistics,
)

ACTIVITY: dict[str, Document] = {
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "sid": "WA" + "4" * 32,
    "friendly_name": "Available",
    "available": True,
    "date_created": "2026-01-02T03:04:05Z",
    "links": {"workspace": "https://taskrouter.twilio.com/v1/Workspaces/WS1"},
}
PAGES = Operation("GET", "/", Activity, list_key="activities")


def test_a_page_is_decoded_with_its_items() -> None:
    """Each item of a page keeps its own document, and the page tells where the next one is."""
    document = {
        "activities": [{**ACTIVITY, "hue": "red"}, ACTIVITY],
        "meta": {"key": "activities", "page": 0, "page_size": 2, "next_page_url": "https://next"},
    }

    page = at_once(decode_page(PAGES, response(document)))

    assert [item.to_dict() for item in page.items] == document["activities"]
    assert page.items[0].extra == {"hue": "red"}
    assert page.meta.next_page_url == "https://next"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "$.activities"),
        ({"meta": {}}, "$.activities"),
        ({"activities": None, "meta": {}}, "$.activities"),
        ({"activities": [ACTIVITY, {**ACTIVITY, "sid": 5}], "meta": {}}, "$.activities[1].sid"),
        ({"activities": [], "meta": None}, "$.meta"),
        ({"activities": [], "meta": {"page": "first"}}, "$.meta.page"),
    ],
)
def test_a_page_of_another_shape_names_the_item(document: Document, path: str) -> None:
    """The error says which item of a page is wrong, and where."""
    with pytest.raises(DecodingError) as failed:
        at_once(decode_page(PAGES, response(document)))

    assert failed.value.path == path


def test_a_page_of_foreign_dates_goes_to_the_judge() -> None:
    """A page whose dates are in another zone, or whose owners stand in it twice, is judged."""
    elsewhere = {"activities": [{**ACTIVITY, "date_created": "2026-01-02T05:04:05+02:00"}]}
    twice = json.dumps({"activities": [ACTIVITY], "meta": {}}).replace(
        '"account_sid"', '"account_sid": "AC1", "account_sid"'
    )

    page = at_once(decode_page(PAGES, response({**elsewhere, "meta": {}})))

    assert page.items[0].date_created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert at_once(decode_page_fast(twice.encode(), Activity, "activities")) is None


def test_an_answer_that_names_its_owner_twice_is_an_error() -> None:
    """A document with two accounts in one place could be anybody's; other doubles count last."""
    twice = json.dumps(ACTIVITY)[:-1] + f', "account_sid": "{ACCOUNT_SID}"}}'
    harmless = json.dumps(ACTIVITY)[:-1] + ', "friendly_name": "Last"}'

    assert decode_fast(twice.encode(), Activity) is None
    with pytest.raises(DecodingError):
        parse(twice.encode())
    assert parse(harmless.encode()) == {**ACTIVITY, "friendly_name": "Last"}


WORDS = st.sampled_from(["", "x", "é", "\u0000", '"', "2026-01-01T00:00:00Z"])
NUMBERS = st.integers(-5, 2**70) | st.integers(0, 9).map(str) | st.floats(-1, 2)
ANYTHING: st.SearchStrategy[object] = (
    st.none() | st.booleans() | WORDS | NUMBERS | st.just([]) | st.just({})
)
DATES = st.datetimes(min_value=datetime(1990, 1, 1)).map(  # noqa: DTZ001 - zones are added as text
    lambda moment: moment.replace(microsecond=0).isoformat()
)
ZONES = st.sampled_from(["Z", "+00:00", "-05:30", ""])
ACTIVITIES = st.fixed_dictionaries(
    {"sid": st.just("WA1"), "account_sid": st.just("AC1"), "workspace_sid": st.just("WS1")},
    optional={
        "friendly_name": ANYTHING,
        "available": ANYTHING,
        "date_created": st.builds(str.__add__, DATES, ZONES) | ANYTHING,
        "links": st.dictionaries(st.text(max_size=2), WORDS | ANYTHING, max_size=2) | ANYTHING,
        "unknown": ANYTHING,
    },
)
REAL_TIME = st.fixed_dictionaries(
    {"account_sid": st.just("AC1"), "workspace_sid": st.just("WS1")},
    optional={
        "total_tasks": ANYTHING,
        "tasks_by_status": st.dictionaries(WORDS, NUMBERS | ANYTHING, max_size=3) | ANYTHING,
        "tasks_by_priority": st.dictionaries(
            st.integers(0, 9).map(str) | WORDS, NUMBERS, max_size=3
        ),
        "activity_statistics": st.lists(
            st.fixed_dictionaries(
                {"sid": WORDS, "friendly_name": WORDS}, optional={"workers": NUMBERS}
            ),
            max_size=2,
        )
        | ANYTHING,
        "unknown": ANYTHING,
    },
)
WINDOWS = st.fixed_dictionaries(
    {},
    optional={
        "start_time": st.builds(str.__add__, DATES, ZONES) | ANYTHING,
        "avg_task_acceptance_time": ANYTHING,
        "wait_duration_until_accepted": st.fixed_dictionaries({}, optional={"avg": ANYTHING})
        | ANYTHING,
        "split_by_wait_time": st.dictionaries(
            st.integers(0, 9).map(str) | WORDS,
            st.fixed_dictionaries(
                {},
                optional={"above": st.fixed_dictionaries({}, optional={"tasks_canceled": NUMBERS})},
            ),
            max_size=2,
        )
        | ANYTHING,
    },
)


@given(
    st.tuples(ACTIVITIES, st.just(Activity))
    | st.tuples(REAL_TIME, st.just(WorkspaceRealTimeStatistics))
    | st.tuples(WINDOWS, st.just(WorkflowCumulativeStatistics))
)
def test_the_two_roads_agree(case: tuple[dict[str, Document], type[Answer]]) -> None:
    """Whatever the fast road takes, the judge takes too, and both make the same of it."""
    document, model = case
    fast = decode_fast(json.dumps(document).encode(), model)

    if fast is not None:
        assert fast == structure(document, model)
        assert fast.to_dict() == document


@given(st.lists(ACTIVITIES, max_size=4))
def test_the_two_roads_agree_on_pages(items: list[dict[str, Document]]) -> None:
    """A page that the fast road takes is the page that the judge would make."""
    document = {"activities": items, "meta": {"page": 0}}

    fast = at_once(decode_page_fast(json.dumps(document).encode(), Activity, "activities"))

    if fast is not None:
        assert fast.items == tuple(structure(item, Activity) for item in items)
        assert [item.to_dict() for item in fast.items] == items
