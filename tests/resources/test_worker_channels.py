"""Worker channels: what is sent for each operation, and what is refused before anything is."""

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import WorkerChannel
from taskrouter_async.resources.worker_channels import WorkerChannels
from taskrouter_async.resources.workers import Workers

SID = "WC" + "8" * 32
WORKER_SID = "WK" + "7" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Workers/{WORKER_SID}/Channels"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "worker_sid": WORKER_SID,
    "task_channel_sid": "TC" + "5" * 32,
    "task_channel_unique_name": "voice",
    "available": True,
    "configured_capacity": 3,
    "available_capacity_percentage": 66,
    "assigned_tasks": 1,
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{COLLECTION}/{SID}",
    "links": {},
}
CHANNEL = WorkerChannel(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _channels(reader: FakeReader) -> WorkerChannels:
    return Workers(reader, (("WorkspaceSid", WORKSPACE_SID),))(WORKER_SID).worker_channels


async def test_list_reads_the_member_channels() -> None:
    """The service calls the items of this listing just channels."""
    reader = FakeReader(CHANNEL)

    assert [each async for each in _channels(reader).list(limit=1, page_size=9)] == [CHANNEL]
    assert reader.asked == ("GET", COLLECTION, [("PageSize", "9")])
    assert reader.calls[0].operation.list_key == "channels"


@pytest.mark.parametrize("sid", [SID, "voice"])
async def test_a_channel_is_fetched_by_sid_or_unique_name(sid: str) -> None:
    """The service takes the SID and the task channel's unique name alike."""
    reader = FakeReader(CHANNEL)
    handle = _channels(reader)(sid)

    assert await handle.fetch() is CHANNEL
    assert (handle.sid, repr(handle)) == (sid, f"<WorkerChannel {sid}>")
    assert reader.asked == ("GET", f"{COLLECTION}/{sid}", [])


@pytest.mark.parametrize("sid", ["", "../x", "voice?x=1", 7])
def test_what_is_no_channel_makes_no_handle(sid: object) -> None:
    """Whatever could change the address is refused before it becomes part of one."""
    with pytest.raises(InvalidArgumentError) as refused:
        _channels(FakeReader())(sid)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "sid"


async def test_update_sends_what_is_given() -> None:
    """A capacity of 0 is something given, and goes out."""
    reader = FakeReader(CHANNEL)

    assert await _channels(reader)("voice").update(capacity=0, available=False) is CHANNEL

    pairs = [("Capacity", "0"), ("Available", "false")]
    assert reader.asked == ("POST", f"{COLLECTION}/voice", pairs)


@pytest.mark.parametrize(("name", "value"), [("capacity", -1), ("capacity", 51), ("available", 1)])
async def test_update_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """A capacity has its range; the argument to blame is named and nothing is sent."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as refused:
        await _channels(reader)(SID).update(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


def test_both_roads_decode_a_worker_channel() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    channel = by_both_roads({**DOCUMENT, "hue": None}, WorkerChannel)

    assert (channel.configured_capacity, channel.available_capacity_percentage) == (3, 66)
    assert channel.to_dict() == {**DOCUMENT, "hue": None}
    assert channel.extra == {"hue": None}
    twin = WorkerChannel(**{name: getattr(channel, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT
