"""Tasks that are made."""

import pytest
from sandbox.work.centre import Centre, Form, unknown, workflow

NOW = "2026-01-05T09:00:00Z"


async def test_task_is_made_with_defaults(centre: Centre) -> None:
    """A task needs no parameter where there is one workflow; it may wait for a day."""
    status, task, headers = await centre.api.post("/Tasks")
    assert (status, headers["ETag"]) == (201, '"0"')
    workspace = centre.api.floor.workspace
    url = f"{centre.api.sandbox.base_url}{centre.api.home}"
    assert list(task.items()) == [
        ("account_sid", workspace.account_sid),
        ("age", 0),
        ("assignment_status", "pending"),
        ("attributes", "{}"),
        ("addons", "{}"),
        ("date_created", NOW),
        ("date_updated", NOW),
        ("task_queue_entered_date", NOW),
        ("priority", 0),
        ("reason", None),
        ("sid", task["sid"]),
        ("task_queue_sid", centre.queue["sid"]),
        ("task_queue_friendly_name", "Everybody"),
        ("task_channel_sid", next(iter(workspace.task_channels))),
        ("task_channel_unique_name", "default"),
        ("timeout", 86_400),
        ("workflow_sid", centre.workflow["sid"]),
        ("workflow_friendly_name", "Main"),
        ("workspace_sid", workspace.sid),
        ("url", f"{url}/Tasks/{task['sid']}"),
        (
            "links",
            {
                "workspace": url,
                "reservations": f"{url}/Tasks/{task['sid']}/Reservations",
                "task_queue": f"{url}/TaskQueues/{centre.queue['sid']}",
                "workflow": f"{url}/Workflows/{centre.workflow['sid']}",
            },
        ),
        ("virtual_start_time", NOW),
        ("ignore_capacity", False),
        ("routing_target", None),
    ]
    status, body, headers = await centre.api.get(f"/Tasks/{task['sid']}")
    assert (status, body, headers["ETag"]) == (200, task, '"0"')


async def test_task_is_made_with_everything(centre: Centre) -> None:
    """Each parameter of a new task counts, and the attributes keep their very text."""
    task = await centre.task(
        WorkflowSid=centre.workflow["sid"],
        TaskChannel="voice",
        Attributes='{"a":  1}',
        Priority="2147483647",
        Timeout="1209600",
        VirtualStartTime="2026-01-05T08:00:00Z",
    )
    assert (task["task_channel_unique_name"], task["attributes"]) == ("voice", '{"a":  1}')
    assert (task["priority"], task["timeout"]) == (2**31 - 1, 1_209_600)
    assert task["virtual_start_time"] == "2026-01-05T08:00:00Z"
    again = await centre.task(TaskChannel=task["task_channel_sid"])
    assert again["task_channel_unique_name"] == "voice"


@pytest.mark.parametrize(
    "form",
    [
        {"Timeout": "0"},
        {"Timeout": "1209601"},
        {"Priority": "-1"},
        {"Priority": "2147483648"},
        {"TaskChannel": "fax"},
        {"TaskChannel": ""},
        {"WorkflowSid": unknown("WW")},
        {"WorkflowSid": "Main"},
        {"TaskQueueSid": unknown("WQ")},
        {"Attributes": "1"},
        {"Attributes": "{" + " " * 4095 + "}"},
        {"VirtualStartTime": "2026-01-05T09:00:01Z"},
        {"VirtualStartTime": "1899-12-31T23:59:59Z"},
        {"VirtualStartTime": "now"},
        {"RoutingTarget": unknown("WK")},
        {"RoutingTarget": unknown("WQ")},
        {"RoutingTarget": unknown("WW")},
        {"RoutingTarget": unknown("WA")},
    ],
)
async def test_task_cannot_be_made(centre: Centre, form: Form) -> None:
    """A task with a parameter that cannot be used is refused by name, and is not made."""
    status, body, _ = await centre.api.post("/Tasks", **form)
    message = f"Invalid {next(iter(form))} parameter"
    assert (status, body["code"], body["message"].partition(":")[0]) == (400, 20001, message)
    assert not centre.api.floor.workspace.tasks


