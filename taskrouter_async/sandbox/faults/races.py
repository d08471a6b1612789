"""Somebody else who is faster."""

from taskrouter_async.sandbox.api.asking import Ask
from taskrouter_async.sandbox.routing import staff, tasks
from taskrouter_async.sandbox.routing.floor import Floor


def overtake(ask: Ask) -> None:
    """Change the version of the task, worker or reservation that a request is about."""
    floor = ask.floors.get(ask.sids[0])
    if floor is None:
        return
    parts = ask.path.split("/")
    kind, sid = parts[-2:]
    if kind == "Reservations":
        _touch_reservation(floor, sid)
    elif kind == "Tasks":
        _touch_task(floor, sid)
    else:
        _touch_worker(floor, sid)


def _touch_task(floor: Floor, sid: str) -> None:
    task = floor.workspace.tasks.get(sid)
    if task is not None:
        tasks.update(floor, task, tasks.TaskUpdate())


def _touch_worker(floor: Floor, sid: str) -> None:
    worker = floor.workspace.workers.get(sid)
    if worker is not None:
        staff.update(floor, worker, staff.WorkerUpdate())


def _touch_reservation(floor: Floor, sid: str) -> None:
    reservation = floor.workspace.reservations.get(sid)
    if reservation is not None:
        reservation.version += 1
        reservation.date_updated = floor.now
