"""``taskrouter watch``: some workspaces over and over, through trouble that may pass."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from cli.processes import (
    PATIENCE_SECONDS,
    first_line,
    interrupted,
    taskrouter,
    taskrouter_on_screen,
)
from support import WORKSPACE_SID

from taskrouter_async import TaskRouterClient
from taskrouter_async.cli import run
from taskrouter_async.cli.board import Board
from taskrouter_async.cli.level import level_at
from taskrouter_async.cli.serve import Facts
from taskrouter_async.cli.watch import _put_up, watch
from taskrouter_async.errors import AuthenticationError, ServerError
from taskrouter_async.polling import Update
from taskrouter_async.sandbox import Sandbox


@pytest.fixture(scope="module")
def facts() -> Iterator[Facts]:
    """A sandbox in a process of its own, for commands that hold this one."""
    with taskrouter("sandbox", "--json", "--workspaces", "2") as process:
        yield Facts(**json.loads(first_line(process)))


@pytest.fixture
def _logged_in(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the account of that sandbox into the environment."""
    log_in(monkeypatch, facts.base_url, facts.account_sid, facts.auth_token)


def log_in(
    monkeypatch: pytest.MonkeyPatch, base_url: str, account_sid: str, auth_token: str
) -> None:
    """Put an account into the environment."""
    monkeypatch.setenv("TASKROUTER_BASE_URL", base_url)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", account_sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", auth_token)


class Screen:
    """What this process prints, line by line."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def line_with(self, text: str) -> str:
        """Wait for a new line that holds this text."""
        return await self._line(lambda line: text in line)

    async def line_without(self, text: str) -> str:
        """Wait for a new line that does not hold this text."""
        return await self._line(lambda line: text not in line)

    async def _line(self, wanted: Callable[[str], bool]) -> str:
        self._capsys.readouterr()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await asyncio.sleep(0.01)
                for line in self._capsys.readouterr().out.splitlines():
                    if wanted(line):
                        return line


@pytest.fixture
def screen(capsys: pytest.CaptureFixture[str]) -> Screen:
    """What this process prints."""
    return Screen(capsys)


@asynccontextmanager
async def watching(*workspace_sids: str) -> AsyncIterator["asyncio.Task[None]"]:
    """Watch in the background, with short pauses."""
    task = asyncio.create_task(watch(workspace_sids, 0.05))
    yield task
    task.cancel()
    await asyncio.wait([task])


def port_of(sandbox: Sandbox) -> int:
    """Return where the sandbox listens, or did."""
    return int(sandbox.base_url.rpartition(":")[2])


def complaint(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Watch in vain; return the one line on standard error."""
    assert run(["watch", *arguments]) == 1
    output, errors = capsys.readouterr()
    (line,) = errors.splitlines()
    assert output == ""
    assert line.startswith("taskrouter: ")
    return str(line)


def test_it_needs_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    """Without credentials in the environment it names the variables to set."""
    line = complaint(WORKSPACE_SID, capsys=capsys)

    assert "TWILIO_ACCOUNT_SID" in line
    assert "TWILIO_AUTH_TOKEN" in line


