"""Reservations: a task offered to workers, and what becomes of the offers.

https://www.twilio.com/docs/taskrouter/api/reservations. Where it is silent: completing the
reservation of a task completes the task, and wrapping it up wraps up the task; the day after which
an accepted task is lost begins with its acceptance, wrapping included; and where one task at a time
is taken, a worker whose offer ends otherwise than by a timeout goes back to what they did before.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from taskrouter_async.models import ReservationStatus
from taskrouter_async.sandbox.routing import walks
from taskrouter_async.sandbox.routing.endings import end, forget, leave, plan
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.moves import (
    ReservationMove,
    TaskMove,
    check_reservation,
    move_reservation,
    move_task,
)
from taskrouter_async.sandbox.routing.staff import move_worker, take_turn
from taskrouter_async.sandbox.state.records import Activity, Reservation, Task, Worker

MOST_ASSIGNMENTS: Final = 1_000
LONGEST_ASSIGNMENT_SECONDS: Final = 86_400.0
_DEFAULT_TIMEOUT_SECONDS: Final = 120

_ENDINGS: Final = {
    ReservationMove.REJECT: "rejected",
    ReservationMove.TIME_OUT: "timeout",
    ReservationMove.CANCEL: "canceled",
    ReservationMove.RESCIND: "rescinded",
}


def dispatch(floor: Floor) -> None:
    """Offer waiting tasks to free workers until nobody is free for any that waits."""
    _offer_all(floor)
    while walks.give_up(floor):
        _offer_all(floor)


def accept(floor: Floor, reservation: Reservation) -> None:
    """Let a worker take a task; the others to whom it was offered lose their offers.

    Raises:
        RefusalError: The reservation is not pending; nothing was changed.
    """
    task = reservation.task
    check_reservation(reservation, ReservationMove.ACCEPT)
    move_reservation(reservation, ReservationMove.ACCEPT, floor.now)
    move_task(task, TaskMove.ACCEPT, floor.now)
    leave(floor, task)
    _log(floor, reservation, "accepted")
    for other in task.round:
        if other is not reservation and other.status is ReservationStatus.PENDING:
            _withdraw(floor, other, ReservationMove.RESCIND)
    task.round.clear()
    if reservation.queue is not None:
        _take_up(floor, reservation, reservation.queue.assignment_activity)
    lost = partial(_lose, floor, task)
    plan(floor, task, floor.now + LONGEST_ASSIGNMENT_SECONDS, lost)


def reject(floor: Floor, reservation: Reservation, activity: Activity | None = None) -> None:
    """Let a worker decline a task.

    Args:
        floor: Where it happens.
        reservation: What is declined.
        activity: What the worker does from now on; None is: what they did before.

    Raises:
        RefusalError: The reservation is not pending; nothing was changed.
    """
    check_reservation(reservation, ReservationMove.REJECT)
    _withdraw(floor, reservation, ReservationMove.REJECT, activity)
    _decide(floor, reservation.task)


def reject_all(floor: Floor, worker: Worker) -> None:
    """Let a worker decline everything that they are offered now."""
    pending = [
        each for each in worker.reservations.values() if each.status is ReservationStatus.PENDING
    ]
    for reservation in pending:
        reject(floor, reservation)


def withdraw(floor: Floor, reservation: Reservation) -> None:
    """Cancel an offer, for nobody could be told of it; one already decided is left alone."""
    if reservation.status is ReservationStatus.PENDING:
        _withdraw(floor, reservation, ReservationMove.CANCEL)
        _decide(floor, reservation.task)


def withdraw_all(floor: Floor, task: Task) -> None:
    """Cancel every pending offer of a task that is over."""
    for reservation in task.round:
        if reservation.status is ReservationStatus.PENDING:
            _withdraw(floor, reservation, ReservationMove.CANCEL)
    task.round.clear()


def wrap_up(floor: Floor, task: Task) -> None:
    """Let a worker finish what follows a conversation.

    Raises:
        RefusalError: The task is not assigned; nothing was changed.
    """
    move_task(task, TaskMove.WRAP_UP, floor.now)
    floor.journal.task("task.wrapup", task, f"Task {task.sid} wrapping")
    for reservation in _held(task):
        move_reservation(reservation, ReservationMove.WRAP_UP, floor.now)
        _log(floor, reservation, "wrapup")


def complete(floor: Floor, task: Task, reason: str | None) -> None:
    """Let a task be done.

    Raises:
        RefusalError: The task is neither assigned nor wrapping; nothing was changed.
    """
    end(floor, task, TaskMove.COMPLETE, reason)
    _complete_held(floor, task)


def follow_up(floor: Floor, reservation: Reservation, move: ReservationMove) -> None:
    """Wrap up or complete a reservation, and its task with it.

    Raises:
        RefusalError: The reservation does not hold the task; nothing was changed.
    """
    check_reservation(reservation, move)
    if move is ReservationMove.WRAP_UP:
        wrap_up(floor, reservation.task)
    else:
        complete(floor, reservation.task, reservation.task.reason)


def drop(floor: Floor, task: Task) -> None:
    """Remove a task, whatever its state: what was accepted is completed, the rest canceled."""
    leave(floor, task)
    withdraw_all(floor, task)
    _complete_held(floor, task)
    forget(floor, task)


def _offer_all(floor: Floor) -> None:
    matching = floor.matching
    heads = floor.lanes.heads(unless=matching.hopeless)
    for task, lane in heads:
        if matching.hopeless(task):
            continue
        workers = matching.free(task, lane.target)
        if workers:
            _offer(floor, task, workers)
            heads.again(lane)
        else:
            matching.nobody_for(task)


def _offer(floor: Floor, task: Task, workers: list[Worker]) -> None:
    floor.lanes.remove(task)
    move_task(task, TaskMove.RESERVE, floor.now)
    task.assignment_count += 1
    most = task.queue.max_reserved_workers if task.queue else 1
    task.round = [_reserve(floor, task, worker) for worker in workers[:most]]
    for reservation in task.round:
        _log(floor, reservation, "created")
        if task.queue is not None:
            if not floor.workspace.multi_task_enabled:
                reservation.previous_activity = reservation.worker.activity
            _take_up(floor, reservation, task.queue.reservation_activity)
        for listener in floor.offered:
            listener(reservation)


def _reserve(floor: Floor, task: Task, worker: Worker) -> Reservation:
    workspace, now = floor.workspace, floor.now
    reservation = Reservation(
        sid=workspace.sids.new("WR"),
        number=workspace.next_number(),
        date_created=now,
        date_updated=now,
        task=task,
        worker=worker,
        queue=task.queue,
    )
    seconds = task.workflow.task_reservation_timeout if task.workflow else _DEFAULT_TIMEOUT_SECONDS
    reservation.timer = floor.at(now + seconds, partial(_time_out, floor, reservation))
    channel = worker.channels[task.channel.sid]
    take_turn(floor, worker, channel)
    for holder in (workspace, worker, channel):
        holder.reservations[reservation.sid] = reservation
    task.reservations.append(reservation)
    return reservation


def _time_out(floor: Floor, reservation: Reservation) -> None:
    _withdraw(floor, reservation, ReservationMove.TIME_OUT, floor.workspace.timeout_activity)
    _decide(floor, reservation.task)


def _withdraw(
    floor: Floor,
    reservation: Reservation,
    move: ReservationMove,
    activity: Activity | None = None,
) -> None:
    move_reservation(reservation, move, floor.now)
    _release(floor, reservation)
    _log(floor, reservation, _ENDINGS[move])
    activity = activity or _activity_before(floor, reservation)
    if activity is not None:
        move_worker(floor, reservation.worker, activity)


def _activity_before(floor: Floor, reservation: Reservation) -> Activity | None:
    if floor.workspace.multi_task_enabled or reservation.queue is None:
        return None
    moved = reservation.worker.activity is reservation.queue.reservation_activity
    return reservation.previous_activity if moved else None


def _release(floor: Floor, reservation: Reservation) -> None:
    worker = reservation.worker
    channel = worker.channels[reservation.task.channel.sid]
    del channel.reservations[reservation.sid]
    floor.matching.made_room(channel.task_channel)
    take_turn(floor, worker, channel)


def _decide(floor: Floor, task: Task) -> None:
    if any(each.status is ReservationStatus.PENDING for each in task.round):
        return
    task.round.clear()
    move_task(task, TaskMove.RELEASE, floor.now)
    if task.assignment_count >= MOST_ASSIGNMENTS:
        end(floor, task, TaskMove.CANCEL, "Max assignment count exceeded")
    else:
        walks.resume(floor, task)


def _complete_held(floor: Floor, task: Task) -> None:
    for reservation in _held(task):
        move_reservation(reservation, ReservationMove.COMPLETE, floor.now)
        _release(floor, reservation)
        _log(floor, reservation, "completed")
        if reservation.post_work_activity is not None:
            move_worker(floor, reservation.worker, reservation.post_work_activity)


def _held(task: Task) -> Iterable[Reservation]:
    held = (ReservationStatus.ACCEPTED, ReservationStatus.WRAPPING)
    return [each for each in task.reservations if each.status in held]


def _lose(floor: Floor, task: Task) -> None:
    floor.journal.task("task.system-deleted", task, f"Task {task.sid} deleted by the system")
    drop(floor, task)


def _take_up(floor: Floor, reservation: Reservation, activity: Activity | None) -> None:
    # Only where one task at a time is taken do tasks decide on what a worker does.
    if activity is not None and not floor.workspace.multi_task_enabled:
        move_worker(floor, reservation.worker, activity)


def _log(floor: Floor, reservation: Reservation, type_: str) -> None:
    description = f"Worker {reservation.worker.friendly_name}: reservation {type_}"
    floor.journal.reservation(f"reservation.{type_}", reservation, description)
