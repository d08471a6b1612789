"""Who is told of attempts: a listener, and the log.

The log names paths by their blanks and errors by their class: no SID, no header, no text of the
service's stands in it.
"""

import logging
from collections.abc import Callable
from typing import Final

from taskrouter_async import models
from taskrouter_async._attempts.course import Course
from taskrouter_async._hooks import tell
from taskrouter_async._protocol.messages import Response

_LOGGER: Final = logging.getLogger("taskrouter_async.requests")


class Chronicle:
    """Tell what happens to requests.

    Args:
        listener: Whom to tell besides the log; ``None`` for nobody.
    """

    def __init__(self, listener: Callable[["models.RequestEvent"], None] | None) -> None:
        self._listener = listener

    def started(self, course: Course, waited: float) -> None:
        """Tell that a request is handed to a connection."""
        if self._listener is not None:
            tell(self._listener, models.RequestStarted(*_which(course), waited))

    def answered(
        self, course: Course, response: Response, seconds: float, error: str | None
    ) -> None:
        """Tell that an attempt ended with a whole answer."""
        if self._listener is not None:
            status, request_id = response.status, response.headers.get("twilio-request-id")
            ended = models.RequestEnded(*_which(course), seconds, status, error, request_id)
            tell(self._listener, ended)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _debug(course, str(response.status), seconds)

    def failed(self, course: Course, error: BaseException, seconds: float) -> None:
        """Tell that an attempt ended without an answer."""
        name = type(error).__name__
        if self._listener is not None:
            tell(self._listener, models.RequestEnded(*_which(course), seconds, error=name))
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _debug(course, name, seconds)

    def again(self, course: Course, error: BaseException, pause: float) -> None:
        """Tell that there will be another attempt."""
        if self._listener is not None:
            name = type(error).__name__
            tell(self._listener, models.RetryScheduled(*_which(course), name, pause))
        operation = course.call.operation
        _LOGGER.debug("%s %s again in %.3f s", operation.method, operation.path, pause)


def _which(course: Course) -> tuple[int, str, str, int]:
    operation = course.call.operation
    return course.number, operation.method, operation.path, course.attempt


def _debug(course: Course, outcome: str, seconds: float) -> None:
    operation = course.call.operation
    _LOGGER.debug(
        "%s %s attempt %d: %s after %.3f s",
        operation.method,
        operation.path,
        course.attempt,
        outcome,
        seconds,
    )
