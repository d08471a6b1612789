"""Workflows over HTTP."""

import json
from typing import Any

import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox.settings.queues import MOST_QUEUES, add_queue
from taskrouter_async.sandbox.settings.workflows import (
    LONGEST_CONFIGURATION,
    MOST_WORKFLOWS,
    add_workflow,
)
from taskrouter_async.sandbox.state.refusals import RefusalError

_NO_QUEUE = "WQ" + "0" * 32


async def _queue(api: Api, name: str = "Q") -> str:
    _, body, _ = await api.post("/TaskQueues", FriendlyName=name)
    return str(body["sid"])


def _to(queue: str) -> str:
    return json.dumps({"task_routing": {"default_filter": {"queue": queue}}})


async def _make(api: Api, name: str = "W", **form: Any) -> str:
    form.setdefault("Configuration", _to(await _queue(api, f"Queue of {name}")))
    status, body, _ = await api.post("/Workflows", FriendlyName=name, **form)
    assert status == 201, body
    return str(body["sid"])


async def test_made_workflow_is_shown_in_the_vendors_form(api: Api) -> None:
    """A workflow has the vendor's fields, in the vendor's order; its rules are as sent."""
    rules = f' {{"task_routing": {{"default_filter": {{"queue":"{await _queue(api)}"}}}}, "x": 1}}'
    status, body, _ = await api.post(
        "/Workflows",
        FriendlyName="W",
        Configuration=rules,
        AssignmentCallbackUrl="https://example.com/a",
        TaskReservationTimeout=86_400,
    )
    url = f"{api.sandbox.base_url}{api.home}/Workflows/{body['sid']}"
    assert status == 201
    assert list(body.items()) == [
        ("account_sid", api.sandbox.account_sid),
        ("assignment_callback_url", "https://example.com/a"),
        ("configuration", rules),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("document_content_type", "application/json"),
        ("fallback_assignment_callback_url", None),
        ("friendly_name", "W"),
        ("sid", body["sid"]),
        ("task_reservation_timeout", 86_400),
        ("workspace_sid", api.floor.workspace.sid),
        ("url", url),
        (
            "links",
            {
                "statistics": f"{url}/Statistics",
                "real_time_statistics": f"{url}/RealTimeStatistics",
                "cumulative_statistics": f"{url}/CumulativeStatistics",
            },
        ),
    ]
    assert (await api.get(f"/Workflows/{body['sid']}"))[:2] == (200, body)
    event = api.floor.journal.events[-1]
    assert (event.type, event.more["workflow_name"]) == ("workflow.created", "W")


async def test_workflows_are_listed_by_name(api: Api) -> None:
    """The filter takes a name as it is written."""
    await _make(api, "V")
    await _make(api, "W")
    _, body, _ = await api.get("/Workflows")
    assert [each["friendly_name"] for each in body["workflows"]] == ["V", "W"]
    _, body, _ = await api.get("/Workflows", FriendlyName="W")
    assert [each["friendly_name"] for each in body["workflows"]] == ["W"]


