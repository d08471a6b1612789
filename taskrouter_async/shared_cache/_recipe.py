"""How to reach a Redis, as a value for a `CachePolicy`."""

import re
from typing import Final
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen
from redis.exceptions import RedisError

from taskrouter_async._level import Level
from taskrouter_async.config import Secret, check_positive
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.shared_cache._connection import RedisConnection, check_address

_SCHEMES: Final = frozenset({"redis", "rediss", "unix"})
_NAMESPACE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


def _address(url: str | Secret) -> Secret:
    text = url.reveal() if isinstance(url, Secret) else url
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
        known = parts.scheme in _SCHEMES and bool(parts.netloc or parts.path)
        if known:
            check_address(text)
    except (AttributeError, TypeError, ValueError, RedisError):
        known = False
    if known:
        return Secret(text)
    # The address itself is not shown: a password may stand in it.
    raise InvalidArgumentError(
        "url must be like redis://host:port/0, rediss://… or unix://…, with options that fit",
        argument="url",
    )


def _masked(url: Secret) -> str:
    parts = urlsplit(url.reveal())
    login, _, place = parts.netloc.rpartition("@")
    return f"'{parts.scheme}://{'***@' if login else ''}{place}{parts.path}'"


def _secret(text: str | Secret) -> Secret:
    return text if isinstance(text, Secret) else Secret(text)


def _namespace(_: object, attribute: "Attribute[str]", value: str) -> None:
    if not (isinstance(value, str) and _NAMESPACE.fullmatch(value)):
        raise InvalidArgumentError(
            f"{attribute.name} must be 1 to 64 letters, digits, dots, dashes or underscores",
            argument=attribute.name,
        )


def _seconds(_: object, attribute: "Attribute[float]", value: float) -> None:
    check_positive(attribute.name, value)


@frozen
class RedisLevel:
    """A level on Redis 6 or newer, or on Valkey 7.2 or newer, for ``CachePolicy(shared=...)``.

    It is a value: each client opens connections of its own with its first request, eight at most,
    and closes them with itself. Names of keys and channels hold no SID. Redis never sees a token
    or a secret; what it stores is what the service answered.

    Args:
        url: Where it is: ``redis://``, ``rediss://`` with TLS, or ``unix://``. It may hold a login
            and the number of a database. It is never shown whole.
        namespace: Whoever gives another one shares nothing: 1 to 64 letters, digits, ``.``, ``-``
            or ``_``. Take one for each environment.
        key_secret: Goes into the hashes that stand for SIDs in the names of keys, so that nobody
            can try SIDs; all processes that share must give the same.
        timeout: Seconds for one command.
        connect_timeout: Seconds for a connection.
        budget: Seconds for which one request may be held up by a Redis in trouble.
        silence: Seconds without a notice after which the subscription is tried with a ``PING``.

    Raises:
        InvalidArgumentError: An argument cannot be used.
    """

    url: Secret = field(converter=_address, repr=_masked)
    namespace: str = field(default="default", validator=_namespace)
    _key_secret: Secret = field(default=Secret(""), converter=_secret, repr=False, kw_only=True)
    timeout: float = field(default=0.1, validator=_seconds, kw_only=True)
    connect_timeout: float = field(default=0.25, validator=_seconds, kw_only=True)
    budget: float = field(default=0.25, validator=_seconds, kw_only=True)
    silence: float = field(default=10.0, validator=_seconds, kw_only=True)

    @property
    def key_secret(self) -> str:
        """What goes into the hashes; empty for nothing."""
        return self._key_secret.reveal()

    def open(self) -> Level:
        """Return a level for one client, which closes it. Nothing is connected yet."""
        return RedisConnection(
            self.url.reveal(),
            self.namespace,
            timeout=self.timeout,
            connect_timeout=self.connect_timeout,
            silence=self.silence,
        )
