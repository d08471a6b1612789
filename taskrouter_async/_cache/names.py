"""Under which name the shared level keeps an answer: a hash, which gives away no SID.

Everything that may change an answer goes into it: which service, whose account, who asks, and for
what. A restricted API key may see less than its account, so two credentials never share a name.
"""

import json
from hashlib import blake2b
from typing import Final, TypeVar

from attrs import frozen

from taskrouter_async._protocol.operation import Call

T = TypeVar("T")

SCHEMA: Final = 1
"""What the stored bodies mean to this release; a release that reads them otherwise counts on."""

_DIGEST_BYTES: Final = 16


@frozen
class Owner:
    """Whose answers a cache keeps.

    Attributes:
        base_url: Where the service is.
        account_sid: Whose account they are about.
        principal: Who asks: the SID of the account or of the API key.
    """

    base_url: str = ""
    account_sid: str = ""
    principal: str = ""


NOBODY: Final = Owner()
"""Who keeps answers for nobody but the running process."""


class Names:
    """The names of one owner's answers.

    Args:
        owner: Whose answers they are.
        secret: With it, names cannot be found out by trying SIDs either.
        batches: Whether answers are items of bulk answers where there is such a thing. These lack
            members, so they have other names.

    Attributes:
        account: The name of the account, which stands in what is stored.
    """

    def __init__(self, owner: Owner, secret: str, *, batches: bool = False) -> None:
        self._owner = owner
        self._batches = batches
        self._key = blake2b(secret.encode()).digest() if secret else b""
        self.account = self._digest([owner.account_sid])

    def of(self, call: Call[T]) -> str:
        """Return the name of the answer to a call: 32 hexadecimal digits."""
        owner, operation = self._owner, call.operation
        asked = (self._batches and call.bulk) or operation
        return self._digest(
            [
                SCHEMA,
                owner.base_url,
                owner.account_sid,
                owner.principal,
                [asked.method, asked.path, operation.result.__name__],
                call.sids,
                sorted(call.arguments),
                call.json,
            ]
        )

    def _digest(self, parts: list[object]) -> str:
        text = json.dumps(parts, separators=(",", ":"))
        return blake2b(text.encode(), digest_size=_DIGEST_BYTES, key=self._key).hexdigest()
