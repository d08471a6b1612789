"""Changes that depend on what was read: only that version may be changed."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, integer
from taskrouter_async.errors import InvalidArgumentError, PreconditionFailedError, ProtocolError
from taskrouter_async.models import Versioned

V = TypeVar("V", bound=Versioned)
C = TypeVar("C")

_MOST_ATTEMPTS: Final = 1000


def version(if_match: str | NotGiven) -> str:
    """Return the version that a resource must have; empty for any.

    Raises:
        InvalidArgumentError: It cannot stand in a header.
    """
    if if_match is NOT_GIVEN:
        return ""
    # A line's end in a header would begin another header, or another request.
    if isinstance(if_match, str) and if_match and if_match.isascii() and if_match.isprintable():
        return if_match
    raise InvalidArgumentError(
        "if_match must be the etag of an answer: printable ASCII", argument="if_match"
    )


async def modify(
    fetch: Callable[[], Awaitable[V]],
    write: Callable[[C, str], Awaitable[V]],
    function: Callable[[V], C | None],
    attempts: int,
) -> V:
    """Read, decide, and write if nobody else wrote meanwhile; else begin again.

    Raises:
        InvalidArgumentError: The number of attempts is none; nothing was sent.
        PreconditionFailedError: Somebody else wrote each time.
        ProtocolError: The answer does not tell its version, so that nothing can be written safely.
    """
    integer("attempts", attempts, 1, _MOST_ATTEMPTS)
    while True:
        current = await fetch()
        change = function(current)
        if change is None:
            return current
        if not current.etag:
            raise ProtocolError("the answer does not tell its version; nothing was changed")
        try:
            return await write(change, current.etag)
        except PreconditionFailedError:
            attempts -= 1
            if not attempts:
                raise
