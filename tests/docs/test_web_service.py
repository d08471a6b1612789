"""The service on the page "Serve statistics from a web service", run over real HTTP."""

import asyncio
import importlib.util
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Final, TypeAlias, cast

import aiohttp
import pytest
from aiohttp import web  # noqa: TID251 - the page is about a service

from taskrouter_async import Timeouts
from taskrouter_async.sandbox import Sandbox

HOW_TO: Final = Path(__file__).parents[2] / "docs" / "how-to"
LATENCY: Final = 0.1
MISSING: Final = "WS" + "0" * 32

Ask: TypeAlias = Callable[[str], AbstractAsyncContextManager[aiohttp.ClientResponse]]


def load(path: Path) -> ModuleType:
    """Import a file that belongs to no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


service = load(HOW_TO / "web_service.py")


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Sandbox]:
    """A sandbox that takes its time, and an environment that leads to it."""
    async with Sandbox(workspaces=3, latency=LATENCY) as sandbox:
        monkeypatch.setenv("TASKROUTER_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        yield sandbox


@asynccontextmanager
async def serving(
    workspace_sids: Iterable[str], timeouts: Timeouts = service.TIMEOUTS
) -> AsyncGenerator[Ask]:
    """Run the service and yield how to ask it."""
    runner = web.AppRunner(service.make_app(workspace_sids, timeouts))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
            yield session.get
    finally:
        await runner.cleanup()


async def test_a_workspace_is_served_with_its_figures_and_their_age(sandbox: Sandbox) -> None:
    """The answer has the shape that the page shows, and says for how long it may be kept."""
    sid = sandbox.workspace_sids[0]
    async with serving(sandbox.workspace_sids) as ask, ask(f"/workspaces/{sid}") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "max-age=4"
        told = await answer.json()
    assert shape(told) == shape(shown_on_the_page())
    assert LATENCY <= told["age"] < 5


async def test_a_hundred_dashboards_cost_one_request(sandbox: Sandbox) -> None:
    """Whoever asks for a workspace at the same time shares one answer of the service."""
    sid = sandbox.workspace_sids[0]

    async with serving(sandbox.workspace_sids) as ask:

        async def figures() -> Mapping[str, object]:
            async with ask(f"/workspaces/{sid}") as answer:
                return cast("Mapping[str, object]", await answer.json())

        answers = await asyncio.gather(*(figures() for _ in range(100)))
    assert len({json.dumps(answer["workers"]) for answer in answers}) == 1
    assert sum(sandbox.request_counts.values()) == 1


async def test_all_workspaces_are_asked_for_at_the_same_time(sandbox: Sandbox) -> None:
    """The overview holds each workspace, and one that is gone spoils no other."""
    sids = [*sandbox.workspace_sids, MISSING]
    async with serving(sids) as ask:
        started_at = asyncio.get_running_loop().time()
        async with ask("/workspaces") as answer:
            told = await answer.json()
        assert asyncio.get_running_loop().time() - started_at < len(sids) * LATENCY
    assert list(told) == sids
    assert told.pop(MISSING) == {"error": "NotFoundError"}
    assert {shape(figures) for figures in told.values()} == {shape(shown_on_the_page())}


async def test_a_workspace_that_is_not_served_costs_no_request(sandbox: Sandbox) -> None:
    """Guessing SIDs does not reach the vendor."""
    async with serving(sandbox.workspace_sids) as ask, ask(f"/workspaces/{MISSING}") as answer:
        assert answer.status == 404
    assert not sandbox.request_counts


async def test_a_workspace_that_is_gone_is_not_found(sandbox: Sandbox) -> None:
    """What the vendor does not find, the service does not find either."""
    async with serving([MISSING]) as ask, ask(f"/workspaces/{MISSING}") as answer:
        assert answer.status == 404
        assert await answer.json() == {"error": "NotFoundError"}
    assert sum(sandbox.request_counts.values()) == 1


async def test_a_service_that_takes_too_long_is_a_gateway_timeout(sandbox: Sandbox) -> None:
    """The service's patience ends before its callers' does."""
    sid = sandbox.workspace_sids[0]
    async with serving([sid], Timeouts(total=0.01)) as ask, ask(f"/workspaces/{sid}") as answer:
        assert answer.status == 504
        assert await answer.json() == {"error": "CallTimeoutError"}


async def test_refused_credentials_are_a_bad_gateway(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trouble lies behind the service, and its callers cannot mend it."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "outdated")
    sid = sandbox.workspace_sids[0]
    async with serving([sid]) as ask, ask(f"/workspaces/{sid}") as answer:
        assert answer.status == 502
        assert await answer.json() == {"error": "AuthenticationError"}


def shown_on_the_page() -> Mapping[str, object]:
    """Return the answer that the page shows."""
    page = (HOW_TO / "web-service.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return cast("Mapping[str, object]", json.loads(block))


def shape(told: Mapping[str, object]) -> str:
    """Return the names in an answer, and what kind of value each has."""
    return ", ".join(
        f"{name}: {shape(value) if isinstance(value, dict) else type(value).__name__}"
        for name, value in told.items()
    )
