"""The recipe for a level on Redis: what it accepts, and what it never shows."""

import importlib
import os
import subprocess
import sys

import pytest
from shared.redis_server import RedisServer, need_redis
from shared.ships import patient
from shared.slow_wire import slow_wire

from taskrouter_async import CachePolicy
from taskrouter_async.config import Secret
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.shared_cache import Outcome, RedisLevel

ROOM = "taskrouter_async.shared_cache"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:{}@127.0.0.1", "redis://***@127.0.0.1"),
        (
            "rediss://user:{}@redis.example:6380/2?ssl_cert_reqs=none",
            "rediss://***@redis.example:6380/2",
        ),
        ("unix:///run/redis.sock?password={}", "unix:///run/redis.sock"),
    ],
)
def test_a_password_in_the_address_is_not_shown(url: str, shown: str, canary: str) -> None:
    """Neither by the level, nor by a policy that holds it, nor by what is opened."""
    level = RedisLevel(url.format(canary), "prod", key_secret=canary)

    for text in (repr(level), repr(CachePolicy(shared=level)), repr(level.open())):
        assert canary not in text
    assert f"'{shown}'" in repr(level)
    assert level.key_secret == canary


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:6379",
        "http://127.0.0.1",
        "redis://",
        "redis://host:port",
        "redis://host?socket_timeout=abc",
        "redis://host?sokcet_timeout=1",
        "redis://host?ssl_cert_reqs=none",
        "rediss://host?ssl_cert_reqs=perhaps",
        None,
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    """The error names the argument, and not what was given: it might hold a password."""
    with pytest.raises(InvalidArgumentError) as refused:
        RedisLevel(url)

    assert refused.value.argument == "url"
    assert "port/0" in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("options", ["max_connections=50", "timeout=3", "decode_responses=yes"])
async def test_options_in_the_address_do_not_get_in_the_way(
    redis_server: RedisServer, options: str
) -> None:
    """Where both say something, the level's own word counts."""
    level = RedisLevel(f"{redis_server.url}?{options}", timeout=2.0, connect_timeout=2.0).open()

    acquired = await level.acquire("name", "token", lease_ms=1000, stale_ms=0)

    assert acquired.outcome is Outcome.WON
    await level.aclose()


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"namespace": ""}, "namespace"),
        ({"namespace": "a b"}, "namespace"),
        ({"namespace": "{x}"}, "namespace"),
        ({"namespace": "x" * 65}, "namespace"),
        ({"timeout": 0}, "timeout"),
        ({"connect_timeout": -1.0}, "connect_timeout"),
        ({"budget": float("inf")}, "budget"),
    ],
)
def test_a_value_out_of_range_names_its_argument(
    arguments: dict[str, object], argument: str
) -> None:
    """What cannot work is refused when it is made, not when it is used."""
    with pytest.raises(InvalidArgumentError) as refused:
        RedisLevel("redis://127.0.0.1", **arguments)  # type: ignore[arg-type]

    assert refused.value.argument == argument


def test_a_secret_may_come_wrapped_up() -> None:
    """Whoever holds addresses and secrets as secrets need not unwrap them."""
    level = RedisLevel(Secret("redis://127.0.0.1"), key_secret=Secret("s"))

    assert level.key_secret == "s"


async def test_what_a_value_takes_on_the_wire_counts_as_age(redis_server: RedisServer) -> None:
    """However long it is under way, nobody finds it younger than it is."""
    async with slow_wire(redis_server.port) as wire:
        level = patient(f"redis://127.0.0.1:{wire.port}/0").open()
        await level.acquire("name", "one", lease_ms=5000, stale_ms=0)
        wire.there = 0.3
        assert await level.store("name", "one", b"0|{}", lease_ms=5000, hard_ms=8000)
        await level.aclose()

    reader = patient(redis_server.url).open()
    found = await reader.acquire("name", "two", lease_ms=5000, stale_ms=0)
    await reader.aclose()
    assert found.outcome is Outcome.FRESH
    assert 6000 < found.value_ms <= 7700


@pytest.fixture
def _unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the room has been imported."""
    for name in [each for each in sys.modules if each.startswith(ROOM)]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("_unloaded")
@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("redis", r"pip install 'taskrouter-async\[redis\]'"),
        (f"{ROOM}._connection", "_connection"),
    ],
)
def test_what_is_missing_is_named(
    missing: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has not installed the extra is told its name; a module of our own is named itself."""
    # What it consists of too: nothing that runs meanwhile can bring it back.
    for name in [missing, *(each for each in sys.modules if each.startswith(f"{missing}."))]:
        monkeypatch.setitem(sys.modules, name, None)
    assert ROOM not in sys.modules

    with pytest.raises(ImportError, match=complaint):
        importlib.import_module(ROOM)


def test_a_policy_made_before_a_fork_serves_parent_and_child(redis_server: RedisServer) -> None:
    """Connections are opened by the client that needs them, in its process and its loop."""
    script = (
        "import asyncio, os, sys\n"
        "from taskrouter_async.shared_cache import RedisLevel\n"
        "level = RedisLevel(sys.argv[1], 'fork')\n"
        "async def acquire(token):\n"
        "    opened = level.open()\n"
        "    found = await opened.acquire('0' * 32, token, lease_ms=5000, stale_ms=0)\n"
        "    await opened.aclose()\n"
        "    print(found.outcome.name, flush=True)\n"
        "asyncio.run(acquire('parent'))\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    asyncio.run(acquire('child'))\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "asyncio.run(acquire('again'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, redis_server.url], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["WON", "BUSY", "BUSY"]


@pytest.mark.parametrize("required", [True, False])
def test_without_a_server_tests_are_skipped_or_fail(
    required: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Where a server has to be there, a skip would hide that it is not."""
    script = "import shared.redis_server as here\nhere.REDIS = None\nhere.need_redis()"
    environment = {**os.environ, "PYTHONPATH": "tests", "TASKROUTER_REQUIRE_REDIS": "1" * required}
    done = subprocess.run(  # noqa: PLW1510
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment
    )

    assert ("Failed" if required else "Skipped") in done.stderr
    assert "redis-server is not on the PATH" in done.stderr


def test_a_server_is_there_or_the_reason_is_shown() -> None:
    """The reason of a skip is told by this very test."""
    need_redis()