async def test_no_more_tasks_than_there_may_be(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace has 500,000 tasks at most."""
    monkeypatch.setattr("taskrouter_async.sandbox.api.new_tasks.MOST_TASKS", 1)
    await centre.task()
    status, body, _ = await centre.api.post("/Tasks")
    assert (status, body["code"]) == (400, 20001)


async def test_which_workflow_must_be_said(centre: Centre) -> None:
    """With two workflows a task must name one."""
    other = await workflow(centre.api, "Other", centre.queue["sid"])
    status, body, _ = await centre.api.post("/Tasks")
    message = "WorkflowSid field is required"
    assert (status, body["code"], body["message"]) == (400, 20001, message)
    task = await centre.task(WorkflowSid=other["sid"])
    assert task["workflow_friendly_name"] == "Other"


async def test_task_for_a_workflow(centre: Centre) -> None:
    """A routing target that is a workflow names the workflow."""
    other = await workflow(centre.api, "Other", centre.queue["sid"])
    task = await centre.task(RoutingTarget=other["sid"])
    assert (task["workflow_sid"], task["routing_target"]) == (other["sid"], other["sid"])
    assert task["task_queue_sid"] == centre.queue["sid"]
    assert task["ignore_capacity"] is False


@pytest.mark.parametrize("parameter", ["RoutingTarget", "TaskQueueSid"])
async def test_task_for_a_queue(centre: Centre, parameter: str) -> None:
    """A task can go straight to a queue, with any number of workflows."""
    await workflow(centre.api, "Other", centre.queue["sid"])
    _, queue, _ = await centre.api.post("/TaskQueues", FriendlyName="Experts")
    task = await centre.task(**{parameter: queue["sid"]})
    assert (task["task_queue_sid"], task["workflow_sid"]) == (queue["sid"], None)
    assert "workflow" not in task["links"]
    assert task["routing_target"] == (queue["sid"] if parameter == "RoutingTarget" else None)


async def test_task_for_a_queue_under_a_workflow(centre: Centre) -> None:
    """A task that goes straight to a queue keeps the workflow that it names."""
    _, queue, _ = await centre.api.post("/TaskQueues", FriendlyName="Experts")
    task = await centre.task(RoutingTarget=queue["sid"], TaskQueueSid=queue["sid"])
    assert task["task_queue_sid"] == queue["sid"]
    assert task["workflow_sid"] == centre.workflow["sid"]


async def test_task_for_a_worker_ignores_capacity(centre: Centre) -> None:
    """A task for one worker reaches them at once, absent or busy."""
    worker = await centre.worker(activity="Offline")
    await centre.worker("Grace")
    task = await centre.task(RoutingTarget=worker["sid"])
    assert (task["routing_target"], task["ignore_capacity"]) == (worker["sid"], True)
    assert "task_queue" not in task["links"]
    assert task["task_queue_sid"] is None
    assert task["task_queue_entered_date"] is None
    _, body, _ = await centre.api.get(f"/Tasks/{task['sid']}/Reservations")
    (reservation,) = body["reservations"]
    assert reservation["worker_sid"] == worker["sid"]


@pytest.mark.parametrize(("sent", "ignored"), [("yes", True), ("1", True), ("no", False)])
async def test_capacity_can_be_kept(centre: Centre, sent: str, *, ignored: bool) -> None:
    """Whether a task for one worker waits until they are free can be said."""
    worker = await centre.worker(activity="Offline")
    task = await centre.task(RoutingTarget=worker["sid"], IgnoreCapacity=sent)
    assert task["ignore_capacity"] is ignored
    status = (await centre.show(task))["assignment_status"]
    assert status == ("reserved" if ignored else "pending")


@pytest.mark.parametrize("sent", ["true", "false"])
async def test_ignoring_capacity_needs_a_worker(centre: Centre, sent: str) -> None:
    """IgnoreCapacity is refused where no worker is the target."""
    status, body, _ = await centre.api.post("/Tasks", IgnoreCapacity=sent)
    assert (status, body["code"]) == (400, 20001)
    assert body["message"] == "IgnoreCapacity needs a RoutingTarget that is a Worker"


async def test_target_is_not_contradicted(centre: Centre) -> None:
    """What else a new task names must not contradict its routing target."""
    other = await workflow(centre.api, "Other", centre.queue["sid"])
    _, queue, _ = await centre.api.post("/TaskQueues", FriendlyName="Experts")
    main, everybody = centre.workflow["sid"], centre.queue["sid"]
    for target, name, sid in (
        (other["sid"], "WorkflowSid", main),
        (other["sid"], "TaskQueueSid", everybody),
        (queue["sid"], "TaskQueueSid", everybody),
    ):
        status, body, _ = await centre.api.post("/Tasks", **{"RoutingTarget": target, name: sid})
        assert (status, body["message"]) == (400, f"Invalid {name} parameter")
    assert not centre.api.floor.workspace.tasks


async def test_answer_shows_a_task_before_it_is_offered(centre: Centre) -> None:
    """A task is offered after the answer that tells of it was written."""
    await centre.worker()
    task = await centre.task()
    assert task["assignment_status"] == "pending"
    assert (await centre.show(task))["assignment_status"] == "reserved"
