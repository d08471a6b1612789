"""Every error that this library raises, by what the caller can do next.

::

    TaskRouterError
    ├── UsageError                   mend the program
    │   ├── InvalidArgumentError     (also a ValueError)
    │   ├── ExpressionError          (also a ValueError)
    │   ├── CredentialsError
    │   ├── ClosedError
    │   ├── ForkedError              made in the parent process, used in its child
    │   └── WrongLoopError
    ├── AmbiguousResultError         check whether it happened, before doing it again
    ├── AccountOverloadedError       wait: too much waits already, and nothing was sent
    ├── TransportError               wait, then try again; the service gave no whole answer
    │   ├── ConnectError             never reached it
    │   │   └── TlsError             give up: somebody who cannot prove who they are
    │   ├── ConnectionLostError      the connection broke while talking
    │   └── CallTimeoutError         the call's time was over (also a TimeoutError)
    ├── ProtocolError                give up: the answer makes no sense; report it
    │   ├── DecodingError
    │   ├── IdentityMismatchError    it belongs to somebody or something else
    │   ├── MissingItemError         it leaves out one of the things that were asked for
    │   ├── PagingError
    │   │   ├── ForeignPageError     a listing's link leads elsewhere
    │   │   └── PagingLoopError      a listing's links lead in a circle
    │   ├── ResponseTooLargeError
    │   └── UnexpectedRedirectError
    ├── ApiError                     the service refused, and said why
    │   ├── BadRequestError          400: mend the call
    │   ├── AuthenticationError      401: mend the credentials
    │   ├── PermissionDeniedError    403: ask for more rights
    │   ├── NotFoundError            404
    │   ├── PreconditionFailedError  412: read again, then write
    │   ├── RateLimitedError         429: wait, then try again
    │   └── ServerError              5xx: wait, then try again
    ├── CacheMissError               only memory was to be asked, and it had nothing to serve
    └── LoadAbortedError             the shared request ended in a way nobody foresaw

An error carries plain facts only: no live object, no header, no credential. It can be copied and
pickled. What was safe to try again has been tried again before an error is raised; `attempts` says
how often.
"""

from typing import Literal

from attrs import frozen


@frozen
class ResponseInfo:
    """Where an answer came from.

    Attributes:
        method: The HTTP verb of the call.
        path: The call's path with named blanks, such as ``/v1/Workspaces/{Sid}``.
        status: The HTTP status of the answer.
        seconds: How long the call took.
        attempts: How many requests it took.
        request_id: The vendor's name for the request; support asks for it.
        etag: The version of what was answered.
        rate_limit: What ``X-Rate-Limit-Limit`` says.
        rate_limit_remaining: What ``X-Rate-Limit-Remaining`` says.
        rate_limit_config: What ``X-Rate-Limit-Config`` says.
        concurrent_requests: What ``Twilio-Concurrent-Requests`` says.
    """

    method: str
    path: str
    status: int
    seconds: float
    attempts: int = 1
    request_id: str | None = None
    etag: str | None = None
    rate_limit: str | None = None
    rate_limit_remaining: str | None = None
    rate_limit_config: str | None = None
    concurrent_requests: str | None = None


class TaskRouterError(Exception):
    """The root: catches whatever this library raises on purpose.

    Attributes:
        response: The answer that the error is about; ``None`` where there was none.
        retry_after: Seconds to wait before trying again, where the service or the cache says so.
        attempts: How many requests were sent, or tried to be; 0 if none was.
    """

    response: ResponseInfo | None = None
    retry_after: float | None = None
    attempts: int = 0


class UsageError(TaskRouterError):
    """The call cannot work as it stands, or something was closed before it could end."""


class InvalidArgumentError(UsageError, ValueError):
    """An argument cannot be used.

    Attributes:
        argument: The argument's name.
    """

    def __init__(self, message: str, *, argument: str = "") -> None:
        super().__init__(message)
        self.argument = argument


