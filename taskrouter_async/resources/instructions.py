"""What can be done with a reservation: one frozen class for each instruction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    boolean,
    choice,
    required_text,
    seconds,
    sid,
    text,
    words,
)
from taskrouter_async.resources.conference import LONGEST_RING, Conference

SupervisorMode: TypeAlias = Literal["monitor", "whisper", "barge"]


@frozen(kw_only=True)
class Accept:
    """Accept the reservation: the task is the worker's."""

    def pairs(self) -> Pairs:
        """Return the form that asks for this."""
        return (("ReservationStatus", "accepted"),)


@frozen(kw_only=True)
class Reject:
    """Reject the reservation: the task goes to somebody else, or comes back.

    Attributes:
        worker_activity_sid: What the worker does now, ``WA…``. Left out, they go on as before and
            may be offered the same task again at once.
    """

    worker_activity_sid: str | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        return (
            ("ReservationStatus", "rejected"),
            *sid("worker_activity_sid", self.worker_activity_sid, "WA"),
        )


@frozen(kw_only=True)
class WrapUp:
    """Move an accepted reservation to its follow-up work."""

    def pairs(self) -> Pairs:
        """Return the form that asks for this."""
        return (("ReservationStatus", "wrapping"),)


@frozen(kw_only=True)
class Complete:
    """Complete an accepted reservation: the worker is done with the task."""

    def pairs(self) -> Pairs:
        """Return the form that asks for this."""
        return (("ReservationStatus", "completed"),)


@frozen(kw_only=True)
class Dequeue:
    """Connect the caller who waits in a queue of calls to the worker.

    Only for tasks made by the ``<Enqueue>`` verb. The service accepts the reservation once the
    worker answers.

    Attributes:
        to: Where to reach the worker: a client's URI, a SIP URI or a telephone number; the
            ``contact_uri`` among the worker's attributes if left out.
        from_: The number that the worker sees; the one that was dialled if left out.
        record: Which legs of the call are recorded, such as ``record-from-answer``; none if left
            out.
        timeout: How long the worker's telephone rings, in seconds; the service takes 60.
        post_work_activity_sid: What the worker does afterwards, ``WA…``.
        status_callback_url: The address to be told how the call goes.
        status_callback_event: What it is told, several in a sequence; the service takes
            ``completed``.
    """

    to: str | NotGiven = NOT_GIVEN
    from_: str | NotGiven = NOT_GIVEN
    record: str | NotGiven = NOT_GIVEN
    timeout: int | timedelta | NotGiven = NOT_GIVEN
    post_work_activity_sid: str | NotGiven = NOT_GIVEN
    status_callback_url: str | NotGiven = NOT_GIVEN
    status_callback_event: str | Sequence[str] | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        told = self.status_callback_event
        fields = (
            *sid("post_work_activity_sid", self.post_work_activity_sid, "WA"),
            *text("from_", self.from_),
            *text("record", self.record),
            *seconds("timeout", self.timeout, 0, LONGEST_RING),
            *text("to", self.to),
            *text("status_callback_url", self.status_callback_url),
            *words("status_callback_event", (told,) if isinstance(told, str) else told),
        )
        return (("Instruction", "dequeue"), *_prefixed("Dequeue", fields))


@frozen(kw_only=True)
class CallOut:
    """Call the worker and run TwiML once they answer.

    Attributes:
        from_: The number that the worker sees.
        url: The address of the TwiML.
        to: Where to reach the worker: a client's URI, a SIP URI or a telephone number; the
            ``contact_uri`` among the worker's attributes if left out.
        accept: Whether this accepts the reservation; not if left out.
        record: Which legs of the call are recorded; none if left out.
        timeout: How long the worker's telephone rings, in seconds.
        status_callback_url: The address to be told when the call is over.
    """

    from_: str
    url: str
    to: str | NotGiven = NOT_GIVEN
    accept: bool | NotGiven = NOT_GIVEN
    record: str | NotGiven = NOT_GIVEN
    timeout: int | timedelta | NotGiven = NOT_GIVEN
    status_callback_url: str | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        fields = (
            *required_text("from_", self.from_),
            *text("record", self.record),
            *seconds("timeout", self.timeout, 0, LONGEST_RING),
            *text("to", self.to),
            *required_text("url", self.url),
            *text("status_callback_url", self.status_callback_url),
            *boolean("accept", self.accept),
        )
        return (("Instruction", "call"), *_prefixed("Call", fields))


@frozen(kw_only=True)
class Redirect:
    """Run other TwiML for a call that is under way.

    Attributes:
        call_sid: The call, which waits in a queue of calls, ``CA…``.
        url: The address of the TwiML.
        accept: Whether this accepts the reservation; not if left out.
    """

    call_sid: str
    url: str
    accept: bool | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        fields = (
            *sid("call_sid", self.call_sid, "CA"),
            *boolean("accept", self.accept),
            *required_text("url", self.url),
        )
        return (("Instruction", "redirect"), *_prefixed("Redirect", fields))


@frozen(kw_only=True)
class Supervise:
    """Let somebody else listen to the worker's conversation, or join it.

    Only for a task's reservation, not for a worker's.

    Attributes:
        supervisor: Who listens: a worker's SID or a URI.
        mode: ``monitor`` to hear only, ``whisper`` to speak to the worker, ``barge`` to speak to
            everybody; the service chooses if left out.
    """

    supervisor: str
    mode: SupervisorMode | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        return (
            ("Instruction", "supervise"),
            *_prefixed("Supervisor", choice("mode", self.mode, get_args(SupervisorMode))),
            *required_text("supervisor", self.supervisor),
        )


WorkerInstruction: TypeAlias = (
    Accept | Reject | WrapUp | Complete | Dequeue | CallOut | Redirect | Conference
)
"""What can be done with a reservation of a worker."""

TaskInstruction: TypeAlias = WorkerInstruction | Supervise
"""What can be done with a reservation of a task."""

FOR_WORKERS: Final[tuple[type, ...]] = get_args(WorkerInstruction)
FOR_TASKS: Final[tuple[type, ...]] = get_args(TaskInstruction)


def _prefixed(prefix: str, fields: Pairs) -> Pairs:
    return tuple((prefix + name, value) for name, value in fields)
