"""The pages of a listing do not hang together, or one of them fails."""

from contextlib import aclosing
from urllib.parse import parse_qsl

import pytest
from faults.aftermath import ONCE, Aftermath, MakeClient, failing
from faults.answers import TASK, document_of, ok, page, status
from faults.calls import tasks
from faults.fault_server import FaultServer
from faults.listings import PATH, link_to, listing_of, one_task, sid_of, walk
from faults.steps import Script, Send, Stall
from support import OTHER_ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async.config import Timeouts
from taskrouter_async.errors import (
    DecodingError,
    ForeignPageError,
    IdentityMismatchError,
    NotFoundError,
    PagingLoopError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
)


def _asked(server: FaultServer) -> list[str]:
    return [request.target.removeprefix(PATH) for request in server.requests]


async def test_a_page_that_leads_to_itself(server: FaultServer, client_of: MakeClient) -> None:
    """85a. A page that leads to itself ends the listing with an error, after what was read."""
    server.on_request(one_task(1, link_to(server, "b")), times=1)
    server.on_request(one_task(2, link_to(server, "b")))
    read: list[str] = []

    await failing(walk(listing_of(client_of(server)), read), PagingLoopError)

    assert read == [sid_of(1), sid_of(2)]
    assert server.counts == (1, 2)


async def test_the_only_page_leads_to_itself(server: FaultServer, client_of: MakeClient) -> None:
    """85b. So does the first one: the same address under another spelling is read once more."""
    server.on_request(one_task(1, f"{server.base_url}{PATH}?Page=0&Unknown=x"), times=1)
    server.on_request(one_task(1, f"{server.base_url}{PATH}?Unknown=y&Page=0#z"), times=1)

    await failing(tasks(client_of(server)), PagingLoopError)

    assert _asked(server) == ["", "?Page=0"]
    assert server.counts == (1, 2)


async def test_pages_that_lead_in_a_circle(server: FaultServer, client_of: MakeClient) -> None:
    """86a. Pages that lead in a circle end the listing with an error when the first comes again."""
    server.in_turn(*(one_task(each, link_to(server, token)) for each, token in enumerate("abca")))
    read: list[str] = []

    await failing(walk(listing_of(client_of(server)), read), PagingLoopError)

    assert read == [sid_of(0), sid_of(1), sid_of(2), sid_of(3)]
    assert server.counts == (1, 4)


async def test_pages_without_end(server: FaultServer, client_of: MakeClient) -> None:
    """86b. Pages without end are read no further than one beyond what is wanted."""
    server.in_turn(*(one_task(each, link_to(server, str(each))) for each in range(100)))
    client = client_of(server)

    limited = client.workspaces(WORKSPACE_SID).tasks.list(limit=5, page_size=1)
    assert [task.sid async for task in limited] == [sid_of(each) for each in range(5)]
    assert server.counts == (1, 5)

    async with aclosing(aiter(listing_of(client))) as items:
        assert [(await anext(items)).sid for _ in range(5)] == [
            sid_of(5 + each) for each in range(5)
        ]
        await server.quiet()
    assert server.counts == (1, 5 + 6)


async def test_a_link_that_leads_elsewhere_is_not_followed(
    server: FaultServer, aftermath: Aftermath, client_of: MakeClient
) -> None:
    """87a. A link to another address is refused, and nobody there hears of it."""
    evil = await aftermath.serve(FaultServer())
    elsewhere = f"127.0.0.1:{evil.port}{PATH}?Page=1"
    own = server.base_url.removeprefix("http://")
    for link in (
        f"http://{elsewhere}",
        f"//{elsewhere}",
        f"http://{own}@{elsewhere}",
        f"http://user:password@{own}{PATH}?Page=1",
        f"https://{own}{PATH}?Page=1",
        f"http://localhost:{server.port}{PATH}?Page=1",
        f"http://127.0.0.1{PATH}?Page=1",
        f"ftp://{own}{PATH}?Page=1",
        f"\\\\{elsewhere}",
        f"{PATH}?Page=1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1",
        "http://\u2100.example",
        "",
    ):
        server.on_request(one_task(1, link), times=1)
        await failing(tasks(client_of(server)), ForeignPageError)
    assert evil.counts == (0, 0)
    assert _asked(server) == [""] * 15


@pytest.mark.parametrize(
    "path",
    [
        PATH + "/",
        PATH + "/../Workers",
        PATH.replace("Tasks", "Workers"),
        PATH.replace(WORKSPACE_SID, "WS" + "2" * 32),
        PATH.replace(WORKSPACE_SID, f"{WORKSPACE_SID}/../WS{'2' * 32}"),
        PATH.replace("Tasks", "T%61sks"),
        f"/2010-04-01/Accounts/{OTHER_ACCOUNT_SID}/Calls.json",
    ],
)
async def test_a_link_to_something_else_is_not_followed(
    path: str, server: FaultServer, client_of: MakeClient
) -> None:
    """87b. A link to another resource of the same service is refused."""
    server.on_request(one_task(1, f"{server.base_url}{path}?Page=1"))

    await failing(tasks(client_of(server)), ForeignPageError)

    assert server.counts == (1, 1)


