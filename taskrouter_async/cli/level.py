"""``--redis``: a level that processes share."""

from taskrouter_async._level import SharedLevel


def level_at(url: str | None) -> SharedLevel | None:
    """Return the level at an address; ``None`` for none.

    Raises:
        InvalidArgumentError: It is no address of a Redis.
    """
    if url is None:
        return None
    # Loaded by those alone who ask for it: it takes longer than all the rest.
    from taskrouter_async.shared_cache import RedisLevel  # noqa: PLC0415

    return RedisLevel(url)
