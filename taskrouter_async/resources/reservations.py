"""Reservations: https://www.twilio.com/docs/taskrouter/api/reservations."""

from typing import Final, Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, choice
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Reservation, ReservationStatus
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources._versions import version
from taskrouter_async.resources.instructions import (
    FOR_TASKS,
    FOR_WORKERS,
    TaskInstruction,
    WorkerInstruction,
)

I = TypeVar("I", bound=TaskInstruction)  # noqa: E741 - an instruction

ReservationStatusName: TypeAlias = (
    ReservationStatus
    | Literal[
        "pending",
        "accepted",
        "rejected",
        "timeout",
        "canceled",
        "rescinded",
        "wrapping",
        "completed",
    ]
)
"""The status of a reservation, as a member of `ReservationStatus` or as the service's word."""

_OF_TASK: Final = "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations"
_OF_WORKER: Final = "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Reservations"


@frozen(eq=False)
class _Reached:
    """How reservations are reached, and what can be done with them there."""

    list: Operation[Reservation]
    fetch: Operation[Reservation]
    update: Operation[Reservation]
    instructions: tuple[type, ...]


THROUGH_TASK: Final = _Reached(
    Operation("GET", _OF_TASK, Reservation, list_key="reservations"),
    Operation("GET", _OF_TASK + "/{Sid}", Reservation),
    Operation("POST", _OF_TASK + "/{Sid}", Reservation),
    FOR_TASKS,
)
THROUGH_WORKER: Final = _Reached(
    Operation("GET", _OF_WORKER, Reservation, list_key="reservations"),
    Operation("GET", _OF_WORKER + "/{Sid}", Reservation),
    Operation("POST", _OF_WORKER + "/{Sid}", Reservation),
    FOR_WORKERS,
)


class Reservations:
    """The reservations of one task: the workers it was offered to."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "ReservationHandle[TaskInstruction]":
        """Return a handle for one reservation; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WR`` and 32 hexadecimal digits.
        """
        return ReservationHandle(self._send, _with(self._sids, sid), THROUGH_TASK)

    def list(
        self,
        *,
        reservation_status: ReservationStatusName | NotGiven = NOT_GIVEN,
        worker_sid: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Reservation]:
        """List the reservations; nothing is sent before the listing is iterated over.

        Args:
            reservation_status: Only those of this status.
            worker_sid: Only those of this worker, ``WK…``.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = (
            *choice("reservation_status", reservation_status, ReservationStatus),
            *sid_argument("worker_sid", worker_sid, "WK"),
        )
        call = Call(THROUGH_TASK.list, self._sids, filters)
        return listing(self._send, call, limit, page_size)


class WorkerReservations:
    """The reservations of one worker: the tasks they were offered."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "ReservationHandle[WorkerInstruction]":
        """Return a handle for one reservation; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WR`` and 32 hexadecimal digits.
        """
        return ReservationHandle(self._send, _with(self._sids, sid), THROUGH_WORKER)

    def list(
        self,
        *,
        reservation_status: ReservationStatusName | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Reservation]:
        """List the reservations; nothing is sent before the listing is iterated over.

        Args:
            reservation_status: Only those of this status.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = choice("reservation_status", reservation_status, ReservationStatus)
        call = Call(THROUGH_WORKER.list, self._sids, filters)
        return listing(self._send, call, limit, page_size)


class ReservationHandle(Generic[I]):
    """One reservation, reached through its task or through its worker."""

    __slots__ = ("_reached", "_send", "_sids")

    def __init__(self, send: Send, sids: Pairs, reached: _Reached) -> None:
        self._send = send
        self._sids = sids
        self._reached = reached

    def __repr__(self) -> str:
        return f"<Reservation {self.sid}>"

    @property
    def sid(self) -> str:
        """The reservation's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Reservation:
        """Return the reservation.

        Raises:
            NotFoundError: There is none.
        """
        return await self._send.send(Call(self._reached.fetch, self._sids))

    async def update(self, instruction: I, *, if_match: str | NotGiven = NOT_GIVEN) -> Reservation:
        """Do something with the reservation.

        The answer may tell of the step before its task does.

        Args:
            instruction: What to do, such as ``Accept()``.
            if_match: Do it with this version only: the ``etag`` of the reservation as it was read.

        Raises:
            InvalidArgumentError: It cannot be done here, or has a value that cannot be used;
                nothing was sent.
            NotFoundError: There is no such reservation.
            PreconditionFailedError: Somebody else changed it since; nothing was done.
            ApiError: The service refused.
        """
        if not isinstance(instruction, self._reached.instructions):
            raise InvalidArgumentError(
                f"instruction cannot be a {type(instruction).__name__} here",
                argument="instruction",
            )
        call = Call(
            self._reached.update, self._sids, instruction.pairs(), if_match=version(if_match)
        )
        return await self._send.send(call)


def _with(sids: Pairs, sid: str) -> Pairs:
    return (*sids, ("Sid", checked_sid(sid, prefix="WR", argument="sid")))
