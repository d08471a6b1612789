"""When workers come, pause and go, and how those come back who missed an offer."""

from functools import partial

from attrs import define, field

from taskrouter_async.sandbox.routing.staff import move_worker
from taskrouter_async.sandbox.state.records import Activity, Reservation, Worker
from taskrouter_async.sandbox.traffic.furniture import Furniture
from taskrouter_async.sandbox.traffic.pace import Pace
from taskrouter_async.sandbox.traffic.plan import Traffic


@define(eq=False)
class Shifts:
    """Who is at work."""

    _traffic: Traffic
    _furniture: Furniture
    _pace: Pace
    _on_shift: set[Worker] = field(init=False, factory=set)
    _on_pause: set[Worker] = field(init=False, factory=set)

    def begin(self) -> None:
        """Let everybody be somewhere in the middle of their day."""
        for worker in self._furniture.workers:
            moment = self._pace.chance.random() * (self._traffic.shift_seconds + self._free_seconds)
            if moment < self._traffic.shift_seconds:
                # The last pause was some time ago, too: otherwise all would work for an hour.
                since = self._pace.chance.random() * self._traffic.pause_every_seconds
                self._come(worker, self._traffic.shift_seconds - moment, since)
            else:
                self._go(worker, self._free_seconds + self._traffic.shift_seconds - moment)

    def come_back_after(self, reservation: Reservation) -> None:
        """Let a worker who will miss an offer notice some time after it is over."""
        left = reservation.timer.at - self._pace.floor.now if reservation.timer else 0.0
        seconds = left + self._pace.about(self._traffic.return_seconds)
        self._pace.in_(seconds, partial(self._notice, reservation.worker))

    @property
    def _free_seconds(self) -> float:
        return self._traffic.shift_seconds * (1 / self._traffic.present_share - 1)

    def _come(self, worker: Worker, shift_seconds: float, since_pause: float = 0.0) -> None:
        self._on_shift.add(worker)
        self._move(worker, self._furniture.available)
        end = self._pace.begin_in(shift_seconds, partial(self._go, worker, self._free_seconds))
        self._work(worker, end.at, since_pause)

    def _go(self, worker: Worker, free_seconds: float) -> None:
        if not free_seconds:
            self._come(worker, self._traffic.shift_seconds)
            return
        self._on_shift.discard(worker)
        self._on_pause.discard(worker)
        self._move(worker, self._furniture.offline)
        come = partial(self._come, worker, self._traffic.shift_seconds)
        self._pace.begin_in(free_seconds, come)

    def _work(self, worker: Worker, end: float, since_pause: float = 0.0) -> None:
        # Not exponential: nobody goes for a second pause a minute after the first one.
        seconds = self._traffic.pause_every_seconds * self._pace.chance.uniform(0.5, 1.5)
        seconds = max(0.0, seconds - since_pause)
        if self._traffic.pause_seconds and self._pace.start + seconds < end:
            self._pace.begin_in(seconds, partial(self._pause, worker, end))

    def _pause(self, worker: Worker, end: float) -> None:
        self._on_pause.add(worker)
        self._move(worker, self._furniture.away)
        seconds = self._pace.about(self._traffic.pause_seconds)
        self._pace.begin_in(seconds, partial(self._resume, worker, end))

    def _resume(self, worker: Worker, end: float) -> None:
        if self._pace.floor.now >= end:
            return
        self._on_pause.discard(worker)
        self._move(worker, self._furniture.available)
        self._work(worker, end)

    def _notice(self, worker: Worker) -> None:
        missed = worker.activity is self._pace.floor.workspace.timeout_activity
        if missed and worker in self._on_shift and worker not in self._on_pause:
            self._move(worker, self._furniture.available)

    def _move(self, worker: Worker, activity: Activity) -> None:
        workspace = self._pace.floor.workspace
        if worker.sid in workspace.workers and activity.sid in workspace.activities:
            move_worker(self._pace.floor, worker, activity)
