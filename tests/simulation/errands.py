"""What callers want in a simulated world, and what has become of it."""

from enum import Enum
from typing import Final

from attrs import define, field

from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import (
    AmbiguousResultError,
    ClosedError,
    ProtocolError,
    ServerError,
    TaskRouterError,
    TransportError,
)
from taskrouter_async.resources import tasks, workspaces
from taskrouter_async.resources.reservations import THROUGH_TASK

WORKSPACE_SID: Final = "WS" + "1" * 32
WORKSPACE: Final = (("WorkspaceSid", WORKSPACE_SID),)
RESERVATION_SID: Final = "WR" + "2" * 32


class Want(Enum):
    """The kinds of calls."""

    FETCH = "read a task"
    STATISTICS = "read through the cache"
    CREATE = "make a task"
    INSTRUCT = "have a reservation call somebody"
    UPDATE = "change a task, whatever its version"
    CONDITIONAL = "change one version of a task"
    DELETE = "delete a task"
    SEARCH = "list tasks by an expression, for which there is a rate"


ONCE: Final = (Want.CREATE, Want.INSTRUCT, Want.UPDATE)
"""What must not happen twice."""


class Ending(Enum):
    """What a caller knows at the end about what was asked for."""

    OPEN = "the call has not ended"
    DONE = "it was carried out"
    NOT_DONE = "it was not carried out"
    UNKNOWN = "it may have been carried out"


_OF_NO_TASK: Final = (Want.CREATE, Want.SEARCH)
_MESSAGES: Final[dict[Want, tuple[Operation[object], Pairs]]] = {
    Want.FETCH: (tasks.FETCH, ()),
    Want.CREATE: (tasks.CREATE, (("WorkflowSid", "WW" + "3" * 32),)),
    Want.INSTRUCT: (THROUGH_TASK.update, (("Instruction", "call"),)),
    Want.UPDATE: (tasks.UPDATE, (("Priority", "1"),)),
    Want.CONDITIONAL: (tasks.UPDATE, (("Priority", "2"),)),
    Want.DELETE: (tasks.DELETE, ()),
    Want.SEARCH: (tasks.LIST, (("EvaluateTaskAttributes", "a == 1"),)),
}
STATISTICS: Final = workspaces.FETCH_REAL_TIME_STATISTICS


@define(eq=False)
class Errand:
    """One call.

    Attributes:
        tag: Its number within its account; it goes along with the request.
        want: What is wanted.
        sid: The task it is about.
        started_at: When the call began, in the loop's time.
        latest: When it must have ended.
        if_match: The version that the task must have.
        requests: How many requests have been sent.
        carried_out: How often the service has carried it out.
        ended_at: When the call ended.
        ending: What its caller knows.
        outcome: How it ended: ``answer``, or the name of an error.
    """

    tag: int
    want: Want
    sid: str
    started_at: float
    latest: float
    if_match: str = ""
    requests: int = 0
    carried_out: int = 0
    ended_at: float = 0.0
    ending: Ending = Ending.OPEN
    outcome: str = field(default="")

    def __str__(self) -> str:
        return f"{self.want.name} {self.tag} of {self.sid[:3]} {self.sid[-4:]}"

    def history(self) -> tuple[float, float, str]:
        """Return when the call began and ended, and how."""
        # Where time jumps from timer to timer, sums of floats depend on who else has timers.
        return round(self.started_at, 6), round(self.ended_at, 6), self.outcome

    def call(self) -> Call[object]:
        """Return the call as the resources would make it, but for the tag."""
        want = self.want
        sids: Pairs = WORKSPACE
        if want is Want.INSTRUCT:
            sids = (*WORKSPACE, ("TaskSid", self.sid), ("Sid", RESERVATION_SID))
        elif want not in _OF_NO_TASK:
            sids = (*WORKSPACE, ("Sid", self.sid))
        operation, arguments = _MESSAGES[want]
        return Call(operation, sids, (*arguments, ("Tag", str(self.tag))), if_match=self.if_match)


def knowledge(want: Want, error: BaseException) -> Ending:
    """Return what an error says about whether the request was carried out."""
    if not isinstance(error, TaskRouterError) or isinstance(error, AmbiguousResultError):
        return Ending.UNKNOWN  # cancelled, or the caller's own patience was over
    if isinstance(error, ClosedError) and error.attempts:
        return Ending.UNKNOWN  # closing takes no regard of what is in the air
    if want not in ONCE and _says_maybe(error):
        return Ending.UNKNOWN  # who asks for what must happen once is told so by the error's class
    return Ending.NOT_DONE


def _says_maybe(error: TaskRouterError) -> bool:
    if isinstance(error, TransportError):
        return error.maybe_sent
    return isinstance(error, ProtocolError | ServerError)
