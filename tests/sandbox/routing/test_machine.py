"""Whatever happens on a floor, in whatever order: what must always hold, holds."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sandbox.routing.floors import Play, pick, rules, target, when
from sandbox.routing.retelling import Retelling

from taskrouter_async.models import Order, ReservationStatus, TaskStatus
from taskrouter_async.sandbox.routing import offers, queues, staff, tasks, walks
from taskrouter_async.sandbox.routing.matching import Matching
from taskrouter_async.sandbox.routing.moves import ReservationMove
from taskrouter_async.sandbox.routing.tasks import TaskUpdate
from taskrouter_async.sandbox.state.records import (
    OPEN_RESERVATIONS,
    Reservation,
    Task,
    TaskChannel,
    Worker,
)
from taskrouter_async.sandbox.state.refusals import RefusalError

PLACES = st.integers(0, 50)
KINDS = st.sampled_from(["a", "b", "c", "known", "none"])
LEVELS = st.integers(0, 2)
HELD = frozenset({TaskStatus.ASSIGNED, TaskStatus.WRAPPING})
ENDS = st.sampled_from([TaskStatus.WRAPPING, TaskStatus.COMPLETED, TaskStatus.CANCELED])


class FloorMachine(RuleBasedStateMachine):
    """Somebody does anything at all with a workspace of three queues and two channels."""

    def __init__(self) -> None:
        super().__init__()
        self.play = play = Play()
        self.floor, self.space = play.floor, play.workspace
        self.channels = [play.default, play.channel("voice")]
        hard = play.queue("hard", "level >= 1", at_once=2)
        self.queues = [play.queue("all"), hard, play.queue("last", order=Order.LIFO)]
        easy, hard, last = self.queues
        self.configurations = [
            rules(
                when("kind == 'a'", target(hard, timeout=20), target(easy, timeout=20, priority=5)),
                when("kind == 'b'", target(last, skip_if="workers.available < 2"), target(easy)),
                when("kind == 'known'", target(easy, timeout=60, known_name="task.agent")),
                default=target(easy, expression="worker.level > task.level", order_by="level DESC"),
            ),
            rules(
                when("kind == 'a'", target(last)), when("kind == 'b'", target(hard, skip_if="1==1"))
            ),
        ]
        self.flow = play.workflow(answer_within=15)
        self.flow.rules = self.configurations[0]
        self.used: Counter[str] = Counter()
        self.told = Retelling()

    @initialize(levels=st.lists(LEVELS, min_size=1, max_size=3), one_at_a_time=st.booleans())
    def open_in_the_morning(self, levels: list[int], *, one_at_a_time: bool) -> None:
        self.space.multi_task_enabled = not one_at_a_time
        for level in levels:
            self.hire(level, 1)

    @rule(
        kind=KINDS,
        level=LEVELS,
        priority=LEVELS,
        channel=PLACES,
        timeout=st.sampled_from([50, 500]),
    )
    def send_through_the_workflow(
        self, kind: str, level: int, priority: int, channel: int, timeout: int
    ) -> None:
        facts = {"kind": kind, "level": level, "agent": "worker 1"}
        channel_ = self._channel(channel)
        self.play.task(self.flow, facts, priority=priority, channel=channel_, timeout=timeout)

    @rule(queue=PLACES, priority=LEVELS)
    def send_to_a_queue(self, queue: int, priority: int) -> None:
        self.play.task(self.queues[queue % 3], priority=priority)

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES, ignore_capacity=st.booleans())
    def send_to_a_worker(self, worker: int, *, ignore_capacity: bool) -> None:
        self.play.task(self._worker(worker), ignore_capacity=ignore_capacity)

    @rule(level=LEVELS, capacity=LEVELS)
    def hire(self, level: int, capacity: int) -> None:
        name = f"worker {len(self.space.workers)}"
        self.play.worker(name, {"level": level}, capacity=capacity)

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES)
    def dismiss(self, worker: int) -> None:
        self._try(partial(staff.dismiss, self.floor, self._worker(worker)))

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES, available=st.booleans(), rejecting=st.booleans())
    def move(self, worker: int, *, available: bool, rejecting: bool) -> None:
        who = self._worker(worker)
        self.play.move(who, self.play.available if available else self.play.offline)
        if rejecting and not available:
            self._try(partial(offers.reject_all, self.floor, who))

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES, level=LEVELS)
    def learn(self, worker: int, level: int) -> None:
        self.play.learn(self._worker(worker), {"level": level})

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES, channel=PLACES, capacity=LEVELS)
    def set_capacity(self, worker: int, channel: int, capacity: int) -> None:
        who = self._worker(worker)
        at = who.channels[self._channel(channel).sid]
        self._try(partial(staff.set_capacity, self.floor, who, at, capacity))

    @precondition(lambda self: self.space.workers)
    @rule(worker=PLACES, channel=PLACES, available=st.booleans())
    def open_or_close(self, worker: int, channel: int, *, available: bool) -> None:
        who = self._worker(worker)
        at = who.channels[self._channel(channel).sid]
        self._try(partial(staff.set_channel_available, self.floor, who, at, available))

    @precondition(lambda self: self.space.reservations)
    @rule(reservation=PLACES)
    def accept(self, reservation: int) -> None:
        self._try(partial(offers.accept, self.floor, self._reservation(reservation)))

    @precondition(lambda self: self.space.reservations)
    @rule(reservation=PLACES, leaving=st.booleans())
    def reject(self, reservation: int, *, leaving: bool) -> None:
        activity = self.play.offline if leaving else None
        self._try(partial(offers.reject, self.floor, self._reservation(reservation), activity))

    @precondition(lambda self: self.space.reservations)
    @rule(
        reservation=PLACES,
        move=st.sampled_from([ReservationMove.WRAP_UP, ReservationMove.COMPLETE]),
    )
    def follow_up(self, reservation: int, move: ReservationMove) -> None:
        self._try(partial(offers.follow_up, self.floor, self._reservation(reservation), move))

    @precondition(lambda self: self.space.reservations)
    @rule(reservation=PLACES)
    def withdraw(self, reservation: int) -> None:
        self._try(partial(offers.withdraw, self.floor, self._reservation(reservation)))

    @precondition(lambda self: self.space.tasks)
    @rule(task=PLACES, status=ENDS)
    def end(self, task: int, status: TaskStatus) -> None:
        change = TaskUpdate(status=status, reason="said so")
        self._try(partial(tasks.update, self.floor, self._task(task), change))

    @precondition(lambda self: self.space.tasks)
    @rule(task=PLACES, kind=KINDS)
    def tell(self, task: int, kind: str) -> None:
        self.play.tell(self._task(task), {"kind": kind, "level": 0})

    @precondition(lambda self: self.space.tasks)
    @rule(task=PLACES, priority=LEVELS, channel=PLACES)
    def change(self, task: int, priority: int, channel: int) -> None:
        change = TaskUpdate(priority=priority, channel=self._channel(channel))
        self._try(partial(tasks.update, self.floor, self._task(task), change))

    @precondition(lambda self: self.space.tasks)
    @rule(task=PLACES)
    def delete(self, task: int) -> None:
        self._try(partial(tasks.delete, self.floor, self._task(task)))

    @rule(queue=PLACES, order=st.sampled_from(list(Order)))
    def reorder(self, queue: int, order: Order) -> None:
        changed = self.queues[queue % 3]
        changed.task_order = self.space.prioritize_queue_order = order
        queues.order_changed(self.floor)
        self._try(partial(queues.queue_changed, self.floor, changed))

    @rule(configuration=st.integers(0, 1), everybody=st.booleans())
    def configure(self, configuration: int, *, everybody: bool) -> None:
        self.flow.rules = self.configurations[configuration]
        if everybody:
            queues.re_evaluate_all(self.floor, self.flow)

    @rule(seconds=st.sampled_from([1, 1, 5, 10, 15, 20, 60, 300]))
    def wait(self, seconds: int) -> None:
        self.play.after(seconds)

    @rule()
    def wait_a_day(self) -> None:
        self.play.after(86_400)

    @invariant()
    def who_waits_is_pending(self) -> None:
        pending = {each for each in self._tasks() if each.status is TaskStatus.PENDING}
        assert all(each in self.floor.lanes for each in pending)
        assert len(self.floor.lanes) == len(pending)

    @invariant()
    def nobody_waits_for_somebody_who_is_free(self) -> None:
        fresh = Matching(self.space)
        for task in self._tasks():
            if task.status is TaskStatus.PENDING:
                assert not fresh.free(task, walks.target_of(task))

    @invariant()
    def tasks_and_reservations_agree(self) -> None:
        for task in self._tasks():
            statuses = Counter(str(each.status) for each in task.reservations)
            held = statuses["accepted"], statuses["wrapping"]
            assert (statuses["pending"] > 0) is (task.status is TaskStatus.RESERVED)
            assert held == (task.status == "assigned", task.status == "wrapping")
            assert (statuses["completed"] == 1) is (task.status is TaskStatus.COMPLETED)

    @invariant()
    def records_agree(self) -> None:
        listed = [each for task in self._tasks() for each in task.reservations]
        assert set(self.space.reservations.values()) == set(listed)
        for worker in self.space.workers.values():
            assert list(worker.reservations.values()) == sorted(
                (each for each in listed if each.worker is worker), key=lambda each: each.number
            )

    @invariant()
    def channels_hold_what_is_open(self) -> None:
        for worker in self.space.workers.values():
            held = [
                each for each in worker.reservations.values() if each.status in OPEN_RESERVATIONS
            ]
            for sid, channel in worker.channels.items():
                own = [each for each in held if each.task.channel.sid == sid]
                assert set(channel.reservations.values()) == set(own)

    @invariant()
    def capacity_is_respected(self) -> None:
        for worker in self.space.workers.values():
            for channel in worker.channels.values():
                open_ = channel.reservations.values()
                polite = sum(not each.task.ignore_capacity for each in open_)
                # Less capacity than in use sends nobody away.
                assert polite <= max(channel.configured_capacity, self.used[channel.sid])
                self.used[channel.sid] = polite

    @invariant()
    def the_log_tells_the_same_story(self) -> None:
        for event in self.space.journal.events[self.told.read :]:
            self.told.hear(event)
        for task in self._tasks():
            assert self.told.tasks[task.sid] is task.status
            statuses = {each.sid: each.status for each in task.reservations}
            assert self.told.reservations[task.sid] == statuses
        gone = set(self.told.tasks) - set(self.space.tasks) - self.told.deleted
        assert {self.told.tasks[sid] for sid in gone} <= {TaskStatus.COMPLETED, TaskStatus.CANCELED}
        assert not self.told.deleted & set(self.space.tasks)

    def _try(self, act: Callable[[], None]) -> None:
        before = self._picture()
        try:
            act()
        except RefusalError:
            assert self._picture() == before
        offers.dispatch(self.floor)

    def _picture(self) -> list[object]:
        workers, reservations = self.space.workers.values(), self.space.reservations.values()
        return [
            len(self.space.journal.events),
            [(each.sid, each.status, each.version, each.date_updated) for each in self._tasks()],
            [(each.sid, each.status, each.version, each.date_updated) for each in reservations],
            [(each.sid, each.activity, each.version, each.date_updated) for each in workers],
        ]

    def _tasks(self) -> list[Task]:
        return list(self.space.tasks.values())

    def _task(self, place: int) -> Task:
        held = [each for each in self._tasks() if each.status in HELD]
        return pick((place % 2 and held) or self._tasks(), place)

    def _worker(self, place: int) -> Worker:
        return pick(list(self.space.workers.values()), place)

    def _reservation(self, place: int) -> Reservation:
        every = list(self.space.reservations.values())
        pending = [each for each in every if each.status is ReservationStatus.PENDING]
        return pick((place % 2 and pending) or every, place)

    def _channel(self, place: int) -> TaskChannel:
        return pick(self.channels, place)


TestFloor = FloorMachine.TestCase
TestFloor.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
