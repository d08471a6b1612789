"""The cache as a visit to the shared level sees it."""

from collections.abc import Callable

from attrs import frozen

from taskrouter_async import models
from taskrouter_async._cache.aftermath import Aftermath, Counters
from taskrouter_async._cache.flights import Flights
from taskrouter_async._cache.store import Store
from taskrouter_async.config import CachePolicy


@frozen(eq=False)
class Surroundings:
    """The cache in which visits begin and end.

    Attributes:
        policy: How long answers may be served, and requests take.
        flights: Who is in the air.
        store: Where answers are kept.
        aftermath: What happened to flights that landed.
        counters: Where it is counted.
        clock: The cache's clock.
        chance: Random numbers, 0 to 1.
        wall_clock: Seconds since 1970, for people to read.
        listener: Is told what happens apart from hits.
    """

    policy: CachePolicy
    flights: Flights
    store: Store
    aftermath: Aftermath
    counters: Counters
    clock: Callable[[], float]
    chance: Callable[[], float]
    wall_clock: Callable[[], float]
    listener: Callable[["models.CacheEvent"], None] | None
