"""SIDs are checked here before they become part of an address."""

import re
from typing import Final

from taskrouter_async.errors import InvalidArgumentError

_SID: Final = re.compile(r"([A-Z]{2})[0-9a-fA-F]{32}", re.ASCII)
_CHANNEL: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{0,63}")


def checked_sid(sid: str, *, prefix: str, argument: str) -> str:
    """Return the SID if it is one of its kind.

    Raises:
        InvalidArgumentError: It is not the prefix followed by 32 hexadecimal digits.
    """
    # The whole string must match: "$" would let a newline at the end through, and a SID from a
    # web form with "/../" in it would name another resource.
    match = _SID.fullmatch(sid) if isinstance(sid, str) else None
    if match and match[1] == prefix:
        return sid
    raise InvalidArgumentError(
        f"{argument} must be {prefix} followed by 32 hexadecimal digits", argument=argument
    )


def checked_channel(channel: str, *, argument: str) -> str:
    """Return the channel's SID or unique name if it can stand in an address.

    Raises:
        InvalidArgumentError: It is neither: a name has letters, digits, ``_``, ``$`` and ``-``, 64
            at most, and begins with none of the digits.
    """
    # New names have no hyphens, but channels from before that rule have kept theirs.
    if isinstance(channel, str) and _CHANNEL.fullmatch(channel):
        return channel
    raise InvalidArgumentError(
        f"{argument} must be a channel's SID or its unique name",
        argument=argument,
    )
