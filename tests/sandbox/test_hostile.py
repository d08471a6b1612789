"""Whatever is sent, the answer is a 4xx that says why, and nothing is half-changed."""

import asyncio
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import attrs
import pytest
from reference import TABLE

from taskrouter_async.sandbox.routing import offers
from taskrouter_async.sandbox.routing.staff import hire
from taskrouter_async.sandbox.routing.tasks import NewTask, create
from taskrouter_async.sandbox.settings.queues import add_queue
from taskrouter_async.sandbox.settings.workflows import add_workflow

FORMS = "application/x-www-form-urlencoded"
HOSTILE = [
    "",
    " ",
    "'; DROP TABLE tasks; --",
    "' OR '1'='1",
    "../../../../etc/passwd",
    "..%2f..%2f",
    "\0",
    "\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "Infinity",
    "(" * 5_000,
    "[" * 5_000,
    '{"a":' * 3_000,
    "A" * 70_000,
    "\u202e\ufeff\U0001f98a",
    "9999-12-31T23:59:59+99:99",
    "0001-01-01T00:00:00-23:59",
    "WT" + "f" * 32,
]


@pytest.fixture
def names(api: Any) -> dict[str, str]:
    """One of everything, and where in a path each is named."""
    floor = api.floor
    workspace = floor.workspace
    queue = add_queue(floor, "Queue")
    rules = f'{{"task_routing": {{"default_filter": {{"queue": "{queue.sid}"}}}}}}'
    workflow = add_workflow(floor, "Flow", rules)
    [free] = [each for each in workspace.activities.values() if each.available]
    worker = hire(floor, "Ann", activity=free)
    channel = workspace.task_channels[next(iter(workspace.task_channels))]
    task = create(floor, NewTask(attributes="{}", facts={}, channel=channel, workflow=workflow))
    offers.dispatch(floor)
    [reservation] = task.reservations
    return {
        "Workspaces": workspace.sid,
        "Activities": free.sid,
        "Events": workspace.journal.events[0].sid,
        "Tasks": task.sid,
        "TaskChannels": channel.sid,
        "TaskQueues": queue.sid,
        "Workers": worker.sid,
        "Channels": worker.channels[channel.sid].sid,
        "Reservations": reservation.sid,
        "Workflows": workflow.sid,
    }


def path_of(operation: str, names: dict[str, str]) -> str:
    """Return an operation's path with these names in it."""
    parts = TABLE[operation]["path"].strip("/").split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            parts[place] = names[parts[place - 1]]
    return "/" + "/".join(parts)


def picture(floor: Any) -> object:
    """Return everything that a workspace knows, as values that stay as they are."""
    workspace = floor.workspace
    tables = [
        workspace.activities,
        workspace.task_channels,
        workspace.task_queues,
        workspace.workers,
        workspace.workflows,
        workspace.tasks,
        workspace.reservations,
    ]
    records = [each for table in tables for each in table.values()]
    return [list(_values(each)) for each in [workspace, *records]], len(workspace.journal.events)


def _values(record: Any) -> Iterator[object]:
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        yield getattr(value, "sid", value) if not isinstance(value, dict) else sorted(value)


@pytest.mark.parametrize("operation", sorted(TABLE))
async def test_no_parameter_can_do_harm(api: Any, names: dict[str, str], operation: str) -> None:
    """Each parameter of each operation is given what attackers send: refusals change nothing."""
    facts = TABLE[operation]
    path = path_of(operation, names)
    if facts["verb"] == "DELETE":
        return
    for name in [*facts["arguments"], *(("PageSize", "Page", "PageToken") * facts["paged"])]:
        for text in HOSTILE:
            await attack(api, operation, path, name, text)


async def attack(api: Any, operation: str, path: str, name: str, text: str) -> None:
    """Send one hostile text as one parameter."""
    facts = TABLE[operation]
    needed = {each: "1" for each, about in facts["arguments"].items() if about.get("required")}
    before = picture(api.floor)
    place = "query" if facts["verb"] == "GET" else "form"
    if place == "query" and len(quote(text)) > 7_000:
        return  # a request's first line is shorter than that: see below
    status, document, _ = await api.call(facts["verb"], path, **{place: {**needed, name: text}})
    assert status < 500, (name, text[:40])
    if status >= 400:
        assert set(document) == {"code", "message", "more_info", "status"}
        assert picture(api.floor) == before, (name, text[:40])


@pytest.mark.parametrize("operation", sorted(TABLE))
@pytest.mark.parametrize("sid", ["..%2F..%2Fetc", "%00", "'%20OR%201=1", "WS" + "0" * 32, "%F0%9F"])
async def test_no_path_can_do_harm(
    api: Any, names: dict[str, str], operation: str, sid: str
) -> None:
    """Each SID in each path is replaced by what attackers send: nothing is found."""
    for place in names:
        path = path_of(operation, {**names, place: sid})
        if path != path_of(operation, names):
            before = picture(api.floor)
            status, document, _ = await api.call(TABLE[operation]["verb"], path)
            assert (status, document["code"]) == (404, 20404), path
            assert picture(api.floor) == before


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"FriendlyName=A", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", 400),
        ("application/json", b'{"FriendlyName": "A"}', 400),
        ("application/json", b"{", 400),
        ("application/json", b"[" * 100_000, 400),
        (FORMS, b"FriendlyName=%FF%FE", 400),
        (FORMS, b"\xff\xfe=1", 400),
        (FORMS, b"a=1&" * 2_000, 400),
        (FORMS, b"FriendlyName=" + b"A" * (4 * 1024 * 1024), 413),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    api: Any, content_type: str, body: bytes, status: int
) -> None:
    """Wrong types, broken texts and bodies without end are refused; nothing is made."""
    before = picture(api.floor)
    url = api.sandbox.base_url + api.home + "/Activities"
    headers = {"Content-Type": content_type}
    async with api.session.post(url, data=io.BytesIO(body), headers=headers) as response:
        assert response.status == status
        assert (await response.json())["status"] == status
    assert picture(api.floor) == before


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"HELO example.org\r\n\r\n",
        b"GET /v1/Workspaces HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /v1/Workspaces HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /v1/Workspaces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_bytes_that_are_no_http_are_refused(api: Any, sent: bytes) -> None:
    """Who does not speak HTTP gets a 4xx and is hung up on; others are served as before."""
    host, port = api.sandbox.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ")[1].startswith(b"4"), answer
    status, _, _ = await api.get("")
    assert status == 200
