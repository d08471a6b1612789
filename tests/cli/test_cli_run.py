"""The command line as a whole: help, mistakes, exit codes, and how it is started."""

import contextlib
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.metadata import version
from types import ModuleType

import pytest
from canary import betrays_canary

from taskrouter_async import __main__
from taskrouter_async.cli import run

COMMANDS = ("demo", "sandbox", "watch")


class Interrupted(MetaPathFinder):
    """Is interrupted while a module is looked for, as by Ctrl-C right after the start."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname == "taskrouter_async.cli":
            raise KeyboardInterrupt


class Uninstalled(MetaPathFinder):
    """Finds no module of one name, as if it were not installed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname == self._name:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def uninstall(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next import of the command line miss a module."""
    for each in list(sys.modules):
        if each.startswith("taskrouter_async.cli") or each.partition(".")[0] == name:
            monkeypatch.delitem(sys.modules, each)
    monkeypatch.setattr(sys, "meta_path", [Uninstalled(name), *sys.meta_path])


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Who types the bare name is told what can be done with it."""
    assert run([]) == 0

    output = capsys.readouterr().out
    assert "Usage: taskrouter COMMAND" in output
    assert all(command in output for command in COMMANDS)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("demo", ["--workspaces", "--seconds", "--ttl", "--consumers", "--json"]),
        ("watch", ["WORKSPACES", "--every", "TWILIO_AUTH_TOKEN", "TASKROUTER_BASE_URL"]),
        ("sandbox", ["--port", "--workspaces", "--accounts", "--seed", "--clock", "--traffic"]),
        ("sandbox", ["--no-traffic", "--latency", "--rate-limits", "--json"]),
    ],
)
def test_each_command_explains_itself(
    command: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The help of a command names what it takes."""
    assert run([command, "--help"]) == 0

    output = capsys.readouterr().out
    assert f"Usage: taskrouter {command}" in output
    assert all(option in output for option in options)
    assert re.findall("--no-[a-z]+", output) in ([], ["--no-traffic"])


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints the version that is installed, and nothing else."""
    assert run(["--version"]) == 0

    assert capsys.readouterr().out.strip() == version("taskrouter-async")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("demo --workspaces 0", "--workspaces"),
        ("demo --workspaces many", "--workspaces"),
        ("demo --seconds -1", "--seconds"),
        ("demo --seconds 0", "--seconds"),
        ("demo --seconds nan", "--seconds"),
        ("demo --ttl -1", "--ttl"),
        ("demo --consumers 0", "--consumers"),
        ("demo --bogus", "--bogus"),
        ("watch", "WORKSPACES"),
        ("watch --every 0 WS1", "--every"),
        ("sandbox --port 65536", "--port"),
        ("sandbox --workspaces -1", "--workspaces"),
        ("sandbox --latency -1", "--latency"),
        ("sandbox --accounts 0", "--accounts"),
        ("sandbox --clock lunar", "--clock"),
        ("bogus", '"bogus"'),
    ],
)
def test_a_mistake_is_named_and_nothing_is_done(
    arguments: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value or a name that cannot be used ends with a non-zero code and says which it is."""
    with pytest.raises(SystemExit) as caught:
        run(arguments.split())

    output, errors = capsys.readouterr()
    assert caught.value.code not in {0, None}
    assert complaint in errors
    assert output == ""
    assert "Traceback" not in errors


def test_nothing_is_said_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where our output is read by nobody any more, the command fails without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as output:  # noqa: PTH123 - a pipe has no path
        monkeypatch.setattr(sys, "stdout", output)

        assert run(["sandbox", "--json"]) == 1

        monkeypatch.undo()


def test_the_module_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m taskrouter_async`` runs the command line and leaves with its exit code."""
    monkeypatch.setattr(sys, "argv", ["taskrouter", "--version"])
    monkeypatch.delitem(sys.modules, "taskrouter_async.__main__")

    with pytest.raises(SystemExit) as caught:
        runpy.run_module("taskrouter_async", run_name="__main__")

    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == version("taskrouter-async")


@pytest.mark.parametrize("missing", ["cyclopts", "rich"])
def test_without_the_extra_it_says_how_to_install_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the ``cli`` extra was not installed, one line tells how to get it."""
    uninstall(missing, monkeypatch)

    with pytest.raises(SystemExit) as caught:
        __main__.main()

    assert caught.value.code == ("the command line needs more: pip install 'taskrouter-async[cli]'")


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation shows what is broken."""
    uninstall("attrs", monkeypatch)

    with pytest.raises(ModuleNotFoundError, match="attrs"):
        __main__.main()


def test_the_process_without_the_extra_shows_no_traceback() -> None:
    """The advice goes to standard error as it is, with exit code 1."""
    script = (
        "import runpy, sys; sys.modules['cyclopts'] = None;"
        "runpy.run_module('taskrouter_async', run_name='__main__')"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == "the command line needs more: pip install 'taskrouter-async[cli]'\n"


def test_ctrl_c_right_after_the_start_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption while the command is still being loaded ends it as any other does."""
    for each in list(sys.modules):
        if each.startswith("taskrouter_async.cli"):
            monkeypatch.delitem(sys.modules, each)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])

    with pytest.raises(SystemExit) as left:
        __main__.main()

    assert left.value.code == 0


def test_no_output_shows_the_token(
    canary: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong with them, credentials from the environment are not printed."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "a" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", canary)
    monkeypatch.setenv("TASKROUTER_BASE_URL", "http://127.0.0.1:9")

    for arguments in (["watch", "WS" + "1" * 32], ["watch", "WS1"], ["watch"]):
        with contextlib.suppress(SystemExit):
            assert run(arguments) != 0

    shown = capfd.readouterr()
    assert shown.err
    assert not betrays_canary([shown.out, shown.err])