@pytest.mark.usefixtures("_logged_in")
def test_it_needs_sids_of_workspaces(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no SID of a workspace is refused before anything is sent."""
    assert "32 hexadecimal digits" in complaint("WS123", capsys=capsys)


@pytest.mark.usefixtures("_logged_in")
def test_it_needs_workspaces_that_are_there(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    """One workspace that the account does not have ends it, whatever the others say."""
    line = complaint(facts.workspace_sids[0], WORKSPACE_SID, capsys=capsys)

    assert "404 (20404)" in line
    assert WORKSPACE_SID in line


@pytest.mark.usefixtures("_logged_in")
def test_it_needs_the_right_token(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A token that the service refuses ends it, and is not shown."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a wrong token")

    line = complaint(facts.workspace_sids[0], capsys=capsys)

    assert "401 (20003)" in line
    assert "a wrong token" not in line


async def nowhere() -> str:
    """Return an address where nobody listens any more."""
    async with Sandbox(workspaces=0) as sandbox:
        return sandbox.base_url


@pytest.mark.usefixtures("_logged_in")
def test_it_needs_somebody_who_listens(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be reached at the first look, the address is probably wrong."""
    base_url = asyncio.run(nowhere())
    monkeypatch.setenv("TASKROUTER_BASE_URL", base_url)

    line = complaint(facts.workspace_sids[0], capsys=capsys)

    assert f"{base_url.removeprefix('http://')} could not be reached" in line


async def test_it_shows_each_workspace_again_and_again(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines for each workspace come round after round, with new figures each time."""
    async with Sandbox(workspaces=2) as sandbox:
        log_in(monkeypatch, sandbox.base_url, sandbox.account_sid, sandbox.auth_token)
        one, other = sandbox.workspace_sids
        async with watching(one, other):
            for _ in range(3):
                await screen.line_with(one[-4:])
                await screen.line_with(other[-4:])

    assert all(count > 2 for count in sandbox.request_counts.values())
    assert len(sandbox.request_counts) == 2


async def test_an_error_that_may_pass_is_noted_until_it_has(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that goes away is told beside the last figures; when it is back, all is well."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(workspaces=1))
        log_in(monkeypatch, sandbox.base_url, sandbox.account_sid, sandbox.auth_token)
        async with watching(sandbox.workspace_sids[0]):
            healthy = await screen.line_with("pending")
            await stack.aclose()
            noted = await screen.line_with("could not be reached")
            async with Sandbox(workspaces=1, port=port_of(sandbox)):
                healed = await screen.line_without("could not be reached")

    for line in (healthy, noted, healed):
        assert line.startswith(healthy.partition("pending")[0])
    assert "workers" in noted.partition("could not be reached")[0]


def test_an_error_is_no_figures() -> None:
    """Where there never were any figures, an error does not make some."""
    handle = TaskRouterClient("AC" + "1" * 32, "t").workspaces(WORKSPACE_SID).real_time_statistics
    update = Update(
        handle=handle,
        value=None,
        age=None,
        error=ServerError("out of order"),
        changed=frozenset(),
        status=None,
        missed=0,
    )
    board = Board([WORKSPACE_SID])
    _put_up(update, WORKSPACE_SID, board)
    assert list(board.lines()) == []


async def test_an_error_that_will_not_pass_ends_it(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials that are refused from some moment on are no trouble to wait for."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(workspaces=1))
        log_in(monkeypatch, sandbox.base_url, sandbox.account_sid, sandbox.auth_token)
        async with watching(sandbox.workspace_sids[0]) as task:
            await screen.line_with("pending")
            await stack.aclose()
            async with Sandbox(workspaces=1, port=port_of(sandbox), seed=1):
                await asyncio.wait([task], timeout=PATIENCE_SECONDS)

    with pytest.raises(AuthenticationError):
        task.result()


@pytest.mark.usefixtures("_logged_in")
def test_ctrl_c_is_how_it_ends(facts: Facts) -> None:
    """An interrupted watch ends at once with exit code 0, and leaves lines only."""
    with taskrouter("watch", *facts.workspace_sids, "--every", "0.2") as process:
        line = first_line(process)
        code, output, errors = interrupted(process)

    assert code == 0
    assert errors == ""
    assert all("pending" in line for line in [line, *output.splitlines()])


@pytest.mark.usefixtures("_logged_in")
def test_a_terminal_shows_a_live_table(facts: Facts) -> None:
    """In a terminal the workspaces stand in a table that says how often it looks."""
    with taskrouter_on_screen("watch", *facts.workspace_sids, "--every", "0.2") as command:
        live = command.read_until("Unavailable")
        code, rest = command.interrupt()

    assert "every 0.2 s" in live
    assert "Workers" in live
    assert code == 0
    assert "Traceback" not in rest


def test_an_address_that_is_none_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong --redis ends the command with 1, and what was given is not shown."""
    assert run(["watch", "WS" + "1" * 32, "--redis", "http://:secret@127.0.0.1"]) == 1

    assert capsys.readouterr().err.startswith("taskrouter: url must be like redis://")
    assert level_at(None) is None
