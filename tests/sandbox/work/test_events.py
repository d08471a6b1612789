"""Events."""

import pytest
from sandbox.work.centre import Centre, Form, names, unknown

DAY = 86_400


async def _types(centre: Centre, **query: str) -> list[str]:
    status, body, _ = await centre.api.get("/Events", **query)
    assert status == 200, body
    return names(body, "events", "event_type")


async def _last(centre: Centre, type_: str) -> Form:
    _, body, _ = await centre.api.get("/Events", EventType=type_)
    event: Form = body["events"][-1]
    return event


async def test_events_come_in_order(centre: Centre) -> None:
    """What happens to a task is listed oldest first."""
    path = await centre.accepted()
    task_path = path.partition("/Reservations")[0]
    await centre.api.post(task_path, AssignmentStatus="completed", Reason="Done")
    assert await _types(centre, TaskSid=task_path.rpartition("/")[2]) == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "reservation.created",
        "reservation.accepted",
        "task.completed",
        "reservation.completed",
        "task.updated",
    ]


async def test_event_of_a_reservation(centre: Centre) -> None:
    """A reservation's event is about its task, and tells of the worker as texts."""
    worker = await centre.worker(level=1)
    task = await centre.task(Attributes='{"a":1}', Priority="3")
    path = await centre.reservation_of(task)
    await centre.api.sandbox.advance(10.5)
    await centre.api.post(path, ReservationStatus="accepted")
    event = await _last(centre, "reservation.accepted")
    workspace, home = centre.api.floor.workspace, centre.api.home
    base = centre.api.sandbox.base_url
    channel = next(iter(workspace.task_channels))
    assert list(event.items()) == [
        ("account_sid", workspace.account_sid),
        ("actor_sid", workspace.sid),
        ("actor_type", "workspace"),
        ("actor_url", base + home),
        ("description", event["description"]),
        ("event_data", event["event_data"]),
        ("event_date", "2026-01-05T09:00:10Z"),
        ("event_date_ms", 1_767_603_610_500),
        ("event_type", "reservation.accepted"),
        ("resource_sid", task["sid"]),
        ("resource_type", "task"),
        ("resource_url", task["url"]),
        ("sid", event["sid"]),
        ("source", "twilio"),
        ("source_ip_address", None),
        ("url", f"{base}{home}/Events/{event['sid']}"),
        ("workspace_sid", workspace.sid),
    ]
    assert "Ada" in event["description"]
    assert event["event_data"] == {
        "workspace_sid": workspace.sid,
        "workspace_name": "Test",
        "task_sid": task["sid"],
        "task_attributes": '{"a":1}',
        "task_age": "10",
        "task_priority": "3",
        "task_assignment_status": "assigned",
        "task_channel_sid": channel,
        "task_channel_unique_name": "default",
        "task_queue_sid": centre.queue["sid"],
        "task_queue_name": "Everybody",
        "workflow_sid": centre.workflow["sid"],
        "workflow_name": "Main",
        "worker_sid": worker["sid"],
        "worker_name": "Ada",
        "worker_attributes": '{"level": 1}',
        "worker_activity_sid": centre.activities["Available"],
        "worker_activity_name": "Available",
        "worker_version": "0",
        "reservation_sid": path.rpartition("/")[2],
    }
    status, body, headers = await centre.api.get(f"/Events/{event['sid']}")
    assert (status, body) == (200, event)
    assert "ETag" not in headers


async def test_event_of_a_worker_tells_of_the_activity_before(centre: Centre) -> None:
    """A change of activity tells which one was left and how long it lasted."""
    worker = await centre.worker()
    await centre.api.sandbox.advance(26.123)
    await centre.api.post(f"/Workers/{worker['sid']}", ActivitySid=centre.activities["Offline"])
    event = await _last(centre, "worker.activity.update")
    assert (event["resource_type"], event["resource_url"]) == ("worker", worker["url"])
    data = event["event_data"]
    assert data["worker_previous_activity_sid"] == centre.activities["Available"]
    assert data["worker_previous_activity_name"] == "Available"
    assert data["worker_time_in_previous_activity"] == "26"
    assert data["worker_time_in_previous_activity_ms"] == "26123"
    assert (data["worker_activity_name"], data["worker_version"]) == ("Offline", "1")


