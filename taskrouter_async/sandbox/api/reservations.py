"""Reservations, of a task and of a worker: https://www.twilio.com/docs/taskrouter/api/reservations.

Where the vendor is silent: both ways show the same version; an update that asks for nothing
changes nothing. What an update can ask for is in `instructions` beside it.
"""

from collections.abc import Callable, Iterable

from taskrouter_async.models import ReservationStatus
from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, fetched
from taskrouter_async.sandbox.api.instructions import step
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.state.records import Reservation, Task, Worker
from taskrouter_async.sandbox.state.timeline import wire_date


def list_of_task(ask: Ask) -> Answer:
    """Answer with a page of the offers of a task."""
    task = _task(ask)
    worker_sid = ask.query.sid("WorkerSid", "WK")
    of_worker = [each for each in task.reservations if worker_sid in (None, each.worker.sid)]
    return _list(ask, of_worker)


def list_of_worker(ask: Ask) -> Answer:
    """Answer with a page of what a worker was offered."""
    return _list(ask, _worker(ask).reservations.values())


def fetch_of_task(ask: Ask) -> Answer:
    """Answer with an offer of a task."""
    return _fetched(ask, _of_task(ask))


def fetch_of_worker(ask: Ask) -> Answer:
    """Answer with something a worker was offered."""
    return _fetched(ask, _of_worker(ask))


def update_of_task(ask: Ask) -> Answer:
    """Decide on an offer of a task, or instruct what happens next."""
    return _updated(ask, _of_task(ask), may_supervise=True)


def update_of_worker(ask: Ask) -> Answer:
    """Decide on something a worker was offered, or instruct what happens next."""
    return _updated(ask, _of_worker(ask), may_supervise=False)


def document(ask: Ask, reservation: Reservation) -> Document:
    """Return a reservation in the vendor's form, as it is reached by the path."""
    above = ask.path.split("/")[4]
    task_sid, worker_sid = reservation.task.sid, reservation.worker.sid
    holder = task_sid if above == "Tasks" else worker_sid
    return {
        "account_sid": ask.account.account_sid,
        "date_created": wire_date(reservation.date_created),
        "date_updated": wire_date(reservation.date_updated),
        "reservation_status": reservation.status,
        "sid": reservation.sid,
        "task_sid": task_sid,
        "worker_name": reservation.worker.friendly_name,
        "worker_sid": worker_sid,
        "workspace_sid": ask.workspace.sid,
        "url": f"{ask.home}/{above}/{holder}/Reservations/{reservation.sid}",
        "links": {
            "task": f"{ask.home}/Tasks/{task_sid}",
            "worker": f"{ask.home}/Workers/{worker_sid}",
            "workspace": ask.home,
        },
    }


def _task(ask: Ask) -> Task:
    return behind_path(ask, 1, ask.workspace.tasks)


def _worker(ask: Ask) -> Worker:
    return behind_path(ask, 1, ask.workspace.workers)


def _of_task(ask: Ask) -> Reservation:
    return behind_path(ask, 2, {each.sid: each for each in _task(ask).reservations})


def _of_worker(ask: Ask) -> Reservation:
    return behind_path(ask, 2, _worker(ask).reservations)


def _list(ask: Ask, reservations: Iterable[Reservation]) -> Answer:
    status = ask.query.choice("ReservationStatus", ReservationStatus)
    keep: Callable[[Reservation], bool] | None = (
        None if status is None else lambda reservation: reservation.status is status
    )
    return page(
        ask,
        "reservations",
        reservations,
        lambda reservation: document(ask, reservation),
        keep=keep,
        order=by_number,
        is_ordered=True,
        version=lambda reservation: reservation.version,
    )


def _fetched(ask: Ask, reservation: Reservation) -> Answer:
    return fetched(document(ask, reservation), reservation.version)


def _updated(ask: Ask, reservation: Reservation, *, may_supervise: bool) -> Answer:
    ask.check_version(reservation.version)
    take = step(ask.workspace, reservation, ask.form, may_supervise=may_supervise)
    take(ask.floor, reservation)
    return _fetched(ask, reservation)
