"""How one call fares."""

from collections.abc import Callable
from typing import Final

from attrs import define, frozen

from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.retrying import Effect, effect_of
from taskrouter_async.errors import ResponseInfo

_HEADERS: Final = (
    "twilio-request-id",
    "etag",
    "x-rate-limit-limit",
    "x-rate-limit-remaining",
    "x-rate-limit-config",
    "twilio-concurrent-requests",
)
"""What a `ResponseInfo` says, in its order."""


@define(eq=False)
class Course:
    """What is known of a call between its attempts.

    Attributes:
        call: What is asked for.
        request: The message, written once: an argument that means "now" means the same in each
            attempt.
        number: Which call of the client it is.
        now: The event loop's clock.
        started_at: When the call began.
        deadline: When it is over.
        sent_at: When the last attempt began, its turn having come.
        ended_at: When it was answered.
        attempt: How many attempts there were.
        paid: What the last retry took out of the budget.
        maybe_done: Whether an attempt that failed may have been carried out.
    """

    call: Call[object]
    request: Request
    number: int
    now: Callable[[], float]
    started_at: float
    deadline: float
    sent_at: float = 0.0
    ended_at: float = 0.0
    attempt: int = 0
    paid: int = 0
    maybe_done: bool = False

    @property
    def effect(self) -> Effect:
        """What sending the call a second time would do."""
        return effect_of(self.call)

    def info(self, response: Response) -> ResponseInfo:
        """Return where an answer came from."""
        operation = self.call.operation
        return ResponseInfo(
            operation.method,
            operation.path,
            response.status,
            self.ended_at - self.started_at,
            self.attempt,
            *map(response.headers.get, _HEADERS),
        )


@frozen(eq=False)
class Outcome:
    """What a call brought.

    Attributes:
        response: The answer, a successful one.
        info: Where it came from.
    """

    response: Response
    info: ResponseInfo