class ExpressionError(UsageError, ValueError):
    """A text is no expression of TaskRouter's language.

    Attributes:
        position: Where in the text the trouble begins, counted from 0.
        line: In which line that is, counted from 1.
        column: Where in that line, counted from 1.
    """

    def __init__(self, message: str, *, position: int = 0, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.position = position
        self.line = line
        self.column = column


class CredentialsError(UsageError):
    """The credentials are missing or contradict one another."""


class ClosedError(UsageError):
    """The client or the session pool has been closed.

    If `attempts` is 0, nothing was sent. What was in the air when the closing began and did not end
    within the grace may have been carried out.
    """


class WrongLoopError(UsageError):
    """The client or the session pool belongs to another event loop."""


class ForkedError(UsageError):
    """The client or the session pool was used before this process was forked off.

    Its sockets are the parent's; open a new one in each process.
    """


class AmbiguousResultError(TaskRouterError):
    """What was asked for may have happened or not; ``__cause__`` tells what went wrong.

    Raised for what must not happen twice, where it cannot be known whether it happened once: a
    request that creates something, instructs a reservation or changes something without saying
    which version of it. Look before you send it again.

    Attributes:
        status: The HTTP status that came; ``None`` if none did.
        phase: What the call was waiting for; ``None`` if there was a whole answer.
    """

    def __init__(
        self, message: str, *, status: int | None = None, phase: "Phase | None" = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.phase: Phase | None = phase


class AccountOverloadedError(TaskRouterError):
    """Too many calls of this account wait already, or too fast for its limits; nothing was sent."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


Phase = Literal["queue", "dns", "connect", "proxy", "answer", "body", "pause"]
"""What a call was waiting for.

``queue``: its turn among the calls of this process. ``dns``: the service's address. ``connect``:
the TCP and TLS handshakes. ``proxy``: a proxy's leave. ``answer``: the beginning of the answer;
from here on the service may have carried out what was asked. ``body``: the rest of the answer.
``pause``: the time before the next attempt.
"""


class TransportError(TaskRouterError):
    """No whole answer came from the service.

    Attributes:
        phase: What the call was waiting for.
        maybe_sent: Whether the service may have got the request.
        status: The HTTP status of an answer that began and did not end; ``None`` if none began.
    """

    status: int | None = None

    def __init__(self, message: str, *, phase: Phase = "answer", maybe_sent: bool = True) -> None:
        super().__init__(message)
        self.phase: Phase = phase
        self.maybe_sent = maybe_sent


class ConnectError(TransportError):
    """The service could not be reached; the request was not sent."""

    def __init__(self, message: str, *, phase: Phase = "connect") -> None:
        super().__init__(message, phase=phase, maybe_sent=False)


class TlsError(ConnectError):
    """The other side could not prove to be the service; the request was not sent."""


class ConnectionLostError(TransportError):
    """The connection broke before the whole answer came; the request may have been carried out.

    Attributes:
        reused: Whether it was an older connection that gave no byte of an answer: it was being
            closed when the request was sent on it.
    """

    def __init__(
        self,
        message: str,
        *,
        phase: Phase = "answer",
        maybe_sent: bool = True,
        reused: bool = False,
    ) -> None:
        super().__init__(message, phase=phase, maybe_sent=maybe_sent)
        self.reused = reused


class CallTimeoutError(TransportError, TimeoutError):
    """The time for the call was over.

    Attributes:
        phase: What the call was waiting for.
        maybe_sent: Whether the service may have got the request.
        seconds: The limit that was reached.
    """

    def __init__(self, message: str, *, phase: Phase = "answer", seconds: float = 0.0) -> None:
        super().__init__(message, phase=phase, maybe_sent=phase in {"answer", "body"})
        self.seconds = seconds


class ProtocolError(TaskRouterError):
    """What came is no answer that TaskRouter would give."""


class DecodingError(ProtocolError):
    """The body is not the JSON document that it should be.

    Attributes:
        path: Where in the document the trouble lies, such as ``$.total_tasks``; ``$`` is all of it.
    """

    def __init__(self, message: str, *, path: str = "$") -> None:
        super().__init__(message)
        self.path = path


class IdentityMismatchError(ProtocolError):
    """The answer belongs to another account, or is about something else than was asked for."""


class MissingItemError(ProtocolError):
    """The answer about several things says nothing about one of them.

    Raised with `CachePolicy.batch_queues` for the task queue that is left out, and for no other.
    """


class PagingError(ProtocolError):
    """The pages of a listing do not hang together."""


class ForeignPageError(PagingError):
    """The link to the next page leads to another address or another resource."""


class PagingLoopError(PagingError):
    """The link to the next page leads back to one that was read already."""


class ResponseTooLargeError(ProtocolError):
    """The body is larger than the session pool allows."""


class UnexpectedRedirectError(ProtocolError):
    """The service pointed elsewhere; credentials are never carried to another address."""


class ApiError(TaskRouterError):
    """The service refused the call.

    Attributes:
        status: The HTTP status.
        code: The vendor's error code, such as 20404; ``None`` where the body names none.
            https://www.twilio.com/docs/api/errors explains each.
        more_info: The vendor's page about the code, where the body names one.
        request_id: The vendor's name for this request; support asks for it.
        retry_after: Seconds to wait before trying again, where the service or the cache says so.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: int | None = None,
        more_info: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.more_info = more_info
        self.request_id = request_id
        self.retry_after = retry_after


class BadRequestError(ApiError):
    """400: the service does not accept the arguments."""


class AuthenticationError(ApiError):
    """401: the service does not accept the credentials."""


class PermissionDeniedError(ApiError):
    """403: the credentials do not allow this."""


class NotFoundError(ApiError):
    """404: there is no such thing under these credentials."""


class PreconditionFailedError(ApiError):
    """412: somebody else changed the resource since it was read."""


class RateLimitedError(ApiError):
    """429: too many requests; this one was not carried out."""


class ServerError(ApiError):
    """5xx: the service failed."""


class CacheMissError(TaskRouterError):
    """Only memory was to be asked, and it had nothing to serve; no request was sent."""


class LoadAbortedError(TaskRouterError):
    """A request shared by several callers ended without an outcome; ``__cause__`` tells why."""
