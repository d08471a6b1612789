"""A level that lives in Redis, through redis-py's client for asyncio.

redis-py would try again by itself, ten times by default and for seconds; here it tries once, and
the cache decides what a failure means. Whatever it raises is caught there, too.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Final, Protocol, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from taskrouter_async._level import Acquired, Notice, Outcome
from taskrouter_async.shared_cache._scripts import ACQUIRE, FAIL, INVALIDATE, STORE, Script

_WIRE_VERSION: Final = 1
_MAX_CONNECTIONS: Final = 8

_OUTCOMES: Final[Mapping[bytes, Outcome]] = {
    b"fresh": Outcome.FRESH,
    b"won": Outcome.WON,
    b"busy": Outcome.BUSY,
    b"cooldown": Outcome.COOLDOWN,
}


class _Subscription(Protocol):
    async def subscribe(self, channel: str, /) -> object: ...

    async def get_message(self, *, timeout: float) -> Mapping[str, object] | None: ...  # noqa: ASYNC109 - redis-py's

    async def ping(self) -> object: ...

    async def aclose(self) -> None: ...


class _Client(Protocol):
    """What is used of redis-py, which has hardly any types of its own."""

    async def execute_command(self, *parts: str | bytes | int) -> object: ...

    def pubsub(self) -> _Subscription: ...

    async def aclose(self, *, close_connection_pool: bool) -> None: ...


class _Pool(Protocol):
    def make_connection(self) -> object: ...


class RedisConnection:
    """An open level; it connects when it is first used.

    Args:
        url: Where Redis is.
        namespace: What all names begin with.
        timeout: Seconds for one command.
        connect_timeout: Seconds for a connection.
        silence: Seconds without a notice after which the subscription is tried.
    """

    def __init__(
        self, url: str, namespace: str, *, timeout: float, connect_timeout: float, silence: float
    ) -> None:
        self._prefix = f"trc:{_WIRE_VERSION}:"
        self._namespace = namespace
        self._channel = f"{self._prefix}{namespace}:n"
        self._timeout = timeout
        self._silence = silence
        pool = _pool(url, timeout, connect_timeout)
        self._redis = cast("_Client", Redis(connection_pool=pool))

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        """Read the value, judge it, and try to get the lease; see `Level`."""
        reply = await self._run(ACQUIRE, name, token, lease_ms, stale_ms)
        outcome, has_value, value, value_ms, lasts_ms, reason = cast(
            "tuple[bytes, int, bytes, int, int, bytes]", reply
        )
        return Acquired(
            _OUTCOMES[outcome],
            value if has_value else None,
            value_ms,
            lasts_ms,
            reason.decode(errors="replace"),
        )

    async def store(
        self, name: str, token: str, payload: bytes, *, lease_ms: int, hard_ms: int
    ) -> bool:
        """Keep a value and end the lease; see `Level`."""
        arguments = (token, payload, lease_ms, hard_ms, self._channel, name)
        return bool(await self._run(STORE, name, *arguments))

    async def fail(
        self,
        name: str,
        token: str,
        *,
        cooldown_ms: int,
        reason: str,
        drop: bool,
        asked: bool = True,
    ) -> bool:
        """End the lease without a value; see `Level`."""
        notice = f"{'fail' if asked else 'free'} {name}"
        arguments = (token, cooldown_ms, reason, int(drop), self._channel, notice)
        return bool(await self._run(FAIL, name, *arguments))

    async def invalidate(self, name: str, sender: str) -> None:
        """Forget the value and the lease; see `Level`."""
        await self._run(INVALIDATE, name, self._channel, f"invalidate {name} {sender}")

    async def subscribe(self) -> AsyncGenerator[Notice]:
        """Listen; see `Level`. Raises what redis-py does when the connection is lost or silent."""
        await self._redis.execute_command("PING")
        pubsub = self._redis.pubsub()
        try:
            await pubsub.subscribe(self._channel)
            while True:
                message = await self._message(pubsub)
                notice = _notice(message)
                if notice is not None:
                    yield notice
        finally:
            await pubsub.aclose()

    async def _message(self, pubsub: _Subscription) -> Mapping[str, object]:
        return await pubsub.get_message(timeout=self._silence) or await self._pong(pubsub)

    async def _pong(self, pubsub: _Subscription) -> Mapping[str, object]:
        await pubsub.ping()
        return _not_silent(await pubsub.get_message(timeout=self._timeout))

    async def aclose(self) -> None:
        """Let go of all connections; see `Level`."""
        await self._redis.aclose(close_connection_pool=True)

    async def _run(self, script: Script, name: str, *arguments: str | bytes | int) -> object:
        # The braces keep both keys on one node of a cluster.
        stem = f"{self._prefix}{{{self._namespace}:{name}}}"
        given = (2, f"{stem}:v", f"{stem}:l", *arguments)
        try:
            return await self._redis.execute_command("EVALSHA", script.sha, *given)
        except NoScriptError:
            return await self._redis.execute_command("EVAL", script.text, *given)


def check_address(url: str) -> None:
    """Raise what redis-py raises for an address that no connection can be made of."""
    pool = cast("_Pool", _pool(url, 1.0, 1.0))
    pool.make_connection()


def _pool(url: str, timeout: float, connect_timeout: float) -> BlockingConnectionPool:
    options: dict[str, object] = {
        **parse_url(url),
        "socket_timeout": timeout,
        "socket_connect_timeout": connect_timeout,
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
        "protocol": 2,
        "decode_responses": False,
        "max_connections": _MAX_CONNECTIONS,
        # Who finds all connections in use waits for one, as long as the cache lets him.
        "timeout": None,
    }
    make = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool)
    return make(**options)


def _not_silent(message: Mapping[str, object] | None) -> Mapping[str, object]:
    if message is None:
        raise ConnectionError("the subscription is silent")
    return message


def _notice(message: Mapping[str, object]) -> Notice | None:
    if message["type"] == "subscribe":
        return Notice("listening")
    data = message["data"]
    words = data.decode(errors="replace").split(" ") if isinstance(data, bytes) else []
    match words:
        case [("put" | "fail" | "free") as kind, name]:
            return Notice(kind, name)
        case ["invalidate", name, sender]:
            return Notice("invalidate", name, sender)
        case _:
            return None  # another release's, or a pong
