"""An asyncio client for Twilio TaskRouter with a cache in front of its real-time statistics.

The names below are loaded when they are first used, so that `taskrouter_async.models` can be
imported without aiohttp.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskrouter_async._transport import SessionPool
    from taskrouter_async.client import TaskRouterClient
    from taskrouter_async.config import CachePolicy, RetryPolicy, Timeouts

__all__ = ["CachePolicy", "RetryPolicy", "SessionPool", "TaskRouterClient", "Timeouts"]

_ROOMS = {
    "CachePolicy": "taskrouter_async.config",
    "RetryPolicy": "taskrouter_async.config",
    "SessionPool": "taskrouter_async._transport",
    "TaskRouterClient": "taskrouter_async.client",
    "Timeouts": "taskrouter_async.config",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only the first use of a name needs it

    value: object = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value  # the next use finds it without coming here
    return value
