"""Values that say how a client behaves are checked when they are made, and keep secrets."""

import base64
import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from support import ACCOUNT_SID, API_KEY

from taskrouter_async.config import (
    BASE_URL,
    CachePolicy,
    Credentials,
    RetryPolicy,
    Secret,
    Timeouts,
    base_url_of,
    checked_base_url,
)
from taskrouter_async.errors import CredentialsError, InvalidArgumentError


def test_the_defaults_are_those_of_the_reference() -> None:
    """Thirty seconds in all, ten for an attempt; five of freshness, and what follows from them."""
    assert attrs.astuple(Timeouts()) == (30.0, 10.0, 5.0)
    assert attrs.astuple(RetryPolicy()) == (3, (0.1, 20.0), 1.0, 30.0)
    assert attrs.asdict(CachePolicy()) == {
        "ttl": 5.0,
        "stale_while_revalidate": 10.0,
        "stale_if_error": 60.0,
        "jitter": 0.1,
        "soft_timeout": 1.0,
        "load_timeout": 5.0,
        "attempt_timeout": 2.0,
        "negative_ttl": 5.0,
        "failure_backoff": (1.0, 30.0),
        "maxsize": 1024,
        "max_value_bytes": 256 * 1024,
        "window_ttl": 0.0,
        "close_grace": 1.0,
        "batch_queues": False,
        "shared": None,
    }


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: Timeouts(total=0), "total"),
        (lambda: Timeouts(total=float("inf")), "total"),
        (lambda: Timeouts(connect=-1), "connect"),
        (lambda: Timeouts(connect="5"), "connect"),  # type: ignore[arg-type]  # on purpose
        (lambda: Timeouts(attempt=0), "attempt"),
        (lambda: RetryPolicy(max_retries=-1), "max_retries"),
        (lambda: RetryPolicy(max_retries=1.0), "max_retries"),  # type: ignore[arg-type]
        (lambda: RetryPolicy(backoff=(2.0, 1.0)), "backoff"),
        (lambda: RetryPolicy(backoff=(float("nan"), 1.0)), "backoff"),
        (lambda: RetryPolicy(backoff=(0.0, 1.0, 2.0)), "backoff"),  # type: ignore[arg-type]
        (lambda: RetryPolicy(throttle_backoff=-1), "throttle_backoff"),
        (lambda: RetryPolicy(max_retry_after=-1), "max_retry_after"),
        (lambda: CachePolicy(ttl=-0.1), "ttl"),
        (lambda: CachePolicy(ttl=float("nan")), "ttl"),
        (lambda: CachePolicy(maxsize=0), "maxsize"),
        (lambda: CachePolicy(ttl=-(10**400)), "ttl"),
        (lambda: CachePolicy(maxsize=1.5), "maxsize"),  # type: ignore[arg-type]  # on purpose
        (lambda: CachePolicy(stale_while_revalidate=-1), "stale_while_revalidate"),
        (lambda: CachePolicy(stale_if_error=-1), "stale_if_error"),
        (lambda: CachePolicy(jitter=1.0), "jitter"),
        (lambda: CachePolicy(jitter=-0.1), "jitter"),
        (lambda: CachePolicy(soft_timeout=-1), "soft_timeout"),
        (lambda: CachePolicy(load_timeout=0), "load_timeout"),
        (lambda: CachePolicy(attempt_timeout=0), "attempt_timeout"),
        (lambda: CachePolicy(negative_ttl=-1), "negative_ttl"),
        (lambda: CachePolicy(failure_backoff=(2.0, 1.0)), "failure_backoff"),
        (lambda: CachePolicy(failure_backoff=(-1.0, 1.0)), "failure_backoff"),
        (lambda: CachePolicy(failure_backoff=(1.0, float("inf"))), "failure_backoff"),
        (lambda: CachePolicy(failure_backoff=3.0), "failure_backoff"),  # type: ignore[arg-type]
        (lambda: CachePolicy(max_value_bytes=0), "max_value_bytes"),
        (lambda: CachePolicy(window_ttl=-1), "window_ttl"),
        (lambda: CachePolicy(close_grace=-1), "close_grace"),
        (lambda: CachePolicy(batch_queues=1), "batch_queues"),  # type: ignore[arg-type]
    ],
)
def test_a_value_out_of_range_names_its_argument(make: Callable[[], object], argument: str) -> None:
    """No value that cannot work gets as far as a call."""
    with pytest.raises(InvalidArgumentError, match=argument) as refused:
        make()

    assert refused.value.argument == argument


def test_ttl_0_is_allowed() -> None:
    """0 means that the cache is off."""
    assert CachePolicy(ttl=0).ttl == 0


def test_an_auth_token_logs_in_as_the_account(canary: str) -> None:
    """With a token the user is the account itself."""
    credentials = Credentials.choose(ACCOUNT_SID, canary, None, None)

    assert (credentials.account_sid, credentials.user) == (ACCOUNT_SID, ACCOUNT_SID)


