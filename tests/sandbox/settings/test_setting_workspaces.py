"""Workspaces over HTTP."""

from typing import Any

import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox.settings.workspaces import MOST_WORKSPACES, found
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.world import World

_ALL = "/v1/Workspaces"


async def _make(api: Api, name: str, **form: Any) -> dict[str, Any]:
    status, body, _ = await api.call("POST", _ALL, form={"FriendlyName": name, **form})
    assert status == 201, body
    made: dict[str, Any] = body
    return made


async def test_made_workspace_is_shown_in_the_vendors_form(api: Api) -> None:
    """A workspace has the vendor's fields, in the vendor's order."""
    body = await _make(api, "New")
    url = f"{api.sandbox.base_url}{_ALL}/{body['sid']}"
    offline = body["default_activity_sid"]
    assert list(body.items()) == [
        ("account_sid", api.sandbox.account_sid),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("default_activity_name", "Offline"),
        ("default_activity_sid", offline),
        ("event_callback_url", ""),
        ("events_filter", None),
        ("friendly_name", "New"),
        ("multi_task_enabled", True),
        ("sid", body["sid"]),
        ("timeout_activity_name", "Offline"),
        ("timeout_activity_sid", offline),
        ("prioritize_queue_order", "FIFO"),
        ("url", url),
        (
            "links",
            {
                "activities": f"{url}/Activities",
                "statistics": f"{url}/Statistics",
                "real_time_statistics": f"{url}/RealTimeStatistics",
                "cumulative_statistics": f"{url}/CumulativeStatistics",
                "task_queues": f"{url}/TaskQueues",
                "tasks": f"{url}/Tasks",
                "workers": f"{url}/Workers",
                "workflows": f"{url}/Workflows",
                "task_channels": f"{url}/TaskChannels",
                "events": f"{url}/Events",
            },
        ),
    ]
    assert (await api.call("GET", url))[:2] == (200, body)


async def test_template_none_makes_activities_and_channels_only(api: Api) -> None:
    """A workspace begins with three activities and five channels, each told of by an event."""
    home = f"{_ALL}/{(await _make(api, 'New'))['sid']}"
    _, body, _ = await api.call("GET", f"{home}/Activities")
    assert [(each["friendly_name"], each["available"]) for each in body["activities"]] == [
        ("Offline", False),
        ("Available", True),
        ("Unavailable", False),
    ]
    for kind, count in (("TaskChannels", 5), ("TaskQueues", 0), ("Workflows", 0)):
        _, body, _ = await api.call("GET", f"{home}/{kind}")
        assert len(body[body["meta"]["key"]]) == count
    assert [each.type for each in api.floor.journal.events] == [
        "workspace.created",
        *["activity.created"] * 3,
        *["task-channel.created"] * 5,
    ]


async def test_template_fifo_makes_a_queue_and_a_workflow_too(api: Api) -> None:
    """A workspace from the template FIFO can take tasks at once."""
    home = f"{_ALL}/{(await _make(api, 'New', Template='FIFO'))['sid']}"
    _, body, _ = await api.call("GET", f"{home}/TaskQueues")
    (queue,) = body["task_queues"]
    _, body, _ = await api.call("GET", f"{home}/Workflows")
    (workflow,) = body["workflows"]
    assert (queue["friendly_name"], queue["target_workers"]) == ("Sample Queue", "1==1")
    assert workflow["friendly_name"] == "Default Fifo Workflow"
    assert (workflow["task_reservation_timeout"], workflow["assignment_callback_url"]) == (
        120,
        None,
    )
    _, task, _ = await api.call("POST", f"{home}/Tasks", form={})
    assert task["task_queue_sid"] == queue["sid"]


async def test_all_settings_can_be_sent(api: Api) -> None:
    """A filter of events is kept without blanks, whether its types are known or not."""
    body = await _make(
        api,
        "New",
        EventCallbackUrl="https://example.com/events",
        EventsFilter=" task.created, not.known,, ",
        MultiTaskEnabled="false",
        PrioritizeQueueOrder="LIFO",
    )
    assert body["event_callback_url"] == "https://example.com/events"
    assert body["events_filter"] == "task.created,not.known"
    assert body["multi_task_enabled"] is False
    assert body["prioritize_queue_order"] == "LIFO"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (
            {"FriendlyName": "x" * 65},
            "Invalid FriendlyName parameter: it has more than 64 characters",
        ),
        ({"FriendlyName": "TEST"}, "Workspace with the same friendly name already exists"),
        ({"EventCallbackUrl": "example.com"}, "Invalid EventCallbackUrl parameter"),
        ({"PrioritizeQueueOrder": "NONE"}, "Invalid PrioritizeQueueOrder parameter"),
    ],
)
async def test_settings_that_are_refused(api: Api, form: dict[str, Any], message: str) -> None:
    """What cannot be used is refused alike when a workspace is made and when it is changed."""
    made = await _make(api, "Other")
    for path, sent in ((_ALL, {"FriendlyName": "New", **form}), (f"{_ALL}/{made['sid']}", form)):
        status, body, _ = await api.call("POST", path, form=sent)
        assert (status, body["message"]) == (400, message)
    _, body, _ = await api.call("GET", _ALL)
    assert [each["friendly_name"] for each in body["workspaces"]] == ["Test", "Other"]


