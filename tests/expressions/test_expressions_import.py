"""What importing the expressions needs, and what it does not."""

import importlib
import subprocess
import sys
from importlib.resources import files

import pytest

ROOM = "taskrouter_async.expressions"


@pytest.fixture
def _unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the room has been imported."""
    for name in [each for each in sys.modules if each.startswith((ROOM, "lark"))]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("_unloaded")
def test_without_lark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed the extra is told its name."""
    monkeypatch.setitem(sys.modules, "lark", None)

    with pytest.raises(ImportError, match=r"pip install 'taskrouter-async\[sandbox\]'"):
        importlib.import_module(ROOM)


@pytest.mark.usefixtures("_unloaded")
def test_another_missing_module_is_not_blamed_on_lark(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of our own that is missing is named itself."""
    monkeypatch.setitem(sys.modules, f"{ROOM}._expression", None)

    with pytest.raises(ModuleNotFoundError, match="_expression"):
        importlib.import_module(ROOM)


def test_expressions_need_no_network() -> None:
    """Expressions can be read and evaluated without aiohttp, and without an event loop."""
    script = (
        f"import {ROOM} as e, sys; assert e.parse('1==1').holds({{}});"
        "print([m for m in ('aiohttp', 'asyncio', 'cattrs', 'socket') if m in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


def test_the_grammar_comes_with_the_package() -> None:
    """The grammar is a file beside the code."""
    assert files(ROOM).joinpath("grammar.lark").is_file()
