"""Frozen values that say how a client shall behave.

Nothing here reads the environment: `TaskRouterClient.from_env` does.
"""

import base64
import math
import re
from typing import Final, NoReturn
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen

from taskrouter_async._level import SharedLevel
from taskrouter_async.errors import CredentialsError, InvalidArgumentError

BASE_URL: Final = "https://taskrouter.twilio.com"


def check_positive(argument: str, value: float) -> None:
    """Refuse what is not a finite number above 0.

    Raises:
        InvalidArgumentError: It is something else; the error names the argument.
    """
    if not (_is_finite(value) and value > 0):
        raise InvalidArgumentError(
            f"{argument} must be a number above 0, not {value!r}", argument=argument
        )


def check_not_negative(argument: str, value: float) -> None:
    """Refuse what is not a finite number, 0 or more.

    Raises:
        InvalidArgumentError: It is something else; the error names the argument.
    """
    if not (_is_finite(value) and value >= 0):
        raise InvalidArgumentError(
            f"{argument} must be a number, 0 or more, not {value!r}", argument=argument
        )


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and -math.inf < value < math.inf


def _positive(_: object, attribute: "Attribute[float]", value: float) -> None:
    check_positive(attribute.name, value)


def check_at_least_one(argument: str, value: int) -> None:
    """Refuse what is not a whole number, 1 or more.

    Raises:
        InvalidArgumentError: It is something else; the error names the argument.
    """
    if not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(
            f"{argument} must be a whole number, 1 or more, not {value!r}", argument=argument
        )


def _at_least_one(_: object, attribute: "Attribute[int]", value: int) -> None:
    check_at_least_one(attribute.name, value)


def _not_negative(_: object, attribute: "Attribute[float]", value: float) -> None:
    check_not_negative(attribute.name, value)


def _whole_not_negative(_: object, attribute: "Attribute[int]", value: int) -> None:
    if not isinstance(value, int) or value < 0:
        raise InvalidArgumentError(
            f"{attribute.name} must be a whole number, 0 or more, not {value!r}",
            argument=attribute.name,
        )


@frozen
class Timeouts:
    """How long one call may take, in seconds; all must be positive and finite.

    Attributes:
        total: The whole call: waiting for its turn, all attempts with the pauses between them, and
            reading the answer.
        attempt: One attempt, from the moment that it is its turn.
        connect: Reaching the service: TCP and TLS handshakes.
    """

    total: float = field(default=30.0, validator=_positive)
    attempt: float = field(default=10.0, validator=_positive)
    connect: float = field(default=5.0, validator=_positive)


def _flag(_: object, attribute: "Attribute[bool]", value: bool) -> None:  # noqa: FBT001 - attrs' way
    if not isinstance(value, bool):
        raise InvalidArgumentError(
            f"{attribute.name} must be True or False, not {value!r}", argument=attribute.name
        )


def _share(_: object, attribute: "Attribute[float]", value: float) -> None:
    if not (_is_finite(value) and 0 <= value < 1):
        raise InvalidArgumentError(
            f"{attribute.name} must be a number, 0 or more and below 1, not {value!r}",
            argument=attribute.name,
        )


def _pauses(
    _: object, attribute: "Attribute[tuple[float, float]]", value: tuple[float, float]
) -> None:
    match value:
        case (first, longest) if (
            _is_finite(longest) and _is_finite(first) and 0 <= first <= longest
        ):
            return
        case _:
            raise InvalidArgumentError(
                f"{attribute.name} must be two numbers, 0 or more, the smaller first, "
                f"not {value!r}",
                argument=attribute.name,
            )


