"""The cache in front of the real-time statistics: answers in memory, requests shared."""

from taskrouter_async._cache.cache import Cache
from taskrouter_async._cache.entries import Loaded
from taskrouter_async._cache.gathering import Gatherer
from taskrouter_async._cache.names import Owner

__all__ = ["Cache", "Gatherer", "Loaded", "Owner"]
