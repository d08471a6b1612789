"""What another process can do to the sandbox: faults, clock, counts and alerts."""

import asyncio
import io
from typing import Any

import aiohttp
import pytest
from sandbox.conftest import Api

from taskrouter_async.sandbox import Fault
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


async def send(api: Api, verb: str, path: str, **more: Any) -> tuple[int, Any]:
    """Ask the administration and return the status and the document."""
    async with api.session.request(verb, api.sandbox.base_url + path, **more) as response:
        text = await response.read()
        return response.status, await response.json() if text else None


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"what": "status", "status": 503}, Fault(Status(503))),
        (
            {
                "what": "status",
                "status": 429,
                "code": 20429,
                "message": "m",
                "retry_after": "1",
                "path": "/v1/Workspaces/*",
                "verb": "GET",
                "times": 3,
                "probability": 0.5,
                "after": 2,
            },
            Fault(
                Status(429, code=20429, message="m", retry_after="1"),
                path="/v1/Workspaces/*",
                verb="GET",
                times=3,
                probability=0.5,
                after=2,
            ),
        ),
        ({"what": "drop"}, Fault(Drop())),
        (
            {"what": "drop", "served": True, "body_bytes": 5},
            Fault(Drop(served=True, body_bytes=5)),
        ),
        ({"what": "body", "kind": "html", "status": 502}, Fault(Body("html", status=502))),
        ({"what": "latency", "seconds": 0.5}, Fault(Latency(0.5))),
        (
            {
                "what": "latency",
                "seconds": {"distribution": "uniform", "least": 0.1, "most": 0.3},
            },
            Fault(Latency(Uniform(0.1, 0.3))),
        ),
        (
            {"what": "latency", "seconds": {"distribution": "exponential", "mean": 1}},
            Fault(Latency(Exponential(1))),
        ),
        (
            {"what": "latency", "seconds": {"distribution": "lognormal", "median": 1}},
            Fault(Latency(Lognormal(1))),
        ),
        (
            {
                "what": "latency",
                "seconds": {"distribution": "lognormal", "median": 1, "sigma": 0.1},
            },
            Fault(Latency(Lognormal(1, 0.1))),
        ),
        ({"what": "race"}, Fault(Race())),
    ],
)
async def test_faults_are_ordered_over_http(
    api: Api, document: dict[str, object], fault: Fault
) -> None:
    """A document orders the fault with the same figures, and is listed with them."""
    status, made = await send(api, "POST", "/sandbox/faults", json=document)
    _, listed = await send(api, "GET", "/sandbox/faults")

    assert status == 201
    assert {name: made[name] for name in document if name != "seconds"} == {
        name: value for name, value in document.items() if name != "seconds"
    }
    assert (made["matched"], made["struck"], made["over"]) == (0, 0, False)
    assert listed == {"faults": [made]}
    assert [order.fault for order in api.sandbox.faults] == [fault]


async def test_faults_are_called_off_over_http(api: Api) -> None:
    """After a DELETE there are none, and they never strike the administration."""
    api.sandbox.faults.add(Fault(Status(500)))
    assert (await api.get(""))[0] == 500

    assert await send(api, "DELETE", "/sandbox/faults") == (204, None)
    assert (await api.get(""))[0] == 200


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "the fault must be a JSON object, not []"),
        ({}, "what must be one of status, drop, body, latency, race, not ''"),
        ({"what": 5}, "what must be a text, not 5"),
        ({"what": "status"}, "status must be a whole number, 300 to 599, not 0"),
        ({"what": "status", "status": 5.5}, "status must be a whole number, not 5.5"),
        (
            {"what": "status", "status": 503, "retry_after": []},
            "retry_after must be a text or a whole number, not []",
        ),
        ({"what": "drop", "served": "yes"}, "served must be true or false, not 'yes'"),
        ({"what": "drop", "speed": 1}, "speed cannot be used here"),
        ({"what": "latency"}, "seconds must be a number or a distribution, not None"),
        ({"what": "latency", "seconds": True}, "seconds must be 0 to 3600, not True"),
        ({"what": "latency", "seconds": {}}, "distribution must be one of uniform, "),
        (
            {"what": "latency", "seconds": {"distribution": "exponential"}},
            "mean is required",
        ),
        (
            {"what": "latency", "seconds": {"distribution": "exponential", "mean": 1, "x": 1}},
            "x cannot be used here",
        ),
        ({"what": "race", "probability": "1"}, "probability must be a number, not '1'"),
        ({"what": "body", "kind": "x"}, "kind must be one of empty, "),
        ({"what": "race", "path": "x"}, "'path' must match regex"),
    ],
)
async def test_an_order_that_cannot_be_read_is_refused(
    api: Api, document: object, message: str
) -> None:
    """The answer is a 400 that says what is wrong, and nothing is ordered."""
    status, body = await send(api, "POST", "/sandbox/faults", json=document)

    assert status == 400
    assert body["message"].startswith(message)
    assert list(api.sandbox.faults) == []


