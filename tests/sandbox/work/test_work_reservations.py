"""Reservations, reached through the task and through the worker."""

import pytest
from sandbox.work.centre import Centre, Form, names, unknown

ETAG = "ETag"


async def test_reservation_is_shown_both_ways(centre: Centre) -> None:
    """A reservation is the same below its task and below its worker, but for its URL."""
    worker = await centre.worker()
    task = await centre.task()
    path = await centre.reservation_of(task)
    status, body, headers = await centre.api.get(path)
    home = f"{centre.api.sandbox.base_url}{centre.api.home}"
    sid = path.rpartition("/")[2]
    assert (status, headers[ETAG]) == (200, '"0"')
    assert list(body.items()) == [
        ("account_sid", centre.api.sandbox.account_sid),
        ("date_created", "2026-01-05T09:00:00Z"),
        ("date_updated", "2026-01-05T09:00:00Z"),
        ("reservation_status", "pending"),
        ("sid", sid),
        ("task_sid", task["sid"]),
        ("worker_name", "Ada"),
        ("worker_sid", worker["sid"]),
        ("workspace_sid", centre.api.floor.workspace.sid),
        ("url", home + path),
        (
            "links",
            {
                "task": f"{home}/Tasks/{task['sid']}",
                "worker": f"{home}/Workers/{worker['sid']}",
                "workspace": home,
            },
        ),
    ]
    other = f"/Workers/{worker['sid']}/Reservations/{sid}"
    status, again, headers = await centre.api.get(other)
    assert (status, again, headers[ETAG]) == (200, {**body, "url": home + other}, '"0"')


async def test_reservations_of_a_task_are_listed(centre: Centre) -> None:
    """A task's list can be narrowed to a status and to a worker."""
    ada, grace = await centre.worker("Ada"), await centre.worker("Grace")
    task = await centre.task()
    first = await centre.reservation_of(task)
    await centre.api.post(
        first, ReservationStatus="rejected", WorkerActivitySid=centre.activities["Offline"]
    )
    path = f"/Tasks/{task['sid']}/Reservations"
    queries: list[tuple[Form, list[str]]] = [
        ({}, ["Ada", "Grace"]),
        ({"ReservationStatus": "rejected"}, ["Ada"]),
        ({"ReservationStatus": "accepted"}, []),
        ({"WorkerSid": grace["sid"]}, ["Grace"]),
        ({"WorkerSid": ada["sid"], "ReservationStatus": "pending"}, []),
        ({"WorkerSid": unknown("WK")}, []),
    ]
    for query, found in queries:
        status, body, headers = await centre.api.get(path, **query)
        assert (status, names(body, "reservations", "worker_name")) == (200, found)
        assert headers[ETAG]


async def test_lists_of_what_has_versions_have_one_too(centre: Centre) -> None:
    """The ETag of a page is another one once it shows other records, or other versions of them."""
    worker = await centre.worker()
    lists = ["/Workers", f"/Workers/{worker['sid']}/Reservations", "/Tasks"]

    async def etags() -> list[str]:
        return [(await centre.api.get(path))[2][ETAG] for path in lists]

    empty = await etags()
    task = await centre.task()
    reservation = await centre.reservation_of(task)
    lists.append(f"/Tasks/{task['sid']}/Reservations")
    offered = await etags()
    assert [new != old for new, old in zip(offered, empty, strict=False)] == [False, True, True]
    assert await etags() == offered
    await centre.api.post(reservation, ReservationStatus="accepted")
    accepted = await etags()
    changed = [new != old for new, old in zip(accepted, offered, strict=True)]
    assert changed == [False, True, False, True]


async def test_reservations_of_a_worker_are_listed(centre: Centre) -> None:
    """A worker's list shows what they were offered, narrowed to a status if asked for."""
    worker = await centre.worker()
    path = f"/Workers/{worker['sid']}/Reservations"
    task = await centre.task()
    await centre.api.post(await centre.reservation_of(task), ReservationStatus="rejected")
    _, body, _ = await centre.api.get(path)
    assert names(body, "reservations", "reservation_status") == ["rejected", "pending"]
    _, body, _ = await centre.api.get(path, ReservationStatus="pending")
    assert names(body, "reservations", "task_sid") == [task["sid"]]


