"""Faults on order: what callers see of them, over real HTTP."""

import json
import time
from typing import Any

import aiohttp
import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox import Fault, Sandbox
from taskrouter_async.sandbox.faults import (
    Body,
    Drop,
    Exponential,
    Latency,
    Lognormal,
    Race,
    Status,
    Uniform,
)


async def raw(api: Api, path: str = "/Activities", **more: Any) -> tuple[int, bytes, Any]:
    """Ask for something below the workspace and return the bytes of the answer."""
    url = api.sandbox.base_url + api.home + path
    async with api.session.get(url, **more) as response:
        return response.status, await response.read(), response.headers


async def test_a_status_refuses_without_serving(api: Api) -> None:
    """The request is refused in the vendor's form, and nothing was made of it."""
    api.sandbox.faults.add(Fault(Status(503, retry_after=2), verb="POST"))
    status, body, headers = await api.post("/Activities", FriendlyName="Lunch")
    _, listed, _ = await api.get("/Activities")

    assert (status, headers["Retry-After"]) == (503, "2")
    assert (body["status"], body["code"], body["message"]) == (503, 20503, "A fault on order")
    assert len(listed["activities"]) == 3


async def test_a_status_says_what_is_wanted(api: Api) -> None:
    """Code, message and Retry-After are those of the order."""
    what = Status(429, code=20429, message="Too Many Requests", retry_after="soon")
    api.sandbox.faults.add(Fault(what))
    status, body, headers = await api.get("/Activities")

    assert (status, body["code"], body["message"]) == (429, 20429, "Too Many Requests")
    assert headers["Retry-After"] == "soon"


async def test_a_fault_is_over_after_its_times(api: Api) -> None:
    """It leaves alone those before, strikes as often as ordered, and is then listed as over."""
    order = api.sandbox.faults.add(Fault(Status(500), times=2, after=1))
    statuses = [(await api.get("/Activities"))[0] for _ in range(5)]

    assert statuses == [200, 500, 500, 200, 200]
    assert (order.matched, order.struck, order.over) == (3, 2, True)
    assert list(api.sandbox.faults) == [order]


async def test_cleared_faults_strike_no_more(api: Api) -> None:
    """Once they are called off, everything is as before."""
    api.sandbox.faults.add(Fault(Status(500)))
    api.sandbox.faults.clear()

    assert (await api.get("/Activities"))[0] == 200
    assert list(api.sandbox.faults) == []


async def test_chance_comes_from_the_seed() -> None:
    """The same seed strikes the same requests, about as many as were ordered."""
    runs: list[list[bool]] = []
    for _ in range(2):
        sandbox = Sandbox(workspaces=0, seed=3)
        order = sandbox.faults.add(Fault(Status(500), probability=0.3))
        runs.append([sandbox.faults.strike("GET", "/").ending is not None for _ in range(1_000)])
        assert order.struck == sum(runs[-1])

    assert runs[0] == runs[1]
    assert 250 < sum(runs[0]) < 350


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/v1/Workspaces/*/Tasks", "/v1/Workspaces/WS1/Tasks", True),
        ("/v1/Workspaces/*/Tasks", "/v1/Workspaces/WS1/Tasks/WT1", False),
        ("/v1/Workspaces/*/RealTimeStatistics", "/v1/Workspaces/a/b/RealTimeStatistics", False),
        ("/v1/Workspaces/**/RealTimeStatistics", "/v1/Workspaces/a/b/RealTimeStatistics", True),
        ("/v1/Workspaces/WS*", "/v1/Workspaces/WS1", True),
        ("/**", "/v1/anything", True),
        ("/v1/.orkspaces", "/v1/Workspaces", False),
    ],
)
def test_a_star_stands_for_a_part_of_the_path(
    pattern: str,
    path: str,
    expected: bool,  # noqa: FBT001
) -> None:
    """One star does not cross a slash, two do, and everything else is taken by its letters."""
    assert Fault(Status(500), path=pattern).matches("GET", path) is expected


