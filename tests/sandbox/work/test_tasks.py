"""Tasks that are listed, changed and removed."""

import pytest
from sandbox.work.centre import Centre, Form, names, unknown, workflow


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_no_task_is_not_found(centre: Centre, method: str) -> None:
    """A task that there is not is a 404 that names the path."""
    path = f"{centre.api.home}/Tasks/{unknown('WT')}"
    status, body, _ = await centre.api.call(method, path)
    message = f"The requested resource {path} was not found"
    assert (status, body["code"], body["message"]) == (404, 20404, message)


async def test_task_grows_older(centre: Centre) -> None:
    """A task's age is in whole seconds since its creation."""
    task = await centre.task()
    await centre.api.sandbox.advance(90.9)
    assert (await centre.show(task))["age"] == 90


async def test_task_is_changed(centre: Centre) -> None:
    """Attributes, priority, channel and virtual start of a pending task change together."""
    task = await centre.task()
    await centre.api.sandbox.advance(60)
    status, body, headers = await centre.api.post(
        f"/Tasks/{task['sid']}",
        Attributes='{"type":"call"}',
        Priority="7",
        TaskChannel="voice",
        VirtualStartTime="2026-01-05T09:00:30Z",
        headers={"If-Match": 'W/"0"'},
    )
    assert (status, headers["ETag"]) == (200, '"1"')
    assert (body["attributes"], body["priority"]) == ('{"type":"call"}', 7)
    assert body["task_channel_unique_name"] == "voice"
    assert body["virtual_start_time"] == "2026-01-05T09:00:30Z"
    assert (body["age"], body["date_updated"]) == (60, "2026-01-05T09:01:00Z")


@pytest.mark.parametrize(
    "form",
    [
        {"Attributes": "[]"},
        {"Priority": "high"},
        {"TaskChannel": "fax"},
        {"VirtualStartTime": "2027-01-01T00:00:00Z"},
        {"AssignmentStatus": "lost"},
        {"AssignmentStatus": "pending"},
        {"AssignmentStatus": "assigned"},
        {"AssignmentStatus": "canceled"},
        {"AssignmentStatus": "canceled", "Reason": " "},
        {"AssignmentStatus": "wrapping"},
        {"AssignmentStatus": "completed", "Reason": "Done"},
    ],
)
async def test_one_bad_change_of_a_task_changes_nothing(centre: Centre, form: Form) -> None:
    """An update that is not allowed is refused as a whole, good parameters included."""
    task = await centre.task()
    good: Form = {"Attributes": '{"a":1}', "Priority": "3", "TaskChannel": "sms"}
    path = f"/Tasks/{task['sid']}"
    status, body, _ = await centre.api.post(path, **{**good, **form})
    assert (status, body["code"]) == (400, 20001)
    _, body, headers = await centre.api.get(path)
    assert (body, headers["ETag"]) == (task, '"0"')


async def test_task_changed_meanwhile_is_left_alone(centre: Centre) -> None:
    """An update or a deletion of another version than the caller has seen is a 412."""
    task = await centre.task()
    path, old = f"/Tasks/{task['sid']}", {"If-Match": '"0"'}
    await centre.api.post(path, Priority="1")
    status, body, _ = await centre.api.post(path, Priority="x", headers=old)
    assert (status, body["code"]) == (412, 20412)
    status, _, _ = await centre.api.delete(path, headers=old)
    assert status == 412
    assert (await centre.show(task))["priority"] == 1


async def test_task_is_canceled(centre: Centre) -> None:
    """A pending or reserved task is canceled with a reason, and its offers with it."""
    path = await centre.offer()
    task = path.partition("/Reservations")[0]
    status, body, headers = await centre.api.post(
        task, AssignmentStatus="canceled", Reason="Hung up", Attributes='{"a":1}'
    )
    assert (status, body["assignment_status"], body["reason"]) == (200, "canceled", "Hung up")
    assert (body["attributes"], headers["ETag"]) == ('{"a":1}', '"1"')
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "canceled"


