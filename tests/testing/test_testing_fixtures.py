"""A user's suite with our fixtures, in both modes of pytest-asyncio."""

import subprocess
import sys

import pytest

from taskrouter_async.sandbox import Sandbox

pytest_plugins = ["pytester"]

CONFTEST = 'pytest_plugins = ["taskrouter_async.testing"]\n'

STORY = """
import pytest
{mark}

async def test_a_task_waits(taskrouter_sandbox, taskrouter_client):
    (sid,) = taskrouter_sandbox.workspace_sids
    workspace = taskrouter_client.workspaces(sid)
    task = await workspace.tasks.create(attributes={{"type": "support"}}, timeout=60)
    assert (await workspace.tasks(task.sid).fetch()).assignment_status == "pending"

    await taskrouter_sandbox.advance(60)

    gone = await workspace.tasks(task.sid).fetch()
    assert (gone.assignment_status, gone.reason) == ("canceled", "Task TTL Exceeded")


async def test_the_cache_ages_with_the_sandbox(taskrouter_sandbox, taskrouter_client):
    workspace = taskrouter_client.workspaces(taskrouter_sandbox.workspace_sids[0])
    before = await workspace.real_time_statistics.fetch()
    await workspace.tasks.create()
    assert await workspace.real_time_statistics.fetch() is before

    await taskrouter_sandbox.advance(5)

    assert (await workspace.real_time_statistics.fetch()).total_tasks == before.total_tasks + 1


@pytest.fixture
def taskrouter_sandbox_options():
    return {{"seed": 7}}


async def test_each_test_has_its_own(taskrouter_sandbox, taskrouter_client):
    assert taskrouter_sandbox.account_sid == "{account_sid}"
    assert sum(taskrouter_sandbox.request_counts.values()) == 0
"""

OPTIONS = """
import pytest

@pytest.fixture
def taskrouter_sandbox_options():
    return {"workspaces": 3, "accounts": 2, "clock": "system"}

async def test_the_options_count(taskrouter_sandbox):
    assert len(taskrouter_sandbox.accounts) == 2
    assert len(taskrouter_sandbox.workspace_sids) == 3
"""


def run(pytester: pytest.Pytester, source: str, mode: str) -> pytest.RunResult:
    """Run a user's suite in a process of its own, in which warnings are errors."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(source)
    pytester.makeini(
        f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n"
        "filterwarnings = error\n"
    )
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")


@pytest.mark.parametrize(
    ("mode", "mark"), [("auto", ""), ("strict", "pytestmark = pytest.mark.asyncio")]
)
def test_a_suite_tells_a_story(pytester: pytest.Pytester, mode: str, mark: str) -> None:
    """A task is made, time passes, and the client sees what became of it."""
    source = STORY.format(mark=mark, account_sid=Sandbox(seed=7).account_sid)

    result = run(pytester, source, mode)

    result.assert_outcomes(passed=3)


def test_the_sandbox_can_be_another(pytester: pytest.Pytester) -> None:
    """A fixture of the user's own says what is different; the rest stays usual."""
    run(pytester, OPTIONS, "auto").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("pytest_asyncio", "ImportError: the fixtures need more: pip install "),
        ("aiohttp", "ModuleNotFoundError: import of aiohttp halted"),
    ],
)
def test_what_is_not_installed_is_named(missing: str, complaint: str) -> None:
    """Without the extra one line tells how to get it; another missing module is not hidden."""
    script = f"import sys; sys.modules[{missing!r}] = None; import taskrouter_async.testing"

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert complaint in ended.stderr
