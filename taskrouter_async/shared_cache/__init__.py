"""A memory that processes share, on Redis or Valkey.

It needs redis, which the extra ``redis`` installs. What else could serve as such a memory can be
written against `SharedLevel` and `Level`.
"""

from taskrouter_async._level import Acquired, Level, Notice, Outcome, SharedLevel

try:
    from taskrouter_async.shared_cache._recipe import RedisLevel
except ModuleNotFoundError as _missing:
    if (_missing.name or "").partition(".")[0] != "redis":
        raise
    raise ImportError(
        "the shared level needs more: pip install 'taskrouter-async[redis]'", name="redis"
    ) from _missing

__all__ = ["Acquired", "Level", "Notice", "Outcome", "RedisLevel", "SharedLevel"]