async def test_a_link_chooses_nothing_but_the_page(
    server: FaultServer, client_of: MakeClient
) -> None:
    """87c. Of a link only page, token and size are taken; the filters stay what they were."""
    steering = "PageSize=2&Page=1&PageToken=PT%26Priority%3D9%0D%0AEvil%3A+1"
    link = f"{server.base_url}{PATH}?Priority=9&{steering}&HasAddons=true"
    server.in_turn(one_task(1, link), one_task(2))

    listing = client_of(server).workspaces(WORKSPACE_SID).tasks.list(priority=1)
    assert len([task async for task in listing]) == 2

    assert _asked(server) == ["?Priority=1", f"?Priority=1&{steering}"]
    assert server.requests[1].header("evil") is None
    assert server.counts == (1, 2)


@pytest.mark.parametrize("token", ["%00", "a%20b%2Bc", "%C3%A4", "\u00e4", "9" * 4000])
async def test_an_odd_token_is_handed_back(
    token: str, server: FaultServer, client_of: MakeClient
) -> None:
    """87d. A token is handed back as it came, however odd it is."""
    server.in_turn(one_task(1, link_to(server, token)), one_task(2))

    assert len(await tasks(client_of(server))) == 2

    asked = parse_qsl(_asked(server)[1].removeprefix("?"), keep_blank_values=True)
    given = parse_qsl(f"PageSize=1&PageToken={token}", keep_blank_values=True)
    assert asked == given
    assert server.counts == (1, 2)


async def test_a_token_that_cannot_be_handed_back(
    server: FaultServer, client_of: MakeClient
) -> None:
    """87e. A link with half of a character in it, which nobody could send back, is refused."""
    server.in_turn(one_task(1, link_to(server, "\ud800")))

    await failing(tasks(client_of(server)), ForeignPageError)

    assert server.counts == (1, 1)


@pytest.mark.parametrize("failure", [Send(status(500)), Send(status(429)), Stall()])
async def test_a_page_that_fails_is_asked_for_again(
    failure: Script, server: FaultServer, client_of: MakeClient
) -> None:
    """88a. A page that fails is asked for again, and only that page."""
    server.in_turn(
        one_task(1, link_to(server, "b")), failure, one_task(2, link_to(server, "c")), one_task(3)
    )
    timeouts = Timeouts(total=5.0, attempt=0.1, connect=1.0)

    assert len(await tasks(client_of(server, timeouts=timeouts))) == 3

    b, c = (f"?PageSize=1&PageToken={token}" for token in "bc")
    assert _asked(server) == ["", b, b, c]


@pytest.mark.parametrize(
    ("code", "kind"), [(500, ServerError), (429, RateLimitedError), (404, NotFoundError)]
)
async def test_what_was_read_is_not_lost(
    code: int, kind: type[TaskRouterError], server: FaultServer, client_of: MakeClient
) -> None:
    """88b. If a page fails for good, all before it has been read, and the error names the page."""
    server.in_turn(
        one_task(1, link_to(server, "b")), one_task(2, link_to(server, "c")), Send(status(code))
    )
    read: list[str] = []

    error = await failing(walk(listing_of(client_of(server, retry=ONCE)), read), kind)

    assert read == [sid_of(1), sid_of(2)]
    assert error.__notes__ == ["while reading page 3 of the listing"]
    assert server.counts == (1, 3)


async def test_an_item_that_moved_comes_twice(server: FaultServer, client_of: MakeClient) -> None:
    """89. Pages are handed out as they are: an item that has moved meanwhile comes twice."""
    server.in_turn(
        one_task(1, link_to(server, "b")), one_task(1, link_to(server, "c")), one_task(2)
    )

    assert [each.sid for each in await tasks(client_of(server))] == [
        sid_of(1),
        sid_of(1),
        sid_of(2),
    ]
    assert server.counts == (1, 3)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"tasks": [TASK]}, "$.meta"),
        ({"tasks": [TASK], "meta": None}, "$.meta"),
        ({"tasks": [TASK], "meta": []}, "$.meta"),
        ({"tasks": [TASK], "meta": {"next_page_url": 5}}, "$.meta.next_page_url"),
        ({"workers": [], "meta": {"key": "workers"}}, "$.tasks"),
        ({"meta": {"key": "tasks"}}, "$.tasks"),
        ({"tasks": None, "meta": {"key": "tasks"}}, "$.tasks"),
        ({"tasks": {}, "meta": {"key": "tasks"}}, "$.tasks"),
        (None, "$.tasks"),
    ],
)
async def test_a_page_of_another_shape(
    document: object, path: str, server: FaultServer, client_of: MakeClient
) -> None:
    """90a. A page without its list or its links is refused, and the error says what is wrong."""
    server.on_request(Send(ok(document_of(document))))

    error = await failing(tasks(client_of(server)), DecodingError)

    assert error.path == path
    assert server.counts == (1, 1)


async def test_an_item_of_somebody_elses(server: FaultServer, client_of: MakeClient) -> None:
    """90b. A page with an item of another account's is refused whole, and its connection left."""
    stranger = {**TASK, "account_sid": OTHER_ACCOUNT_SID}
    server.in_turn(Send(ok(page("tasks", [TASK, stranger]))), one_task(1))
    client = client_of(server)

    await failing(tasks(client), IdentityMismatchError)
    await tasks(client)

    assert server.counts == (2, 2)
