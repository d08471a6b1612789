"""What the pages say about the project is what the project's own files say."""

import inspect
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from taskrouter_async import resources

ROOT: Final = Path(__file__).parents[2]
PYPROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
COMMANDS: Final = (
    "python3 -m venv .venv && .venv/bin/pip install '.[cli]' && .venv/bin/taskrouter demo",
    "python3 -m venv .venv && .venv/bin/pip install nox && .venv/bin/nox",
)


def page(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text("utf-8")


def requirements() -> set[str]:
    """Return the names of everything that `pyproject.toml` asks for."""
    project = PYPROJECT["project"]
    lists = [
        PYPROJECT["build-system"]["requires"],
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PYPROJECT["dependency-groups"].values(),
    ]
    named = {
        re.split(r"[<>=\[]", entry)[0] for each in lists for entry in each if isinstance(entry, str)
    }
    return named - {project["name"]}  # one extra asks for another


@pytest.mark.parametrize("name", sorted(requirements()))
def test_every_dependency_has_its_reason(name: str) -> None:
    """Whatever is asked for is explained under its own name."""
    explained = re.findall(r"(?m)^- \*\*([a-z0-9-]+)", page("docs/explanation/dependencies.md"))
    assert name in explained


def test_the_drawn_layers_are_those_that_are_checked() -> None:
    """The architecture shows import-linter's layers, in their order."""
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert "\n".join(["```text", *layers, "```"]) in page("docs/explanation/architecture.md")


def test_every_room_is_on_the_list_of_rooms() -> None:
    """The architecture names each module and package."""
    rooms = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "taskrouter_async").glob("[!.]*")
        if path.is_dir() or path.suffix == ".py"
    }
    listed = re.findall(r"^    (\S+)", page("docs/explanation/architecture.md"), re.MULTILINE)
    assert set(listed) == rooms - {"__pycache__/"}


@pytest.mark.parametrize("name", resources.__all__)
def test_every_resource_is_in_the_reference(name: str) -> None:
    """Nothing that the API has is left out, its methods included."""
    options = page("docs/reference/resources.md").partition(f".. autoclass:: {name}\n")[2]
    is_value = not re.search(
        r"    (?:async )?def (?!pairs|_)", inspect.getsource(getattr(resources, name))
    )
    assert options
    assert is_value or options.startswith("   :members:\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_holds_its_commands_word_by_word(command: str) -> None:
    """Whoever copies them, a person or a script, gets exactly these."""
    assert f"```bash\n{command}\n```\n" in page("README.md")
