"""What the sandbox tells others over HTTP: events, and offers that ask for an instruction.

https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks and
https://www.twilio.com/docs/taskrouter/api/event.
"""

from taskrouter_async.sandbox.callbacks.office import Callbacks
from taskrouter_async.sandbox.callbacks.posting import CallbackTimeouts

__all__ = ["CallbackTimeouts", "Callbacks"]
