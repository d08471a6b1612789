"""Events: what is asked for, and what comes back."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fakes import FakeSend, by_both_roads
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.fast import decode_fast
from taskrouter_async.errors import DecodingError, InvalidArgumentError
from taskrouter_async.models import Event, EventData, FrozenMap
from taskrouter_async.resources import Events

SID = "EV" + "6" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Events"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "event_type": "worker.activity.update",
    "description": "Worker Alice updated to Available Activity",
    "event_data": {
        "worker_name": "Alice",
        "worker_time_in_previous_activity": "26",
        "worker_attributes": '{"skills": ["de"]}',
        "deep": [{"er": None}, 1.5, 2**70],
    },
    "event_date": "2026-03-01T10:00:00Z",
    "event_date_ms": 1772359200123,
    "resource_sid": "WK" + "7" * 32,
    "resource_type": "worker",
    "resource_url": "https://taskrouter.twilio.com/v1/x",
    "actor_sid": WORKSPACE_SID,
    "actor_type": "workspace",
    "actor_url": "https://taskrouter.twilio.com/v1/y",
    "source": "twilio",
    "source_ip_address": "192.0.2.1",
    "url": f"https://taskrouter.twilio.com{COLLECTION}/{SID}",
}
EVENT = Event(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _events(send: FakeSend) -> Events:
    return Events(send, (("WorkspaceSid", WORKSPACE_SID),))


async def test_list_sends_every_filter() -> None:
    """Each filter of the reference goes into the query; moments are told in UTC."""
    send = FakeSend(EVENT)
    start = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    listing = _events(send).list(
        start_date=start,
        end_date=start + timedelta(hours=1),
        event_type="task.created",
        reservation_sid="WR" + "1" * 32,
        task_queue_sid=TASK_QUEUE_SID,
        task_sid="WT" + "2" * 32,
        worker_sid="WK" + "3" * 32,
        workflow_sid=WORKFLOW_SID,
        task_channel="voice",
        sid=SID,
        page_size=1000,
    )

    assert [each async for each in listing] == [EVENT]
    method, path, pairs = send.asked
    assert (method, path) == ("GET", COLLECTION)
    assert dict(pairs) == {
        "StartDate": "2026-03-01T10:00:00Z",
        "EndDate": "2026-03-01T11:00:00Z",
        "EventType": "task.created",
        "ReservationSid": "WR" + "1" * 32,
        "TaskQueueSid": TASK_QUEUE_SID,
        "TaskSid": "WT" + "2" * 32,
        "WorkerSid": "WK" + "3" * 32,
        "WorkflowSid": WORKFLOW_SID,
        "TaskChannel": "voice",
        "Sid": SID,
        "PageSize": "1000",
    }
    assert send.calls[0].operation.list_key == "events"


async def test_list_sends_minutes() -> None:
    """The window can be told by its length, as a number of minutes or a duration."""
    send = FakeSend(EVENT)

    assert [each async for each in _events(send).list(minutes=timedelta(hours=2))] == [EVENT]
    assert send.asked == ("GET", COLLECTION, [("Minutes", "120")])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"minutes": 5, "start_date": datetime(2026, 3, 1, tzinfo=UTC)}, "minutes"),
        ({"minutes": 5, "end_date": datetime(2026, 3, 1, tzinfo=UTC)}, "minutes"),
        ({"start_date": datetime(2026, 3, 1)}, "start_date"),  # noqa: DTZ001 - on purpose
        ({"task_sid": TASK_QUEUE_SID}, "task_sid"),
        ({"reservation_sid": ""}, "reservation_sid"),
        ({"task_queue_sid": "WQ"}, "task_queue_sid"),
        ({"worker_sid": SID}, "worker_sid"),
        ({"workflow_sid": SID}, "workflow_sid"),
        ({"sid": WORKFLOW_SID}, "sid"),
        ({"event_type": 3}, "event_type"),
        ({"task_channel": 3}, "task_channel"),
        ({"limit": 0}, "limit"),
        ({"page_size": 1001}, "page_size"),
    ],
)
def test_list_refuses_what_cannot_be_sent(arguments: dict[str, object], name: str) -> None:
    """Minutes beside dates, moments without a zone and SIDs of another kind are refused."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        _events(send).list(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert send.calls == []


async def test_fetch_asks_for_one() -> None:
    """An event is fetched by a GET at its own address."""
    send = FakeSend(EVENT)
    handle = _events(send)(SID)

    assert await handle.fetch() is EVENT
    assert (handle.sid, repr(handle)) == (SID, f"<Event {SID}>")
    assert send.asked == ("GET", f"{COLLECTION}/{SID}", [])


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only an event's SID addresses an event."""
    with pytest.raises(InvalidArgumentError, match="EV followed by"):
        _events(FakeSend())(WORKSPACE_SID)


def test_both_roads_decode_an_event() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    event = by_both_roads({**DOCUMENT, "hue": [1]}, Event)

    assert event.event_date == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert event.event_date_ms == 1772359200123
    assert event.to_dict() == {**DOCUMENT, "hue": [1]}
    assert event.extra == {"hue": (1,)}
    twin = Event(**{name: getattr(event, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT


def test_the_data_of_an_event_cannot_be_changed_however_deep() -> None:
    """Data that nobody typed is frozen all the same, and equal data has an equal hash."""
    data = by_both_roads(DOCUMENT, Event).event_data

    assert isinstance(data, EventData)
    assert data["worker_time_in_previous_activity"] == "26"
    assert data["deep"] == (FrozenMap({"er": None}), 1.5, 2**70)
    assert hash(data) == hash(by_both_roads(DOCUMENT, Event).event_data)


def test_an_event_may_have_no_data() -> None:
    """Data that is null or left out is ``None``."""
    named = {"sid": SID, "account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID}

    assert by_both_roads(named, Event) == EVENT
    assert by_both_roads({**named, "event_data": None}, Event).event_data is None


@pytest.mark.parametrize("data", ["[]", '"text"', "5"])
def test_data_that_is_no_object_is_an_error(data: str) -> None:
    """The fast road leaves such a document to the judge, who refuses it and says where."""
    named = f'{{"sid": "E", "account_sid": "A", "workspace_sid": "W", "event_data": {data}}}'

    assert decode_fast(named.encode(), Event) is None
    with pytest.raises(DecodingError) as failed:
        structure(json.loads(named), Event)
    assert failed.value.path == "$.event_data"