def _with(**target: object) -> dict[str, object]:
    filters = [{"expression": "1==1", "targets": [{"queue": "{}", **target}]}]
    return {"task_routing": {"filters": filters}}


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ("{", "the configuration is not JSON"),
        ([], "$ should be an object"),
        ({}, "task_routing should be an object"),
        ({"task_routing": {"filters": 1}}, "task_routing.filters should be an array"),
        (
            {"task_routing": {"filters": [{"expression": "1==1", "targets": []}]}},
            "a filter needs a target",
        ),
        (
            {
                "task_routing": {
                    "filters": [{"expression": "a-b == 1", "targets": [{"queue": "{}"}]}]
                }
            },
            "task_routing.filters[0].expression: names cannot contain hyphens",
        ),
        (_with(queue=None), "a target needs a queue"),
        (_with(queue=_NO_QUEUE), f"there is no TaskQueue {_NO_QUEUE}"),
        (_with(timeout=0), "a timeout is 1 second at least"),
        (_with(priority=-1), "a priority is 0 to 2147483647"),
        (_with(priority="high"), "task_routing.filters[0].targets[0].priority should be"),
        (_with(expression="worker.level >"), "task_routing.filters[0].targets[0].expression: "),
        (_with(skip_if="workers.available = = 0"), "task_routing.filters[0].targets[0].skip_if: "),
        (_with(order_by="worker.level UP"), "task_routing.filters[0].targets[0].order_by: "),
        (_with(known_worker_sid="task"), "a known worker is named by an attribute"),
        (_with(known_worker_friendly_name="task..x"), "a known worker is named by an attribute"),
        ({"task_routing": {"default_filter": {}}}, "a target needs a queue"),
        ({"task_routing": {"default_filter": {"queue": _NO_QUEUE}}}, "there is no TaskQueue"),
    ],
)
async def test_rules_that_are_refused(api: Api, rules: object, why: str) -> None:
    """Rules that make no sense are refused, and nothing is changed."""
    sid = await _make(api)
    queue = next(iter(api.floor.workspace.task_queues))
    text = rules if isinstance(rules, str) else json.dumps(rules).replace("{}", queue)
    if rules in ({}, {"task_routing": {"default_filter": {}}}):
        text = json.dumps(rules)
    before = (await api.get(f"/Workflows/{sid}"))[1]
    for path, name in (("", "New"), (f"/{sid}", "Renamed")):
        status, body, _ = await api.post(f"/Workflows{path}", FriendlyName=name, Configuration=text)
        assert (status, body["code"]) == (400, 20001)
        assert body["message"].startswith(f"Invalid Configuration parameter: {why}")
    assert (await api.get(f"/Workflows/{sid}"))[1] == before
    assert len(api.floor.workspace.workflows) == 1


async def test_second_target_has_the_queue_of_the_first(api: Api) -> None:
    """A target without a queue of its own stays in that of the target before."""
    queue = await _queue(api)
    targets = [{"queue": queue, "timeout": "10"}, {"expression": "worker.level > task.level"}]
    rules = {"task_routing": {"filters": [{"expression": "1==1", "targets": targets}]}}
    sid = await _make(api, Configuration=json.dumps(rules))
    target = api.floor.workspace.workflows[sid].rules.target(0, 1)
    assert target is not None
    assert target.queue_sid == queue


async def test_configuration_has_a_largest_size(api: Api) -> None:
    """1,038,576 bytes are taken, one more is not, whatever the characters."""
    rules = _to(await _queue(api))
    full = rules + " " * (LONGEST_CONFIGURATION - len(rules))
    assert add_workflow(api.floor, "Full", full).configuration == full
    for text in (full + " ", full[:-1] + "\u00e9"):
        with pytest.raises(RefusalError, match="it has 1038576 bytes at most"):
            add_workflow(api.floor, "Too full", text)


async def test_thousand_workflows_are_the_most(api: Api) -> None:
    """A workspace has 1,000 workflows and 5,000 queues at most."""
    workspace = api.floor.workspace
    rules = _to(await _queue(api))
    workflow, queue = add_workflow(api.floor, "W", rules), add_queue(api.floor, "R")
    workspace.workflows.update({str(each): workflow for each in range(1, MOST_WORKFLOWS)})
    workspace.task_queues.update({str(each): queue for each in range(2, MOST_QUEUES)})
    with pytest.raises(RefusalError, match="There are 1000 workflows already"):
        add_workflow(api.floor, "One more", rules)
    with pytest.raises(RefusalError, match="There are 5000 task queues already"):
        add_queue(api.floor, "One more")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"FriendlyName": "w"}, "Workflow with the same friendly name already exists"),
        ({"TaskReservationTimeout": "0"}, "Invalid TaskReservationTimeout parameter"),
        ({"TaskReservationTimeout": "86401"}, "Invalid TaskReservationTimeout parameter"),
        ({"AssignmentCallbackUrl": "ftp://x"}, "Invalid AssignmentCallbackUrl parameter"),
        ({"FallbackAssignmentCallbackUrl": "x"}, "Invalid FallbackAssignmentCallbackUrl parameter"),
        ({"AssignmentCallbackUrl": "http://[x"}, "Invalid AssignmentCallbackUrl parameter"),
    ],
)
async def test_settings_that_are_refused(api: Api, form: dict[str, Any], message: str) -> None:
    """What cannot be used is refused alike when a workflow is made and when it is changed."""
    rules = _to(await _queue(api))
    await _make(api, "W")
    sid = await _make(api, "V")
    made = {"FriendlyName": "U", "Configuration": rules, **form}
    for path, sent in (("", made), (f"/{sid}", form)):
        status, body, _ = await api.post(f"/Workflows{path}", **sent)
        assert (status, body["message"]) == (400, message)


