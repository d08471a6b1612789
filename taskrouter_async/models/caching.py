"""Where an answer comes from, how old it is, and what the cache has done so far."""

from typing import Generic, Literal, TypeVar

from attrs import frozen

T_co = TypeVar("T_co", covariant=True)


@frozen
class CacheStatus:
    """How the cache served one answer, in the words of RFC 9211.

    Attributes:
        hit: Whether a stored answer was served without asking the service.
        age: Seconds since the request that brought the answer was sent, at the moment of serving.
        ttl: Seconds for which the answer stays fresh; negative once it is stale.
        source: ``l1`` for this process's memory, ``origin`` for the service.
        stored: Whether the answer can be served to others from now on.
        collapsed: Whether this caller joined a request that another caller had caused.
    """

    hit: bool
    age: float
    ttl: float
    source: Literal["l1", "origin"]
    stored: bool
    collapsed: bool


@frozen
class Cached(Generic[T_co]):
    """An answer and how the cache served it.

    Attributes:
        value: The answer's model.
        status: Where it comes from and how old it is.
    """

    value: T_co
    status: CacheStatus


@frozen
class CacheStats:
    """What a client's cache has done since it was made, and what it holds now.

    Attributes:
        hits: Answers served from memory.
        misses: Calls that found no fresh answer.
        collapsed: The misses that joined a request already in the air.
        loads_started: Requests that the cache caused.
        loads_succeeded: Those that brought an answer.
        loads_failed: Those that brought an error.
        entries: Answers held now.
        flights: Requests in the air now.
    """

    hits: int
    misses: int
    collapsed: int
    loads_started: int
    loads_succeeded: int
    loads_failed: int
    entries: int
    flights: int