@pytest.mark.parametrize("query", [{"ReservationStatus": "lost"}, {"WorkerSid": "Ada"}])
async def test_bad_filter_of_reservations(centre: Centre, query: Form) -> None:
    """A filter that cannot be meant is refused by name."""
    task = await centre.task()
    status, body, _ = await centre.api.get(f"/Tasks/{task['sid']}/Reservations", **query)
    message = f"Invalid {next(iter(query))} parameter"
    assert (status, body["code"], body["message"]) == (400, 20001, message)


async def test_reservation_belongs_to_its_holders(centre: Centre) -> None:
    """A reservation is not found below another task, another worker, or none."""
    await centre.worker("Ada")
    sid = (await centre.reservation_of(await centre.task())).rpartition("/")[2]
    other, grace = await centre.task(), await centre.worker("Grace", "Offline")
    for above in (
        f"/Tasks/{other['sid']}",
        f"/Tasks/{unknown('WT')}",
        f"/Workers/{grace['sid']}",
        f"/Workers/{unknown('WK')}",
    ):
        path = f"{centre.api.home}{above}/Reservations/{sid}"
        for method in ("GET", "POST"):
            status, body, _ = await centre.api.call(method, path)
            message = f"The requested resource {path} was not found"
            assert (status, body["message"]) == (404, message)
    for above in (f"/Tasks/{unknown('WT')}", f"/Workers/{unknown('WK')}"):
        status, _, _ = await centre.api.get(f"{above}/Reservations")
        assert status == 404


async def test_reservation_is_accepted(centre: Centre) -> None:
    """An accepted reservation assigns its task, as one more version."""
    path = await centre.offer()
    await centre.api.sandbox.advance(5)
    status, body, headers = await centre.api.post(
        path, ReservationStatus="accepted", headers={"If-Match": '"0"'}
    )
    assert (status, body["reservation_status"], headers[ETAG]) == (200, "accepted", '"1"')
    assert body["date_updated"] == "2026-01-05T09:00:05Z"
    _, task, _ = await centre.api.get(path.partition("/Reservations")[0])
    assert task["assignment_status"] == "assigned"


async def test_reservation_is_accepted_through_the_worker(centre: Centre) -> None:
    """A worker's reservation is accepted below the worker too."""
    worker = await centre.worker()
    sid = (await centre.reservation_of(await centre.task())).rpartition("/")[2]
    path = f"/Workers/{worker['sid']}/Reservations/{sid}"
    status, body, headers = await centre.api.post(path, Instruction="accept")
    assert (status, body["reservation_status"], headers[ETAG]) == (200, "accepted", '"1"')
    assert body["url"].endswith(path)


async def test_reservation_is_rejected(centre: Centre) -> None:
    """Who rejects goes to the activity that they name, and the task waits again."""
    path = await centre.offer()
    status, body, _ = await centre.api.post(
        path, ReservationStatus="rejected", WorkerActivitySid=centre.activities["Unavailable"]
    )
    assert (status, body["reservation_status"]) == (200, "rejected")
    _, workers, _ = await centre.api.get("/Workers")
    assert names(workers, "workers", "activity_name") == ["Unavailable"]
    _, task, _ = await centre.api.get(path.partition("/Reservations")[0])
    assert task["assignment_status"] == "pending"


async def test_who_rejects_and_stays_is_asked_again(centre: Centre) -> None:
    """Without an activity who rejects stays where they are and is offered the task again."""
    path = await centre.offer()
    await centre.api.post(path, Instruction="reject")
    _, body, _ = await centre.api.get(path.rpartition("/")[0])
    assert names(body, "reservations", "reservation_status") == ["rejected", "pending"]


async def test_reservation_wraps_up_and_completes_its_task(centre: Centre) -> None:
    """A reservation that is wrapped up and completed takes its task along."""
    path = await centre.accepted()
    task_path = path.partition("/Reservations")[0]
    for status in ("wrapping", "completed"):
        _, body, _ = await centre.api.post(path, ReservationStatus=status)
        assert body["reservation_status"] == status
        _, task, _ = await centre.api.get(task_path)
        assert task["assignment_status"] == status


