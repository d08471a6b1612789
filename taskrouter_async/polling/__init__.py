"""Many statistics, asked for over and over on one schedule, as one stream of updates.

::

    async with Poller([workspace.real_time_statistics, ...], every=5.0) as updates:
        async for update in updates:
            ...
"""

from taskrouter_async.polling._facts import Pollable, PollerStats, Update
from taskrouter_async.polling._poller import Poller

__all__ = ["Pollable", "Poller", "PollerStats", "Update"]
