"""Workspaces: what is sent for each operation, and what belongs to one."""

from urllib.parse import parse_qsl

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Keep
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import (
    Order,
    Workspace,
    WorkspaceCumulativeStatistics,
    WorkspaceRealTimeStatistics,
    WorkspaceStatistics,
)
from taskrouter_async.resources import Workspaces

ACTIVITY_SID = "WA" + "4" * 32
OTHER_ACTIVITY_SID = "WA" + "5" * 32
COLLECTION = "/v1/Workspaces"
ONE = f"{COLLECTION}/{WORKSPACE_SID}"
DOCUMENT = {
    "sid": WORKSPACE_SID,
    "account_sid": ACCOUNT_SID,
    "friendly_name": "Support",
    "event_callback_url": "",
    "events_filter": "task.created,task.canceled",
    "multi_task_enabled": True,
    "prioritize_queue_order": "FIFO",
    "default_activity_sid": ACTIVITY_SID,
    "default_activity_name": "Offline",
    "timeout_activity_sid": OTHER_ACTIVITY_SID,
    "timeout_activity_name": "Away",
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{ONE}",
    "links": {"tasks": f"https://taskrouter.twilio.com{ONE}/Tasks"},
}
WORKSPACE = Workspace(sid=WORKSPACE_SID, account_sid=ACCOUNT_SID)


async def test_create_sends_every_argument() -> None:
    """A workspace is made by a POST; event types are joined by commas."""
    reader = FakeReader(WORKSPACE)

    made = await Workspaces(reader).create(
        friendly_name="Support",
        event_callback_url="https://example.com/events",
        events_filter=["task.created", "task.canceled"],
        multi_task_enabled=False,
        template="FIFO",
        prioritize_queue_order=Order.LIFO,
    )

    assert made is WORKSPACE
    assert reader.asked == (
        "POST",
        COLLECTION,
        [
            ("FriendlyName", "Support"),
            ("EventCallbackUrl", "https://example.com/events"),
            ("EventsFilter", "task.created,task.canceled"),
            ("MultiTaskEnabled", "false"),
            ("Template", "FIFO"),
            ("PrioritizeQueueOrder", "LIFO"),
        ],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("friendly_name", ""),
        ("event_callback_url", 3),
        ("events_filter", []),
        ("events_filter", [""]),
        ("events_filter", [3]),
        ("multi_task_enabled", "true"),
        ("template", "LIFO"),
        ("prioritize_queue_order", "random"),
    ],
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """Words that the service does not know and empty filters are refused by name."""
    reader = FakeReader()
    arguments = {"friendly_name": "Support", name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await Workspaces(reader).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


async def test_list_sends_the_filter() -> None:
    """The account's workspaces are listed by name."""
    reader = FakeReader(WORKSPACE)
    listing = Workspaces(reader).list(friendly_name="Support", page_size=5)

    assert [each async for each in listing] == [WORKSPACE]
    assert reader.asked == ("GET", COLLECTION, [("FriendlyName", "Support"), ("PageSize", "5")])
    assert reader.calls[0].operation.list_key == "workspaces"


async def test_fetch_asks_for_one() -> None:
    """A workspace is fetched at its own address, and its answer must be about its SID."""
    reader = FakeReader(WORKSPACE)
    handle = Workspaces(reader)(WORKSPACE_SID)

    assert await handle.fetch() is WORKSPACE
    assert (handle.sid, repr(handle)) == (WORKSPACE_SID, f"<Workspace {WORKSPACE_SID}>")
    assert reader.asked == ("GET", ONE, [])
    assert reader.calls[0].sids == (("Sid", WORKSPACE_SID),)


async def test_update_sends_what_is_given() -> None:
    """Everything about a workspace but its template can be changed."""
    reader = FakeReader(WORKSPACE)

    changed = await Workspaces(reader)(WORKSPACE_SID).update(
        default_activity_sid=ACTIVITY_SID,
        event_callback_url="",
        events_filter="task.created, task.canceled",
        friendly_name="Help",
        multi_task_enabled=True,
        timeout_activity_sid=OTHER_ACTIVITY_SID,
        prioritize_queue_order="FIFO",
    )

    assert changed is WORKSPACE
    assert reader.asked == (
        "POST",
        ONE,
        [
            ("DefaultActivitySid", ACTIVITY_SID),
            ("EventCallbackUrl", ""),
            ("EventsFilter", "task.created, task.canceled"),
            ("FriendlyName", "Help"),
            ("MultiTaskEnabled", "true"),
            ("TimeoutActivitySid", OTHER_ACTIVITY_SID),
            ("PrioritizeQueueOrder", "FIFO"),
        ],
    )


async def test_update_clears_the_filter_with_an_empty_text() -> None:
    """An empty filter is sent as such, and is how all events are asked for again."""
    reader = FakeReader(WORKSPACE)

    await Workspaces(reader)(WORKSPACE_SID).update(events_filter="")

    assert reader.asked == ("POST", ONE, [("EventsFilter", "")])


@pytest.mark.parametrize("name", ["default_activity_sid", "timeout_activity_sid"])
async def test_update_refuses_a_sid_of_another_kind(name: str) -> None:
    """Only an activity's SID names an activity."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as refused:
        await Workspaces(reader)(WORKSPACE_SID).update(**{name: WORKSPACE_SID})  # type: ignore[arg-type]  # by name

    assert refused.value.argument == name
    assert reader.calls == []


async def test_delete_has_no_body() -> None:
    """A workspace is deleted by a bare DELETE."""
    reader = FakeReader()

    await Workspaces(reader)(WORKSPACE_SID).delete()

    assert reader.asked == ("DELETE", ONE, [])


@pytest.mark.parametrize("sid", ["", "WS1", ACTIVITY_SID, "../" + "1" * 31])
def test_a_malformed_sid_makes_no_handle(sid: str) -> None:
    """Only a workspace's SID addresses a workspace."""
    with pytest.raises(InvalidArgumentError) as refused:
        Workspaces(FakeReader())(sid)

    assert refused.value.argument == "sid"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("activities", "Activities"),
        ("events", "Events"),
        ("tasks", "Tasks"),
        ("task_channels", "TaskChannels"),
        ("task_queues", "TaskQueues"),
        ("workers", "Workers"),
        ("workflows", "Workflows"),
    ],
)
async def test_what_belongs_to_a_workspace_is_below_it(name: str, path: str) -> None:
    """Each collection of a workspace is asked for below the workspace's address."""
    reader = FakeReader(WORKSPACE)
    collection = getattr(Workspaces(reader)(WORKSPACE_SID), name)

    assert [each async for each in collection.list()] == [WORKSPACE]
    assert reader.asked == ("GET", f"{ONE}/{path}", [])
    assert reader.calls[0].sids == (("WorkspaceSid", WORKSPACE_SID),)