@pytest.mark.parametrize("status", ["pending", "timeout", "canceled", "rescinded", "lost"])
async def test_callers_cannot_decide_everything(centre: Centre, status: str) -> None:
    """A status that only the service gives, or that there is not, is refused."""
    path = await centre.offer()
    code, body, _ = await centre.api.post(path, ReservationStatus=status)
    message = "Invalid ReservationStatus parameter"
    assert (code, body["code"], body["message"]) == (400, 20001, message)


@pytest.mark.parametrize("status", ["wrapping", "completed"])
async def test_offer_is_no_work_yet(centre: Centre, status: str) -> None:
    """What is only offered can be neither wrapped up nor completed."""
    path = await centre.offer()
    code, body, _ = await centre.api.post(path, ReservationStatus=status)
    assert (code, body["code"]) == (400, 20001)
    assert path.rpartition("/")[2] in body["message"]


@pytest.mark.parametrize("status", ["accepted", "rejected"])
async def test_decision_is_made_once(centre: Centre, status: str) -> None:
    """What was accepted is neither accepted nor rejected again."""
    path = await centre.accepted()
    code, body, _ = await centre.api.post(path, ReservationStatus=status)
    assert (code, body["code"]) == (400, 20001)


async def test_reservation_decided_meanwhile_is_left_alone(centre: Centre) -> None:
    """An update of another version than the caller has seen is a 412, through either holder."""
    path = await centre.accepted()
    _, reservation, _ = await centre.api.get(path)
    below = f"/Workers/{reservation['worker_sid']}/Reservations/{reservation['sid']}"
    for each in (path, below):
        status, body, _ = await centre.api.post(
            each, ReservationStatus="completed", headers={"If-Match": "0"}
        )
        assert (status, body["code"]) == (412, 20412)
    _, again, _ = await centre.api.get(path)
    assert again == reservation


async def test_asking_for_nothing_changes_nothing(centre: Centre) -> None:
    """An update without a status or an instruction leaves a reservation as it is."""
    path = await centre.offer()
    status, body, headers = await centre.api.post(path)
    assert (status, body["reservation_status"], headers[ETAG]) == (200, "pending", '"0"')


@pytest.mark.parametrize(
    "form",
    [
        {"ReservationStatus": "accepted", "WorkerActivitySid": unknown("WA")},
        {"ReservationStatus": "rejected", "WorkerActivitySid": "Offline"},
        {"ReservationStatus": "accepted", "Instruction": "accept"},
        {"ReservationStatus": "accepted", "MaxParticipants": "1"},
    ],
)
async def test_one_bad_parameter_decides_nothing(centre: Centre, form: Form) -> None:
    """A decision with a bad parameter is refused as a whole."""
    path = await centre.offer()
    status, body, _ = await centre.api.post(path, **form)
    assert (status, body["code"]) == (400, 20001)
    _, body, headers = await centre.api.get(path)
    assert (body["reservation_status"], headers[ETAG]) == ("pending", '"0"')


async def test_the_activity_after_the_work_is_not_deleted(centre: Centre) -> None:
    """Where a worker is to come to after the work stays there until then."""
    path = await centre.offer(call_sid="CA" + "0" * 32)
    after = f"/Activities/{centre.activities['Unavailable']}"
    form: Form = {"Instruction": "dequeue", "DequeuePostWorkActivitySid": after.rpartition("/")[2]}
    assert (await centre.api.post(path, **form))[0] == 200

    status, body, _ = await centre.api.delete(after)
    assert (status, body["message"].endswith("because a Reservation uses it.")) == (400, True)

    await centre.api.post(path, ReservationStatus="completed")
    _, body, _ = await centre.api.get("/Workers")
    assert names(body, "workers", "activity_name") == ["Unavailable"]


async def test_the_activity_before_an_offer_is_not_deleted(centre: Centre) -> None:
    """Where one task at a time is taken, who declines finds what they did before."""
    centre.api.floor.workspace.multi_task_enabled = False
    _, reserved, _ = await centre.api.post("/Activities", FriendlyName="Reserved")
    queue = f"/TaskQueues/{centre.queue['sid']}"
    await centre.api.post(queue, ReservationActivitySid=reserved["sid"])
    await centre.offer()
    _, body, _ = await centre.api.get("/Workers")
    assert names(body, "workers", "activity_name") == ["Reserved"]

    status, body, _ = await centre.api.delete(f"/Activities/{centre.activities['Available']}")

    assert (status, body["message"].endswith("because a Reservation uses it.")) == (400, True)
