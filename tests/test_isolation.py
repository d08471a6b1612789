"""Nobody gets somebody else's answer, and a crowd asks once."""

import asyncio
import base64
import json
import random

from raw import raw_server, whole
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID, WORKSPACE_SID, workspace_document

from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient
from taskrouter_async.sandbox import Sandbox


async def _answer_for_whoever_asks(head: bytes, writer: asyncio.StreamWriter) -> None:
    line = next(line for line in head.split(b"\r\n") if line.startswith(b"Authorization: "))
    account_sid = base64.b64decode(line.rpartition(b" ")[2]).partition(b":")[0].decode()
    await asyncio.sleep(0)
    writer.write(whole(json.dumps(workspace_document(account_sid=account_sid)).encode()))


async def test_two_accounts_with_the_same_workspace_never_mix(canary: str) -> None:
    """20,000 interleaved calls of two accounts in one pool bring no foreign value."""
    chance = random.Random(7)
    async with raw_server(_answer_for_whoever_asks) as server, SessionPool(8) as pool:
        clients = {
            sid: TaskRouterClient(
                sid, canary, base_url=server.base_url, pool=pool, cache=CachePolicy(ttl=0.01)
            )
            for sid in (ACCOUNT_SID, OTHER_ACCOUNT_SID)
        }

        async def foreign_values(account_sid: str, calls: int) -> int:
            statistics = clients[account_sid].workspaces(WORKSPACE_SID).real_time_statistics
            foreign = 0
            for _ in range(calls):
                max_age = chance.choice((None, 0.005, 0))
                foreign += (await statistics.fetch(max_age=max_age)).account_sid != account_sid
                await asyncio.sleep(0)
            return foreign

        crowd = [foreign_values(sid, 200) for _ in range(50) for sid in clients]
        foreign = await asyncio.gather(*crowd)
        loads = [client.cache.stats().loads_started for client in clients.values()]
        for client in clients.values():
            await client.aclose()

    assert len(foreign) * 200 == 20_000
    assert sum(foreign) == 0
    assert min(loads) > 1


async def test_ten_thousand_callers_cost_one_request() -> None:
    """10,000 concurrent calls for one cold workspace are one request to the service."""
    async with Sandbox(workspaces=1, latency=0.05) as sandbox:
        sid = sandbox.workspace_sids[0]
        async with TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
        ) as client:
            statistics = client.workspaces(sid).real_time_statistics
            answers = await asyncio.gather(*(statistics.fetch() for _ in range(10_000)))

    assert len({id(answer) for answer in answers}) == 1
    assert dict(sandbox.request_counts) == {f"/v1/Workspaces/{sid}/RealTimeStatistics": 1}
