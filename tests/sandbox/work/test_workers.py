"""Workers."""

import pytest
from sandbox.conftest import Api
from sandbox.work.centre import Centre, Form, names, unknown

UNREAL = unknown("WK")


async def test_worker_is_made_with_defaults(api: Api) -> None:
    """A new worker is in the default activity, knows nothing, and has version 0."""
    status, worker, headers = await api.post("/Workers", FriendlyName="Ada")
    workspace = api.floor.workspace
    url = f"{api.sandbox.base_url}{api.home}"
    assert (status, headers["ETag"]) == (201, '"0"')
    assert list(worker) == [
        "account_sid",
        "activity_name",
        "activity_sid",
        "attributes",
        "available",
        "date_created",
        "date_status_changed",
        "date_updated",
        "friendly_name",
        "sid",
        "workspace_sid",
        "url",
        "links",
    ]
    assert worker["account_sid"] == api.sandbox.account_sid
    assert worker["activity_sid"] == workspace.default_activity.sid
    assert (worker["activity_name"], worker["available"]) == ("Offline", False)
    assert (worker["attributes"], worker["friendly_name"]) == ("{}", "Ada")
    assert worker["workspace_sid"] == workspace.sid
    for name in ("date_created", "date_updated", "date_status_changed"):
        assert worker[name] == "2026-01-05T09:00:00Z"
    assert worker["url"] == f"{url}/Workers/{worker['sid']}"
    assert worker["links"] == {
        "channels": f"{worker['url']}/Channels",
        "activity": f"{url}/Activities/{worker['activity_sid']}",
        "workspace": url,
        "statistics": f"{url}/Workers/Statistics",
        "real_time_statistics": f"{url}/Workers/RealTimeStatistics",
        "cumulative_statistics": f"{url}/Workers/CumulativeStatistics",
        "worker_statistics": f"{worker['url']}/Statistics",
        "worker_channels": f"{worker['url']}/Channels",
        "reservations": f"{worker['url']}/Reservations",
    }
    again, body, headers = await api.get(f"/Workers/{worker['sid']}")
    assert (again, body, headers["ETag"]) == (200, worker, '"0"')


async def test_worker_is_made_with_everything(api: Api) -> None:
    """A new worker keeps the activity and the very text of the attributes that were sent."""
    available = await _activity(api, "Available")
    text = '{"languages":  ["de"]}'
    _, worker, _ = await api.post(
        "/Workers", FriendlyName="Ada", ActivitySid=available, Attributes=text
    )
    assert (worker["attributes"], worker["activity_sid"], worker["available"]) == (
        text,
        available,
        True,
    )


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "FriendlyName field is required"),
        ({"FriendlyName": " "}, "Invalid FriendlyName parameter"),
        (
            {"FriendlyName": "x" * 65},
            "Invalid FriendlyName parameter: it has more than 64 characters",
        ),
        ({"FriendlyName": "Ada", "ActivitySid": unknown("WA")}, "Invalid ActivitySid parameter"),
        ({"FriendlyName": "Ada", "ActivitySid": "Offline"}, "Invalid ActivitySid parameter"),
        (
            {"FriendlyName": "Ada", "Attributes": "[]"},
            "Invalid Attributes parameter: it is not a JSON object",
        ),
        (
            {"FriendlyName": "Ada", "Attributes": "x"},
            "Invalid Attributes parameter: it is not JSON",
        ),
        (
            {"FriendlyName": "Ada", "Attributes": '{"a":"' + "x" * 4096 + '"}'},
            "Invalid Attributes parameter: it has more than 4096 characters",
        ),
        ({"FriendlyName": "GRACE"}, "Worker with the same friendly name already exists"),
    ],
)
async def test_worker_cannot_be_made(api: Api, form: Form, message: str) -> None:
    """A worker with a bad or missing parameter, or with another one's name, is refused."""
    await api.post("/Workers", FriendlyName="Grace")
    status, body, _ = await api.post("/Workers", **form)
    assert (status, body["code"], body["message"]) == (400, 20001, message)
    assert len(api.floor.workspace.workers) == 1