async def test_event_of_a_channel_tells_of_its_load(centre: Centre) -> None:
    """A change of a worker's capacity tells of the channel."""
    worker = await centre.worker()
    await centre.api.post(f"/Workers/{worker['sid']}/Channels/sms", Capacity="5")
    data = (await _last(centre, "worker.capacity.update"))["event_data"]
    assert (data["worker_sid"], data["task_channel_unique_name"]) == (worker["sid"], "sms")
    assert data["worker_channel_available"] == "true"


@pytest.mark.parametrize("ending", ["canceled", "completed"])
async def test_event_tells_why_a_task_ended(centre: Centre, ending: str) -> None:
    """The reason for which a task was canceled or completed is told under its own name."""
    path = await (centre.offer if ending == "canceled" else centre.accepted)()
    await centre.api.post(
        path.partition("/Reservations")[0], AssignmentStatus=ending, Reason="Because"
    )
    data = (await _last(centre, f"task.{ending}"))["event_data"]
    reasons = {name: text for name, text in data.items() if name.endswith("_reason")}
    assert reasons == {f"task_{ending}_reason": "Because"}


@pytest.mark.parametrize(
    ("type_", "kind", "folder"),
    [
        ("activity.created", "activity", "/Activities/"),
        ("task-channel.created", "task-channel", "/TaskChannels/"),
        ("task-queue.created", "task-queue", "/TaskQueues/"),
        ("workflow.created", "workflow", "/Workflows/"),
        ("workflow.entered", "task", "/Tasks/"),
        ("task-queue.entered", "task", "/Tasks/"),
    ],
)
async def test_event_names_its_resource(centre: Centre, type_: str, kind: str, folder: str) -> None:
    """An event says what kind of resource it is about, and where that is."""
    await centre.task()
    event = await _last(centre, type_)
    home = f"{centre.api.sandbox.base_url}{centre.api.home}"
    assert event["resource_type"] == kind
    assert event["resource_url"] == f"{home}{folder}{event['resource_sid']}"


async def test_event_of_the_workspace_names_it(centre: Centre) -> None:
    """The resource of a workspace's event is the workspace."""
    event = await _last(centre, "workspace.created")
    assert event["resource_type"] == "workspace"
    assert event["resource_url"] == f"{centre.api.sandbox.base_url}{centre.api.home}"


async def test_events_are_filtered(centre: Centre) -> None:
    """A filter by a resource finds every event that tells of it, and filters add up."""
    worker = await centre.worker()
    task = await centre.task(TaskChannel="voice")
    other = await centre.task(TaskChannel="sms")
    sid = (await centre.reservation_of(task)).rpartition("/")[2]
    voice, offered = task["task_channel_sid"], "reservation.created"
    entered = ["workflow.entered", "task-queue.entered", "task.created", "workflow.target-matched"]
    event = await _last(centre, "worker.created")
    assert await _types(centre, WorkerSid=worker["sid"]) == ["worker.created", offered, offered]
    assert await _types(centre, ReservationSid=sid) == [offered]
    assert await _types(centre, TaskSid=task["sid"]) == [*entered, offered]
    for channel in ("voice", voice):
        types = await _types(centre, TaskChannel=channel)
        assert types == ["task-channel.created", *entered, offered]
    types = await _types(centre, TaskQueueSid=centre.queue["sid"], TaskSid=other["sid"])
    assert types == [*entered[1:], offered]
    types = await _types(centre, WorkflowSid=centre.workflow["sid"], EventType=offered)
    assert types == [offered, offered]
    assert await _types(centre, WorkflowSid=centre.workflow["sid"], TaskChannel="chat") == []
    assert await _types(centre, Sid=event["sid"]) == ["worker.created"]
    assert await _types(centre, Sid=event["sid"], EventType=offered) == []
    assert await _types(centre, Sid=unknown("EV")) == []


