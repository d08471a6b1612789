"""The fixtures."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final, Literal, TypedDict

import pytest
import pytest_asyncio

from taskrouter_async.client import TaskRouterClient
from taskrouter_async.config import CachePolicy
from taskrouter_async.sandbox import Sandbox
from taskrouter_async.sandbox.callbacks import CallbackTimeouts
from taskrouter_async.sandbox.rates import RateLimits


class SandboxOptions(TypedDict, total=False):
    """What :class:`~taskrouter_async.sandbox.Sandbox` can be asked for; all may be left out."""

    workspaces: int
    accounts: int
    seed: int
    latency: float
    port: int
    clock: Literal["system", "virtual"]
    start: datetime | None
    monotonic: Callable[[], float]
    rate_limits: bool | RateLimits
    callback_timeouts: CallbackTimeouts
    callbacks_beyond_loopback: bool


_USUAL: Final[SandboxOptions] = {"workspaces": 1, "clock": "virtual"}


@pytest.fixture
def taskrouter_sandbox_options() -> SandboxOptions:
    """Say what the sandbox of a test is like; override this to change it.

    What is left out is as usual: one workspace, and a virtual clock, which stands still until
    ``await taskrouter_sandbox.advance(seconds)``.
    """
    return {}


@pytest_asyncio.fixture(loop_scope="function")
async def taskrouter_sandbox(
    taskrouter_sandbox_options: SandboxOptions,
) -> AsyncIterator[Sandbox]:
    """Serve a sandbox of the test's own, and close it behind the test."""
    options: SandboxOptions = {**_USUAL, **taskrouter_sandbox_options}
    async with Sandbox(**options) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="function")
async def taskrouter_client(taskrouter_sandbox: Sandbox) -> AsyncIterator[TaskRouterClient]:
    """Open a client of the sandbox's first account.

    Its cache ages with the sandbox's time, and serves nothing stale while the sandbox answers: a
    test sees what it has just let happen.
    """

    def now() -> float:
        return taskrouter_sandbox.now.timestamp()

    client = TaskRouterClient(
        taskrouter_sandbox.account_sid,
        taskrouter_sandbox.auth_token,
        base_url=taskrouter_sandbox.base_url,
        cache=CachePolicy(jitter=0.0, stale_while_revalidate=0.0),
        clock=now,
    )
    async with client:
        yield client