async def test_no_more_workers_than_there_may_be(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace has 15,000 workers at most."""
    monkeypatch.setattr("taskrouter_async.sandbox.api.workers.MOST_WORKERS", 1)
    await api.post("/Workers", FriendlyName="Ada")
    status, body, _ = await api.post("/Workers", FriendlyName="Grace")
    assert (status, body["code"]) == (400, 20001)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_nobody_is_not_found(api: Api, method: str) -> None:
    """A worker that there is not is a 404 that names the path."""
    path = f"{api.home}/Workers/{UNREAL}"
    status, body, _ = await api.call(method, path)
    message = f"The requested resource {path} was not found"
    assert (status, body["code"], body["message"]) == (404, 20404, message)


async def test_worker_of_no_workspace_is_not_found(api: Api) -> None:
    """A path below a workspace that there is not is a 404 before anything is read."""
    path = f"/v1/Workspaces/{unknown('WS')}/Workers"
    status, body, _ = await api.call("POST", path, form={"ActivitySid": "nonsense"})
    assert (status, body["code"]) == (404, 20404)


async def test_worker_is_changed_as_one_version(centre: Centre) -> None:
    """An update changes everything at once, and the version grows by one."""
    worker = await centre.worker(level=1)
    await centre.api.sandbox.advance(60)
    status, body, headers = await centre.api.post(
        f"/Workers/{worker['sid']}",
        FriendlyName="ADA",
        Attributes='{"level":2}',
        ActivitySid=centre.activities["Unavailable"],
        headers={"If-Match": '"0"'},
    )
    assert (status, headers["ETag"]) == (200, '"1"')
    assert (body["friendly_name"], body["attributes"]) == ("ADA", '{"level":2}')
    assert (body["activity_name"], body["available"]) == ("Unavailable", False)
    assert body["date_created"] == "2026-01-05T09:00:00Z"
    assert body["date_updated"] == body["date_status_changed"] == "2026-01-05T09:01:00Z"


async def test_empty_update_is_a_version(centre: Centre) -> None:
    """An update without a parameter changes nothing but the version and its date."""
    worker = await centre.worker()
    await centre.api.sandbox.advance(1)
    _, body, headers = await centre.api.post(f"/Workers/{worker['sid']}")
    assert headers["ETag"] == '"1"'
    assert body == {**worker, "date_updated": "2026-01-05T09:00:01Z"}


@pytest.mark.parametrize(
    "form",
    [
        {"ActivitySid": unknown("WA")},
        {"Attributes": "null"},
        {"FriendlyName": "grace"},
        {"FriendlyName": ""},
    ],
)
async def test_one_bad_parameter_changes_nothing(centre: Centre, form: Form) -> None:
    """An update with a bad parameter is refused as a whole, good ones included."""
    worker = await centre.worker()
    await centre.worker("Grace")
    good: Form = {
        "FriendlyName": "Joan",
        "Attributes": '{"a":1}',
        "ActivitySid": centre.activities["Unavailable"],
    }
    path = f"/Workers/{worker['sid']}"
    status, body, _ = await centre.api.post(path, **{**good, **form})
    assert (status, body["code"]) == (400, 20001)
    _, body, headers = await centre.api.get(path)
    assert (body, headers["ETag"]) == (worker, '"0"')


async def test_worker_changed_meanwhile_is_left_alone(centre: Centre) -> None:
    """An update or a deletion of another version than the caller has seen is a 412."""
    worker = await centre.worker()
    path, old = f"/Workers/{worker['sid']}", {"If-Match": "0"}
    await centre.api.post(path, FriendlyName="Joan")
    status, body, _ = await centre.api.post(path, FriendlyName="Grace", headers=old)
    assert (status, body["code"]) == (412, 20412)
    status, _, _ = await centre.api.delete(path, headers=old)
    assert status == 412
    _, body, _ = await centre.api.get(path)
    assert body["friendly_name"] == "Joan"


async def test_stale_version_is_told_before_bad_parameters(centre: Centre) -> None:
    """Whether the version is right is asked before whether the parameters are."""
    worker = await centre.worker()
    status, _, _ = await centre.api.post(
        f"/Workers/{worker['sid']}", Attributes="x", headers={"If-Match": "7"}
    )
    assert status == 412


async def test_pending_reservations_are_declined_on_leaving(centre: Centre) -> None:
    """RejectPendingReservations declines what a worker is offered as they leave."""
    path = await centre.offer()
    _, body, _ = await centre.api.get("/Workers")
    (worker,) = body["workers"]
    status, body, _ = await centre.api.post(
        f"/Workers/{worker['sid']}",
        ActivitySid=centre.activities["Offline"],
        RejectPendingReservations="true",
    )
    assert (status, body["activity_name"]) == (200, "Offline")
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "rejected"
    _, task, _ = await centre.api.get(path.partition("/Reservations")[0])
    assert task["assignment_status"] == "pending"


async def test_pending_reservations_stay_without_the_flag(centre: Centre) -> None:
    """A worker who leaves keeps what they are offered until it is decided."""
    path = await centre.offer()
    _, body, _ = await centre.api.get("/Workers")
    await centre.api.post(
        f"/Workers/{body['workers'][0]['sid']}",
        ActivitySid=centre.activities["Offline"],
        RejectPendingReservations="false",
    )
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "pending"


@pytest.mark.parametrize("activity", [None, "Available"])
async def test_rejecting_needs_leaving(centre: Centre, activity: str | None) -> None:
    """RejectPendingReservations is refused without an activity that is not available."""
    path = await centre.offer()
    _, body, _ = await centre.api.get("/Workers")
    form: Form = {} if activity is None else {"ActivitySid": centre.activities[activity]}
    status, body, _ = await centre.api.post(
        f"/Workers/{body['workers'][0]['sid']}", RejectPendingReservations="true", **form
    )
    assert (status, body["code"]) == (400, 20001)
    _, reservation, _ = await centre.api.get(path)
    assert reservation["reservation_status"] == "pending"


async def test_worker_is_removed(centre: Centre) -> None:
    """A deleted worker is gone."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}"
    status, body, _ = await centre.api.delete(path, headers={"If-Match": "0"})
    assert (status, body) == (204, None)
    status, _, _ = await centre.api.get(path)
    assert status == 404


async def test_busy_worker_stays(centre: Centre) -> None:
    """A worker with a reservation that is not over cannot be deleted."""
    await centre.offer()
    _, body, _ = await centre.api.get("/Workers")
    status, body, _ = await centre.api.delete(f"/Workers/{body['workers'][0]['sid']}")
    assert (status, body["code"]) == (400, 20001)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ada", "Grace", "Joan"]),
        ({"FriendlyName": "Grace"}, ["Grace"]),
        ({"FriendlyName": "grace"}, []),
        ({"ActivityName": "Available"}, ["Ada", "Joan"]),
        ({"ActivityName": "Lunch"}, []),
        ({"ActivitySid": unknown("WA")}, []),
        ({"Available": "yes"}, ["Ada", "Joan"]),
        ({"Available": "1"}, ["Ada", "Joan"]),
        ({"Available": "no"}, ["Grace"]),
        ({"Available": "whatever"}, ["Grace"]),
        ({"TargetWorkersExpression": "level > 1"}, ["Grace", "Joan"]),
        ({"TargetWorkersExpression": "friendly_name == 'Ada'"}, ["Ada"]),
        ({"TargetWorkersExpression": "worker.activity_name == 'Offline'"}, ["Grace"]),
        ({"TaskQueueSid": unknown("WQ")}, []),
        ({"TaskQueueName": "Experts"}, ["Joan"]),
        ({"TaskQueueName": "Nobody's"}, []),
        ({"TaskQueueName": "Experts", "Available": "no"}, []),
        ({"Ordering": "DateCreated:desc"}, ["Joan", "Grace", "Ada"]),
        ({"Ordering": "DateUpdated:asc"}, ["Grace", "Joan", "Ada"]),
        ({"Ordering": "DateStatusChanged:desc,DateCreated:desc"}, ["Joan", "Grace", "Ada"]),
        ({"Ordering": "DateStatusChanged:asc, DateCreated:asc"}, ["Ada", "Grace", "Joan"]),
    ],
)
async def test_workers_are_listed(centre: Centre, query: Form, found: list[str]) -> None:
    """A list shows the workers that all of its filters let through, in the order asked for."""
    ada = await centre.worker("Ada", level=1)
    await centre.worker("Grace", "Offline", level=2)
    await centre.worker("Joan", level=3)
    await centre.api.post("/TaskQueues", FriendlyName="Experts", TargetWorkers="level > 2")
    await centre.api.sandbox.advance(5)
    await centre.api.post(f"/Workers/{ada['sid']}")
    status, body, headers = await centre.api.get("/Workers", **query)
    assert status == 200, body
    assert names(body, "workers") == found
    assert headers["ETag"]


