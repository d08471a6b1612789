"""Fixtures for the tests of those who use the library: a sandbox, and a client on it.

Put ``pytest_plugins = ["taskrouter_async.testing"]`` into the ``conftest.py`` at the root of your
tests. The extra ``testing`` brings pytest and pytest-asyncio, in whose strict and auto mode these
fixtures work.
"""

try:
    from taskrouter_async.testing._fixtures import (
        SandboxOptions,
        taskrouter_client,
        taskrouter_sandbox,
        taskrouter_sandbox_options,
    )
except ModuleNotFoundError as _missing:
    if _missing.name not in {"pytest", "pytest_asyncio"}:
        raise
    raise ImportError(
        "the fixtures need more: pip install 'taskrouter-async[testing]'", name=_missing.name
    ) from _missing

__all__ = [
    "SandboxOptions",
    "taskrouter_client",
    "taskrouter_sandbox",
    "taskrouter_sandbox_options",
]