async def test_task_is_wrapped_up_and_completed(centre: Centre) -> None:
    """An assigned task is wrapped up, then completed; its reservation goes with it."""
    path = await centre.accepted()
    task = path.partition("/Reservations")[0]
    _, body, _ = await centre.api.post(task, AssignmentStatus="wrapping")
    assert (body["assignment_status"], body["reason"]) == ("wrapping", None)
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "wrapping"
    _, body, _ = await centre.api.post(task, AssignmentStatus="completed", Reason="Done")
    assert (body["assignment_status"], body["reason"]) == ("completed", "Done")
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "completed"


async def test_assigned_task_cannot_be_canceled(centre: Centre) -> None:
    """A task that a worker has accepted can only be completed."""
    path = await centre.accepted()
    status, body, _ = await centre.api.post(
        path.partition("/Reservations")[0], AssignmentStatus="canceled", Reason="No"
    )
    assert (status, body["code"]) == (400, 20001)


async def test_completed_task_needs_a_reason(centre: Centre) -> None:
    """A task is not completed without a reason."""
    path = await centre.accepted()
    status, body, _ = await centre.api.post(
        path.partition("/Reservations")[0], AssignmentStatus="completed"
    )
    assert (status, body["code"]) == (400, 20001)
    assert body["message"] == "Reason field is required to make a task completed"


async def test_task_that_is_over_vanishes(centre: Centre) -> None:
    """Some minutes after its end a task is not found any more."""
    task = await centre.task()
    path = f"/Tasks/{task['sid']}"
    await centre.api.post(path, AssignmentStatus="canceled", Reason="No")
    await centre.api.sandbox.advance(299)
    assert (await centre.api.get(path))[0] == 200
    await centre.api.sandbox.advance(1)
    assert (await centre.api.get(path))[0] == 404


async def test_task_is_removed(centre: Centre) -> None:
    """A deleted task is gone, and its reservations are."""
    path = await centre.offer()
    task = path.partition("/Reservations")[0]
    status, body, _ = await centre.api.delete(task, headers={"If-Match": "0"})
    assert (status, body) == (204, None)
    assert (await centre.api.get(task))[0] == 404
    assert (await centre.api.get(path))[0] == 404


async def _tasks(centre: Centre) -> list[str]:
    """Make four tasks a minute apart; the last one is canceled."""
    _, experts, _ = await centre.api.post("/TaskQueues", FriendlyName="Experts")
    other = await workflow(centre.api, "Other", experts["sid"])
    forms: list[Form] = [
        {"Priority": "5", "VirtualStartTime": "2026-01-01T00:00:00Z", "Attributes": '{"n":1}'},
        {"RoutingTarget": centre.queue["sid"], "WorkflowSid": centre.workflow["sid"]},
        {"Priority": "5", "WorkflowSid": other["sid"], "Attributes": '{"n":3}'},
        {"Priority": "1", "RoutingTarget": experts["sid"]},
    ]
    made = [await _made(centre, form) for form in forms]
    await centre.api.post(f"/Tasks/{made[3]['sid']}", AssignmentStatus="canceled", Reason="No")
    return [each["sid"] for each in made]


