"""What a user may import, and what importing it costs."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import taskrouter_async

PUBLIC = [
    "taskrouter_async",
    "taskrouter_async.expressions",
    "taskrouter_async.models",
    "taskrouter_async.polling",
    "taskrouter_async.resources",
    "taskrouter_async.sandbox",
    "taskrouter_async.shared_cache",
    "taskrouter_async.testing",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_the_list_of_names_is_sorted_and_complete(name: str) -> None:
    """Every listed name is there."""
    module = importlib.import_module(name)

    assert list(module.__all__) == sorted(module.__all__)
    assert all(getattr(module, each) is not None for each in module.__all__)


@pytest.mark.parametrize(
    "name", ["taskrouter_async", "taskrouter_async.models", "taskrouter_async.resources"]
)
def test_a_name_is_listed_before_its_first_use(name: str) -> None:
    """What `dir` and an interactive prompt show are the public names, loaded or not."""
    module = importlib.import_module(name)

    assert dir(module) == module.__all__


def test_every_model_is_listed() -> None:
    """No class of the models' files is left out of the package's list."""
    from taskrouter_async import models  # noqa: PLC0415 - the module is the subject

    found = set()
    for info in pkgutil.iter_modules(models.__path__):
        module = importlib.import_module(f"{models.__name__}.{info.name}")
        members = inspect.getmembers(module, inspect.isclass)
        found |= {n for n, kind in members if kind.__module__ == module.__name__}

    assert found <= set(models.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """A typo fails as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'TaskRouterClint'"):
        _ = taskrouter_async.TaskRouterClint  # type: ignore[attr-defined]  # the typo


@pytest.mark.parametrize("module", ["taskrouter_async", "taskrouter_async.models"])
def test_facts_load_no_network_library(module: str) -> None:
    """The package and its models can be imported without aiohttp, cattrs and cachetools."""
    script = f"import {module}, sys; print([m for m in sys.modules if m in {_HEAVY}])"

    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


def test_a_client_loads_what_it_needs() -> None:
    """The judge, and the resources that nobody has asked for, wait for their first use."""
    script = (
        f"import taskrouter_async.client, sys; print([m for m in sys.modules if m in {_LATER}])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


_HEAVY = ("aiohttp", "asyncio", "cattrs", "cachetools", "cyclopts", "lark", "redis", "rich")
_LATER = ("cattrs", "taskrouter_async.models.tasks", "taskrouter_async.resources.workers")
