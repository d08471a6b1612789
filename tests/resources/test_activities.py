"""Activities: what is sent for each operation, and what is refused before anything is."""

from datetime import UTC, datetime

import pytest
from fakes import FakeSend, by_both_roads
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Activity
from taskrouter_async.resources import Activities

SID = "WA" + "4" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Activities"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "friendly_name": "Available",
    "available": True,
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{COLLECTION}/{SID}",
    "links": {"workspace": f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}"},
}
ACTIVITY = Activity(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _activities(send: FakeSend) -> Activities:
    return Activities(send, (("WorkspaceSid", WORKSPACE_SID),))


async def test_create_sends_name_and_availability() -> None:
    """An activity is made by a POST to the collection, its arguments as a form."""
    send = FakeSend(ACTIVITY)

    made = await _activities(send).create(friendly_name="Lunch & more", available=False)

    assert made is ACTIVITY
    pairs = [("FriendlyName", "Lunch & more"), ("Available", "false")]
    assert send.asked == ("POST", COLLECTION, pairs)


async def test_create_leaves_out_what_is_not_given() -> None:
    """An argument that was not given is not sent."""
    send = FakeSend(ACTIVITY)

    await _activities(send).create(friendly_name="Lunch")

    assert send.asked == ("POST", COLLECTION, [("FriendlyName", "Lunch")])


@pytest.mark.parametrize(("name", "value"), [("friendly_name", ""), ("available", "yes")])
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """An empty name or a text for yes or no is refused by name; nothing is sent."""
    send = FakeSend()
    arguments = {"friendly_name": "Lunch", name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await _activities(send).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert send.calls == []


async def test_list_sends_filters_and_the_page_size() -> None:
    """Filters go into the query, and the limit asks for no larger page than it needs."""
    send = FakeSend(ACTIVITY)
    listing = _activities(send).list(friendly_name="Lunch", available=True, limit=7)

    assert send.calls == []
    assert [each async for each in listing] == [ACTIVITY]
    pairs = [("FriendlyName", "Lunch"), ("Available", "true"), ("PageSize", "7")]
    assert send.asked == ("GET", COLLECTION, pairs)
    assert send.calls[0].operation.list_key == "activities"


async def test_fetch_asks_for_one() -> None:
    """An activity is fetched by a GET at its own address."""
    send = FakeSend(ACTIVITY)

    assert await _activities(send)(SID).fetch() is ACTIVITY
    assert send.asked == ("GET", f"{COLLECTION}/{SID}", [])


async def test_update_sends_the_name() -> None:
    """Only the name of an activity can be changed."""
    send = FakeSend(ACTIVITY)

    assert await _activities(send)(SID).update(friendly_name="Break") is ACTIVITY
    assert send.asked == ("POST", f"{COLLECTION}/{SID}", [("FriendlyName", "Break")])


async def test_delete_has_no_body() -> None:
    """An activity is deleted by a bare DELETE."""
    send = FakeSend()

    await _activities(send)(SID).delete()

    assert send.asked == ("DELETE", f"{COLLECTION}/{SID}", [])
    assert send.requests[0].body is None


@pytest.mark.parametrize("sid", ["", "WA1", WORKSPACE_SID, SID + "/.."])
def test_a_malformed_sid_makes_no_handle(sid: str) -> None:
    """Only an activity's SID addresses an activity."""
    with pytest.raises(InvalidArgumentError) as refused:
        _activities(FakeSend())(sid)

    assert refused.value.argument == "sid"


def test_a_handle_says_what_it_is() -> None:
    """A handle knows its SID and shows it."""
    handle = _activities(FakeSend())(SID)

    assert (handle.sid, repr(handle)) == (SID, f"<Activity {SID}>")


def test_both_roads_decode_an_activity() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    activity = by_both_roads({**DOCUMENT, "hue": "red"}, Activity)

    assert (activity.friendly_name, activity.available) == ("Available", True)
    assert activity.date_created == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert activity.links["workspace"].endswith(WORKSPACE_SID)
    assert activity.to_dict() == {**DOCUMENT, "hue": "red"}
    assert activity.extra == {"hue": "red"}


def test_an_activity_made_here_is_written_from_its_fields() -> None:
    """What was decoded and written field by field is the same document again."""
    activity = by_both_roads(DOCUMENT, Activity)
    twin = Activity(**{name: getattr(activity, name) for name in DOCUMENT})

    assert twin.to_dict() == DOCUMENT
