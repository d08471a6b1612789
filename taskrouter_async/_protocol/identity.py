"""An answer must belong to whom and what was asked for.

Connections, proxies and shared caches have been seen to hand one caller's answer to another. A few
comparisons of strings find that out, wherever it happened.
"""

import re
from functools import cache
from typing import Final

from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import IdentityMismatchError

_BLANK: Final = re.compile(r"\{(\w+)\}")
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}", re.ASCII)
_ABSENT: Final = object()


def check_identity(call: Call[object], answer: object, account_sid: str) -> None:
    """Refuse an answer, or an item of a listing, that belongs to somebody or something else.

    Raises:
        IdentityMismatchError: Its account, or a SID that the call named, is another.
    """
    if getattr(answer, "account_sid", account_sid) != account_sid:
        raise IdentityMismatchError("the answer belongs to another account")
    for blank, asked in call.sids:
        given = getattr(answer, _member_named(blank), _ABSENT)
        # Channels may be asked for by their unique name as well, and answer with their SID.
        if given is not _ABSENT and given != asked and _SID.fullmatch(asked):
            raise IdentityMismatchError(f"the answer is about another {_member_named(blank)}")


@cache
def _member_named(blank: str) -> str:
    return "_".join(re.findall("[A-Z][a-z]+", blank)).lower()