async def test_new_workspace_needs_a_name_and_a_known_template(api: Api) -> None:
    """There are two templates, and no workspace without a name."""
    status, body, _ = await api.call("POST", _ALL, form={})
    assert (status, body["message"]) == (400, "FriendlyName field is required")
    form = {"FriendlyName": "New", "Template": "fifo"}
    status, body, _ = await api.call("POST", _ALL, form=form)
    assert (status, body["message"]) == (400, "Invalid Template parameter")


async def test_update_changes_what_is_sent(api: Api) -> None:
    """What is not sent stays as it was; empty texts remove a callback and a filter."""
    _, available, unavailable = api.floor.workspace.activities
    await api.sandbox.advance(1)
    _, body, _ = await api.post(
        "",
        FriendlyName="Renamed",
        EventCallbackUrl="https://example.com/",
        EventsFilter="task.created",
        DefaultActivitySid=available,
    )
    assert (body["default_activity_name"], body["timeout_activity_name"]) == (
        "Available",
        "Offline",
    )
    assert body["date_updated"] == "2026-01-05T09:00:01Z"
    event = api.floor.journal.events[-1]
    assert (event.type, event.more["workspace_name"]) == ("workspace.updated", "Renamed")
    _, body, _ = await api.post("", TimeoutActivitySid=unavailable, PrioritizeQueueOrder="LIFO")
    assert (body["timeout_activity_name"], body["prioritize_queue_order"]) == (
        "Unavailable",
        "LIFO",
    )
    assert (body["friendly_name"], body["events_filter"]) == ("Renamed", "task.created")
    assert (body["event_callback_url"], body["default_activity_sid"]) == (
        "https://example.com/",
        available,
    )
    _, body, _ = await api.post("", EventCallbackUrl="", EventsFilter="")
    assert (body["event_callback_url"], body["events_filter"]) == ("", None)


async def test_activities_must_be_the_workspaces_own(api: Api) -> None:
    """The activity of another workspace cannot be set."""
    other = await _make(api, "Other")
    for name in ("DefaultActivitySid", "TimeoutActivitySid"):
        status, body, _ = await api.post("", **{name: other["default_activity_sid"]})
        assert (status, body["message"]) == (400, f"Invalid {name} parameter")


async def test_way_back_to_one_task_at_a_time(api: Api) -> None:
    """MultiTaskEnabled is taken back only where the account has another such workspace."""
    status, body, _ = await api.post("", MultiTaskEnabled="false", FriendlyName="Renamed")
    assert (status, body["code"]) == (400, 20001)
    assert (await api.get(""))[1]["friendly_name"] == "Test"
    legacy = await _make(api, "Legacy", MultiTaskEnabled="false")
    _, body, _ = await api.post("", MultiTaskEnabled="false")
    assert body["multi_task_enabled"] is False
    _, body, _ = await api.call("POST", legacy["url"], form={"MultiTaskEnabled": "true"})
    assert body["multi_task_enabled"] is True
    _, body, _ = await api.post("", MultiTaskEnabled="false")
    assert body["multi_task_enabled"] is False


async def test_workspaces_are_listed_by_name(api: Api) -> None:
    """The list holds the account's workspaces, oldest first."""
    for name in ("B", "A"):
        await _make(api, name)
    _, body, _ = await api.call("GET", _ALL)
    assert [each["friendly_name"] for each in body["workspaces"]] == ["Test", "B", "A"]
    _, body, _ = await api.call("GET", _ALL, query={"FriendlyName": "A"})
    assert [each["friendly_name"] for each in body["workspaces"]] == ["A"]


async def test_deleted_workspace_takes_everything_with_it(api: Api) -> None:
    """Nothing of a deleted workspace is found, and nothing planned in it happens."""
    _, queue, _ = await api.post("/TaskQueues", FriendlyName="Q")
    _, task, _ = await api.post("/Tasks", RoutingTarget=queue["sid"], Timeout=60)
    count = len(api.floor.journal.events)
    assert (await api.delete(""))[:2] == (204, None)
    for path in ("", "/Activities", "/TaskQueues", f"/Tasks/{task['sid']}", "/Statistics"):
        assert (await api.get(path))[0] == 404
    assert (await api.post("/Activities", FriendlyName="Lunch"))[0] == 404
    assert (await api.post(""))[0] == 404
    assert (await api.delete(""))[0] == 404
    await api.sandbox.advance(120)
    assert [each.type for each in api.floor.journal.events[count:]] == ["workspace.deleted"]
    assert api.floor.workspace.removed
    assert api.sandbox.workspace_sids == ()


async def test_list_goes_on_after_the_last_workspace_was_deleted(api: Api) -> None:
    """A workspace made after a page was read is on the next one, whatever was deleted meanwhile."""
    made = await _make(api, "B")
    _, first, _ = await api.call("GET", _ALL, query={"PageSize": 1})
    await api.call("DELETE", made["url"])
    await _make(api, "C")
    _, body, _ = await api.call("GET", first["meta"]["next_page_url"])
    assert [each["friendly_name"] for each in body["workspaces"]] == ["C"]


def test_five_thousand_workspaces_are_the_most() -> None:
    """An account has 5,000 workspaces at most."""
    world = World.draw(seed=0, accounts=1, now=0.0)
    (account,) = world.accounts
    floor = found(world, account.account_sid, "First")
    crowd = {str(number): floor for number in range(1, MOST_WORKSPACES)}
    world.floors[account.account_sid].update(crowd)
    with pytest.raises(RefusalError, match="There are 5000 workspaces already"):
        found(world, account.account_sid, "One more")
