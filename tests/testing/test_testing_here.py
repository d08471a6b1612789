"""The fixtures in this very suite."""

import importlib
import sys

import pytest

from taskrouter_async import TaskRouterClient, testing
from taskrouter_async.sandbox import Sandbox
from taskrouter_async.testing import (  # noqa: F401 - fixtures are found by their names
    SandboxOptions,
    taskrouter_client,
    taskrouter_sandbox,
    taskrouter_sandbox_options,
)

ROOMS = ("testing", "client", "sandbox", "_transport")


async def test_a_client_is_open_on_a_sandbox(
    taskrouter_sandbox: Sandbox,  # noqa: F811
    taskrouter_client: TaskRouterClient,  # noqa: F811
    taskrouter_sandbox_options: SandboxOptions,  # noqa: F811
) -> None:
    """Without further words there are one workspace, a virtual clock, and a cache."""
    (sid,) = taskrouter_sandbox.workspace_sids
    statistics = taskrouter_client.workspaces(sid).real_time_statistics

    answers = [await statistics.fetch_cached() for _ in range(2)]
    now = taskrouter_sandbox.now

    assert taskrouter_sandbox_options == {}
    assert [answer.status.hit for answer in answers] == [False, True]
    assert taskrouter_sandbox.now == now


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_is_there(name: str) -> None:
    """The room hands on its fixtures and the type of their options."""
    assert getattr(testing, name) is not None
    assert list(testing.__all__) == sorted(testing.__all__)


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [("pytest_asyncio", r"taskrouter-async\[testing\]"), ("aiohttp", "import of aiohttp halted")],
)
def test_without_the_extra_it_says_how_to_install_it(
    missing: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pytest-asyncio is missing that is said; another missing module is not hidden."""
    rooms = tuple(f"taskrouter_async.{room}" for room in ROOMS)
    for name in [each for each in sys.modules if each.startswith(rooms)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(ImportError, match=complaint):
        importlib.import_module("taskrouter_async.testing")
