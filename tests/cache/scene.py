"""What the tests of the cache share: calls to ask for, and one way to ask."""

import inspect
from collections.abc import Awaitable, Callable

from taskrouter_async._cache import Cache, Loaded
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.slots import Slot
from taskrouter_async.config import CachePolicy
from taskrouter_async.models import Cached

KEY = "key"
PATH = "/v1/Things/{Sid}"
OPERATIONS = {keep: Operation("GET", PATH, str, keep=keep) for keep in Keep}

# 5 seconds fresh, 10 more while it is renewed, 60 more if that fails; nothing by chance.
POLICY = CachePolicy(jitter=0.0, close_grace=0.0)
# As simple as a cache can be: fresh or nothing.
PLAIN = CachePolicy(
    jitter=0.0, stale_while_revalidate=0.0, stale_if_error=0.0, close_grace=0.0, negative_ttl=0.0
)


def middle() -> float:
    """Return what chance is on average; a pause is as long as the policy says then."""
    return 0.5


def call(name: str = KEY, keep: Keep = Keep.REAL_TIME) -> Call[str]:
    """Return a call that is told from others by its name."""
    return Call(OPERATIONS[keep], (("Sid", name),))


def slot_of(cache: Cache, name: str = KEY, keep: Keep = Keep.REAL_TIME) -> Slot[str]:
    """Return the place for that call's answer."""
    return cache.slots.slot(OPERATIONS[keep], (("Sid", name),))


async def fetch(
    cache: Cache,
    load: Callable[[], Awaitable[str]],
    name: str = KEY,
    *,
    keep: Keep = Keep.REAL_TIME,
    max_age: float | None = None,
    only_if_cached: bool = False,
    no_store: bool = False,
) -> Cached[str]:
    """Read through the cache."""

    async def loaded() -> Loaded[str]:
        outcome = load()
        assert inspect.isawaitable(outcome)
        return Loaded(await outcome, 200)

    asked = Directives(max_age, only_if_cached, no_store)
    return (await cache.read(slot_of(cache, name, keep), loaded, asked)).cached()
