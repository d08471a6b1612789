"""What can be done with a reservation: a status to bring it to, or an instruction.

https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks. The sandbox has no telephones:
whoever is called answers at once, so ``dequeue`` and ``conference`` accept the reservation, and
``dequeue`` adds the ``worker_call_sid`` to the task's attributes. Where the vendor is silent: a
status and an instruction do not go together; all fields are checked, whichever instruction they
belong to; to supervise somebody changes nothing. What the vendor reports on its console when an
assignment callback's answer is wrong is answered as a 400 of the same code.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from taskrouter_async.models import ReservationStatus
from taskrouter_async.sandbox.api.instruction_fields import (
    LONGEST_ADDRESS,
    check_fields,
    required_url,
)
from taskrouter_async.sandbox.api.lookups import named
from taskrouter_async.sandbox.routing import offers, tasks
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.moves import ReservationMove, check_reservation
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Activity, Reservation
from taskrouter_async.sandbox.state.refusals import invalid, refused
from taskrouter_async.sandbox.state.workspace import Workspace

Step: TypeAlias = Callable[[Floor, Reservation], None]
_Reader: TypeAlias = Callable[[Workspace, Reservation, Fields], Step]


def step(
    workspace: Workspace, reservation: Reservation, form: Fields, *, may_supervise: bool
) -> Step:
    """Return what is to be done with a reservation; nothing is changed before it is called.

    Args:
        workspace: Where it is.
        reservation: What is decided on.
        form: The parameters of an update.
        may_supervise: Whether ``supervise`` and its fields are known, as they are for tasks.

    Raises:
        RefusalError: A parameter cannot be used, or it cannot be done now.
    """
    status = form.choice("ReservationStatus", ReservationStatus)
    instruction = form.text("Instruction")
    named(form, "WorkerActivitySid", "WA", workspace.activities)
    check_fields(workspace, form, may_supervise=may_supervise)
    if status is not None and instruction is not None:
        raise refused("ReservationStatus does not go with Instruction")
    if status is not None:
        if status not in _STATUSES:
            raise invalid("ReservationStatus")
        return _STATUSES[status](workspace, reservation, form)
    if instruction is None:
        return _leave
    if instruction not in _INSTRUCTIONS or (instruction == "supervise" and not may_supervise):
        raise refused(f"Unknown instruction {instruction!r:.50}", 55555)
    return _INSTRUCTIONS[instruction](workspace, reservation, form)


def _accept(_: Workspace, reservation: Reservation, __: Fields) -> Step:
    check_reservation(reservation, ReservationMove.ACCEPT)
    return offers.accept


def _reject(workspace: Workspace, reservation: Reservation, form: Fields) -> Step:
    check_reservation(reservation, ReservationMove.REJECT)
    activity: Activity | None = named(form, "WorkerActivitySid", "WA", workspace.activities)
    return lambda floor, rejected: offers.reject(floor, rejected, activity)


def _wrap_up(_: Workspace, reservation: Reservation, __: Fields) -> Step:
    return _follow_up(reservation, ReservationMove.WRAP_UP)


def _complete(_: Workspace, reservation: Reservation, __: Fields) -> Step:
    return _follow_up(reservation, ReservationMove.COMPLETE)


def _follow_up(reservation: Reservation, move: ReservationMove) -> Step:
    check_reservation(reservation, move)
    return lambda floor, held: offers.follow_up(floor, held, move)


def _dequeue(workspace: Workspace, reservation: Reservation, form: Fields) -> Step:
    _check_pending(reservation, 40135)
    _check_reachable(reservation, form, "DequeueTo", 40131)
    if not _says(reservation.task.facts, "call_sid"):
        raise refused("The task has no call_sid: it was not made by Enqueue", 40140)
    after = named(form, "DequeuePostWorkActivitySid", "WA", workspace.activities)
    return lambda floor, answered: _answer(floor, answered, after)


def _call(_: Workspace, reservation: Reservation, form: Fields) -> Step:
    _check_pending(reservation, 40114)
    _check_reachable(reservation, form, "CallTo", 40110)
    if not form.text("CallFrom"):
        raise refused("CallFrom field is required", 40111)
    required_url(form, "CallUrl")
    return offers.accept if form.boolean("CallAccept") else _leave


def _redirect(_: Workspace, reservation: Reservation, form: Fields) -> Step:
    _check_pending(reservation, 40123)
    required_url(form, "RedirectUrl")
    if form.sid("RedirectCallSid", "CA") is None:
        raise refused("RedirectCallSid field is required", 40121)
    return offers.accept if form.boolean("RedirectAccept") else _leave


def _conference(workspace: Workspace, reservation: Reservation, form: Fields) -> Step:
    _check_pending(reservation, 40136)
    _check_reachable(reservation, form, "To", 40137)
    facts = reservation.task.facts
    if not _says(facts, "call_sid") and not _says(facts, "outbound_to"):
        raise refused("The task has neither call_sid nor outbound_to", 40142)
    after = named(form, "PostWorkActivitySid", "WA", workspace.activities)
    return lambda floor, joined: _take(floor, joined, after)


def _supervise(workspace: Workspace, reservation: Reservation, form: Fields) -> Step:
    if reservation.status is not ReservationStatus.ACCEPTED:
        raise refused("Only an accepted reservation can be supervised", 40146)
    supervisor = form.required_name("Supervisor", LONGEST_ADDRESS)
    if supervisor.startswith("WK"):
        worker = named(form, "Supervisor", "WK", workspace.workers)
        if worker is None or not _says(worker.facts, "contact_uri"):
            raise refused("The supervisor has no contact_uri", 40147)
    if not _says(reservation.task.facts, "from"):
        raise refused("The task has no from", 40148)
    return _leave


def _take(floor: Floor, reservation: Reservation, after: Activity | None) -> None:
    """Accept, and remember what the worker is to do after the work."""
    offers.accept(floor, reservation)
    reservation.post_work_activity = after


def _answer(floor: Floor, reservation: Reservation, after: Activity | None) -> None:
    """Accept, and note the call to the worker as the vendor does."""
    _take(floor, reservation, after)
    call_sid = floor.workspace.sids.new("CA")
    facts = {**reservation.task.facts, "worker_call_sid": call_sid}
    update = tasks.TaskUpdate(attributes=json.dumps(facts), facts=facts)
    tasks.update(floor, reservation.task, update)


def _leave(_: Floor, __: Reservation) -> None:
    """Change nothing."""


def _check_pending(reservation: Reservation, code: int) -> None:
    if reservation.status is not ReservationStatus.PENDING:
        raise refused(f"Reservation {reservation.sid} is not pending", code)


def _check_reachable(reservation: Reservation, form: Fields, name: str, code: int) -> None:
    given = form.text(name)
    if given == "" or (given is None and not _says(reservation.worker.facts, "contact_uri")):
        raise refused(f"Invalid {name} parameter, and the worker has no contact_uri", code)


def _says(facts: Mapping[str, object], name: str) -> bool:
    text = facts.get(name)
    return isinstance(text, str) and bool(text.strip())


_STATUSES: Final[Mapping[str, _Reader]] = {
    ReservationStatus.ACCEPTED: _accept,
    ReservationStatus.REJECTED: _reject,
    ReservationStatus.WRAPPING: _wrap_up,
    ReservationStatus.COMPLETED: _complete,
}
_INSTRUCTIONS: Final[Mapping[str, _Reader]] = {
    "accept": _accept,
    "reject": _reject,
    "dequeue": _dequeue,
    "call": _call,
    "redirect": _redirect,
    "conference": _conference,
    "supervise": _supervise,
}
