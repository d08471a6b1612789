"""The body of an answer holds odd numbers, texts and dates."""

import json
from datetime import UTC, datetime
from typing import Final

import pytest
from faults.aftermath import MakeClient, failing
from faults.answers import (
    TASK,
    WORKSPACE,
    document_of,
    ok,
    page,
    status,
)
from faults.bodies import altered, refused, spliced, task_of
from faults.calls import create, read, read_task, tasks
from faults.fault_server import FaultServer
from faults.steps import Send
from support import OTHER_ACCOUNT_SID

from taskrouter_async.errors import (
    BadRequestError,
    DecodingError,
    IdentityMismatchError,
)

NINES: Final = "9" * 5000


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", NINES, "1.5", "true"])
async def test_what_is_no_number_is_refused(
    number: str, server: FaultServer, client_of: MakeClient
) -> None:
    """59a. What is no finite whole number of sensible length does not become one."""
    await refused(spliced(f'"age": {number}'), server, client_of)


@pytest.mark.parametrize(
    ("number", "value"),
    [("-0", 0), ("9223372036854775808", 2**63), ("18446744073709551616", 2**64)],
)
async def test_a_large_number_is_exact(
    number: str, value: int, server: FaultServer, client_of: MakeClient
) -> None:
    """59b. A whole number is read exactly."""
    task = await task_of(spliced(f'"age": {number}'), server, client_of)

    assert task.age == value


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", NINES])
async def test_an_odd_number_in_an_unknown_member(
    number: str, server: FaultServer, client_of: MakeClient
) -> None:
    """59c. What is no number is refused in a member that we do not know, too."""
    server.on_request(Send(ok(spliced(f'"surprise": {number}'))))

    async def look() -> object:
        return (await read_task(client_of(server))).extra["surprise"]

    await failing(look(), DecodingError)
    assert server.counts == (1, 1)


async def test_whose_answer_it_is_stands_in_it_once(
    server: FaultServer, client_of: MakeClient
) -> None:
    """60a. An answer that names two accounts is refused, whichever stands last."""
    await refused(
        b'{"account_sid": "%b", ' % OTHER_ACCOUNT_SID.encode() + document_of(TASK)[1:],
        server,
        client_of,
    )


async def test_a_member_that_stands_twice(server: FaultServer, client_of: MakeClient) -> None:
    """60b. Of any other member that stands twice, the last counts."""
    task = await task_of(spliced('"priority": 1, "priority": 2'), server, client_of)

    assert task.priority == 2


async def test_what_it_is_about_stands_in_it_twice(
    server: FaultServer, client_of: MakeClient
) -> None:
    """60c. An answer whose last word is another resource is refused."""
    server.on_request(Send(ok(spliced(f'"sid": "WT{"0" * 32}"'))))

    await failing(read_task(client_of(server)), IdentityMismatchError)

    assert server.counts == (1, 1)


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "rot13", "zlib_codec", "no such", "ä"])
async def test_a_charset_is_not_believed(
    charset: str, server: FaultServer, client_of: MakeClient
) -> None:
    """61a. Bodies are UTF-8, whatever the header claims."""
    body = document_of(WORKSPACE).replace(b"Support", "Süd".encode())
    server.on_request(Send(ok(body, Content_Type=f"application/json; charset={charset}")))

    assert (await read(client_of(server))).friendly_name == "Süd"


async def test_a_byte_order_mark_is_skipped(server: FaultServer, client_of: MakeClient) -> None:
    """61b. A byte order mark in front does no harm."""
    task = await task_of(b"\xef\xbb\xbf" + document_of(TASK), server, client_of)

    assert task.assignment_status == "pending"


@pytest.mark.parametrize("charset", ["latin-1", "utf-16"])
async def test_another_charset_is_refused(
    charset: str, server: FaultServer, client_of: MakeClient
) -> None:
    """61c. Bodies in another charset are refused, even if they say so."""
    body = json.dumps({**TASK, "reason": "Süd"}, ensure_ascii=False).encode(charset)

    await refused(body, server, client_of)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000], ids=["arrays", "objects"])
