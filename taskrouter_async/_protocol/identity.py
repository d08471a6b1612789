"""An answer must belong to whom and what was asked for.

Connections, proxies and shared caches have been seen to hand one caller's answer to another. A few
comparisons of strings find that out, wherever it happened.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import IdentityMismatchError

_BLANK: Final = re.compile(r"\{(\w+)\}")
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}", re.ASCII)


def check_identity(call: Call[object], answers: Sequence[object], account_sid: str) -> None:
    """Refuse answers, of which a listing has many, that belong to somebody or something else.

    Raises:
        IdentityMismatchError: Their account, or a SID that the call named, is another.
    """
    if _is_another(answers, "account_sid", account_sid):
        raise IdentityMismatchError("the answer belongs to another account")
    for blank, asked in call.sids:
        member = _member_named(blank)
        # Channels may be asked for by their unique name as well, and answer with their SID.
        if _is_another(answers, member, asked) and _SID.fullmatch(asked):
            raise IdentityMismatchError(f"the answer is about another {member}")


def _is_another(answers: Sequence[object], member: str, asked: str) -> bool:
    return any(getattr(answer, member, asked) != asked for answer in answers)


@cache
def _member_named(blank: str) -> str:
    return "_".join(re.findall("[A-Z][a-z]+", blank)).lower()
