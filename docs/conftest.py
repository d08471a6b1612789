"""The pages are executed, block by block, and this is who does it.

``python``
    Runs with ``await`` at top level. The blocks of a page share one namespace and one event loop.
``text`` right behind ``python``
    What that block printed. Elsewhere a ``text`` block is just text.
``console``
    Each line that begins with ``$ `` goes to a shell and has to succeed; the lines below it are
    what it printed. A last line of ``^C`` interrupts it once everything above has been printed.
``json``, ``toml``
    Are parsed.
``{eval-rst}``, ``{literalinclude}``
    May hold nothing but autodoc, and show nothing but a file that some test runs. Such a file lies
    in the working directory of the page's ``console`` blocks.

In what was printed, ``...`` stands for anything. A page talks to a sandbox in a process of its own
wherever it reads the environment: ``TaskRouterClient.from_env()`` reaches it, ``WORKSPACE_SID`` is
one of its workspaces. Each of the pages in `_STAGED` talks to a ``stage.py`` of its own instead, in
which time stands still, and finds the SIDs of more things in the environment, such as ``TASK_SID``.
The page about many machines finds a Redis at ``REDIS_URL``.
Whatever else is fenced fails: nobody would notice when it is wrong.
"""

import ast
import asyncio
import gc
import inspect
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from unittest.mock import patch

import pytest
from attrs import define, field
from cli.processes import interruptible
from markdown_it import MarkdownIt
from markdown_it.token import Token
from shared.redis_server import RedisServer, need_redis
from sybil import Document, Example, Region, Sybil
from sybil.integration.pytest import SybilItem
from sybil.typing import Evaluator

ROOT: Final = Path(__file__).parent.parent
_PATIENCE_SECONDS: Final = 20.0
_ON_REDIS: Final = "many-machines.md"
_STAGED: Final = frozenset(
    {"concurrency.md", "failures.md", "listings.md", "reservations.md", "statistics.md", "tasks.md"}
)

Complaint: TypeAlias = str | None
Environment: TypeAlias = dict[str, str]


@define
class Page:
    """What the blocks of a page share besides their namespace.

    Attributes:
        folder: The working directory of its commands.
        runner: Its event loop.
        printed: What the last ``python`` block printed.
    """

    folder: Path
    runner: asyncio.Runner = field(factory=asyncio.Runner)
    printed: str = ""


def run_python(example: Example) -> None:
    """Run a block, in the page's event loop if it awaits something."""
    source = "\n" * example.line + example.parsed  # so that tracebacks show the page's lines
    code = compile(source, example.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    page = _page_of(example)
    with redirect_stdout(io.StringIO()) as printed:
        outcome = eval(code, example.namespace)  # noqa: S307 - the pages are ours
        if inspect.iscoroutine(outcome):
            page.runner.run(outcome)
    page.printed = printed.getvalue()


def compare_printed(example: Example) -> Complaint:
    """Compare a block with what the one before it printed."""
    return _difference(example.parsed, _page_of(example).printed)


def run_console(example: Example) -> Complaint:
    """Run the commands of a block one after the other; each must succeed."""
    before, *commands = re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)
    if before:
        return f"a console block begins with a command, not with {before!r}"
    for command in commands:
        line, _, shown = command.partition("\n")
        complaint = _run(line, shown, _page_of(example).folder)
        if complaint:
            return complaint
    return None


