"""How far a request has come.

aiohttp's exceptions do not tell: its timeouts are alike in every phase, and whether a connection
was new is nobody's business there. The connector notes both here, for the transport that waits.
"""

from contextvars import ContextVar
from typing import Final

from attrs import define

from taskrouter_async.errors import Phase

SENT: Final = frozenset({"answer", "body"})
"""The phases in which the service may have got the request."""


@define(eq=False)
class Progress:
    """Where one request is.

    Attributes:
        phase: What it waits for.
        reused: Whether it went out on a connection that had served before.
        status: The answer's, as soon as its head is there.
    """

    phase: Phase = "queue"
    reused: bool = False
    status: int | None = None

    @property
    def maybe_sent(self) -> bool:
        """Whether the service may have got the request."""
        return self.phase in SENT


# The connector is called by aiohttp, deep inside, and in the caller's own task: a context variable
# is the only thread that leads there. It is not reset by token, since who closes an asynchronous
# generator may do so from another context.
_current: ContextVar[Progress | None] = ContextVar("taskrouter_async_progress", default=None)

note = _current.set


def current() -> Progress:
    """Return the progress of the request that is being sent; nobody reads it if it is not ours."""
    return _current.get() or Progress()