def test_an_api_key_logs_in_for_the_account(canary: str) -> None:
    """With a key the user is the key, and the account is still known."""
    credentials = Credentials.choose(ACCOUNT_SID, None, API_KEY, canary)

    assert (credentials.account_sid, credentials.user) == (ACCOUNT_SID, API_KEY)


def test_the_header_is_http_basic() -> None:
    """RFC 7617: user and password, joined by a colon, in base 64, in UTF-8."""
    header = Credentials.choose(ACCOUNT_SID, "sésame", None, None).authorization()

    scheme, _, encoded = header.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == f"{ACCOUNT_SID}:sésame"


@pytest.mark.parametrize(
    "given",
    [
        (None, None, None),
        ("", None, None),
        (None, API_KEY, None),
        (None, None, "secret"),
        ("token", API_KEY, "secret"),
        ("token", API_KEY, None),
    ],
)
def test_half_a_pair_or_two_pairs_are_refused(given: tuple[str | None, ...]) -> None:
    """Exactly one pair of credentials must be whole, and no other may be there."""
    with pytest.raises(CredentialsError, match="either an auth token, or both"):
        Credentials.choose(ACCOUNT_SID, *given)


@pytest.mark.parametrize(
    ("account_sid", "api_key", "argument"),
    [
        ("AC1", API_KEY, "account_sid"),
        (ACCOUNT_SID, "SK1", "api_key"),
        ("", API_KEY, "account_sid"),
    ],
)
def test_a_malformed_sid_is_refused(account_sid: str, api_key: str, argument: str) -> None:
    """An account or key whose SID cannot be one is refused by name."""
    with pytest.raises(InvalidArgumentError) as refused:
        Credentials.choose(account_sid, None, api_key, "secret")

    assert refused.value.argument == argument


def _ways_to_show(value: Any) -> list[str]:
    return [repr(value), str(value), f"{value}", f"{value!s:>10}"]


def test_credentials_do_not_show_the_secret(canary: str) -> None:
    """Neither repr, str, format nor a dump of all fields shows it."""
    credentials = Credentials.choose(ACCOUNT_SID, canary, None, None)

    shown = [*_ways_to_show(credentials), str(attrs.asdict(credentials)), str(vars(Secret))]

    assert not [text for text in shown if canary in text]
    assert "Secret(…)" in repr(credentials)


@pytest.mark.parametrize("way_out", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_does_not_leave_its_process(way_out: Callable[[object], object]) -> None:
    """A secret is neither pickled nor copied, so credentials are not either."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        way_out(Secret("hush"))


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://taskrouter.twilio.com", "https://taskrouter.twilio.com"),
        ("https://taskrouter.twilio.com/", "https://taskrouter.twilio.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_an_address_is_an_origin(base_url: str, origin: str) -> None:
    """Scheme, host and port are all that an address says; a slash at its end is dropped."""
    assert checked_base_url(base_url) == origin


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "taskrouter.twilio.com",
        "ftp://host",
        "https://",
        "https://user:token@host",
        "https://taskrouter.twilio.com:443@evil.example",
        "https://host:port",
        "https://host:99999",
        "https://[::1",
        "https://host/v1",
        "https://host?x=1",
        "https://host#x",
        "https://host/\n",
        "HTTPS://host",
        "http://a..b",
        "http://host\\evil",
        "http://exa mple",
        "http://host:",
        "http://%41",
    ],
)
def test_anything_more_or_less_is_refused(base_url: str) -> None:
    """Credentials are sent to this address: it must say where that is and nothing else."""
    with pytest.raises(InvalidArgumentError) as refused:
        checked_base_url(base_url)

    assert refused.value.argument == "base_url"
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    ("region", "edge", "base_url"),
    [
        (None, None, BASE_URL),
        ("", "", BASE_URL),
        ("ie1", None, "https://taskrouter.ie1.twilio.com"),
        (None, "ashburn", "https://taskrouter.ashburn.us1.twilio.com"),
        ("ie1", "dublin", "https://taskrouter.dublin.ie1.twilio.com"),
    ],
)
def test_region_and_edge_make_the_address(
    region: str | None, edge: str | None, base_url: str
) -> None:
    """The host is product, edge, region; an edge alone means region us1."""
    assert base_url_of(region, edge) == base_url


@pytest.mark.parametrize("name", ["evil.example/", "a.b", "-x", "A", "x" * 64])
def test_a_region_cannot_name_another_host(name: str) -> None:
    """A region or an edge is one label of a host name and nothing else."""
    with pytest.raises(InvalidArgumentError, match="region"):
        base_url_of(name, None)
    with pytest.raises(InvalidArgumentError, match="edge"):
        base_url_of(None, name)
