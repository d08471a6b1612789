"""For the tests of those who use the library: fixtures, and failures that can be repeated.

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
    from taskrouter_async.testing._scripts import NO_PAUSES, fault_script, seeded_chance
except ModuleNotFoundError as _missing:
    if _missing.name not in {"pytest", "pytest_asyncio"}:
        raise
    raise ImportError(
        "the fixtures need more: pip install 'taskrouter-async[testing]'", name=_missing.name
    ) from _missing

__all__ = [
    "NO_PAUSES",
    "SandboxOptions",
    "fault_script",
    "seeded_chance",
    "taskrouter_client",
    "taskrouter_sandbox",
    "taskrouter_sandbox_options",
]