async def test_the_clock_is_turned_over_http(api: Api) -> None:
    """What is due happens before the answer, which tells the new time."""
    status, before = await send(api, "GET", "/sandbox/clock")
    _, after = await send(api, "POST", "/sandbox/clock", json={"advance": 90.5})

    assert (status, before) == (200, {"clock": "virtual", "now": "2026-01-05T09:00:00+00:00"})
    assert after["now"] == "2026-01-05T09:01:30.500000+00:00"
    assert api.sandbox.now.isoformat() == after["now"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"advance": 1, "x": 1}',
        '{"advance": "1"}',
        '{"advance": true}',
        '{"advance": -1}',
        '{"advance": NaN}',
        '{"advance": Infinity}',
        '{"advance": 1' + "0" * 400 + "}",
        '{"advance": 1e12}',
        "{",
        "[" * 5_000,
        "",
        "\udcff",
    ],
)
async def test_time_that_makes_no_sense_is_refused(api: Api, text: str) -> None:
    """The answer is a 400 with a reason, and time stands where it stood."""
    headers = {"Content-Type": "application/json"}
    data = text.encode(errors="surrogateescape")
    status, body = await send(api, "POST", "/sandbox/clock", data=data, headers=headers)

    assert (status, body["code"]) == (400, 20001)
    assert body["message"]
    assert api.sandbox.now.isoformat() == "2026-01-05T09:00:00+00:00"


async def test_requests_are_counted_without_the_administrations(api: Api) -> None:
    """The counts are those of the API's paths."""
    await api.get("")
    await api.get("")
    await send(api, "GET", "/sandbox/requests")

    assert await send(api, "GET", "/sandbox/requests") == (
        200,
        {"requests": {api.home: 2}, "total": 2},
    )


async def test_alerts_are_shown(api: Api) -> None:
    """What the vendor's console would show is there, with its workspace."""
    api.floor.workspace.alert(40154, "Known worker is not a worker", "WT1")

    assert await send(api, "GET", "/sandbox/alerts") == (
        200,
        {
            "alerts": [
                {
                    "workspace_sid": api.floor.workspace.sid,
                    "date_created": "2026-01-05T09:00:00+00:00",
                    "code": 40154,
                    "message": "Known worker is not a worker",
                    "resource_sid": "WT1",
                }
            ]
        },
    )


async def test_strangers_are_kept_out(api: Api) -> None:
    """Without the credentials of an account nothing is told and nothing done."""
    url = api.sandbox.base_url + "/sandbox/clock"
    async with aiohttp.request("POST", url, json={"advance": 9}) as response:
        assert (response.status, response.headers["WWW-Authenticate"][:5]) == (401, "Basic")

    assert api.sandbox.now.isoformat() == "2026-01-05T09:00:00+00:00"


@pytest.mark.parametrize(
    ("verb", "path", "more", "expected"),
    [
        ("GET", "/sandbox/nothing", {}, 404),
        ("GET", "/sandbox/", {}, 404),
        ("PUT", "/sandbox/clock", {}, 405),
        ("OPTIONS", "/sandbox/faults", {}, 405),
        ("POST", "/sandbox/clock", {"data": {"advance": "1"}}, 400),
        ("POST", "/sandbox/clock", {"data": b'{"advance": 1}'}, 400),
        ("POST", "/sandbox/faults", {"data": b"{}"}, 400),
        (
            "POST",
            "/sandbox/faults",
            {"data": b"nothing", "headers": {"Content-Type": "application/json"}},
            400,
        ),
    ],
)
async def test_whatever_is_asked_is_answered(
    api: Api, verb: str, path: str, more: dict[str, Any], expected: int
) -> None:
    """Unknown paths and verbs, and what is not JSON, are refused in the vendor's form."""
    status, body = await send(api, verb, path, **more)

    assert (status, body["status"]) == (expected, expected)


async def test_a_document_has_a_limit(api: Api) -> None:
    """More than 4 MiB are not read."""
    headers = {"Content-Type": "application/json"}
    data = io.BytesIO(b" " * 5_000_000)
    status, _ = await send(api, "POST", "/sandbox/faults", data=data, headers=headers)

    assert status == 413


async def test_turns_of_the_clock_follow_one_another(api: Api) -> None:
    """Two that come at the same time add up."""
    await asyncio.gather(api.sandbox.advance(60), api.sandbox.advance(30))

    assert api.sandbox.now.isoformat() == "2026-01-05T09:01:30+00:00"
