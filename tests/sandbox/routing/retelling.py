"""The story of a workspace as its log tells it, to be compared with its records."""

from typing import Final

from attrs import Factory, define

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox.routing.moves import (
    RESERVATION_MOVES,
    TASK_MOVES,
    ReservationMove,
    TaskMove,
)
from taskrouter_async.sandbox.state.journal import Event

TASKS: Final = {
    "task.wrapup": TaskMove.WRAP_UP,
    "task.completed": TaskMove.COMPLETE,
    "task.canceled": TaskMove.CANCEL,
}
RESERVATIONS: Final = {
    "reservation.accepted": ReservationMove.ACCEPT,
    "reservation.rejected": ReservationMove.REJECT,
    "reservation.timeout": ReservationMove.TIME_OUT,
    "reservation.canceled": ReservationMove.CANCEL,
    "reservation.rescinded": ReservationMove.RESCIND,
    "reservation.wrapup": ReservationMove.WRAP_UP,
    "reservation.completed": ReservationMove.COMPLETE,
}
DELETED: Final = frozenset({"task.deleted", "task.system-deleted"})


@define
class Retelling:
    """What is known to somebody who only reads the log.

    Attributes:
        tasks: How each task stands.
        reservations: How each reservation stands, by the task and its own SID.
        deleted: Tasks that were deleted.
        read: How many events were read.
    """

    tasks: dict[str, TaskStatus] = Factory(dict)
    reservations: dict[str, dict[str, ReservationStatus]] = Factory(dict)
    deleted: set[str] = Factory(set)
    read: int = 0

    def hear(self, event: Event) -> None:
        """Read one more event; one that the life cycles do not allow is a KeyError."""
        self.read += 1
        if event.task is None:
            return
        sid = event.task.sid
        if event.type == "task.created":
            self.tasks[sid], self.reservations[sid] = TaskStatus.PENDING, {}
        elif event.type in TASKS:
            self._move(sid, TASKS[event.type])
        elif event.type in DELETED:
            self.deleted.add(sid)
        elif event.reservation_sid is not None:
            self._turn(sid, event.reservation_sid, event.type)

    def _move(self, sid: str, move: TaskMove) -> None:
        self.tasks[sid] = TASK_MOVES[self.tasks[sid], move]

    def _turn(self, sid: str, reservation: str, type_: str) -> None:
        round_ = self.reservations[sid]
        if type_ == "reservation.created":
            round_[reservation] = ReservationStatus.PENDING
            if self.tasks[sid] is TaskStatus.PENDING:
                self._move(sid, TaskMove.RESERVE)
            return
        round_[reservation] = RESERVATION_MOVES[round_[reservation], RESERVATIONS[type_]]
        if type_ == "reservation.accepted":
            self._move(sid, TaskMove.ACCEPT)
        elif self.tasks[sid] is TaskStatus.RESERVED and not self._pending(sid):
            self._move(sid, TaskMove.RELEASE)

    def _pending(self, sid: str) -> bool:
        return ReservationStatus.PENDING in self.reservations[sid].values()
