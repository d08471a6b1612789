"""Accounts, credentials and kinds of calls that share connections."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

from canary import CANARY
from faults.aftermath import SHORT, Aftermath, MakeClient, failing
from faults.answers import TASK, TASK_SID, ok
from faults.bodies import WHOLE
from faults.cached import asks_for_statistics, statistics_of
from faults.calls import read, read_task
from faults.connection import Request
from faults.fault_server import FaultServer
from faults.steps import Pause, Send
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, settle, workspace_document

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.errors import AccountOverloadedError, ClosedError
from taskrouter_async.polling import Poller


async def test_credentials_are_rotated(server: FaultServer, aftermath: Aftermath) -> None:
    """124. Credentials are rotated with another client: the connections stay, the old one ends."""
    server.on_request(Send(ok(WHOLE)))
    pool = aftermath.watch(SessionPool())
    tokens = [CANARY, CANARY + "2"]
    old, new = [
        TaskRouterClient(ACCOUNT_SID, token, base_url=server.base_url, pool=pool)
        for token in tokens
    ]
    aftermath.watch_client(new)

    await read(old)
    await read(new)
    await old.aclose()
    await failing(read(old), ClosedError)
    await read(new)

    sent = [request.header("authorization") for request in server.requests]
    assert [each == sent[0] for each in sent] == [True, False, False]
    assert server.counts == (1, 3)


def _mentions(text: str) -> Callable[[Request], bool]:
    return lambda request: text in request.target


async def test_thousands_of_calls_of_another_account(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """125. However many calls of one account wait, another one's only call is the next but one."""
    server.on_request([Pause(0.1), Send(ok(WHOLE))], times=1)
    theirs = Send(ok({**TASK, "account_sid": OTHER_ACCOUNT_SID}))
    server.on_request(theirs, when=_mentions(TASK_SID))
    server.on_request(Send(ok(WHOLE)))
    pool = aftermath.watch(SessionPool(max_connections=1))
    many = client_of(server, pool=pool)
    one = TaskRouterClient(
        OTHER_ACCOUNT_SID, CANARY, base_url=server.base_url, timeouts=SHORT, pool=pool
    )
    aftermath.watch_client(one)
    crowd = [asyncio.create_task(read(many)) for _ in range(3_000)]
    await settle()
    refused = [each.exception() for each in crowd if each.done()]

    await read_task(one)

    assert {type(error) for error in refused} == {AccountOverloadedError}
    assert len(refused) == 3_000 - 1_001
    assert [TASK_SID in request.target for request in server.requests[:3]].count(True) == 1
    for each in crowd:
        each.cancel()
    await asyncio.wait(crowd)


async def test_polls_and_calls(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """126. With one connection for both, polls and other calls of an account take turns."""
    sids = [f"WS{number:032x}" for number in range(20)]
    for sid in sids:
        document = ok(workspace_document(workspace_sid=sid))
        server.on_request([Pause(0.01), Send(document)], when=_mentions(f"{sid}/RealTime"))
    server.on_request([Pause(0.01), Send(ok(WHOLE))])
    pool = aftermath.watch(SessionPool(max_connections=1))
    client = client_of(server, pool=pool)
    handles = [statistics_of(client, sid) for sid in sids]

    async with Poller(handles, every=0.2, max_concurrent=1):
        await server.until(lambda: len(server.requests) >= 2)
        for _ in range(10):
            await read(client)
    await client.aclose()

    polls = [asks_for_statistics(request) for request in server.requests]
    calls = [number for number, is_poll in enumerate(polls) if not is_poll]
    assert len(calls) == 10
    assert all(after - before <= 3 for before, after in pairwise(calls))
    assert polls[calls[0] : calls[-1]].count(True) >= 2
