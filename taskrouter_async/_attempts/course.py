"""How one call fares."""

from collections.abc import Callable

from attrs import define, frozen

from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.retrying import Effect, effect_of
from taskrouter_async.errors import ResponseInfo


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
    attempt: int = 0
    paid: int = 0
    maybe_done: bool = False

    @property
    def effect(self) -> Effect:
        """What sending the call a second time would do."""
        return effect_of(self.call)

    def info(self, response: Response) -> ResponseInfo:
        """Return where an answer came from."""
        headers = response.headers
        return ResponseInfo(
            method=self.call.operation.method,
            path=self.call.operation.path,
            status=response.status,
            seconds=self.now() - self.started_at,
            attempts=self.attempt,
            request_id=headers.get("twilio-request-id"),
            etag=headers.get("etag"),
            rate_limit=headers.get("x-rate-limit-limit"),
            rate_limit_remaining=headers.get("x-rate-limit-remaining"),
            rate_limit_config=headers.get("x-rate-limit-config"),
            concurrent_requests=headers.get("twilio-concurrent-requests"),
        )


@frozen
class Outcome:
    """What a call brought.

    Attributes:
        response: The answer, a successful one.
        info: Where it came from.
    """

    response: Response
    info: ResponseInfo