async def _made(centre: Centre, form: Form) -> Form:
    if "RoutingTarget" not in form:
        form = {"WorkflowSid": centre.workflow["sid"], **form}
    task: Form = await centre.task(**form)
    await centre.api.sandbox.advance(60)
    return task


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"Priority": "5"}, [1, 3]),
        ({"Priority": "0"}, [2]),
        ({"AssignmentStatus": "canceled"}, [4]),
        ({"AssignmentStatus": "pending, canceled"}, [1, 2, 3, 4]),
        ({"AssignmentStatus": ["assigned", "canceled"]}, [4]),
        ({"WorkflowSid": unknown("WW")}, []),
        ({"WorkflowName": "Main"}, [1, 2]),
        ({"WorkflowName": "Other"}, [3]),
        ({"TaskQueueSid": unknown("WQ")}, []),
        ({"TaskQueueName": "Experts"}, [3, 4]),
        ({"TaskQueueName": "Experts", "Priority": "1"}, [4]),
        ({"EvaluateTaskAttributes": "n > 1"}, [3]),
        ({"EvaluateTaskAttributes": "task.n == 1"}, [1]),
        ({"RoutingTarget": unknown("WK")}, []),
        ({"HasAddons": "true"}, []),
        ({"HasAddons": "false"}, [1, 2, 3, 4]),
        ({"Ordering": "DateCreated:asc"}, [1, 2, 3, 4]),
        ({"Ordering": "DateCreated:desc"}, [4, 3, 2, 1]),
        ({"Ordering": "Priority:desc,DateCreated:desc"}, [3, 1, 4, 2]),
        ({"Ordering": "Priority:asc,VirtualStartTime:asc"}, [2, 4, 1, 3]),
        ({"Ordering": "VirtualStartTime:asc"}, [1, 2, 3, 4]),
    ],
)
async def test_tasks_are_listed(centre: Centre, query: Form, found: list[int]) -> None:
    """A list shows the tasks that all of its filters let through, in the order asked for."""
    sids = await _tasks(centre)
    status, body, headers = await centre.api.get("/Tasks", **query)
    assert status == 200, body
    assert [sids.index(each) + 1 for each in names(body, "tasks", "sid")] == found
    assert headers["ETag"]


async def test_tasks_are_listed_by_their_way(centre: Centre) -> None:
    """A list can show the tasks of one workflow, queue or routing target by SID."""
    sids = await _tasks(centre)
    queue = centre.queue["sid"]
    for query, found in (
        ({"WorkflowSid": centre.workflow["sid"]}, sids[:2]),
        ({"TaskQueueSid": queue}, sids[:2]),
        ({"RoutingTarget": queue}, sids[1:2]),
    ):
        _, body, _ = await centre.api.get("/Tasks", **query)
        assert names(body, "tasks", "sid") == found


async def test_ordered_tasks_come_page_by_page(centre: Centre) -> None:
    """Pages of an ordered list show every task once, also where several rank alike."""
    sids = [(await centre.task())["sid"] for _ in range(5)]
    _, body, _ = await centre.api.get("/Tasks", Ordering="Priority:desc", PageSize="2")
    seen = names(body, "tasks", "sid")
    while body["meta"]["next_page_url"]:
        _, body, _ = await centre.api.call("GET", body["meta"]["next_page_url"])
        seen += names(body, "tasks", "sid")
    assert seen == sids


@pytest.mark.parametrize(
    "query",
    [
        {"Priority": "high"},
        {"AssignmentStatus": "lost"},
        {"AssignmentStatus": "pending,"},
        {"WorkflowSid": "Main"},
        {"TaskQueueSid": "WQ"},
        {"RoutingTarget": unknown("TC")},
        {"Ordering": "Age:asc"},
        {"Ordering": "Priority:DESC"},
    ],
)
async def test_bad_filter_of_tasks(centre: Centre, query: Form) -> None:
    """A filter that cannot be meant is refused by name."""
    status, body, _ = await centre.api.get("/Tasks", **query)
    message = f"Invalid {next(iter(query))} parameter"
    assert (status, body["code"], body["message"].partition(":")[0]) == (400, 20001, message)


@pytest.mark.parametrize(
    "query",
    [
        {"Ordering": "DateCreated:asc,VirtualStartTime:asc"},
        {"EvaluateTaskAttributes": "n >"},
    ],
)
async def test_bad_filter_of_tasks_is_explained(centre: Centre, query: Form) -> None:
    """Where a filter's refusal needs more words, it has them."""
    status, body, _ = await centre.api.get("/Tasks", **query)
    assert (status, body["code"]) == (400, 20001)
    assert body["message"].startswith(f"Invalid {next(iter(query))} parameter: ")
