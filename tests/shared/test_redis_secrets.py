"""One Redis for many: nobody reads what is another's, and Redis learns no secret."""

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from shared.redis_server import RedisServer
from shared.ships import PATIENT_SECONDS, Origin, patient, sea
from support import ACCOUNT_SID, API_KEY, OTHER_ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async.shared_cache import Outcome, RedisLevel

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "many-machines.md"


async def test_accounts_credentials_and_namespaces_are_apart(redis_server: RedisServer) -> None:
    """Each of them causes a request for the same workspace, and the next of its kind shares it."""
    url = redis_server.url
    async with sea(Origin({API_KEY: ACCOUNT_SID})) as open_sea:
        crews = [
            [
                await open_sea.client(patient(url)),
                await open_sea.client(patient(url), account_sid=OTHER_ACCOUNT_SID),
                await open_sea.client(
                    patient(url), token=None, api_key=API_KEY, api_secret="secret"
                ),
                await open_sea.client(patient(url, "elsewhere")),
                await open_sea.client(patient(url, key_secret="secret")),
            ]
            for _ in range(2)
        ]
        told = [
            [
                await client.workspaces(WORKSPACE_SID).real_time_statistics.fetch_cached()
                for client in crew
            ]
            for crew in crews
        ]

    assert [each.status.source for each in told[0]] == ["origin"] * 5
    assert [each.status.source for each in told[1]] == ["l2"] * 5
    assert [each.value.total_tasks for each in told[1]] == [1, 2, 3, 4, 5]
    assert told[1][1].value.account_sid == OTHER_ACCOUNT_SID
    assert len(open_sea.origin.requests) == 5


@contextlib.asynccontextmanager
async def _monitored(server: RedisServer) -> AsyncIterator[list[bytes]]:
    """Write down everything that Redis is told until the block is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**20)
    writer.write(b"MONITOR\r\n")
    lines: list[bytes] = [await reader.readline()]

    async def listen() -> None:
        async for line in reader:
            lines.append(line)  # noqa: PERF401 - they are read by somebody else, as they come

    listening = asyncio.create_task(listen())
    yield lines
    await asyncio.sleep(0.1)
    listening.cancel()
    writer.close()


async def test_redis_learns_no_secret_and_no_sid_but_in_bodies(
    redis_server: RedisServer, canary: str
) -> None:
    """A whole run, with failures and invalidations, as MONITOR shows it."""
    origin = Origin({API_KEY: ACCOUNT_SID})
    async with _monitored(redis_server) as lines, sea(origin) as open_sea:
        level = patient(redis_server.url, key_secret=canary)
        one = await open_sea.client(level, token=canary)
        other = await open_sea.client(level, token=None, api_key=API_KEY, api_secret=canary)
        for client in (one, other):
            for channel in ("voice", "chat"):
                handle = client.workspaces(WORKSPACE_SID).real_time_statistics(task_channel=channel)
                await handle.fetch()
                await handle.refresh()
                await handle.invalidate()
                origin.fails = True
                with contextlib.suppress(Exception):
                    await handle.fetch()
                origin.fails = False
                await asyncio.sleep(0.05)

    text = b"".join(lines).decode()
    login = base64.b64encode(f"{ACCOUNT_SID}:{canary}".encode()).decode()
    assert text.count("EVALSHA") > 10
    assert "!{" in text  # a cooldown
    for secret in (canary, login, "Authorization", "Basic "):
        assert secret not in text
    outside = re.sub(r'"\d+\|\{.*?\}"(?= |$)', "", text, flags=re.MULTILINE)
    assert re.findall(r"[A-Z]{2}[0-9a-f]{32}", text)
    assert not re.findall(r"[A-Z]{2}[0-9a-f]{32}", outside)


def _named_rights() -> list[str]:
    (words,) = re.findall(r"^user taskrouter on >… ([^`]*)", PAGE.read_text("utf-8"), re.MULTILINE)
    return str(words).split()


async def test_the_rights_that_the_page_names_suffice(own_server: RedisServer) -> None:
    """A user with no other rights can do all that a level does, and notices get through."""
    rights = ("on", ">secret", *_named_rights())
    assert own_server.tell("ACL", "SETUSER", "taskrouter", *rights) == "+OK"
    own_server.tell("ACL", "SETUSER", "default", "off")
    url = own_server.url.replace("//", "//taskrouter:secret@")
    level = RedisLevel(url, timeout=PATIENT_SECONDS, silence=0.1).open()
    heard: list[str] = []

    async def listen() -> None:
        async with aclosing(level.subscribe()) as notices:
            async for notice in notices:
                heard.append(notice.kind)
                if notice.kind == "invalidate":
                    return

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.3)  # it is silent for long enough to be asked about
    await level.acquire("a", "one", lease_ms=5000, stale_ms=0)
    assert await level.store("a", "one", b"0|{}", lease_ms=5000, hard_ms=5000)
    assert (await level.acquire("a", "two", lease_ms=5000, stale_ms=0)).outcome is Outcome.FRESH
    for cooldown_ms in (0, 5000):
        await level.acquire("b", "one", lease_ms=5000, stale_ms=0)
        assert await level.fail("b", "one", cooldown_ms=cooldown_ms, reason="-", drop=True)
    await level.invalidate("a", "sender")
    await asyncio.wait_for(listening, 5)
    await level.aclose()

    assert heard == ["listening", "put", "fail", "fail", "invalidate"]
