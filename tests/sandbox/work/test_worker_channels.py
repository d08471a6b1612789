"""Workers' channels."""

import pytest
from sandbox.work.centre import Centre, Form, names, unknown


async def test_worker_has_a_channel_for_each_kind_of_task(centre: Centre) -> None:
    """A new worker takes one task at a time on each of the five channels."""
    worker = await centre.worker()
    status, body, headers = await centre.api.get(f"/Workers/{worker['sid']}/Channels")
    kinds = names(body, "channels", "task_channel_unique_name")
    assert (status, kinds) == (200, ["default", "voice", "chat", "sms", "video"])
    assert "ETag" not in headers
    first, workspace = body["channels"][0], centre.api.floor.workspace
    (default, *_) = workspace.task_channels
    assert first == {
        "account_sid": workspace.account_sid,
        "assigned_tasks": 0,
        "available": True,
        "available_capacity_percentage": 100,
        "configured_capacity": 1,
        "date_created": "2026-01-05T09:00:00Z",
        "date_updated": "2026-01-05T09:00:00Z",
        "sid": first["sid"],
        "task_channel_sid": default,
        "task_channel_unique_name": "default",
        "worker_sid": worker["sid"],
        "workspace_sid": workspace.sid,
        "url": f"{worker['url']}/Channels/{first['sid']}",
    }
    assert first["sid"].startswith("WC")


async def test_channel_of_a_new_kind_comes_last(centre: Centre) -> None:
    """A worker gets a channel of every kind that is made later."""
    worker = await centre.worker()
    await centre.api.post("/TaskChannels", FriendlyName="Fax", UniqueName="fax$1")
    _, body, _ = await centre.api.get(f"/Workers/{worker['sid']}/Channels")
    assert names(body, "channels", "task_channel_unique_name")[-1] == "fax$1"
    status, body, _ = await centre.api.get(f"/Workers/{worker['sid']}/Channels/fax%241")
    assert (status, body["task_channel_unique_name"]) == (200, "fax$1")


@pytest.mark.parametrize("member", ["sid", "task_channel_sid", "task_channel_unique_name"])
async def test_channel_has_three_names(centre: Centre, member: str) -> None:
    """A worker's channel is found by its SID, its task channel's, and the unique name."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Channels"
    _, body, _ = await centre.api.get(path)
    voice = body["channels"][1]
    status, body, _ = await centre.api.get(f"{path}/{voice[member]}")
    assert (status, body) == (200, voice)


async def test_channel_is_changed(centre: Centre) -> None:
    """Capacity and availability of a channel change, and the worker's version grows."""
    worker = await centre.worker()
    await centre.api.sandbox.advance(1)
    path = f"/Workers/{worker['sid']}"
    status, body, _ = await centre.api.post(
        f"{path}/Channels/chat", Capacity="50", Available="false"
    )
    assert (status, body["configured_capacity"], body["available"]) == (200, 50, False)
    assert body["date_updated"] == "2026-01-05T09:00:01Z"
    _, _, headers = await centre.api.get(path)
    assert headers["ETag"] != '"0"'


async def test_empty_change_of_a_channel(centre: Centre) -> None:
    """An update without a parameter leaves a channel as it is."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Channels/chat"
    _, before, _ = await centre.api.get(path)
    status, after, _ = await centre.api.post(path)
    assert (status, after) == (200, before)


@pytest.mark.parametrize("capacity", ["51", "-1", "many", "1.5", ""])
async def test_bad_capacity_changes_nothing(centre: Centre, capacity: str) -> None:
    """A capacity outside of 0 to 50 is refused, and the availability stays."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Channels/chat"
    form: Form = {"Capacity": capacity, "Available": "false"}
    status, body, _ = await centre.api.post(path, **form)
    message = "Invalid Capacity parameter"
    assert (status, body["code"], body["message"]) == (400, 20001, message)
    _, body, _ = await centre.api.get(path)
    assert (body["configured_capacity"], body["available"]) == (1, True)


async def test_offers_and_tasks_take_up_capacity(centre: Centre) -> None:
    """What is offered takes up capacity; what is accepted is counted as assigned."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Channels/default"
    await centre.api.post(path, Capacity="3")
    reservation = await centre.offer(worker)
    _, body, _ = await centre.api.get(path)
    assert (body["assigned_tasks"], body["available_capacity_percentage"]) == (0, 66)
    await centre.api.post(reservation, ReservationStatus="accepted")
    _, body, _ = await centre.api.get(path)
    assert (body["assigned_tasks"], body["available_capacity_percentage"]) == (1, 66)
    _, body, _ = await centre.api.post(path, Capacity="0")
    assert body["available_capacity_percentage"] == 0


async def test_capacity_brings_waiting_tasks(centre: Centre) -> None:
    """A task that waits is offered as soon as its worker takes more."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Channels/default"
    await centre.api.post(path, Capacity="0")
    task = await centre.task()
    assert (await centre.show(task))["assignment_status"] == "pending"
    await centre.api.post(path, Capacity="1")
    assert (await centre.show(task))["assignment_status"] == "reserved"


@pytest.mark.parametrize("path", ["/Channels", "/Channels/voice"], ids=["list", "one"])
async def test_channels_of_nobody(centre: Centre, path: str) -> None:
    """The channels of a worker that there is not are not found."""
    status, body, _ = await centre.api.get(f"/Workers/{unknown('WK')}{path}")
    assert (status, body["code"]) == (404, 20404)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_channel_of_no_kind(centre: Centre, method: str) -> None:
    """A channel that a worker has not is not found."""
    worker = await centre.worker()
    path = f"{centre.api.home}/Workers/{worker['sid']}/Channels/fax"
    status, body, _ = await centre.api.call(method, path)
    assert (status, body["message"]) == (404, f"The requested resource {path} was not found")