async def test_required_fields(api: Api) -> None:
    """A workflow needs a name and rules."""
    for form, name in (({}, "FriendlyName"), ({"FriendlyName": "W"}, "Configuration")):
        sent: dict[str, Any] = form
        status, body, _ = await api.post("/Workflows", **sent)
        assert (status, body["message"]) == (400, f"{name} field is required")


async def test_update_changes_what_is_sent(api: Api) -> None:
    """What is not sent stays as it was; an empty URL removes the callback."""
    sid = await _make(
        api,
        AssignmentCallbackUrl="http://a.example",
        FallbackAssignmentCallbackUrl="http://b.example",
    )
    rules = api.floor.workspace.workflows[sid].rules
    await api.sandbox.advance(1)
    _, body, _ = await api.post(f"/Workflows/{sid}", TaskReservationTimeout=60)
    shown = ("friendly_name", "task_reservation_timeout", "assignment_callback_url", "date_updated")
    assert [body[name] for name in shown] == ["W", 60, "http://a.example", "2026-01-05T09:00:01Z"]
    assert api.floor.workspace.workflows[sid].rules is rules
    assert api.floor.journal.events[-1].type == "workflow.updated"
    _, body, _ = await api.post(f"/Workflows/{sid}", AssignmentCallbackUrl="", FriendlyName="V")
    assert (body["assignment_callback_url"], body["friendly_name"]) == (None, "V")
    assert body["fallback_assignment_callback_url"] == "http://b.example"
    _, body, _ = await api.post(f"/Workflows/{sid}", AssignmentCallbackUrl="http://c.example")
    assert body["assignment_callback_url"] == "http://c.example"


async def test_tasks_follow_new_rules_when_asked_to(api: Api) -> None:
    """Pending tasks keep the rules they began with until ReEvaluateTasks is sent."""
    old, new = await _queue(api, "Old"), await _queue(api, "New")
    sid = await _make(api, Configuration=_to(old))
    _, task, _ = await api.post("/Tasks", WorkflowSid=sid)

    async def queue() -> str:
        return str((await api.get(f"/Tasks/{task['sid']}"))[1]["task_queue_sid"])

    await api.post(f"/Workflows/{sid}", Configuration=_to(new))
    assert await queue() == old
    assert (await api.delete(f"/TaskQueues/{old}"))[0] == 400
    await api.post(f"/Workflows/{sid}", ReEvaluateTasks="false")
    assert await queue() == old
    await api.post(f"/Workflows/{sid}", ReEvaluateTasks="true")
    assert await queue() == new
    assert (await api.delete(f"/TaskQueues/{old}"))[0] == 204


async def test_workflow_with_waiting_tasks_is_not_deleted(api: Api) -> None:
    """A workflow stays while one of its tasks is pending or reserved."""
    sid = await _make(api)
    _, task, _ = await api.post("/Tasks", WorkflowSid=sid)
    status, body, _ = await api.delete(f"/Workflows/{sid}")
    assert status == 400
    assert (
        body["message"] == f"Cannot delete Workflow {sid} because it has pending or reserved tasks."
    )
    await api.post(f"/Tasks/{task['sid']}", AssignmentStatus="canceled", Reason="done")
    assert (await api.delete(f"/Workflows/{sid}"))[0] == 204
    assert api.floor.journal.events[-1].type == "workflow.deleted"
    for answer in (
        await api.get(f"/Workflows/{sid}"),
        await api.post(f"/Workflows/{sid}"),
        await api.delete(f"/Workflows/{sid}"),
    ):
        assert answer[0] == 404
