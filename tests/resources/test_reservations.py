"""Reservations: reached through a task or through a worker."""

import pytest
from fakes import FakeReader, FakeSend, by_both_roads
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Reservation, ReservationStatus
from taskrouter_async.resources.instructions import Accept, Reject, Supervise
from taskrouter_async.resources.reservations import Reservations, WorkerReservations
from taskrouter_async.resources.tasks import Tasks
from taskrouter_async.resources.workers import Workers

SID = "WR" + "9" * 32
TASK_SID = "WT" + "6" * 32
WORKER_SID = "WK" + "7" * 32
WORKSPACE = (("WorkspaceSid", WORKSPACE_SID),)
OF_TASK = f"/v1/Workspaces/{WORKSPACE_SID}/Tasks/{TASK_SID}/Reservations"
OF_WORKER = f"/v1/Workspaces/{WORKSPACE_SID}/Workers/{WORKER_SID}/Reservations"
HOME = "https://taskrouter.twilio.com"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "reservation_status": "accepted",
    "task_sid": TASK_SID,
    "worker_sid": WORKER_SID,
    "worker_name": "Ana",
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"{HOME}{OF_TASK}/{SID}",
    "links": {"worker": f"{HOME}/v1/Workspaces/{WORKSPACE_SID}/Workers/{WORKER_SID}"},
}
RESERVATION = Reservation(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _of_task(send: FakeSend) -> Reservations:
    return Tasks(send, WORKSPACE)(TASK_SID).reservations


def _of_worker(reader: FakeReader) -> WorkerReservations:
    return Workers(reader, WORKSPACE)(WORKER_SID).reservations


async def test_the_list_of_a_task_sends_every_filter() -> None:
    """A task's reservations can be filtered by status and by worker."""
    send = FakeSend(RESERVATION)

    listed = _of_task(send).list(
        reservation_status="pending", worker_sid=WORKER_SID, limit=1, page_size=5
    )

    assert [each async for each in listed] == [RESERVATION]
    assert send.calls[0].operation.list_key == "reservations"
    pairs = [("ReservationStatus", "pending"), ("WorkerSid", WORKER_SID), ("PageSize", "5")]
    assert send.asked == ("GET", OF_TASK, pairs)


async def test_the_list_of_a_worker_sends_every_filter() -> None:
    """A worker's reservations can be filtered by status."""
    reader = FakeReader(RESERVATION)

    listed = _of_worker(reader).list(reservation_status=ReservationStatus.TIMEOUT, page_size=5)

    assert [each async for each in listed] == [RESERVATION]
    assert reader.calls[0].operation.list_key == "reservations"
    pairs = [("ReservationStatus", "timeout"), ("PageSize", "5")]
    assert reader.asked == ("GET", OF_WORKER, pairs)


@pytest.mark.parametrize(
    ("name", "value"),
    [("reservation_status", "flying"), ("worker_sid", TASK_SID), ("limit", 0)],
)
def test_the_list_of_a_task_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """A filter that cannot work is refused by name."""
    with pytest.raises(InvalidArgumentError) as refused:
        _of_task(FakeSend()).list(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name


@pytest.mark.parametrize(("name", "value"), [("reservation_status", 1), ("page_size", 0)])
def test_the_list_of_a_worker_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """A filter that cannot work is refused by name."""
    with pytest.raises(InvalidArgumentError) as refused:
        _of_worker(FakeReader()).list(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name


async def test_fetch_keeps_to_the_road_it_came_by() -> None:
    """The same reservation is fetched below its task or below its worker."""
    send, reader = FakeSend(RESERVATION), FakeReader(RESERVATION)
    through_task, through_worker = _of_task(send)(SID), _of_worker(reader)(SID)

    assert await through_task.fetch() is RESERVATION
    assert await through_worker.fetch() is RESERVATION

    assert send.asked == ("GET", f"{OF_TASK}/{SID}", [])
    assert reader.asked == ("GET", f"{OF_WORKER}/{SID}", [])
    assert (through_task.sid, repr(through_worker)) == (SID, f"<Reservation {SID}>")


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only a reservation's SID makes a handle for a reservation."""
    for reservations in (_of_task(FakeSend()), _of_worker(FakeReader())):
        with pytest.raises(InvalidArgumentError) as refused:
            reservations(TASK_SID)
        assert refused.value.argument == "sid"


async def test_update_sends_the_instruction() -> None:
    """What to do goes out as a form, with the version it insists on in If-Match."""
    send, reader = FakeSend(RESERVATION), FakeReader(RESERVATION)

    assert await _of_task(send)(SID).update(Accept(), if_match="0") is RESERVATION
    assert await _of_worker(reader)(SID).update(Reject()) is RESERVATION

    assert send.asked == ("POST", f"{OF_TASK}/{SID}", [("ReservationStatus", "accepted")])
    assert dict(send.requests[0].headers)["If-Match"] == "0"
    assert reader.asked == ("POST", f"{OF_WORKER}/{SID}", [("ReservationStatus", "rejected")])
    assert "If-Match" not in dict(reader.requests[0].headers)


async def test_a_worker_s_reservation_knows_no_supervisor() -> None:
    """Supervising goes through the task only: type checkers say so, and so does the handle."""
    send, reader = FakeSend(RESERVATION), FakeReader()
    supervise = Supervise(supervisor=WORKER_SID)

    await _of_task(send)(SID).update(supervise)
    with pytest.raises(InvalidArgumentError, match="Supervise") as refused:
        await _of_worker(reader)(SID).update(supervise)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "instruction"
    assert reader.calls == []


@pytest.mark.parametrize("instruction", ["accept", None, Accept])
async def test_update_takes_instructions_only(instruction: object) -> None:
    """A word, nothing, or a class instead of its instance is no instruction."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        await _of_task(send)(SID).update(instruction)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "instruction"
    assert send.calls == []


async def test_update_refuses_a_version_that_fits_into_no_header() -> None:
    """A version with a line's end is refused by name; nothing is sent."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        await _of_task(send)(SID).update(Accept(), if_match="0\r\n")

    assert refused.value.argument == "if_match"
    assert send.calls == []


def test_both_roads_decode_a_reservation() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    document = {**DOCUMENT, "task_channel_unique_name": None}
    reservation = by_both_roads(document, Reservation)

    assert reservation.reservation_status is ReservationStatus.ACCEPTED
    assert reservation.etag is None
    assert reservation.to_dict() == document
    assert reservation.extra == {"task_channel_unique_name": None}
    twin = Reservation(**{name: getattr(reservation, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT
