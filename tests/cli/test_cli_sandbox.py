"""``taskrouter sandbox``: announced once it listens, served until it is interrupted."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from typing import cast

import pytest
from aiohttp import ClientConnectorError, ClientSession, encode_basic_auth
from attrs import evolve
from cli.processes import PATIENCE_SECONDS, first_line, interrupted, interruptible, taskrouter

from taskrouter_async import TaskRouterClient
from taskrouter_async.cli import run
from taskrouter_async.cli.serve import Facts, separate_sandbox, serve
from taskrouter_async.errors import UsageError
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.sandbox import Sandbox


async def look(facts: Facts, workspace_sid: str) -> int:
    """Ask the announced sandbox for a workspace's statistics; return the status."""
    authorization = encode_basic_auth(facts.account_sid, facts.auth_token)
    path = f"/v1/Workspaces/{workspace_sid}/RealTimeStatistics"
    async with (
        ClientSession(facts.base_url, headers={"Authorization": authorization}) as session,
        session.get(path) as answer,
    ):
        return answer.status


def is_free_soon(port: int) -> bool:
    """Tell whether nobody listens; wait a moment if somebody does."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass  # met in the moment of closing: not refused yet
    return threading.Event().wait(0.01)


@asynccontextmanager
async def serving(sandbox: Sandbox, *, json_line: bool) -> AsyncIterator[None]:
    """Serve in the background; wait until the sandbox listens."""
    task = asyncio.create_task(serve(sandbox, 0, json_line=json_line, until_eof=False))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not sandbox.base_url:
            await asyncio.sleep(0.001)
    yield
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def press_ctrl_c_once_it_serves(port: int) -> None:
    """Try the port until an answer comes, then interrupt this process."""
    for _ in range(1000):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert connection.recv(100)
            break
        threading.Event().wait(0.01)
    os.kill(os.getpid(), signal.SIGINT)


async def test_one_line_of_json_tells_how_to_reach_it(capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--json`` the announcement is one line that a program can use at once."""
    sandbox = Sandbox(workspaces=2)
    async with serving(sandbox, json_line=True):
        (line,) = capsys.readouterr().out.splitlines()
        announced = json.loads(line)
        statuses = [await look(Facts(**announced), sid) for sid in announced["workspace_sids"]]

    assert announced == {
        "base_url": sandbox.base_url,
        "account_sid": sandbox.account_sid,
        "auth_token": sandbox.auth_token,
        "workspace_sids": list(sandbox.workspace_sids),
    }
    assert statuses == [200, 200]


async def test_words_tell_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Without ``--json`` there are lines to paste into a shell, and a command to begin with."""
    sandbox = Sandbox(workspaces=5)
    async with serving(sandbox, json_line=False):
        headline, empty, *lines = capsys.readouterr().out.splitlines()

    assert sandbox.base_url in headline
    assert "Ctrl-C" in headline
    assert empty == ""
    assert lines == [
        f"export TASKROUTER_BASE_URL={sandbox.base_url}",
        f"export TWILIO_ACCOUNT_SID={sandbox.account_sid}",
        f"export TWILIO_AUTH_TOKEN={sandbox.auth_token}",
        f"taskrouter watch {' '.join(sandbox.workspace_sids[:3])}",
    ]


async def test_an_empty_sandbox_has_nothing_to_watch(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there are no workspaces, no command is suggested that could not work."""
    async with serving(Sandbox(workspaces=0), json_line=False):
        output = capsys.readouterr().out

    assert "export TWILIO_AUTH_TOKEN=" in output
    assert "taskrouter watch" not in output


def test_a_busy_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Where somebody else listens, the command says so on standard error and fails."""
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = cast("int", occupant.getsockname()[1])
        code = run(["sandbox", "--port", str(port)])

    output, errors = capsys.readouterr()
    assert code == 1
    assert output == ""
    assert errors == (f"taskrouter: port {port} cannot be listened on: Address already in use\n")


def test_ctrl_c_is_how_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """An interrupted sandbox has done what it was for: exit code 0, and not a word."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = cast("int", probe.getsockname()[1])
    with interruptible():
        press = threading.Thread(target=press_ctrl_c_once_it_serves, args=(port,))
        press.start()
        code = run(["sandbox", "--json", "--workspaces", "0", "--port", str(port)])
        press.join()

    output, errors = capsys.readouterr()
    assert code == 0
    assert len(output.splitlines()) == 1
    assert errors == ""


def test_it_ends_with_its_standard_input_if_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sandbox that belongs to another process ends when that process is gone."""
    reading, writing = os.pipe()
    os.close(writing)
    with closing(os.fdopen(reading)) as orphaned:
        monkeypatch.setattr(sys, "stdin", orphaned)
        code = run(["sandbox", "--json", "--until-eof", "--no-traffic"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["base_url"]


async def test_a_sandbox_apart_lives_as_long_as_the_block() -> None:
    """A sandbox in a process of its own is there within the block and gone behind it."""
    async with separate_sandbox(3) as facts:
        assert [await look(facts, sid) for sid in facts.workspace_sids] == [200, 200, 200]

    with pytest.raises(ClientConnectorError):
        await look(facts, facts.workspace_sids[0])


def test_a_sandbox_apart_ends_with_who_began_it() -> None:
    """When the process that began it is killed, no sandbox is left behind."""
    script = (
        "import asyncio\n"
        "from taskrouter_async.cli.serve import separate_sandbox\n"
        "async def main():\n"
        "    async with separate_sandbox(0) as facts:\n"
        "        print(facts.base_url.rpartition(':')[2], flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as it:
        port = int(first_line(it))
        it.kill()

    assert any(is_free_soon(port) for _ in range(1000))


async def test_a_sandbox_that_never_listened_is_an_error(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """When the process ends before its first line, that is said; why, it has said itself."""
    with pytest.raises(UsageError, match="the sandbox ended before it listened"):
        async with separate_sandbox(-1):
            pass

    assert "--workspaces" in capfd.readouterr().err


def test_facts_hide_the_secret() -> None:
    """The auth token does not show in a log of what a sandbox has announced."""
    facts = Facts("http://127.0.0.1:1", "AC1", "the token", ["WS1"])

    assert "AC1" in repr(facts)
    assert "the token" not in repr(facts)


async def test_the_process_serves_what_it_announces() -> None:
    """From end to end: one line once it listens, answers, and a quiet end by Ctrl-C."""
    with taskrouter("sandbox", "--json", "--workspaces", "1", "--seed", "5") as process:
        facts = Facts(**json.loads(first_line(process)))
        assert await look(facts, facts.workspace_sids[0]) == 200
        ending = interrupted(process)

    assert facts.workspace_sids == list(Sandbox(workspaces=1, seed=5).workspace_sids)
    assert ending == (0, "", "")


def announced(*arguments: str) -> Iterator[Facts]:
    """Run the command until its output is read; yield what it announces."""
    with taskrouter("sandbox", "--json", *arguments) as process:
        yield Facts(**json.loads(first_line(process)))


async def figures(facts: Facts) -> WorkspaceRealTimeStatistics:
    """Ask the announced sandbox for the statistics of its first workspace."""
    async with TaskRouterClient(
        facts.account_sid, facts.auth_token, base_url=facts.base_url
    ) as client:
        return await client.workspaces(facts.workspace_sids[0]).real_time_statistics.fetch()


async def test_its_workspaces_are_in_full_swing() -> None:
    """From the first moment on there are workers and tasks, those being talked about included."""
    for facts in announced("--workspaces", "1"):
        seen = await figures(facts)

        assert seen.total_workers == 20
        assert seen.tasks_by_status.assigned > 3


async def test_without_traffic_its_workspaces_are_empty() -> None:
    """``--no-traffic`` leaves a workspace as the vendor's template makes it."""
    for facts in announced("--workspaces", "1", "--no-traffic"):
        seen = await figures(facts)

        assert (seen.total_workers, seen.total_tasks) == (0, 0)


async def test_with_a_virtual_clock_the_figures_are_always_the_same() -> None:
    """``--clock virtual`` and a seed show the same moment of the same day each time."""
    arguments = ("--workspaces", "1", "--clock", "virtual", "--seed", "3")

    seen = [await figures(facts) for _ in range(2) for facts in announced(*arguments)]

    assert evolve(seen[0], url=None) == evolve(seen[1], url=None)
    assert seen[0].total_tasks > 0
