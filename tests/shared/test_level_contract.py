"""What every shared level must do: the one on Redis, and the one that stands in for it in tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, cast

import pytest
from shared.fake_level import FakeLevel, FakeServer

from taskrouter_async.shared_cache import Level, Notice, Outcome, RedisLevel

if TYPE_CHECKING:
    from shared.redis_server import RedisServer

Open = Callable[[], Level]
NAME = "0" * 32
VALUE = b'500|{"the": "envelope"}'


@pytest.fixture(params=["fake", "redis"])
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    """Open as many levels as the test wants, all of them on one server."""
    levels: list[Level] = []
    if request.param == "fake":
        server = FakeServer(asyncio.get_running_loop().time)
        make: Open = lambda: FakeLevel(server)  # noqa: E731 - one of two
    else:
        redis = cast("RedisServer", request.getfixturevalue("redis_server"))
        recipe = RedisLevel(redis.url, "test", timeout=2.0)
        make = recipe.open

    def open_one() -> Level:
        levels.append(make())
        return levels[-1]

    yield open_one
    for level in levels:
        await level.aclose()


async def _outcome(level: Level, token: str, *, lease_ms: int = 5000) -> Outcome:
    return (await level.acquire(NAME, token, lease_ms=lease_ms, stale_ms=0)).outcome


async def test_only_one_gets_the_lease(opened: Open) -> None:
    """Of two who ask, the second is told that somebody is at it, and for how long at most."""
    one, other = opened(), opened()

    first = await one.acquire(NAME, "one", lease_ms=5000, stale_ms=0)
    second = await other.acquire(NAME, "other", lease_ms=5000, stale_ms=0)

    assert (first.outcome, first.value) == (Outcome.WON, None)
    assert second.outcome is Outcome.BUSY
    assert 4000 < second.lease_ms <= 5000


async def test_what_is_stored_is_fresh_for_all(opened: Open) -> None:
    """The value comes back as it was, with the time that is left of it, and the lease is over."""
    one, other = opened(), opened()
    await _outcome(one, "one")

    assert await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=5000)

    found = await other.acquire(NAME, "other", lease_ms=5000, stale_ms=0)
    assert (found.outcome, found.value) == (Outcome.FRESH, VALUE)
    assert 4000 < found.value_ms <= 5000


@pytest.mark.parametrize(
    ("hard_ms", "stale_ms", "value"),
    [(400, 0, VALUE), (5000, 6000, VALUE), (5000, 0, b"no number|{}"), (5000, 0, b"")],
    ids=["it says so itself", "the reader is stricter", "no number", "empty"],
)
async def test_what_is_not_fresh_comes_with_the_lease(
    opened: Open, hard_ms: int, stale_ms: int, value: bytes
) -> None:
    """A value past its time, or one that does not say when that is, is handed on all the same."""
    level = opened()
    await _outcome(level, "one")
    await level.store(NAME, "one", value, lease_ms=5000, hard_ms=hard_ms)

    found = await level.acquire(NAME, "two", lease_ms=5000, stale_ms=stale_ms)

    assert (found.outcome, found.value) == (Outcome.WON, value)


async def test_a_value_is_as_old_as_its_lease(opened: Open) -> None:
    """The time since the lease was won is missing of what is left of the value."""
    one, other = opened(), opened()
    await _outcome(one, "one")
    await asyncio.sleep(0.1)

    assert await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=8000)

    found = await other.acquire(NAME, "other", lease_ms=5000, stale_ms=0)
    assert 7000 < found.value_ms <= 7901


async def test_what_is_of_no_more_use_is_not_kept(opened: Open) -> None:
    """The lease is over all the same, who waits is told, and what was there before stays."""
    one, other = opened(), opened()
    notices = other.subscribe()
    heard = [await anext(notices)]
    await _outcome(one, "one")
    await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=400)
    await _outcome(one, "again")
    await asyncio.sleep(0.03)

    assert not await one.store(NAME, "again", b"0|{}", lease_ms=5000, hard_ms=20)

    found = await other.acquire(NAME, "other", lease_ms=5000, stale_ms=0)
    async with asyncio.timeout(5):
        heard += [await anext(notices) for _ in range(2)]
    await notices.aclose()
    assert (found.outcome, found.value) == (Outcome.WON, VALUE)
    assert [notice.kind for notice in heard] == ["listening", "put", "fail"]


async def test_a_lease_ends_by_itself(opened: Open) -> None:
    """When its time is over the next one gets it, and whoever had it can neither store nor fail."""
    one, other = opened(), opened()
    await _outcome(one, "one", lease_ms=50)
    await asyncio.sleep(0.08)

    assert await _outcome(other, "other") is Outcome.WON
    assert not await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=5000)
    assert not await one.fail(NAME, "one", cooldown_ms=5000, reason="late", drop=True)
    assert await other.store(NAME, "other", VALUE, lease_ms=5000, hard_ms=5000)


async def test_a_failure_is_told_to_all_and_clears_by_itself(opened: Open) -> None:
    """During the cooldown nobody gets the lease; everybody gets the reason, and the old value."""
    one, other = opened(), opened()
    await _outcome(one, "one")
    await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=400)
    await _outcome(one, "again")

    assert await one.fail(NAME, "again", cooldown_ms=100, reason="it's broken", drop=False)

    found = await other.acquire(NAME, "other", lease_ms=5000, stale_ms=0)
    assert (found.outcome, found.reason, found.value) == (Outcome.COOLDOWN, "it's broken", VALUE)
    assert 0 < found.lease_ms <= 100
    await asyncio.sleep(0.12)
    assert await _outcome(other, "other") is Outcome.WON


async def test_a_failure_without_cooldown_lets_the_next_one_try(opened: Open) -> None:
    """The lease is free at once, and the value is gone if it must not be served any more."""
    level = opened()
    await _outcome(level, "one")
    await level.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=400)
    await _outcome(level, "two")

    assert await level.fail(NAME, "two", cooldown_ms=0, reason="", drop=True)

    found = await level.acquire(NAME, "three", lease_ms=5000, stale_ms=0)
    assert (found.outcome, found.value) == (Outcome.WON, None)


async def test_what_was_invalidated_cannot_be_stored_late(opened: Open) -> None:
    """Value and lease are gone, so whoever was asking meanwhile stores nothing."""
    one, other = opened(), opened()
    await _outcome(one, "one")

    await other.invalidate(NAME, "other")

    assert not await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=5000)
    assert await _outcome(other, "other") is Outcome.WON


async def test_all_hear_what_happens(opened: Open) -> None:
    """The first notice says that one listens; then come values, failures and the rest."""
    one, other = opened(), opened()
    notices = other.subscribe()
    heard = [await anext(notices)]

    await _outcome(one, "one")
    await one.store(NAME, "one", VALUE, lease_ms=5000, hard_ms=400)
    await _outcome(one, "two")
    await one.fail(NAME, "two", cooldown_ms=0, reason="", drop=False)
    await _outcome(one, "three")
    await one.fail(NAME, "three", cooldown_ms=0, reason="", drop=False, asked=False)
    await one.invalidate(NAME, "sender")
    async with asyncio.timeout(5):
        heard += [await anext(notices) for _ in range(4)]
    await notices.aclose()

    assert heard == [
        Notice("listening"),
        Notice("put", NAME),
        Notice("fail", NAME),
        Notice("free", NAME),
        Notice("invalidate", NAME, "sender"),
    ]


async def test_names_are_apart(opened: Open) -> None:
    """What happens under one name concerns no other."""
    level = opened()
    await _outcome(level, "one")

    found = await level.acquire("f" * 32, "two", lease_ms=5000, stale_ms=0)

    assert found.outcome is Outcome.WON


async def test_closing_twice_is_closing(opened: Open) -> None:
    """Whoever closes a level that is closed, or was never used, closes it."""
    level = opened()
    await level.aclose()
    await level.aclose()