def _run(command: str, shown: str, folder: Path) -> Complaint:
    expected = shown.removesuffix("^C\n")
    with interruptible():
        process = subprocess.Popen(  # noqa: S602 - the pages are ours
            command,
            shell=True,
            cwd=folder,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = threading.Timer(_PATIENCE_SECONDS, _signal, (process, signal.SIGKILL))
    end.start()
    printed = _printed_by(process, expected if shown != expected else None)
    end.cancel()
    complaint = _difference(expected, printed) if expected else None
    if complaint is None and process.returncode in {0, -signal.SIGINT}:
        return None
    return f"{command!r} ended with {process.returncode}\n{complaint or printed}"


def _printed_by(process: "subprocess.Popen[str]", until: str | None) -> str:
    printed = ""
    for line in process.stdout or ():
        printed += line
        if until is not None and _difference(until, printed) is None:
            _signal(process, signal.SIGINT)
            until = None
    process.communicate()
    return printed


def _signal(process: "subprocess.Popen[str]", number: int) -> None:
    with suppress(ProcessLookupError):  # it has ended by itself meanwhile
        os.killpg(process.pid, number)


def _difference(expected: str, printed: str) -> Complaint:
    expected, printed = _without_padding(expected), _without_padding(printed)
    if OutputChecker().check_output(expected, printed, ELLIPSIS):
        return None
    return f"expected:\n{expected}\nprinted:\n{printed}"


def _without_padding(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def leave(example: Example) -> Complaint:
    """Complain about tasks that a page leaves behind; what it leaves open complains by itself."""
    with _page_of(example).runner as runner:
        left_behind = asyncio.all_tasks(runner.get_loop())
    example.namespace.clear()
    gc.collect()  # an unclosed session warns when it is collected, and warnings are errors
    return f"still running: {left_behind}" if left_behind else None


def parse_json(example: Example) -> None:
    """Parse a block."""
    json.loads(example.parsed)


def parse_toml(example: Example) -> None:
    """Parse a block."""
    tomllib.loads(example.parsed)


def check_autodoc(example: Example) -> Complaint:
    """Refuse reStructuredText other than autodoc: it could hold code that nobody runs."""
    outer = re.findall(r"^\S.*", example.parsed, re.MULTILINE)
    strange = [line for line in outer if not line.startswith((".. auto", ".. currentmodule::"))]
    return f"not autodoc: {strange}" if strange else None


def lay_out(example: Example) -> Complaint:
    """Put a file that the page shows where its commands run; some test has to run it too."""
    shown = Path(example.path).parent / str(example.region.lexemes["argument"])
    test = ROOT / "tests" / "docs" / f"test_{shown.stem}.py"
    if not shown.name.startswith("test_") and not test.exists():
        return f"nobody runs {shown.name}: {test.relative_to(ROOT)} is missing"
    shutil.copy(shown, _page_of(example).folder)
    return None


def refuse(example: Example) -> Complaint:
    """Complain about a block in a language that nobody reads here."""
    return f"nobody executes a block in {example.region.lexemes['language']!r}"


_READERS: Final[dict[str, Evaluator]] = {
    "python": run_python,
    "console": run_console,
    "json": parse_json,
    "toml": parse_toml,
    "{eval-rst}": check_autodoc,
    "{literalinclude}": lay_out,
}
_HOLD_NO_CODE: Final = frozenset({"text", "{image}", "{toctree}"})


def fences(document: Document) -> Iterator[Region]:
    """Yield what has to be read of a page, as MyST's own parser sees it."""
    lines = document.text.splitlines(keepends=True)
    before = ""
    runs_python = False
    for token in MarkdownIt().parse(document.text):
        is_code = token.type in {"fence", "code_block"}
        language, _, argument = token.info.partition(" ") if is_code else ("", "", "")
        reader = _reader_of(document, token, before) if is_code else None
        if reader and token.map:
            start, end = (sum(map(len, lines[:line])) for line in token.map)
            lexemes = {"language": language, "argument": argument}
            yield Region(start, end, token.content, reader, lexemes)
        before = language
        runs_python = runs_python or language == "python"
    if runs_python:
        yield Region(document.end, document.end, evaluator=leave)


def _reader_of(document: Document, token: Token, before: str) -> Evaluator | None:
    language = token.info.partition(" ")[0]
    if language == "text" and before == "python":
        return compare_printed
    if language in _HOLD_NO_CODE or _is_run_by_ci(document, token):
        return None
    return _READERS.get(language, refuse)


def _is_run_by_ci(document: Document, token: Token) -> bool:
    # The two commands that make an environment: CI takes them from the README, word by word.
    return (
        document.path == str(ROOT / "README.md")
        and token.info == "bash"
        and token.content.startswith("python3 -m venv ")
    )


def _page_of(example: Example) -> Page:
    return cast("Page", example.namespace["_page"])


@contextmanager
def _served_by(*arguments: str) -> Iterator[Any]:
    """Run a server that begins with one line of JSON, and yield what that says."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "")
        finally:
            process.terminate()


class Pages:
    """Collects the pages, and gives them what they need.

    This is a plugin and no mere conftest, whose hooks and fixtures would end with this folder:
    the README lies above it.
    """

    pytest_collect_file = staticmethod(
        Sybil(
            [fences],
            path=str(ROOT),
            patterns=["docs/*.md", "docs/*/*.md"],
            filenames=["README.md"],
            fixtures=["_environment", "_page"],
        ).pytest()
    )

    @staticmethod
    def pytest_itemcollected(item: pytest.Item) -> None:
        """Show tracebacks whole: Sybil's way of cutting them fails with those of fixtures."""
        if isinstance(item, SybilItem):
            vars(item)["_traceback_filter"] = lambda excinfo: excinfo.traceback

    @pytest.fixture(scope="session")
    @classmethod
    def _sandbox(cls) -> Iterator[Environment]:
        with _served_by("-m", "taskrouter_async", "sandbox", "--json") as facts:
            yield {
                "TASKROUTER_BASE_URL": facts["base_url"],
                "TWILIO_ACCOUNT_SID": facts["account_sid"],
                "TWILIO_AUTH_TOKEN": facts["auth_token"],
                "WORKSPACE_SID": facts["workspace_sids"][0],
            }

    @pytest.fixture(scope="module")
    @classmethod
    def _served(
        cls, request: pytest.FixtureRequest, _sandbox: Environment
    ) -> Iterator[Environment]:
        if request.path.name not in _STAGED:
            yield _sandbox
            return
        with _served_by(str(ROOT / "docs" / "stage.py")) as facts:
            yield facts

    @pytest.fixture(scope="module")
    @classmethod
    def _redis(cls, request: pytest.FixtureRequest) -> Iterator[Environment]:
        if request.path.name != _ON_REDIS:
            yield {}
            return
        need_redis()
        server = RedisServer()
        server.start()
        yield {"REDIS_URL": server.url}
        server.stop()

    @pytest.fixture(scope="module")
    @classmethod
    def _environment(cls, _served: Environment, _redis: Environment) -> Iterator[None]:
        scripts = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        terminal = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", "TERM": "dumb"}
        with patch.dict(os.environ, {**_served, **_redis, **scripts, **terminal}):
            for name in ("TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_EDGE", "TWILIO_REGION"):
                os.environ.pop(name, None)
            yield

    @pytest.fixture(scope="module")
    @classmethod
    def _page(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
        page = Page(tmp_path_factory.mktemp("page"))
        yield page
        page.runner.close()


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(Pages())