@frozen
class RetryPolicy:
    """How often a call is tried again, and after what pauses; all times are in seconds.

    What may be tried again is no setting: reads, deletions and changes that name a version always;
    everything else only if it is known not to have been carried out. An account's retries come out
    of a budget besides, so that an outage is not multiplied.

    Attributes:
        max_retries: How often at most, 0 or more; 0 means never.
        backoff: The longest first pause and the longest of all. It doubles with each attempt, and
            a pause is anything between 0 and that, by chance ("full jitter").
        throttle_backoff: The longest first pause after a 429 that names none.
        max_retry_after: The longest pause that the service can ask for with ``Retry-After``.
    """

    max_retries: int = field(default=3, validator=_whole_not_negative)
    backoff: tuple[float, float] = field(default=(0.1, 20.0), validator=_pauses)
    throttle_backoff: float = field(default=1.0, validator=_not_negative)
    max_retry_after: float = field(default=30.0, validator=_not_negative)


@frozen
class CachePolicy:
    """How statistics are kept; all times are in seconds.

    Attributes:
        ttl: How long real-time statistics are fresh, counted from the instant before their request
            was sent; 0 switches keeping them off, and the sharing of requests too. 5 is what a
            wallboard can show, and leaves a refresh of up to a second most of its time.
        stale_while_revalidate: How long after ``ttl`` a stale answer is still served at once,
            while a newer one is fetched in the background (RFC 5861). With 10 nobody waits as long
            as somebody asks every 15 seconds.
        stale_if_error: How long after ``ttl`` a stale answer is served if the service fails (RFC
            5861). After 60 the error is the more useful answer.
        jitter: By what share of ``ttl`` an answer may be stale earlier, by chance, so that what was
            fetched together is not refreshed together.
        soft_timeout: How long a call waits for the service if it could have a stale answer.
        load_timeout: How long one shared request may take, everything included. As long as
            ``ttl``, so that one that hangs costs one window.
        attempt_timeout: After how long a read that hangs is tried once more, within
            ``load_timeout``.
        negative_ttl: How long a 404 is remembered; what is just being created appears after that.
        failure_backoff: How long the service is left alone after a failure, and the longest that
            this becomes when failures follow one another: it doubles with each.
        maxsize: Answers kept at most, 1 or more; the one not renewed for longest makes room. The
            real-time statistics of one queue take about 2 KB.
        max_value_bytes: The largest body whose answer is kept; a larger one is only handed on.
        window_ttl: What ``ttl`` is for statistics over a window of time; 0 by default, so that
            they are not kept.
        close_grace: How long closing waits for requests that somebody waits for.
        batch_queues: Whether requests for the real-time statistics of single task queues travel
            together, up to 50 of a workspace in one; not those for one channel, not those with
            ``no_store``, and none if ``ttl`` is 0. Off by default, because the service answers such
            a request with zeros for a queue that does not exist, and without the members
            ``longest_relative_task_age_in_queue`` and ``longest_relative_task_sid_in_queue``,
            which are ``None`` then.
        shared: A level that processes share, so that a whole fleet asks once: a
            `taskrouter_async.shared_cache.RedisLevel`. Without one, each client asks for itself.
    """

    ttl: float = field(default=5.0, validator=_not_negative)
    stale_while_revalidate: float = field(default=10.0, validator=_not_negative)
    stale_if_error: float = field(default=60.0, validator=_not_negative)
    jitter: float = field(default=0.1, validator=_share)
    soft_timeout: float = field(default=1.0, validator=_not_negative)
    load_timeout: float = field(default=5.0, validator=_positive)
    attempt_timeout: float = field(default=2.0, validator=_positive)
    negative_ttl: float = field(default=5.0, validator=_not_negative)
    failure_backoff: tuple[float, float] = field(default=(1.0, 30.0), validator=_pauses)
    maxsize: int = field(default=1024, validator=_at_least_one)
    max_value_bytes: int = field(default=262144, validator=_at_least_one)
    window_ttl: float = field(default=0.0, validator=_not_negative)
    close_grace: float = field(default=1.0, validator=_not_negative)
    batch_queues: bool = field(default=False, validator=_flag)
    shared: SharedLevel | None = None


