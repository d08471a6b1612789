"""Task channels: what is sent for each operation, and what is refused before anything is."""

import pytest
from fakes import FakeSend, by_both_roads
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async._protocol.sids import checked_channel
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import TaskChannel
from taskrouter_async.resources import TaskChannels

SID = "TC" + "5" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/TaskChannels"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "friendly_name": "Voice",
    "unique_name": "voice",
    "channel_optimized_routing": True,
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{COLLECTION}/{SID}",
    "links": {"workspace": f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}"},
}
CHANNEL = TaskChannel(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _channels(send: FakeSend) -> TaskChannels:
    return TaskChannels(send, (("WorkspaceSid", WORKSPACE_SID),))


async def test_create_sends_both_names() -> None:
    """A channel is made with a name to show and a name to address it by."""
    send = FakeSend(CHANNEL)

    made = await _channels(send).create(
        friendly_name="Voice", unique_name="voice", channel_optimized_routing=True
    )

    assert made is CHANNEL
    pairs = [
        ("FriendlyName", "Voice"),
        ("UniqueName", "voice"),
        ("ChannelOptimizedRouting", "true"),
    ]
    assert send.asked == ("POST", COLLECTION, pairs)


@pytest.mark.parametrize(
    ("name", "value"),
    [("friendly_name", ""), ("unique_name", ""), ("channel_optimized_routing", 1)],
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """Empty names and numbers for yes or no are refused by name; nothing is sent."""
    send = FakeSend()
    arguments = {"friendly_name": "Voice", "unique_name": "voice", name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await _channels(send).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert send.calls == []


async def test_list_reads_the_member_channels() -> None:
    """The service calls the items of this listing just channels."""
    send = FakeSend(CHANNEL)

    assert [each async for each in _channels(send).list(page_size=15)] == [CHANNEL]
    assert send.asked == ("GET", COLLECTION, [("PageSize", "15")])
    assert send.calls[0].operation.list_key == "channels"


@pytest.mark.parametrize("sid", [SID, "voice", "_v$2", "$", "old-name", "x" * 64])
async def test_a_channel_is_fetched_by_sid_or_unique_name(sid: str) -> None:
    """The service takes a channel's SID and its unique name alike."""
    send = FakeSend(CHANNEL)
    handle = _channels(send)(sid)

    assert await handle.fetch() is CHANNEL
    assert (handle.sid, repr(handle)) == (sid, f"<TaskChannel {sid}>")
    assert send.asked == ("GET", f"{COLLECTION}/{sid}", [])


@pytest.mark.parametrize(
    "sid", ["", "2nd", "-x", "a b", "a/b", "..", "voice\n", "voice?x=1", "ä", "x" * 65, 7, None]
)
def test_what_is_no_channel_makes_no_handle(sid: object) -> None:
    """Whatever could change the address is refused before it becomes part of one."""
    with pytest.raises(InvalidArgumentError) as refused:
        _channels(FakeSend())(sid)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "sid"


def test_the_check_of_a_channel_names_the_argument() -> None:
    """The check serves other arguments too and blames the one it was told."""
    assert checked_channel("voice", argument="task_channel") == "voice"
    with pytest.raises(InvalidArgumentError, match="task_channel must be a channel's SID"):
        checked_channel("", argument="task_channel")


async def test_update_sends_what_is_given() -> None:
    """The name and the routing can be changed, by SID or unique name."""
    send = FakeSend(CHANNEL)

    changed = await _channels(send)("voice").update(
        friendly_name="Calls", channel_optimized_routing=False
    )

    assert changed is CHANNEL
    pairs = [("FriendlyName", "Calls"), ("ChannelOptimizedRouting", "false")]
    assert send.asked == ("POST", f"{COLLECTION}/voice", pairs)


async def test_delete_sends_the_sid() -> None:
    """A channel is deleted at the address of its SID."""
    send = FakeSend()

    await _channels(send)(SID).delete()

    assert send.asked == ("DELETE", f"{COLLECTION}/{SID}", [])


async def test_delete_insists_on_the_sid() -> None:
    """A unique name does not delete: the service wants the SID for that, nothing is sent."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        await _channels(send)("voice").delete()

    assert refused.value.argument == "sid"
    assert send.calls == []


def test_both_roads_decode_a_channel() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    channel = by_both_roads({**DOCUMENT, "hue": None}, TaskChannel)

    assert (channel.unique_name, channel.channel_optimized_routing) == ("voice", True)
    assert channel.to_dict() == {**DOCUMENT, "hue": None}
    assert channel.extra == {"hue": None}
    twin = TaskChannel(**{name: getattr(channel, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT
