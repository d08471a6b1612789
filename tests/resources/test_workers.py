"""Workers: what is sent for each operation, and what is refused before anything is."""

from datetime import UTC, datetime

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async.errors import DecodingError, InvalidArgumentError
from taskrouter_async.models import FrozenMap, Worker
from taskrouter_async.resources.changes import WorkerChange
from taskrouter_async.resources.workers import Workers

SID = "WK" + "7" * 32
ACTIVITY_SID = "WA" + "4" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Workers"
HOME = "https://taskrouter.twilio.com"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "friendly_name": "Ana",
    "attributes": '{"languages": ["es"]}',
    "activity_sid": ACTIVITY_SID,
    "activity_name": "Available",
    "available": True,
    "date_status_changed": "2026-03-02T11:30:00Z",
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"{HOME}{COLLECTION}/{SID}",
    "links": {"reservations": f"{HOME}{COLLECTION}/{SID}/Reservations"},
}
WORKER = Worker(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _workers(reader: FakeReader) -> Workers:
    return Workers(reader, (("WorkspaceSid", WORKSPACE_SID),))


async def test_create_sends_every_argument() -> None:
    """A worker is made by a POST; a mapping of attributes goes out as JSON."""
    reader = FakeReader(WORKER)

    made = await _workers(reader).create(
        friendly_name="Ana", activity_sid=ACTIVITY_SID, attributes={"languages": ["es"]}
    )

    assert made is WORKER
    pairs = [
        ("FriendlyName", "Ana"),
        ("ActivitySid", ACTIVITY_SID),
        ("Attributes", '{"languages":["es"]}'),
    ]
    assert reader.asked == ("POST", COLLECTION, pairs)


@pytest.mark.parametrize(
    ("name", "value"), [("friendly_name", ""), ("activity_sid", SID), ("attributes", "x")]
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """The argument to blame is named; nothing is sent."""
    reader = FakeReader()
    arguments = {"friendly_name": "Ana", name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await _workers(reader).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


async def test_list_sends_every_filter() -> None:
    """Each filter goes out under the vendor's name."""
    reader = FakeReader(WORKER)

    listed = _workers(reader).list(
        activity_name="Available",
        activity_sid=ACTIVITY_SID,
        available=True,
        friendly_name="Ana",
        target_workers_expression="languages HAS 'es'",
        task_queue_name="Support",
        task_queue_sid=TASK_QUEUE_SID,
        ordering="DateStatusChanged:asc",
        page_size=7,
    )

    assert [each async for each in listed] == [WORKER]
    assert reader.calls[0].operation.list_key == "workers"
    pairs = [
        ("ActivityName", "Available"),
        ("ActivitySid", ACTIVITY_SID),
        ("Available", "true"),
        ("FriendlyName", "Ana"),
        ("TargetWorkersExpression", "languages HAS 'es'"),
        ("TaskQueueName", "Support"),
        ("TaskQueueSid", TASK_QUEUE_SID),
        ("Ordering", "DateStatusChanged:asc"),
        ("PageSize", "7"),
    ]
    assert reader.asked == ("GET", COLLECTION, pairs)


@pytest.mark.parametrize(
    ("name", "value"),
    [("activity_sid", SID), ("available", "yes"), ("task_queue_sid", "WQ"), ("limit", -1)],
)
def test_list_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """A filter that cannot work is refused before the listing is read."""
    with pytest.raises(InvalidArgumentError) as refused:
        _workers(FakeReader()).list(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name


async def test_fetch_asks_for_the_worker() -> None:
    """A handle knows its SID and fetches from its address."""
    reader = FakeReader(WORKER)
    handle = _workers(reader)(SID)

    assert await handle.fetch() is WORKER
    assert (handle.sid, repr(handle)) == (SID, f"<Worker {SID}>")
    assert reader.asked == ("GET", f"{COLLECTION}/{SID}", [])


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only a worker's SID makes a handle for a worker."""
    with pytest.raises(InvalidArgumentError) as refused:
        _workers(FakeReader())(ACTIVITY_SID)

    assert refused.value.argument == "sid"


async def test_update_sends_every_argument() -> None:
    """A worker changes by a POST, with the version it insists on in If-Match."""
    reader = FakeReader(WORKER)

    changed = await _workers(reader)(SID).update(
        activity_sid=ACTIVITY_SID,
        attributes={},
        friendly_name="Ana M",
        reject_pending_reservations=True,
        if_match="12",
    )

    assert changed is WORKER
    pairs = [
        ("ActivitySid", ACTIVITY_SID),
        ("Attributes", "{}"),
        ("FriendlyName", "Ana M"),
        ("RejectPendingReservations", "true"),
    ]
    assert reader.asked == ("POST", f"{COLLECTION}/{SID}", pairs)
    assert dict(reader.requests[0].headers)["If-Match"] == "12"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activity_sid", SID),
        ("attributes", None),
        ("friendly_name", 7),
        ("reject_pending_reservations", True),
        ("if_match", "a\nb"),
    ],
)
async def test_update_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """The argument to blame is named, rejecting without an activity included; nothing is sent."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as refused:
        await _workers(reader)(SID).update(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


async def test_delete_may_insist_on_a_version() -> None:
    """A worker is deleted in any version, or in one only."""
    reader = FakeReader()
    worker = _workers(reader)(SID)

    await worker.delete()
    await worker.delete(if_match="3")

    assert [each.method for each in reader.requests] == ["DELETE", "DELETE"]
    assert {each.target for each in reader.requests} == {f"{COLLECTION}/{SID}"}
    assert [dict(each.headers).get("If-Match") for each in reader.requests] == [None, "3"]


async def test_modify_writes_to_the_version_that_was_read() -> None:
    """Workers are modified as tasks are: read, decide, write to that version."""
    worker = Worker(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)
    object.__setattr__(worker, "etag", "5")
    reader = FakeReader(worker)

    await _workers(reader)(SID).modify(lambda _: WorkerChange(activity_sid=ACTIVITY_SID))

    assert [(call.operation.method, call.if_match) for call in reader.calls] == [
        ("GET", ""),
        ("POST", "5"),
    ]
    assert reader.calls[1].arguments == (("ActivitySid", ACTIVITY_SID),)


def test_both_roads_decode_a_worker() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    worker = by_both_roads({**DOCUMENT, "operating_unit_sid": "OU1"}, Worker)

    assert worker.date_status_changed == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert worker.to_dict() == {**DOCUMENT, "operating_unit_sid": "OU1"}
    assert worker.extra == {"operating_unit_sid": "OU1"}
    twin = Worker(**{name: getattr(worker, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT


def test_the_attributes_of_a_worker_are_kept_and_can_be_read() -> None:
    """Attributes stay as they came; what they say cannot be changed."""
    worker = by_both_roads(DOCUMENT, Worker)

    assert worker.attributes == DOCUMENT["attributes"]
    assert worker.parse_attributes() == FrozenMap({"languages": ("es",)})
    assert WORKER.parse_attributes() is None
    with pytest.raises(DecodingError):
        by_both_roads({**DOCUMENT, "attributes": "{"}, Worker).parse_attributes()
