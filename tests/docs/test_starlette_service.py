"""The Starlette service on the page "Serve statistics from a web service", asked through ASGI."""

import asyncio
import importlib.util
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from taskrouter_async.sandbox import Sandbox

SERVICE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "starlette_service.py"
MISSING: Final = "WS" + "0" * 32
LATENCY: Final = 0.1


def load() -> ModuleType:
    """Import the file as a server would; it belongs to no package."""
    spec = importlib.util.spec_from_file_location(SERVICE.stem, SERVICE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Sandbox]:
    """A sandbox that takes its time, and an environment that leads to it."""
    async with Sandbox(workspaces=2, latency=LATENCY) as sandbox:
        monkeypatch.setenv("TASKROUTER_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        monkeypatch.setenv("WORKSPACE_SIDS", " ".join([*sandbox.workspace_sids, MISSING]))
        yield sandbox


@asynccontextmanager
async def serving() -> AsyncGenerator[httpx.AsyncClient]:
    """Let the service start, yield somebody who asks it, and let it stop."""
    app = load().app
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            # What a server does with what the lifespan yields.
            await app({**scope, "state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(with_state)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as asker:
            yield asker


async def test_a_hundred_dashboards_cost_one_request(sandbox: Sandbox) -> None:
    """All get the same figures, and are told for how long they may keep them."""
    path = f"/workspaces/{sandbox.workspace_sids[0]}"
    async with serving() as asker:
        answers = await asyncio.gather(*(asker.get(path) for _ in range(100)))

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"max-age=4"}
    assert len({answer.json()["longest_wait"] for answer in answers}) == 1
    assert all(LATENCY <= answer.json()["age"] < 5 for answer in answers)
    assert sum(sandbox.request_counts.values()) == 1


async def test_a_workspace_that_is_not_served_costs_no_request(sandbox: Sandbox) -> None:
    """Guessing SIDs does not reach the vendor."""
    async with serving() as asker:
        answer = await asker.get("/workspaces/WS" + "9" * 32)

    assert answer.status_code == 404
    assert not sandbox.request_counts


@pytest.mark.usefixtures("sandbox")
async def test_a_workspace_that_is_gone_is_not_found() -> None:
    """What the vendor does not find, the service does not find either."""
    async with serving() as asker:
        answer = await asker.get(f"/workspaces/{MISSING}")

    assert (answer.status_code, answer.json()) == (404, {"error": "NotFoundError"})


async def test_refused_credentials_are_a_bad_gateway(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trouble lies behind the service, and its callers cannot mend it."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "outdated")
    async with serving() as asker:
        answer = await asker.get(f"/workspaces/{sandbox.workspace_sids[0]}")

    assert (answer.status_code, answer.json()) == (502, {"error": "AuthenticationError"})
