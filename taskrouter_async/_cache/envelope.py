"""How an answer travels through the shared level, and what makes it be refused at the other end.

The upstream body is stored as it came, in a JSON envelope that tells what it answers and for whom.
A connection to Redis has been seen to hand over the reply to somebody else's command; so whoever
reads compares first, and what does not fit is nothing. It is never pickled: whoever may write to
the level could run code.

A value is ``<stale_ms>|<envelope>``. The number is for the level, which cannot look inside: a value
that it will have for no longer than that is no longer fresh.
"""

import json
from typing import Final, Literal, cast

from attrs import frozen

from taskrouter_async._cache.names import SCHEMA

Reason = Literal["envelope", "version", "name", "account", "size", "times", "body"]
"""Why a value of the shared level is refused: what about it does not fit.

``body``: it could not be read as an answer, or it is somebody else's.
"""

LONGEST_MS: Final = 10**11
"""For how long an answer can be of use: three years. Far beyond, dates and floats end."""

_FORMAT: Final = 1
_LONGEST_NUMBER: Final = 15


class RefusedError(Exception):
    """A value of the shared level cannot be used.

    Attributes:
        reason: Why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@frozen
class Address:
    """What an envelope must say about itself.

    Attributes:
        name: What the answer is kept under.
        account: The name of the account.
    """

    name: str
    account: str


@frozen
class Letter:
    """An answer and its times.

    Attributes:
        body: The upstream body as it came.
        age_ms: How old it is.
        fresh_ms: From which age on it is stale.
        hard_ms: From which age on it is of no use.
    """

    body: bytes
    age_ms: float
    fresh_ms: int
    hard_ms: int


def seal(letter: Letter, address: Address, token: str) -> bytes:
    """Return a letter as the value to be stored.

    Args:
        letter: The letter.
        address: Whom it is for.
        token: The lease under which it was written. Who waits for a newer value compares bytes, and
            those of an answer are often the same again.

    Raises:
        ValueError: The body is no text.
    """
    envelope = {
        "f": _FORMAT,
        "s": SCHEMA,
        "k": address.name,
        "a": address.account,
        "t": token,
        "h": letter.hard_ms,
        "b": letter.body.decode(),
    }
    written = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return f"{letter.hard_ms - letter.fresh_ms}|{written}".encode()


def unseal(value: bytes, value_ms: int, address: Address, max_bytes: int) -> Letter:
    """Return the letter in a stored value.

    Args:
        value: What is stored.
        value_ms: For how long the level will still have it; what is missing is the age.
        address: What was asked for.
        max_bytes: How long a body may be.

    Raises:
        RefusedError: It is none, it is too long, or it is meant for somebody or something else.
    """
    stale, _, written = value.partition(b"|")
    # Quotes and line breaks are two bytes in the envelope: a body within bounds fits into this.
    if len(written) > 2 * max_bytes + 1024:
        raise RefusedError("size")
    envelope = _parsed(written)
    _compare(envelope, address)
    body, hard_ms = envelope.get("b"), envelope.get("h")
    if not isinstance(body, str) or type(hard_ms) is not int or not _is_number(stale):
        raise RefusedError("envelope")
    fresh_ms = hard_ms - int(stale)
    if not 0 <= value_ms <= hard_ms <= LONGEST_MS or fresh_ms < 0:
        raise RefusedError("times")
    return Letter(_encoded(body, max_bytes), hard_ms - value_ms, fresh_ms, hard_ms)


def _parsed(written: bytes) -> dict[str, object]:
    try:
        envelope: object = json.loads(written)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict):
        raise RefusedError("envelope")
    return cast("dict[str, object]", envelope)


def _compare(envelope: dict[str, object], address: Address) -> None:
    if (envelope.get("f"), envelope.get("s")) != (_FORMAT, SCHEMA):
        raise RefusedError("version")
    if envelope.get("k") != address.name:
        raise RefusedError("name")
    if envelope.get("a") != address.account:
        raise RefusedError("account")


def _is_number(text: bytes) -> bool:
    return text.isdigit() and len(text) <= _LONGEST_NUMBER


def _encoded(body: str, max_bytes: int) -> bytes:
    try:
        encoded = body.encode()
    except UnicodeEncodeError:  # half of a character
        raise RefusedError("envelope") from None
    if len(encoded) > max_bytes:
        raise RefusedError("size")
    return encoded
