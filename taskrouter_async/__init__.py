"""An asyncio client for Twilio TaskRouter with a cache in front of its real-time statistics.

The names below are loaded when they are first used, so that `taskrouter_async.models` can be
imported without aiohttp.
"""

from typing import TYPE_CHECKING

from taskrouter_async._first_use import on_first_use

__all__ = ["CachePolicy", "RetryPolicy", "SessionPool", "TaskRouterClient", "Timeouts"]

if TYPE_CHECKING:
    from taskrouter_async._transport import SessionPool
    from taskrouter_async.client import TaskRouterClient
    from taskrouter_async.config import CachePolicy, RetryPolicy, Timeouts
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "CachePolicy": "config",
            "RetryPolicy": "config",
            "SessionPool": "_transport",
            "TaskRouterClient": "client",
            "Timeouts": "config",
        },
    )