async def test_a_connection_is_closed_before_anything_happens(api: Api) -> None:
    """Nothing is answered and nothing is made."""
    api.sandbox.faults.add(Fault(Drop(), verb="POST"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.post("/Activities", FriendlyName="Lunch")
    _, listed, _ = await api.get("/Activities")

    assert len(listed["activities"]) == 3


async def test_a_connection_is_closed_after_it_happened(api: Api) -> None:
    """Nothing is answered, yet what was asked for was done."""
    api.sandbox.faults.add(Fault(Drop(served=True), verb="POST"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.post("/Activities", FriendlyName="Lunch")
    _, listed, _ = await api.get("/Activities")

    assert len(listed["activities"]) == 4


@pytest.mark.parametrize("sent", [0, 20])
async def test_a_connection_is_closed_within_the_answer(api: Api, sent: int) -> None:
    """The head and a part of the body arrive; the length of the head is that of the whole."""
    _, whole, _ = await raw(api)
    api.sandbox.faults.add(Fault(Drop(served=True, body_bytes=sent)))
    async with api.session.get(api.sandbox.base_url + api.home + "/Activities") as response:
        assert (response.status, response.content_length) == (200, len(whole))
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_deletion_has_no_body_to_cut(api: Api) -> None:
    """The head of an answer without a body is all there is of it."""
    _, made, _ = await api.post("/Activities", FriendlyName="Lunch")
    api.sandbox.faults.add(Fault(Drop(served=True, body_bytes=5)))

    assert (await api.delete(f"/Activities/{made['sid']}"))[0] == 204


@pytest.mark.parametrize(
    ("what", "status", "body", "kind"),
    [
        (Body("empty"), 200, b"", "application/json"),
        (Body("not-json"), 200, b"upstream", "application/json"),
        (Body("html"), 200, b"<html>", "text/html"),
        (Body("html", status=502), 502, b"<html>", "text/html"),
        (Body("html", content_type="application/json"), 200, b"<html>", "application/json"),
    ],
)
async def test_a_body_is_replaced(
    api: Api, what: Body, status: int, body: bytes, kind: str
) -> None:
    """What arrives is what the order says, with its status and its type."""
    api.sandbox.faults.add(Fault(what))
    seen, sent, headers = await raw(api)

    assert (seen, headers["Content-Type"]) == (status, kind)
    assert sent.startswith(body)
    assert bool(sent) == bool(body)
    assert headers["Twilio-Request-Id"].startswith("RQ")


async def test_a_body_is_cut_in_half(api: Api) -> None:
    """The first half of the JSON arrives, as if it were the whole."""
    _, whole, _ = await raw(api)
    api.sandbox.faults.add(Fault(Body("truncated")))
    _, sent, headers = await raw(api)

    assert sent == whole[: len(whole) // 2]
    assert headers["Content-Length"] == str(len(sent))


async def test_a_body_is_another_accounts(api: Api) -> None:
    """Only the account's SID is another one."""
    api.sandbox.faults.add(Fault(Body("foreign-account")))
    _, body, _ = await api.get("")

    assert body["account_sid"] == "AC" + api.sandbox.account_sid[:1:-1]
    assert body["sid"] == api.floor.workspace.sid


async def test_a_body_is_another_resources(api: Api) -> None:
    """Every SID but the account's is another one."""
    api.sandbox.faults.add(Fault(Body("foreign-resource")))
    _, body, _ = await api.get("")

    assert body["account_sid"] == api.sandbox.account_sid
    assert body["sid"] == "WS" + api.floor.workspace.sid[:1:-1]


async def test_a_spoiled_deletion_gets_a_body(api: Api) -> None:
    """Where there is no body, an ordered one comes with a status that may have one."""
    _, made, _ = await api.post("/Activities", FriendlyName="Lunch")
    api.sandbox.faults.add(Fault(Body("html"), verb="DELETE"))
    url = f"{api.sandbox.base_url}{api.home}/Activities/{made['sid']}"
    async with api.session.delete(url) as response:
        assert (response.status, response.content_type) == (200, "text/html")


@pytest.mark.parametrize("what", [Latency(0.02), Latency(Uniform(0.02, 0.03))])
async def test_latency_comes_before_the_answer(api: Api, what: Latency) -> None:
    """Nothing is answered before the time is over."""
    api.sandbox.faults.add(Fault(what))
    began = time.monotonic()
    await api.get("/Activities")

    assert time.monotonic() - began >= 0.02


@pytest.mark.parametrize(
    ("distribution", "low", "high"),
    [(Uniform(1.0, 3.0), 1.9, 2.1), (Exponential(2.0), 1.8, 2.2), (Lognormal(2.0, 0.1), 1.9, 2.1)],
)
def test_a_distribution_has_its_mean(
    distribution: Uniform | Exponential | Lognormal, low: float, high: float
) -> None:
    """What is drawn is around what was ordered, and never more than an hour."""
    faults = Sandbox(workspaces=0).faults
    faults.add(Fault(Latency(distribution)))
    drawn = [faults.strike("GET", "/").seconds for _ in range(2_000)]

    assert low < sum(drawn) / len(drawn) < high


async def test_delays_add_up_and_the_first_ending_counts(api: Api) -> None:
    """All delays happen; of several answers the first is given, and the others are kept."""
    faults = api.sandbox.faults
    orders = [
        faults.add(Fault(what, times=1))
        for what in (Status(500), Latency(0.01), Status(503), Latency(0.02))
    ]
    strike = faults.strike("GET", "/")

    assert (strike.seconds, strike.ending) == (0.03, Status(500))
    assert [each.struck for each in orders] == [1, 1, 0, 1]


async def test_a_race_changes_a_task_just_before(api: Api) -> None:
    """A change to the version that was seen is refused; the next one is not."""
    _, queue, _ = await api.post("/TaskQueues", FriendlyName="q")
    _, task, _ = await api.post("/Tasks", RoutingTarget=queue["sid"])
    path = f"/Tasks/{task['sid']}"
    order = api.sandbox.faults.add(Fault(Race(), verb="POST", times=1))
    await api.post("/Activities", FriendlyName="no task, no worker")
    _, _, headers = await api.get(path)
    seen = {"If-Match": headers["ETag"]}

    assert (await api.post(path, headers=seen, Priority=5))[0] == 412
    assert (await api.post(path, Priority=5))[0] == 200
    assert order.struck == 1


async def test_a_race_changes_a_worker_just_before(api: Api) -> None:
    """Workers have a version, too."""
    _, worker, headers = await api.post("/Workers", FriendlyName="Ada")
    api.sandbox.faults.add(Fault(Race(), path="/v1/Workspaces/*/Workers/*"))
    path = f"/Workers/{worker['sid']}"
    seen = {"If-Match": headers.get("ETag", '"0"')}

    assert (await api.post(path, headers=seen, FriendlyName="Bob"))[0] == 412


async def test_a_race_changes_a_reservation_just_before(api: Api) -> None:
    """An offer that is decided on has a version of its own."""
    _, body, _ = await api.get("/Activities", Available="true")
    sid = body["activities"][0]["sid"]
    await api.post("/Workers", FriendlyName="Ada", ActivitySid=sid)
    _, queue, _ = await api.post("/TaskQueues", FriendlyName="q")
    _, task, _ = await api.post("/Tasks", RoutingTarget=queue["sid"])
    _, listed, _ = await api.get(f"/Tasks/{task['sid']}/Reservations")
    path = f"/Tasks/{task['sid']}/Reservations/{listed['reservations'][0]['sid']}"
    _, _, headers = await api.get(path)
    api.sandbox.faults.add(Fault(Race()))
    seen = {"If-Match": headers["ETag"]}

    assert (await api.post(path, headers=seen, ReservationStatus="accepted"))[0] == 412


@pytest.mark.parametrize(
    "path",
    [
        "/Tasks/WT" + "0" * 32,
        "/Workers/WK" + "0" * 32,
        "/Tasks/WT" + "0" * 32 + "/Reservations/WR" + "0" * 32,
    ],
)
async def test_a_race_for_nothing_changes_nothing(api: Api, path: str) -> None:
    """What is not there is not found, whoever is faster."""
    api.sandbox.faults.add(Fault(Race()))
    elsewhere = "/v1/Workspaces/WS" + "0" * 32

    assert (await api.get(path))[0] == 404
    assert (await api.call("GET", elsewhere + path))[0] == 404


async def test_a_latency_of_the_sandbox_is_a_fault_like_others() -> None:
    """The shorthand orders a delay for all requests, and can be called off."""
    sandbox = Sandbox(workspaces=0, latency=0.5)

    assert [order.fault for order in sandbox.faults] == [Fault(Latency(0.5))]


@pytest.mark.parametrize("latency", [-1, float("nan"), 4_000])
def test_a_latency_that_makes_no_sense_is_refused(latency: float) -> None:
    """Time runs forwards, and an hour is enough."""
    with pytest.raises(ValueError, match="seconds must be 0 to 3600"):
        Sandbox(latency=latency)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Status(200), "status"),
        (lambda: Status(600), "status"),
        (lambda: Status(True), "status"),  # noqa: FBT003
        (lambda: Status(500, code=-1), "code"),
        (lambda: Status(500, message=""), "message"),
        (lambda: Status(500, retry_after="1\r\nX: y"), "retry_after"),
        (lambda: Drop(body_bytes=3), "body_bytes"),
        (lambda: Drop(served=True, body_bytes=-1), "body_bytes"),
        (lambda: Body("nothing"), "kind"),  # type: ignore[arg-type]
        (lambda: Body("html", status=100), "status"),
        (lambda: Body("html", content_type="\n"), "content_type"),
        (lambda: Latency(float("inf")), "seconds"),
        (lambda: Uniform(2.0, 1.0), "most"),
        (lambda: Exponential(-1.0), "mean"),
        (lambda: Lognormal(1.0, float("inf")), "sigma"),
        (lambda: Fault(Race(), path="tasks"), "path"),
        (lambda: Fault(Race(), path="/" + "x" * 256), "path"),
        (lambda: Fault(Race(), verb="PUT"), "verb"),
        (lambda: Fault(Race(), times=0), "times"),
        (lambda: Fault(Race(), probability=1.5), "probability"),
        (lambda: Fault(Race(), after=-1), "after"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(make: Any, name: str) -> None:
    """The error names the argument that cannot be used."""
    with pytest.raises(ValueError, match=name):
        make()


def test_only_faults_can_be_ordered() -> None:
    """Something else in their place is a mistake of the caller's."""
    with pytest.raises(TypeError, match="what"):
        Fault(json)  # type: ignore[arg-type]
