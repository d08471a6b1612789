"""A program that asks once: it imports a client, opens it, fetches statistics and closes it.

Run as a script by the scenario ``imports``, each time in a fresh interpreter. Nothing but what a
client needs is imported, and that where it is needed.
"""

import asyncio
import sys

ACCOUNT_SID = "AC" + "a" * 32
WORKSPACE_SID = "WS" + "1" * 32


async def ours(base_url: str) -> object:
    """Ask with this client."""
    from taskrouter_async import TaskRouterClient  # noqa: PLC0415 - what is measured

    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=base_url) as client:
        statistics = await client.workspaces(WORKSPACE_SID).real_time_statistics.fetch()
        return statistics.total_tasks


async def usual(base_url: str) -> object:
    """Ask with aiohttp as people write it: its defaults, and its own JSON."""
    import aiohttp  # noqa: PLC0415 - what is measured

    login = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, "token")}
    url = f"{base_url}/v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics"
    async with aiohttp.ClientSession(headers=login) as session, session.get(url) as answer:
        answer.raise_for_status()
        return (await answer.json())["total_tasks"]


async def vendor(base_url: str) -> object:
    """Ask with the vendor's SDK and its client for asyncio."""
    from twilio.http.async_http_client import AsyncTwilioHttpClient  # noqa: PLC0415 - likewise
    from twilio.rest import Client  # noqa: PLC0415 - likewise

    async with AsyncTwilioHttpClient() as carrier:
        client = Client(ACCOUNT_SID, "token", http_client=carrier)
        client.taskrouter.base_url = base_url
        workspace = client.taskrouter.v1.workspaces(WORKSPACE_SID)
        statistics = await workspace.real_time_statistics().fetch_async()
        return statistics.total_tasks


if __name__ == "__main__":
    ask = {"ours": ours, "usual": usual, "vendor": vendor}[sys.argv[1]]
    assert asyncio.run(ask(sys.argv[2])) == 5