@pytest.mark.parametrize("closed", [True, False])
async def test_a_deep_document_is_refused(
    body: bytes, server: FaultServer, client_of: MakeClient, *, closed: bool
) -> None:
    """62a. A document nested 100 000 times is refused; nothing overflows."""
    ends = (b"]" if body.startswith(b"[") else b"1" + b"}") * 100_000
    await refused(body + ends * closed, server, client_of)


async def test_a_deep_member_is_refused(server: FaultServer, client_of: MakeClient) -> None:
    """62b. An unknown member nested 100 000 times is refused; nothing overflows."""
    await refused(spliced(f'"surprise": {"[" * 100_000}{"]" * 100_000}'), server, client_of)


ODD_TEXTS: Final = ["\ud800", "a\x00b", "\u202egnp.exe", "line\r\nline", "\x1b[31m", "\U0010ffff"]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
async def test_an_odd_text_is_kept(text: str, server: FaultServer, client_of: MakeClient) -> None:
    """63a. Whatever characters a name has, it is kept, shown and written again without harm."""
    server.on_request(Send(ok(json.dumps({**WORKSPACE, "friendly_name": text}).encode())))

    workspace = await read(client_of(server))

    assert workspace.friendly_name == text
    assert json.loads(json.dumps(workspace.to_dict()))["friendly_name"] == text
    assert repr(workspace).isprintable()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
async def test_an_odd_text_breaks_no_line(
    text: str, server: FaultServer, client_of: MakeClient
) -> None:
    """63b. Whatever characters the service's message has, the error's text is printable."""
    refusal = {"code": 20001, "message": f"not {text} then", "status": 400}
    server.on_request(Send(status(400, json.dumps(refusal).encode())))

    error = await failing(create(client_of(server)), BadRequestError)

    assert str(error).isprintable()
    assert (error.status, error.code) == (400, 20001)
    assert server.counts == (1, 1)


@pytest.mark.parametrize("text", ["no JSON", "", "{", "[" * 100_000, "NaN", NINES], ids=range(6))
async def test_attributes_that_are_no_json(
    text: str, server: FaultServer, client_of: MakeClient
) -> None:
    """64a. Attributes that are no JSON are there as text; only parsing them fails."""
    task = await task_of(altered(TASK, attributes=text), server, client_of)

    async def parse() -> object:
        return task.parse_attributes()

    assert task.attributes == text
    assert (await failing(parse(), DecodingError)).path == "$.attributes"


async def test_large_and_double_attributes(server: FaultServer, client_of: MakeClient) -> None:
    """64b. Attributes of 64 kB, and JSON that was written twice, are just texts."""
    large = json.dumps({"note": "x" * 65536})
    task = await task_of(altered(TASK, attributes=json.dumps(large)), server, client_of)

    assert task.parse_attributes() == large


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05+0000",
        "2026-01-02T03:04:05.000+00:00",
        "2026-01-02t05:04:05+02:00",
    ],
)
async def test_a_date_is_an_instant(text: str, server: FaultServer, client_of: MakeClient) -> None:
    """65a. A date without a zone, or with another spelling of it, is the same instant."""
    task = await task_of(altered(TASK, date_created=text), server, client_of)

    assert task.date_created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


ODD_DATES: Final = [
    "Fri, 02 Jan 2026 03:04:05 +0000",
    "0000-01-02T03:04:05Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2016-12-31T23:59:60Z",
    "2026-02-30T00:00:00Z",
    "yesterday",
    "",
]


@pytest.mark.parametrize("text", ODD_DATES)
async def test_an_odd_date_is_refused(
    text: str, server: FaultServer, client_of: MakeClient
) -> None:
    """65b. What is no date is refused, and the error says where."""
    await refused(altered(TASK, date_created=text), server, client_of, "$.date_created")


@pytest.mark.parametrize("text", ODD_DATES)
async def test_an_odd_date_in_a_listing_is_refused(
    text: str, server: FaultServer, client_of: MakeClient
) -> None:
    """65c. What is no date in a listing is refused, and the error says in which item."""
    server.on_request(Send(ok(page("tasks", [TASK, {**TASK, "date_created": text}]))))

    error = await failing(tasks(client_of(server)), DecodingError)

    assert error.path == "$.tasks[1].date_created"
    assert server.counts == (1, 1)