async def test_usual_window_is_a_quarter_of_an_hour(centre: Centre) -> None:
    """Without dates the events of the last 15 minutes are listed."""
    await centre.worker()
    await centre.api.sandbox.advance(15 * 60)
    assert await _types(centre, EventType="worker.created") == ["worker.created"]
    await centre.api.sandbox.advance(1)
    assert await _types(centre) == []
    assert await _types(centre, Minutes="16", EventType="worker.created") == ["worker.created"]


async def test_window_is_asked_for_by_dates(centre: Centre) -> None:
    """Both ends of a window count, the whole second of its end too."""
    await centre.worker("Ada")
    await centre.api.sandbox.advance(3_600.5)
    await centre.worker("Grace")
    await centre.api.sandbox.advance(3_600)
    nine, ten = "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"

    async def hired(**query: str) -> int:
        return len(await _types(centre, EventType="worker.created", **query))

    assert await hired(StartDate=nine) == 2
    assert await hired(StartDate="2026-01-05T09:00:01Z") == 1
    assert await hired(StartDate=nine, EndDate=ten) == 2
    assert await hired(StartDate=nine, EndDate="2026-01-05T09:59:59Z") == 1
    assert await hired(EndDate=ten) == 1
    assert await hired(EndDate=nine) == 1
    assert await hired(EndDate="2026-01-05T09:16:00Z") == 0
    assert await hired(StartDate=nine, EndDate="2030-01-01T00:00:00Z") == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"Minutes": "5", "StartDate": "2026-01-05T09:00:00Z"}, 20001),
        ({"Minutes": "5", "EndDate": "2026-01-05T09:00:00Z"}, 20001),
        ({"Minutes": "0"}, 20001),
        ({"StartDate": "yesterday"}, 20001),
        ({"StartDate": "2026-01-05T09:00:01Z"}, 20001),
        ({"StartDate": "2026-01-05T08:00:00Z", "EndDate": "2026-01-05T07:00:00Z"}, 20001),
        ({"TaskSid": "WT1"}, 20001),
        ({"Sid": unknown("WT")}, 20001),
    ],
)
async def test_bad_window_or_filter(centre: Centre, query: Form, code: int) -> None:
    """A window or a filter that cannot be meant is refused."""
    status, body, _ = await centre.api.get("/Events", **query)
    assert (status, body["code"]) == (400, code)


async def test_a_window_may_begin_long_ago(centre: Centre) -> None:
    """Events of more than 30 days ago are listed, as far as there still are any."""
    assert await _types(centre, StartDate="2025-11-06T09:00:00Z", EventType="task.created") == []


async def test_old_events_do_not_tell_attributes(centre: Centre) -> None:
    """After 30 days an event does not tell its task's attributes any more."""
    await centre.task(Attributes='{"name":"Ada"}')
    event = await _last(centre, "task.created")
    assert event["event_data"]["task_attributes"] == '{"name":"Ada"}'
    path = f"/Events/{event['sid']}"
    await centre.api.sandbox.advance(30 * DAY)
    _, body, _ = await centre.api.get(path)
    assert body["event_data"]["task_attributes"] == '{"name":"Ada"}'
    await centre.api.sandbox.advance(1)
    _, body, _ = await centre.api.get(path)
    assert body["event_data"]["task_attributes"] == "{}"
    status, body, _ = await centre.api.get("/Events", Minutes="43201", EventType="task.created")
    assert (status, names(body, "events", "sid")) == (200, [event["sid"]])


async def test_events_come_page_by_page(centre: Centre) -> None:
    """Pages show every event once, also while new ones happen."""
    expected = await _types(centre)
    _, body, _ = await centre.api.get("/Events", PageSize="5")
    seen = names(body, "events", "event_type")
    await centre.worker()
    while body["meta"]["next_page_url"]:
        _, body, _ = await centre.api.call("GET", body["meta"]["next_page_url"])
        seen += names(body, "events", "event_type")
    assert seen == [*expected, "worker.created"]


async def test_event_that_never_happened(centre: Centre) -> None:
    """An event that there is not is a 404 that names the path."""
    path = f"{centre.api.home}/Events/{unknown('EV')}"
    status, body, _ = await centre.api.call("GET", path)
    message = f"The requested resource {path} was not found"
    assert (status, body["code"], body["message"]) == (404, 20404, message)
