"""Task queues: what is sent for each operation, and what is refused before anything is."""

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import (
    Order,
    TaskQueue,
)
from taskrouter_async.resources import TaskQueues

ACTIVITY_SID = "WA" + "4" * 32
OTHER_ACTIVITY_SID = "WA" + "5" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/TaskQueues"
ONE = f"{COLLECTION}/{TASK_QUEUE_SID}"
DOCUMENT = {
    "sid": TASK_QUEUE_SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "friendly_name": "Support",
    "target_workers": "skills HAS 'support'",
    "max_reserved_workers": 3,
    "task_order": "LIFO",
    "reservation_activity_sid": ACTIVITY_SID,
    "reservation_activity_name": "Reserved",
    "assignment_activity_sid": OTHER_ACTIVITY_SID,
    "assignment_activity_name": "Busy",
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{ONE}",
    "links": {"statistics": f"https://taskrouter.twilio.com{ONE}/Statistics"},
}
QUEUE = TaskQueue(sid=TASK_QUEUE_SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _queues(reader: FakeReader) -> TaskQueues:
    return TaskQueues(reader, (("WorkspaceSid", WORKSPACE_SID),))


async def test_create_sends_every_argument() -> None:
    """A task queue is made by a POST to the collection, its arguments as a form."""
    reader = FakeReader(QUEUE)

    made = await _queues(reader).create(
        friendly_name="Support",
        target_workers="skills HAS 'support'",
        max_reserved_workers=50,
        task_order=Order.LIFO,
        reservation_activity_sid=ACTIVITY_SID,
        assignment_activity_sid=OTHER_ACTIVITY_SID,
    )

    assert made is QUEUE
    assert reader.asked == (
        "POST",
        COLLECTION,
        [
            ("FriendlyName", "Support"),
            ("TargetWorkers", "skills HAS 'support'"),
            ("MaxReservedWorkers", "50"),
            ("TaskOrder", "LIFO"),
            ("ReservationActivitySid", ACTIVITY_SID),
            ("AssignmentActivitySid", OTHER_ACTIVITY_SID),
        ],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("friendly_name", ""),
        ("target_workers", None),
        ("max_reserved_workers", 0),
        ("max_reserved_workers", 51),
        ("max_reserved_workers", True),
        ("task_order", "fifo"),
        ("reservation_activity_sid", TASK_QUEUE_SID),
        ("assignment_activity_sid", ""),
    ],
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """Numbers out of range, unknown orders and SIDs of another kind are refused by name."""
    reader = FakeReader()
    arguments = {"friendly_name": "Support", name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await _queues(reader).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


async def test_list_sends_every_filter() -> None:
    """Task queues are listed by name, by whom they serve, and in an order of the service's."""
    reader = FakeReader(QUEUE)

    listing = _queues(reader).list(
        friendly_name="Support",
        evaluate_worker_attributes='{"skills":["support"]}',
        worker_sid="WK" + "7" * 32,
        ordering="DateCreated:asc",
        page_size=10,
    )

    assert [each async for each in listing] == [QUEUE]
    assert reader.asked == (
        "GET",
        COLLECTION,
        [
            ("FriendlyName", "Support"),
            ("EvaluateWorkerAttributes", '{"skills":["support"]}'),
            ("WorkerSid", "WK" + "7" * 32),
            ("Ordering", "DateCreated:asc"),
            ("PageSize", "10"),
        ],
    )
    assert reader.calls[0].operation.list_key == "task_queues"


def test_list_refuses_a_sid_of_another_kind() -> None:
    """Only a worker's SID names a worker."""
    with pytest.raises(InvalidArgumentError) as refused:
        _queues(FakeReader()).list(worker_sid=TASK_QUEUE_SID)

    assert refused.value.argument == "worker_sid"


async def test_fetch_asks_for_one() -> None:
    """A task queue is fetched by a GET at its own address."""
    reader = FakeReader(QUEUE)
    handle = _queues(reader)(TASK_QUEUE_SID)

    assert await handle.fetch() is QUEUE
    assert (handle.sid, repr(handle)) == (TASK_QUEUE_SID, f"<TaskQueue {TASK_QUEUE_SID}>")
    assert reader.asked == ("GET", ONE, [])


async def test_update_sends_what_is_given() -> None:
    """Everything about a task queue can be changed; an empty expression is sent as such."""
    reader = FakeReader(QUEUE)

    changed = await _queues(reader)(TASK_QUEUE_SID).update(
        friendly_name="Help",
        target_workers="",
        reservation_activity_sid=ACTIVITY_SID,
        assignment_activity_sid=OTHER_ACTIVITY_SID,
        max_reserved_workers=1,
        task_order="FIFO",
    )

    assert changed is QUEUE
    method, path, pairs = reader.asked
    assert (method, path) == ("POST", ONE)
    assert dict(pairs) == {
        "FriendlyName": "Help",
        "TargetWorkers": "",
        "ReservationActivitySid": ACTIVITY_SID,
        "AssignmentActivitySid": OTHER_ACTIVITY_SID,
        "MaxReservedWorkers": "1",
        "TaskOrder": "FIFO",
    }


async def test_delete_has_no_body() -> None:
    """A task queue is deleted by a bare DELETE."""
    reader = FakeReader()

    await _queues(reader)(TASK_QUEUE_SID).delete()

    assert reader.asked == ("DELETE", ONE, [])


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only a task queue's SID addresses a task queue."""
    with pytest.raises(InvalidArgumentError) as refused:
        _queues(FakeReader())(WORKSPACE_SID)

    assert refused.value.argument == "sid"


def test_both_roads_decode_a_task_queue() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    queue = by_both_roads({**DOCUMENT, "hue": "red"}, TaskQueue)

    assert queue.task_order is Order.LIFO
    assert queue.max_reserved_workers == 3
    assert queue.to_dict() == {**DOCUMENT, "hue": "red"}
    assert queue.extra == {"hue": "red"}
    twin = TaskQueue(**{name: getattr(queue, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT


def test_an_order_that_this_release_does_not_know_is_kept() -> None:
    """A word that the service invents tomorrow breaks nothing and is not lost."""
    queue = by_both_roads({**DOCUMENT, "task_order": "RANDOM"}, TaskQueue)

    assert queue.task_order == "RANDOM"
