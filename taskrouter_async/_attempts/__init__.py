"""The attempts of one call: its turn, the request, and whether there is another one."""

from taskrouter_async._attempts.attempts import Attempts, Transport
from taskrouter_async._attempts.course import Outcome

__all__ = ["Attempts", "Outcome", "Transport"]
