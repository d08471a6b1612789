"""Those who take the calls: from an offer to the end of the task."""

from functools import partial
from typing import Final

from attrs import define

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox.routing import offers
from taskrouter_async.sandbox.state.records import Reservation, Task, Worker
from taskrouter_async.sandbox.traffic.callers import Callers
from taskrouter_async.sandbox.traffic.pace import Pace
from taskrouter_async.sandbox.traffic.plan import ChannelTraffic, Traffic
from taskrouter_async.sandbox.traffic.shifts import Shifts

DONE: Final = "Completed"

_UNKNOWN_CHANNEL: Final = ChannelTraffic()


@define(eq=False)
class Crew:
    """What a traffic's own workers do with what they are offered; it leaves others alone."""

    _traffic: Traffic
    _workers: frozenset[Worker]
    _pace: Pace
    _shifts: Shifts
    _callers: Callers

    def begin(self) -> None:
        """Listen to offers, and go on with what is in somebody's hands already."""
        floor = self._pace.floor
        for reservation in list(floor.workspace.reservations.values()):
            if reservation.worker in self._workers:
                self._go_on(reservation)
        floor.offered.append(self.react)

    def end(self) -> None:
        """Listen no more."""
        self._pace.floor.offered.remove(self.react)

    def react(self, reservation: Reservation) -> None:
        """Accept an offer after a while, decline it, or leave it alone."""
        if reservation.worker not in self._workers:
            return
        draw, traffic = self._pace.chance.random(), self._traffic
        if draw < traffic.ignored_share:
            self._shifts.come_back_after(reservation)
            return
        declined = draw < traffic.ignored_share + traffic.rejected_share
        act = partial(self._decline if declined else self._accept, reservation)
        self._pace.in_(self._pace.about(traffic.pick_up_seconds), act)

    def _go_on(self, reservation: Reservation) -> None:
        if reservation.status is ReservationStatus.PENDING:
            self.react(reservation)
        elif reservation.status is ReservationStatus.ACCEPTED:
            self._talk(reservation.task)
        elif reservation.status is ReservationStatus.WRAPPING:
            self._write_up(reservation.task)

    def _accept(self, reservation: Reservation) -> None:
        if reservation.status is not ReservationStatus.PENDING:
            return
        offers.accept(self._pace.floor, reservation)
        self._callers.answered(reservation.task)
        self._talk(reservation.task)

    def _decline(self, reservation: Reservation) -> None:
        if reservation.status is ReservationStatus.PENDING:
            offers.reject(self._pace.floor, reservation)

    def _talk(self, task: Task) -> None:
        channel = self._traffic.channels.get(task.channel.unique_name, _UNKNOWN_CHANNEL)
        self._pace.in_(self._pace.about(channel.handling_seconds), partial(self._hang_up, task))

    def _hang_up(self, task: Task) -> None:
        if task.status is TaskStatus.ASSIGNED:
            offers.wrap_up(self._pace.floor, task)
            self._write_up(task)

    def _write_up(self, task: Task) -> None:
        seconds = self._pace.about(self._traffic.wrap_up_seconds)
        self._pace.in_(seconds, partial(self._finish, task))

    def _finish(self, task: Task) -> None:
        if task.status is TaskStatus.WRAPPING:
            offers.complete(self._pace.floor, task, DONE)