async def test_each_kind_of_statistics_has_its_address_and_its_keeping() -> None:
    """Statistics are asked for below the workspace, each with its model and its time to keep."""
    reader = FakeReader(WORKSPACE)
    handle = Workspaces(reader)(WORKSPACE_SID)

    await handle.real_time_statistics.fetch(task_channel="voice")
    await handle.cumulative_statistics.fetch(minutes=30)
    await handle.statistics.fetch(split_by_wait_time=[5, 30])

    operations = [call.operation for call in reader.calls]
    assert [request.target.partition("?")[0] for request in reader.requests] == [
        f"{ONE}/RealTimeStatistics",
        f"{ONE}/CumulativeStatistics",
        f"{ONE}/Statistics",
    ]
    assert [parse_qsl(request.target.partition("?")[2]) for request in reader.requests] == [
        [("TaskChannel", "voice")],
        [("Minutes", "30")],
        [("SplitByWaitTime", "5,30")],
    ]
    assert [each.keep for each in operations] == [Keep.REAL_TIME, Keep.OVER_TIME, Keep.OVER_TIME]
    assert [each.result for each in operations] == [
        WorkspaceRealTimeStatistics,
        WorkspaceCumulativeStatistics,
        WorkspaceStatistics,
    ]


def test_both_roads_decode_a_workspace() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    workspace = by_both_roads({**DOCUMENT, "default_operating_unit_sid": "OU1"}, Workspace)

    assert workspace.prioritize_queue_order is Order.FIFO
    assert (workspace.event_callback_url, workspace.multi_task_enabled) == ("", True)
    assert workspace.to_dict() == {**DOCUMENT, "default_operating_unit_sid": "OU1"}
    assert workspace.extra == {"default_operating_unit_sid": "OU1"}
    twin = Workspace(**{name: getattr(workspace, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT
