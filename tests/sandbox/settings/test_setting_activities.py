"""Activities over HTTP."""

from typing import Any

import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox.routing.staff import hire


async def _make(api: Api, name: str, **form: Any) -> str:
    status, body, _ = await api.post("/Activities", FriendlyName=name, **form)
    assert status == 201
    return str(body["sid"])


async def test_made_activity_is_shown_in_the_vendors_form(api: Api) -> None:
    """An activity has the vendor's fields, in the vendor's order."""
    status, body, _ = await api.post("/Activities", FriendlyName="Lunch", Available="true")
    home = api.sandbox.base_url + api.home
    assert status == 201
    assert list(body.items()) == [
        ("account_sid", api.sandbox.account_sid),
        ("available", True),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("friendly_name", "Lunch"),
        ("sid", body["sid"]),
        ("workspace_sid", api.floor.workspace.sid),
        ("url", f"{home}/Activities/{body['sid']}"),
        ("links", {"workspace": home}),
    ]
    assert (await api.get(f"/Activities/{body['sid']}"))[:2] == (200, body)
    event = api.floor.journal.events[-1]
    assert (event.type, event.resource_sid) == ("activity.created", body["sid"])
    assert event.more["activity_available"] == "true"


@pytest.mark.parametrize(("sent", "available"), [("yes", True), ("1", True), ("no", False)])
async def test_words_for_available(api: Api, sent: str, *, available: bool) -> None:
    """Only true, 1 and yes make an activity available; left out it is not."""
    _, body, _ = await api.post("/Activities", FriendlyName="Lunch", Available=sent)
    _, silent, _ = await api.post("/Activities", FriendlyName="Break")
    assert body["available"] is available
    assert silent["available"] is False


async def test_activities_are_listed_by_name_and_availability(api: Api) -> None:
    """Every value of Available that is not a yes asks for the unavailable ones."""

    async def names(**query: str) -> list[str]:
        _, body, _ = await api.get("/Activities", **query)
        return [each["friendly_name"] for each in body["activities"]]

    assert await names() == ["Offline", "Available", "Unavailable"]
    assert await names(Available="true") == ["Available"]
    assert await names(Available="whatever") == ["Offline", "Unavailable"]
    assert await names(FriendlyName="Offline") == ["Offline"]
    assert await names(FriendlyName="Offline", Available="yes") == []


async def test_update_renames_and_ignores_available(api: Api) -> None:
    """An activity stays as available as it was made, and sending Available is no mistake."""
    sid = await _make(api, "Lunch", Available="true")
    await api.sandbox.advance(5)
    status, body, _ = await api.post(f"/Activities/{sid}", FriendlyName="Tea", Available="false")
    assert status == 200
    assert (body["friendly_name"], body["available"]) == ("Tea", True)
    assert body["date_updated"] == "2026-01-05T09:00:05Z"
    assert api.floor.journal.events[-1].type == "activity.updated"
    _, body, _ = await api.post(f"/Activities/{sid}")
    assert body["friendly_name"] == "Tea"


async def test_new_name_counts_in_conditions(api: Api) -> None:
    """A queue for those in an activity of a name follows the name."""
    queue = (await api.post("/TaskQueues", FriendlyName="Q", TargetWorkers="activity_name=='Tea'"))[
        1
    ]
    worker = hire(api.floor, "Alice")
    record = api.floor.workspace.task_queues[queue["sid"]]
    assert api.floor.matching.eligible(record) == []
    offline = api.floor.workspace.default_activity
    await api.post(f"/Activities/{offline.sid}", FriendlyName="Tea")
    assert api.floor.matching.eligible(record) == [worker]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "FriendlyName field is required"),
        ({"FriendlyName": " "}, "Invalid FriendlyName parameter"),
        (
            {"FriendlyName": "x" * 65},
            "Invalid FriendlyName parameter: it has more than 64 characters",
        ),
        ({"FriendlyName": "OFFLINE"}, "Activity with the same friendly name already exists"),
    ],
)
async def test_names_that_are_refused(api: Api, form: dict[str, Any], message: str) -> None:
    """A name must say something, be short and be free, whatever the case."""
    status, body, _ = await api.post("/Activities", **form)
    assert (status, body["code"], body["message"]) == (400, 20001, message)
    assert len(api.floor.workspace.activities) == 3


async def test_rename_to_a_taken_name_is_refused(api: Api) -> None:
    """Two activities never have one name, but one may change the case of its own."""
    sid = await _make(api, "Lunch")
    status, _, _ = await api.post(f"/Activities/{sid}", FriendlyName="available")
    assert status == 400
    status, body, _ = await api.post(f"/Activities/{sid}", FriendlyName="LUNCH")
    assert (status, body["friendly_name"]) == (200, "LUNCH")


async def test_hundred_activities_are_the_most(api: Api) -> None:
    """A workspace has 100 activities at most."""
    for number in range(97):
        await _make(api, f"Activity {number}")
    status, body, _ = await api.post("/Activities", FriendlyName="One more")
    assert (status, body["message"][:24]) == (400, "There are 100 activities")


async def test_deleted_activity_is_gone(api: Api) -> None:
    """An activity that nothing refers to can be deleted."""
    sid = await _make(api, "Lunch")
    assert (await api.delete(f"/Activities/{sid}"))[:2] == (204, None)
    assert api.floor.journal.events[-1].type == "activity.deleted"
    status, body, _ = await api.get(f"/Activities/{sid}")
    assert (status, body["code"]) == (404, 20404)
    assert body["message"] == f"The requested resource {api.home}/Activities/{sid} was not found"
    assert (await api.delete(f"/Activities/{sid}"))[0] == 404
    assert (await api.post(f"/Activities/{sid}"))[0] == 404


async def test_activity_in_use_is_not_deleted(api: Api) -> None:
    """An activity stays while the workspace, a queue or a worker needs it."""
    lunch, tea, break_ = [await _make(api, name) for name in ("Lunch", "Tea", "Break")]
    hire(api.floor, "Alice", activity=api.floor.workspace.activities[lunch])
    await api.post("/TaskQueues", FriendlyName="Q", ReservationActivitySid=tea)
    await api.post("", TimeoutActivitySid=break_)
    offline = api.floor.workspace.default_activity.sid
    for sid, holder in {
        lunch: "a Worker",
        tea: "a TaskQueue",
        break_: "the Workspace",
        offline: "the Workspace",
    }.items():
        status, body, _ = await api.delete(f"/Activities/{sid}")
        assert status == 400
        assert body["message"] == f"Cannot delete Activity {sid} because {holder} uses it."
        assert sid in api.floor.workspace.activities
