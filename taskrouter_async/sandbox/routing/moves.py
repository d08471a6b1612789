"""The life cycles of tasks and reservations, as data.

https://www.twilio.com/docs/taskrouter/lifecycle-task-state and
https://www.twilio.com/docs/taskrouter/api/reservations.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox.state.records import Reservation, Task
from taskrouter_async.sandbox.state.refusals import RefusalError, refused
from taskrouter_async.sandbox.state.timeline import call_off


class TaskMove(StrEnum):
    """What can happen to a task."""

    RESERVE = "reserve"
    RELEASE = "release"
    ACCEPT = "accept"
    WRAP_UP = "wrap up"
    COMPLETE = "complete"
    CANCEL = "cancel"


class ReservationMove(StrEnum):
    """What can happen to a reservation."""

    ACCEPT = "accept"
    REJECT = "reject"
    TIME_OUT = "time out"
    CANCEL = "cancel"
    RESCIND = "rescind"
    WRAP_UP = "wrap up"
    COMPLETE = "complete"


TASK_MOVES: Final[Mapping[tuple[TaskStatus, TaskMove], TaskStatus]] = {
    (TaskStatus.PENDING, TaskMove.RESERVE): TaskStatus.RESERVED,
    (TaskStatus.PENDING, TaskMove.CANCEL): TaskStatus.CANCELED,
    (TaskStatus.RESERVED, TaskMove.RELEASE): TaskStatus.PENDING,
    (TaskStatus.RESERVED, TaskMove.ACCEPT): TaskStatus.ASSIGNED,
    (TaskStatus.RESERVED, TaskMove.CANCEL): TaskStatus.CANCELED,
    (TaskStatus.ASSIGNED, TaskMove.WRAP_UP): TaskStatus.WRAPPING,
    (TaskStatus.ASSIGNED, TaskMove.COMPLETE): TaskStatus.COMPLETED,
    (TaskStatus.WRAPPING, TaskMove.COMPLETE): TaskStatus.COMPLETED,
}

RESERVATION_MOVES: Final[Mapping[tuple[ReservationStatus, ReservationMove], ReservationStatus]] = {
    (ReservationStatus.PENDING, ReservationMove.ACCEPT): ReservationStatus.ACCEPTED,
    (ReservationStatus.PENDING, ReservationMove.REJECT): ReservationStatus.REJECTED,
    (ReservationStatus.PENDING, ReservationMove.TIME_OUT): ReservationStatus.TIMEOUT,
    (ReservationStatus.PENDING, ReservationMove.CANCEL): ReservationStatus.CANCELED,
    (ReservationStatus.PENDING, ReservationMove.RESCIND): ReservationStatus.RESCINDED,
    (ReservationStatus.ACCEPTED, ReservationMove.WRAP_UP): ReservationStatus.WRAPPING,
    (ReservationStatus.ACCEPTED, ReservationMove.COMPLETE): ReservationStatus.COMPLETED,
    (ReservationStatus.WRAPPING, ReservationMove.COMPLETE): ReservationStatus.COMPLETED,
}

_NEEDED: Final[Mapping[str, str]] = {
    "cancel": "pending or reserved",
    "wrap up": "assigned",
    "complete": "assigned",
    "reserve": "pending",
    "release": "reserved",
    "accept": "reserved",
}


def check_task(task: Task, move: TaskMove) -> TaskStatus:
    """Return what the task would become; nothing is changed.

    Raises:
        RefusalError: The life cycle does not allow it.
    """
    after = TASK_MOVES.get((task.status, move))
    if after is None:
        raise refused(f"Cannot {move} task {task.sid} because it is not currently {_NEEDED[move]}.")
    return after


def check_reservation(reservation: Reservation, move: ReservationMove) -> ReservationStatus:
    """Return what the reservation would become; nothing is changed.

    Raises:
        RefusalError: The life cycle does not allow it.
    """
    after = RESERVATION_MOVES.get((reservation.status, move))
    if after is None:
        raise _not_now(reservation, move)
    return after


def _not_now(reservation: Reservation, move: ReservationMove) -> RefusalError:
    return refused(
        f"Cannot {move} reservation {reservation.sid} because it is {reservation.status}."
    )


def move_task(task: Task, move: TaskMove, now: float) -> None:
    """Change a task's status and its date; its version counts what callers change.

    Raises:
        RefusalError: The life cycle does not allow it.
    """
    task.status = check_task(task, move)
    task.date_updated = now


def move_reservation(reservation: Reservation, move: ReservationMove, now: float) -> None:
    """Change a reservation's status, its version and its date; its timer is over.

    Raises:
        RefusalError: The life cycle does not allow it.
    """
    reservation.status = check_reservation(reservation, move)
    reservation.version += 1
    reservation.date_updated = now
    call_off(reservation.timer)
