"""What a client tells a listener about its requests, enough to build metrics and traces on.

Each event names what is asked for by its path with named blanks, such as
``/v1/Workspaces/{WorkspaceSid}/Tasks``: SIDs stand in none, so that a path can label a metric.
"""

from attrs import frozen


@frozen
class RequestEvent:
    """Something happened to a call that memory could not answer.

    Attributes:
        number: Which call of the client it is, counted from 1: what belongs together.
        method: The HTTP verb.
        path: The path with named blanks.
        attempt: Which attempt of the call it is, counted from 1.
    """

    number: int
    method: str
    path: str
    attempt: int


@frozen
class RequestStarted(RequestEvent):
    """A request is handed to a connection; told in the context of the call, or of its flight.

    Attributes:
        waited: How many seconds this attempt had to wait for its turn.
    """

    waited: float


@frozen
class RequestEnded(RequestEvent):
    """An attempt is over, with a whole answer or without.

    Attributes:
        seconds: How long it took, from its turn on.
        status: The HTTP status; ``None`` without an answer.
        error: The name of the error's class; ``None`` if the answer was a success.
        request_id: The vendor's name for the request.
    """

    seconds: float
    status: int | None = None
    error: str | None = None
    request_id: str | None = None


@frozen
class RetryScheduled(RequestEvent):
    """The attempt failed, and there will be another one.

    Attributes:
        error: The name of the class of what went wrong.
        pause: How many seconds there are before the next attempt.
    """

    error: str
    pause: float
