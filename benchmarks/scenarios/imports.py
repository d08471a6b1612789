"""Importing beside aiohttp, from a start to a first answer, and what is installed.

Everything happens in fresh interpreters, which take the package from a copy with its bytecode, as
pip installs it: a checkout might be compiled anew each time.
"""

import compileall
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import taskrouter_async
from benchmarks import first_answer
from benchmarks.harness import Outcome, Table, Target, compared, ratio, spread, take_turns
from benchmarks.origin import origin

ROUNDS: Final = 40

_CLIENT: Final = "taskrouter_async.client"
_MODULES: Final = {
    "aiohttp": "aiohttp",
    _CLIENT: _CLIENT,
    "taskrouter_async.models": "taskrouter_async.models",
    "taskrouter_async.expressions": "taskrouter_async.expressions",
    "twilio-python for asyncio": "twilio.rest, twilio.http.async_http_client",
}
_USUAL: Final = "aiohttp as usual"
_ASKING: Final = {_USUAL: "usual", "ours": "ours", "twilio-python for asyncio": "vendor"}
_SECONDS: Final = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"
_IS_LOADED: Final = "import sys, {}; print('aiohttp' in sys.modules)"


def play(scale: float) -> Outcome:
    """Import, ask once, and weigh what is installed."""
    rounds = max(6, round(ROUNDS * scale))
    with _installed() as folder:
        imports = _imports(folder, rounds)
        loaders = sum(_loads_aiohttp(folder, room) for room in ("models", "expressions"))
        answers = _first_answers(folder, rounds)
        sizes = _sizes(folder)
    targets = (
        Target(
            "importing the client ÷ importing aiohttp",
            1.4,
            ratio(imports.samples, _CLIENT, "aiohttp").median,
        ),
        Target("of models and expressions, how many load aiohttp", 0, loaders),
        Target("MB of our own code, installed", 1.5, float(sizes.rows[0][1])),
    )
    return Outcome((imports, answers, sizes), targets)


@contextmanager
def _installed() -> Iterator[Path]:
    """Yield a folder with the package in it, as its wheel holds it, and its bytecode."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        package = folder / "taskrouter_async"
        source = Path(taskrouter_async.__file__).parent
        shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(package, quiet=1)
        yield folder


def _python(folder: Path, *arguments: str) -> str:
    # Where bytecode must not be written, as in some containers, that of others might be missing.
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(
        [sys.executable, "-P", *arguments],
        env=settings | {"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return run.stdout


def _importing(folder: Path, modules: str) -> float:
    return 1e3 * float(_python(folder, "-c", _SECONDS.format(modules)))


def _imports(folder: Path, rounds: int) -> Table:
    contestants = {name: partial(_importing, folder, modules) for name, modules in _MODULES.items()}
    note = "CPU time of the import statement alone, each time in a fresh interpreter."
    samples = take_turns(contestants, rounds)
    return compared("Importing", "ms", samples, base="aiohttp", note=note)


def _loads_aiohttp(folder: Path, room: str) -> bool:
    return _python(folder, "-c", _IS_LOADED.format(f"taskrouter_async.{room}")) == "True\n"


def _first_answers(folder: Path, rounds: int) -> Table:
    """Return what a program needs that asks once: CPU time, and how long somebody waits for it."""
    waits = defaultdict[str, list[float]](list)

    def ask(base_url: str, name: str, kind: str) -> float:
        before, began = _children_seconds(), time.perf_counter()
        _python(folder, first_answer.__file__, kind, base_url)
        waits[name].append(1e3 * (time.perf_counter() - began))
        return 1e3 * (_children_seconds() - before)

    with origin() as base_url:
        contestants = {name: partial(ask, base_url, name, kind) for name, kind in _ASKING.items()}
        samples = take_turns(contestants, rounds)
    note = "Start Python, import, open, fetch statistics, close, leave: CPU time, and on the clock."
    table = compared("From a start to a first answer", "ms", samples, base=_USUAL, note=note)
    rows = tuple((*row, round(spread(waits[str(row[0])][1:]).median)) for row in table.rows)
    return Table(table.title, (*table.columns, "ms on the clock"), rows, note, samples)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(folder: Path) -> Table:
    """Return how much disk the package takes; its dependencies do not count."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    own = [path for path in files if path.suffix != ".pyc"]
    rows = tuple(
        (what, round(sum(path.stat().st_size for path in paths) / 1e6, 3), len(paths))
        for what, paths in (("as the wheel holds it", own), ("with bytecode", files))
    )
    return Table("What is installed", ("", "MB", "files"), rows, "Without what it depends on.")
