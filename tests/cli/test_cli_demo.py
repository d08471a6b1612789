"""``taskrouter demo``: many consumers, few requests, and a summary that says so."""

import json
import re
from typing import TypedDict

import pytest
from cli.processes import first_line, interrupted, taskrouter, taskrouter_on_screen
from support import ACCOUNT_SID, WORKSPACE_SID

from taskrouter_async import TaskRouterClient
from taskrouter_async.cli import run
from taskrouter_async.cli.demo import Demo
from taskrouter_async.cli.serve import Facts
from taskrouter_async.errors import ConnectError

SUMMARY = ("answers served", "upstream requests", "hit ratio")


class Figures(TypedDict):
    """What the demonstration ends with for programs."""

    workspaces: int
    seconds: float
    answers: int
    upstream_requests: int
    hit_ratio: float


def figures_of(arguments: str, capsys: pytest.CaptureFixture[str]) -> Figures:
    """Run a demonstration and return its one line of JSON."""
    assert run(["demo", "--json", *arguments.split()]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    (line,) = output.splitlines()
    figures: Figures = json.loads(line)
    return figures


def test_lines_and_a_summary_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Outside a terminal each workspace has plain lines, and three figures sum up, once."""
    arguments = "demo --seconds 1.5 --workspaces 3 --ttl 0.5 --consumers 10"
    assert run(arguments.split()) == 0

    output, errors = capsys.readouterr()
    *lines, answers, requests, ratio = output.splitlines()
    assert errors == ""
    assert "\x1b" not in output
    assert len({line.split()[0] for line in lines}) == 3
    assert all("pending" in line and "workers" in line for line in lines)
    for line, name in zip((answers, requests, ratio), SUMMARY, strict=True):
        assert line.startswith(name)


def test_the_title_runs_along(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a terminal the title counts seconds, answers and requests, and the table stays."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    assert run(["demo", "--seconds", "0.6", "--workspaces", "1", "--consumers", "2"]) == 0

    output = capsys.readouterr().out
    assert re.search(r"[01] of 0\.6 s, [0-9]+ answers, 1 upstream requests", output)
    assert "Workspace" in output
    assert output.count("hit ratio") == 1


def test_one_line_of_json_tells_what_the_cache_has_spared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With ``--json`` one line holds the figures: about one request per workspace and ttl."""
    figures = figures_of("--seconds 1 --workspaces 3 --ttl 0.5 --consumers 10", capsys)

    assert figures.keys() == Figures.__annotations__.keys()
    assert figures["workspaces"] == 3
    assert figures["seconds"] >= 1
    assert 3 <= figures["upstream_requests"] <= 3 * (figures["seconds"] / (0.9 * 0.5) + 2)
    assert figures["answers"] > figures["upstream_requests"]
    assert 0.5 < figures["hit_ratio"] < 1


def test_without_a_cache_each_answer_is_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    """``--ttl 0`` switches the cache off: nothing is served twice."""
    figures = figures_of("--seconds 0.3 --workspaces 2 --ttl 0 --consumers 5", capsys)

    assert figures["upstream_requests"] >= figures["answers"] > 0
    assert figures["hit_ratio"] == 0


async def test_a_consumers_failure_ends_the_demonstration() -> None:
    """What a consumer cannot get is an error, and not a demonstration without figures."""
    facts = Facts("http://127.0.0.1:1", ACCOUNT_SID, "token", [WORKSPACE_SID])
    demo = Demo(workspaces=1, seconds=30, ttl=1, consumers=3)

    async with TaskRouterClient(ACCOUNT_SID, "token", base_url=facts.base_url) as client:
        with pytest.raises(ConnectError):
            await demo._poll(client, facts, shown=False)


def test_ctrl_c_ends_it_early_with_a_summary() -> None:
    """An interrupted demonstration sums up what it has seen, once, and is no failure."""
    with taskrouter("demo", "--seconds", "60", "--workspaces", "2") as process:
        assert "pending" in first_line(process)
        code, output, errors = interrupted(process)

    assert code == 0
    assert errors == ""
    assert [output.count(name) for name in SUMMARY] == [1, 1, 1]


def test_a_terminal_shows_a_live_table() -> None:
    """In a terminal the table stands under a running title; Ctrl-C leaves the summary below."""
    with taskrouter_on_screen("demo", "--seconds", "60", "--workspaces", "2") as command:
        live = command.read_until("Unavailable")
        code, rest = command.interrupt()

    assert "of 60 s" in live
    for column in ("Workspace", "Pending", "Reserved", "Assigned", "Wrapping", "Age", "Workers"):
        assert column in live
    assert code == 0
    assert [rest.count(name) for name in ("answers served", "hit ratio")] == [1, 1]
    assert "Traceback" not in rest