async def test_workers_of_an_activity_and_of_a_queue(centre: Centre) -> None:
    """A list can show the workers of one activity or of one queue by SID."""
    await centre.worker("Ada", level=1)
    await centre.worker("Grace", "Offline", level=2)
    sid = centre.activities["Offline"]
    _, body, _ = await centre.api.get("/Workers", ActivitySid=sid)
    assert names(body, "workers") == ["Grace"]
    _, body, _ = await centre.api.get("/Workers", TaskQueueSid=centre.queue["sid"])
    assert names(body, "workers") == ["Ada", "Grace"]


@pytest.mark.parametrize(
    "query",
    [
        {"ActivitySid": "Offline"},
        {"TaskQueueSid": "WQ1"},
        {"Ordering": "Name:asc"},
        {"Ordering": "DateCreated"},
        {"Ordering": "DateCreated:up"},
    ],
)
async def test_bad_filter_of_workers(centre: Centre, query: Form) -> None:
    """A filter that cannot be meant is refused by name."""
    status, body, _ = await centre.api.get("/Workers", **query)
    message = f"Invalid {next(iter(query))} parameter"
    assert (status, body["code"], body["message"].partition(":")[0]) == (400, 20001, message)


async def test_bad_expression_is_explained(centre: Centre) -> None:
    """An expression that cannot be read is refused with what is wrong with it."""
    status, body, _ = await centre.api.get("/Workers", TargetWorkersExpression="skill-level > 3")
    assert (status, body["code"]) == (400, 20001)
    assert "hyphens" in body["message"]


async def test_ordered_workers_come_page_by_page(centre: Centre) -> None:
    """Pages of an ordered list show every worker once."""
    for name in ("Ada", "Grace", "Joan"):
        await centre.worker(name)
    query: Form = {"Ordering": "DateUpdated:desc", "PageSize": "2"}
    _, first, _ = await centre.api.get("/Workers", **query)
    _, second, _ = await centre.api.call("GET", first["meta"]["next_page_url"])
    assert names(first, "workers") + names(second, "workers") == ["Ada", "Grace", "Joan"]
    assert second["meta"]["next_page_url"] is None


async def _activity(api: Api, name: str) -> str:
    _, body, _ = await api.get("/Activities", FriendlyName=name)
    sid: str = body["activities"][0]["sid"]
    return sid
