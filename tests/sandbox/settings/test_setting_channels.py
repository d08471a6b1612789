"""Task channels over HTTP."""

from typing import Any

import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox.routing.staff import hire

_EXTRA: dict[str, Any] = {"FriendlyName": "Mail", "UniqueName": "mail"}


async def test_made_channel_is_shown_in_the_vendors_form(api: Api) -> None:
    """A channel has the vendor's fields, in the vendor's order."""
    status, body, _ = await api.post("/TaskChannels", **_EXTRA, ChannelOptimizedRouting="true")
    home = api.sandbox.base_url + api.home
    assert status == 201
    assert list(body.items()) == [
        ("account_sid", api.sandbox.account_sid),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("friendly_name", "Mail"),
        ("sid", body["sid"]),
        ("unique_name", "mail"),
        ("workspace_sid", api.floor.workspace.sid),
        ("channel_optimized_routing", True),
        ("url", f"{home}/TaskChannels/{body['sid']}"),
        ("links", {"workspace": home}),
    ]
    event = api.floor.journal.events[-1]
    assert (event.type, event.more["task_channel_unique_name"]) == ("task-channel.created", "mail")


async def test_workspace_begins_with_five_channels(api: Api) -> None:
    """The list's key is channels, and the usual ones are in it."""
    _, body, _ = await api.get("/TaskChannels")
    assert [(each["unique_name"], each["friendly_name"]) for each in body["channels"]] == [
        ("default", "Default"),
        ("voice", "Voice"),
        ("chat", "Chat"),
        ("sms", "SMS"),
        ("video", "Video"),
    ]
    assert body["meta"]["key"] == "channels"


async def test_channel_is_found_by_sid_and_by_unique_name(api: Api) -> None:
    """Fetch and update take either name, a percent-encoded one too; delete takes the SID only."""
    _, made, _ = await api.post("/TaskChannels", FriendlyName="Mail", UniqueName="$mail")
    for name in (made["sid"], "$mail", "%24mail"):
        assert (await api.get(f"/TaskChannels/{name}"))[:2] == (200, made)
    status, body, _ = await api.post("/TaskChannels/$mail", FriendlyName="Post")
    assert (status, body["friendly_name"], body["unique_name"]) == (200, "Post", "$mail")
    assert api.floor.journal.events[-1].type == "task-channel.updated"
    assert (await api.delete("/TaskChannels/$mail"))[0] == 404
    assert (await api.delete(f"/TaskChannels/{made['sid']}"))[0] == 204
    assert (await api.get("/TaskChannels/$mail"))[0] == 404


async def test_update_changes_what_is_sent(api: Api) -> None:
    """What is not sent stays as it was, and the unique name always does."""
    path = "/TaskChannels/voice"
    _, body, _ = await api.post(path, ChannelOptimizedRouting="true", UniqueName="other")
    assert (body["channel_optimized_routing"], body["unique_name"]) == (True, "voice")
    _, body, _ = await api.post(path, FriendlyName="Phone")
    assert (body["channel_optimized_routing"], body["friendly_name"]) == (True, "Phone")
    assert (await api.post(path, FriendlyName=""))[0] == 400


async def test_every_worker_gets_a_channel_of_a_new_kind(api: Api) -> None:
    """Workers take one task of a new kind at a time, and none of a deleted kind."""
    worker = hire(api.floor, "Alice")
    _, made, _ = await api.post("/TaskChannels", **_EXTRA)
    assert worker.channels[made["sid"]].configured_capacity == 1
    await api.delete(f"/TaskChannels/{made['sid']}")
    assert made["sid"] not in worker.channels
    assert api.floor.journal.events[-1].type == "task-channel.deleted"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"UniqueName": "mail"}, "FriendlyName field is required"),
        ({"FriendlyName": "Mail"}, "UniqueName field is required"),
        ({**_EXTRA, "UniqueName": "my-mail"}, "Invalid UniqueName parameter"),
        ({**_EXTRA, "UniqueName": "1mail"}, "Invalid UniqueName parameter"),
        ({**_EXTRA, "UniqueName": "Voice"}, "TaskChannel with the same unique name already exists"),
    ],
)
async def test_channels_that_are_refused(api: Api, form: dict[str, Any], message: str) -> None:
    """A unique name is one that expressions can use, and nobody else has."""
    status, body, _ = await api.post("/TaskChannels", **form)
    assert (status, body["message"]) == (400, message)


async def test_fifteen_channels_are_the_most(api: Api) -> None:
    """A workspace has 15 channels at most."""
    for number in range(10):
        form: dict[str, Any] = {"FriendlyName": "Extra", "UniqueName": f"extra{number}"}
        assert (await api.post("/TaskChannels", **form))[0] == 201
    assert (await api.post("/TaskChannels", **_EXTRA))[0] == 400


async def test_needed_channel_is_not_deleted(api: Api) -> None:
    """Neither the default channel nor one with open tasks can be deleted."""
    default, voice, *_ = api.floor.workspace.task_channels
    _, body, _ = await api.delete(f"/TaskChannels/{default}")
    assert body["message"] == "Cannot delete the default TaskChannel."
    _, queue, _ = await api.post("/TaskQueues", FriendlyName="Q")
    _, task, _ = await api.post("/Tasks", RoutingTarget=queue["sid"], TaskChannel="voice")
    status, body, _ = await api.delete(f"/TaskChannels/{voice}")
    assert status == 400
    assert body["message"] == f"Cannot delete TaskChannel {voice} because it has open tasks."
    await api.post(f"/Tasks/{task['sid']}", AssignmentStatus="canceled", Reason="done")
    assert (await api.delete(f"/TaskChannels/{voice}"))[0] == 204