def is_text(value: object) -> bool:
    """Tell whether a value is a text that can be sent.

    Half of a surrogate pair is a ``str`` of Python's, but not one.
    """
    return isinstance(value, str) and value.encode(errors="ignore").decode() == value


class Secret:
    """A text that shows itself only when asked to by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text; the caller keeps it out of logs, errors and keys."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


def _sid(prefix: str, argument: str, sid: str) -> str:
    if isinstance(sid, str) and re.fullmatch(prefix + "[0-9a-fA-F]{32}", sid, re.ASCII):
        return sid
    raise InvalidArgumentError(
        f"{argument} must be {prefix} followed by 32 hexadecimal digits", argument=argument
    )


def _secret(text: str) -> Secret:
    # Environments let half a surrogate pair through; the error of encoding one would show it all.
    if is_text(text):
        return Secret(text)
    raise CredentialsError("the auth token or API secret is no text that can be sent")


@frozen
class Credentials:
    """Who asks: an account with its auth token, or with an API key and that key's secret.

    Attributes:
        account_sid: The account, ``AC…``.
        user: The name to log in with: the account SID, or the API key's SID, ``SK…``.
        password: The auth token, or the API key's secret; never shown.
    """

    account_sid: str
    user: str
    password: Secret

    @classmethod
    def choose(
        cls,
        account_sid: str,
        auth_token: str | None,
        api_key: str | None,
        api_secret: str | None,
    ) -> "Credentials":
        """Take the pair that was given whole.

        Raises:
            CredentialsError: Neither pair is whole, both are there, or the secret is no text that
                can be sent.
            InvalidArgumentError: The account SID or the API key is not one of its kind.
        """
        _sid("AC", "account_sid", account_sid)
        if api_key and api_secret and not auth_token:
            return cls(account_sid, _sid("SK", "api_key", api_key), _secret(api_secret))
        if auth_token and not api_key and not api_secret:
            return cls(account_sid, account_sid, _secret(auth_token))
        raise CredentialsError(
            "give either an auth token, or both an API key and its secret, and not all of them"
        )

    def authorization(self) -> str:
        """Return the value of an HTTP Basic ``Authorization`` header (RFC 7617)."""
        pair = f"{self.user}:{self.password.reveal()}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


_NETLOC: Final = re.compile(
    r"""
    (?: [0-9a-z] (?:[0-9a-z-]*[0-9a-z])? (?: \. [0-9a-z] (?:[0-9a-z-]*[0-9a-z])? )* \.?
      | \[ [0-9a-f:.]+ \] )
    (?: : [0-9]{1,5} )?
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def checked_base_url(base_url: str) -> str:
    """Return the origin that all requests of a client go to, without a slash at its end.

    Raises:
        InvalidArgumentError: It is not just a scheme, a host and perhaps a port.
    """
    try:
        parts = urlsplit(base_url)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and _NETLOC.fullmatch(parts.netloc):
        origin = f"{parts.scheme}://{parts.netloc}"
        if base_url in {origin, origin + "/"}:
            return origin
    raise InvalidArgumentError(
        "base_url must be like https://host or http://host:port, with nothing behind",
        argument="base_url",
    )


_HOST_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def base_url_of(region: str | None, edge: str | None) -> str:
    """Return the vendor's address for a region and an edge; an edge alone means region us1.

    See https://www.twilio.com/docs/global-infrastructure.

    Raises:
        InvalidArgumentError: A name that cannot stand in a host name.
    """
    for argument, label in (("region", region), ("edge", edge)):
        if label and not _HOST_LABEL.fullmatch(label):
            raise InvalidArgumentError(f"{argument} is no name for a host", argument=argument)
    if not region and not edge:
        return BASE_URL
    labels = ["taskrouter", edge, region or "us1", "twilio.com"]
    return "https://" + ".".join(label for label in labels if label)
