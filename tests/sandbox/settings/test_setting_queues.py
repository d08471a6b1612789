"""Task queues over HTTP."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox.routing.staff import hire

_NOBODY = "WA" + "0" * 32


async def _make(api: Api, name: str, **form: Any) -> str:
    status, body, _ = await api.post("/TaskQueues", FriendlyName=name, **form)
    assert status == 201, body
    return str(body["sid"])


async def _names(api: Api, **query: str) -> list[str]:
    status, body, _ = await api.get("/TaskQueues", **query)
    assert status == 200, body
    return [each["friendly_name"] for each in body["task_queues"]]


def _offline(api: Api) -> str:
    return api.floor.workspace.default_activity.sid


async def test_made_queue_is_shown_in_the_vendors_form(api: Api) -> None:
    """A queue has the vendor's fields, in the vendor's order."""
    offline = _offline(api)
    form: dict[str, Any] = {
        "ReservationActivitySid": offline,
        "AssignmentActivitySid": offline,
        "TaskOrder": "LIFO",
    }
    status, body, _ = await api.post(
        "/TaskQueues", FriendlyName="Q", TargetWorkers="level > 1", MaxReservedWorkers=50, **form
    )
    home = api.sandbox.base_url + api.home
    url = f"{home}/TaskQueues/{body['sid']}"
    assert status == 201
    assert list(body.items()) == [
        ("account_sid", api.sandbox.account_sid),
        ("assignment_activity_sid", offline),
        ("assignment_activity_name", "Offline"),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("friendly_name", "Q"),
        ("max_reserved_workers", 50),
        ("reservation_activity_sid", offline),
        ("reservation_activity_name", "Offline"),
        ("sid", body["sid"]),
        ("target_workers", "level > 1"),
        ("task_order", "LIFO"),
        ("url", url),
        ("workspace_sid", api.floor.workspace.sid),
        (
            "links",
            {
                "assignment_activity": f"{home}/Activities/{offline}",
                "reservation_activity": f"{home}/Activities/{offline}",
                "workspace": home,
                "statistics": f"{url}/Statistics",
                "real_time_statistics": f"{url}/RealTimeStatistics",
                "cumulative_statistics": f"{url}/CumulativeStatistics",
                "list_statistics": f"{home}/TaskQueues/Statistics",
                "bulk_real_time_statistics": f"{home}/TaskQueues/RealTimeStatistics",
            },
        ),
    ]
    assert (await api.get(f"/TaskQueues/{body['sid']}"))[:2] == (200, body)
    event = api.floor.journal.events[-1]
    assert (event.type, event.resource_sid) == ("task-queue.created", body["sid"])
    assert event.more["task_queue_target_expression"] == "level > 1"


async def test_defaults(api: Api) -> None:
    """A queue is for everybody, one offer at a time, first in first out, without activities."""
    _, body, _ = await api.post("/TaskQueues", FriendlyName="Q")
    shown = ("target_workers", "max_reserved_workers", "task_order", "reservation_activity_sid")
    assert [body[name] for name in shown] == ["1==1", 1, "FIFO", None]
    assert "assignment_activity" not in body["links"]


async def test_queue_with_an_empty_expression_is_for_nobody(api: Api) -> None:
    """An empty expression can be sent, and then no worker matches."""
    sid = await _make(api, "Q", TargetWorkers="")
    hire(api.floor, "Alice")
    queue = api.floor.workspace.task_queues[sid]
    assert (queue.target_workers, api.floor.matching.eligible(queue)) == ("", [])


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"FriendlyName": "Taken"}, "TaskQueue with the same friendly name already exists"),
        ({"TargetWorkers": "skill-level > 3"}, "Invalid TargetWorkers parameter: "),
        ({"MaxReservedWorkers": "0"}, "Invalid MaxReservedWorkers parameter"),
        ({"MaxReservedWorkers": "51"}, "Invalid MaxReservedWorkers parameter"),
        ({"TaskOrder": "fifo"}, "Invalid TaskOrder parameter"),
        ({"ReservationActivitySid": "WQ1"}, "Invalid ReservationActivitySid parameter"),
        ({"AssignmentActivitySid": _NOBODY}, "Invalid AssignmentActivitySid parameter"),
    ],
)
async def test_settings_that_are_refused(api: Api, form: dict[str, Any], message: str) -> None:
    """What cannot be used is refused alike when a queue is made and when it is changed."""
    await _make(api, "Taken")
    sid = await _make(api, "Other")
    before = (await api.get(f"/TaskQueues/{sid}"))[1]
    for path, sent in (("", {"FriendlyName": "Q", **form}), (f"/{sid}", form)):
        status, body, _ = await api.post(f"/TaskQueues{path}", **sent)
        assert (status, body["code"]) == (400, 20001)
        assert body["message"].startswith(message)
    assert (await api.get(f"/TaskQueues/{sid}"))[1] == before


async def test_queue_needs_a_name(api: Api) -> None:
    """A queue is not made without a name."""
    status, body, _ = await api.post("/TaskQueues")
    assert (status, body["message"]) == (400, "FriendlyName field is required")


async def test_update_changes_what_is_sent(api: Api) -> None:
    """What is not sent stays; an empty activity SID removes the activity."""
    offline = _offline(api)
    sid = await _make(api, "Q", TargetWorkers="a==1", TaskOrder="LIFO", MaxReservedWorkers=3)
    await api.post(f"/TaskQueues/{sid}", ReservationActivitySid=offline)
    await api.sandbox.advance(60)
    _, body, _ = await api.post(f"/TaskQueues/{sid}", FriendlyName="R")
    assert body["date_updated"] == "2026-01-05T09:01:00Z"
    shown = ("friendly_name", "target_workers", "task_order", "max_reserved_workers")
    assert [body[name] for name in shown] == ["R", "a==1", "LIFO", 3]
    assert body["reservation_activity_sid"] == offline
    _, body, _ = await api.post(f"/TaskQueues/{sid}", ReservationActivitySid="")
    assert body["reservation_activity_sid"] is None


async def test_only_another_expression_is_an_event(api: Api) -> None:
    """The vendor tells of changed expressions, and of no other change of a queue."""
    sid = await _make(api, "Q")
    count = len(api.floor.journal.events)
    await api.post(f"/TaskQueues/{sid}", FriendlyName="R", TargetWorkers="1==1")
    assert len(api.floor.journal.events) == count
    await api.post(f"/TaskQueues/{sid}", TargetWorkers="2==2")
    event = api.floor.journal.events[-1]
    assert event.type == "task-queue.expression.updated"
    assert event.more == {"task_queue_sid": sid, "task_queue_target_expression": "2==2"}


async def test_waiting_task_follows_another_expression(api: Api) -> None:
    """Once a queue is for somebody who is free, its task is offered to them."""
    sid = await _make(api, "Q", TargetWorkers="level==2")
    _, available, _ = api.floor.workspace.activities.values()
    hire(api.floor, "Alice", attributes='{"level":1}', facts={"level": 1}, activity=available)
    _, task, _ = await api.post("/Tasks", RoutingTarget=sid)
    assert (await api.get(f"/Tasks/{task['sid']}"))[1]["assignment_status"] == "pending"
    await api.post(f"/TaskQueues/{sid}", TargetWorkers="level==1")
    assert (await api.get(f"/Tasks/{task['sid']}"))[1]["assignment_status"] == "reserved"


async def test_queues_are_filtered(api: Api) -> None:
    """By name, by a worker who belongs to them, and by attributes or an expression."""
    await _make(api, "Low", TargetWorkers="level==1")
    await _make(api, "High", TargetWorkers="worker.level==2")
    await _make(api, "Nobody", TargetWorkers="")
    alice = hire(api.floor, "Alice", attributes='{"level":2}', facts={"level": 2})
    assert await _names(api, FriendlyName="High") == ["High"]
    assert await _names(api, FriendlyName="high") == []
    assert await _names(api, WorkerSid=alice.sid) == ["High"]
    assert await _names(api, WorkerSid="WK" + "0" * 32) == []
    assert await _names(api, EvaluateWorkerAttributes=json.dumps({"level": 1})) == ["Low"]
    assert await _names(api, EvaluateWorkerAttributes="level >= 1") == ["High"]
    assert await _names(api, EvaluateWorkerAttributes="") == ["Low", "High", "Nobody"]
    assert await _names(api, EvaluateWorkerAttributes="level>9", FriendlyName="High") == []


@pytest.mark.parametrize(
    "query",
    [
        {"WorkerSid": "Alice"},
        {"EvaluateWorkerAttributes": "{level}"},
        {"EvaluateWorkerAttributes": "level >"},
        {"Ordering": "FriendlyName:asc"},
        {"Ordering": "DateCreated"},
        {"Ordering": "DateCreated:up"},
    ],
)
async def test_filters_that_are_refused(api: Api, query: dict[str, Any]) -> None:
    """A filter that cannot be read is refused by name."""
    status, body, _ = await api.get("/TaskQueues", **query)
    assert status == 400
    assert body["message"].startswith(f"Invalid {next(iter(query))} parameter")


async def test_queues_are_ordered(api: Api) -> None:
    """Ordering takes dates and directions; pages keep to it."""
    first, *_ = [await _make(api, name) for name in ("A", "B", "C")]
    await api.sandbox.advance(1)
    await api.post(f"/TaskQueues/{first}")
    assert await _names(api, Ordering="DateCreated:desc") == ["C", "B", "A"]
    assert await _names(api, Ordering="DateUpdated:asc") == ["B", "C", "A"]
    assert await _names(api, Ordering="DateUpdated:desc,DateCreated:desc") == ["A", "C", "B"]
    _, body, _ = await api.get("/TaskQueues", Ordering="DateCreated:desc", PageSize=2)
    following = body["meta"]["next_page_url"]
    assert "Ordering=DateCreated%3Adesc" in urlsplit(following).query
    _, body, _ = await api.call("GET", following)
    assert [each["friendly_name"] for each in body["task_queues"]] == ["A"]


async def test_deleted_queue_is_gone(api: Api) -> None:
    """A queue that nothing needs can be deleted."""
    sid = await _make(api, "Q")
    assert (await api.delete(f"/TaskQueues/{sid}"))[0] == 204
    assert api.floor.journal.events[-1].type == "task-queue.deleted"
    for answer in (
        await api.get(f"/TaskQueues/{sid}"),
        await api.post(f"/TaskQueues/{sid}"),
        await api.delete(f"/TaskQueues/{sid}"),
    ):
        assert answer[0] == 404


async def test_needed_queue_is_not_deleted(api: Api) -> None:
    """A queue stays while a workflow names it or a task waits in it."""
    sid = await _make(api, "Q")
    rules = json.dumps({"task_routing": {"default_filter": {"queue": sid}}})
    _, workflow, _ = await api.post("/Workflows", FriendlyName="W", Configuration=rules)
    assert (await api.delete(f"/TaskQueues/{sid}"))[0] == 400
    await api.delete(f"/Workflows/{workflow['sid']}")
    _, task, _ = await api.post("/Tasks", RoutingTarget=sid)
    status, body, _ = await api.delete(f"/TaskQueues/{sid}")
    assert (status, body["code"]) == (400, 20001)
    assert body["message"].startswith(f"Cannot delete TaskQueue {sid} because ")
    await api.delete(f"/Tasks/{task['sid']}")
    assert (await api.delete(f"/TaskQueues/{sid}"))[0] == 204
