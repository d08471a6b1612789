"""The cache in front of the real-time statistics: answers in memory, requests shared."""

from taskrouter_async._cache.cache import Cache
from taskrouter_async._cache.entries import Loaded

__all__ = ["Cache", "Loaded"]
