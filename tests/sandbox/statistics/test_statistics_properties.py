"""What holds of statistics whatever happens."""

import random
from collections import Counter
from typing import Any

from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox.routing.floors import Play, target, when
from sandbox.statistics.scenes import figures

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox.routing import tasks
from taskrouter_async.sandbox.state.records import OPEN_TASKS, Task, Worker, Workflow
from taskrouter_async.sandbox.statistics import durations, real_time
from taskrouter_async.sandbox.statistics.window import Window

SUMS = (
    "tasks_canceled",
    "tasks_completed",
    "tasks_deleted",
    "tasks_moved",
    "reservations_created",
    "reservations_accepted",
    "reservations_rejected",
    "reservations_timed_out",
    "reservations_canceled",
    "reservations_rescinded",
)


@define
class Day:
    """A day at random, and what somebody who watched it wrote down."""

    chance: random.Random
    play: Play = field(factory=Play)
    seen: Counter[str] = field(factory=Counter)
    accepted: list[int] = field(factory=list)
    canceled: list[int] = field(factory=list)
    team: list[Worker] = field(factory=list)
    flows: list[Workflow] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        left, right = self.play.queue("Left", "side == 1"), self.play.queue("Right", at_once=2)
        first = when("kind == 1", target(left, timeout=50), target(right, timeout=70))
        self.flows = [
            self.play.workflow(first, default=target(right), answer_within=40),
            self.play.workflow(default=target(left)),
        ]
        self.team = [self.play.worker(str(n), {"side": n % 2}, capacity=2) for n in range(3)]

    def go_on(self, steps: int) -> None:
        acts = [self.call, self.call, self.accept, self.reject, self.cancel]
        acts += [self.complete, self.delete, self.move, self.call_straight]
        for _ in range(steps):
            self.play.after(self.chance.randrange(30))
            self.chance.choice(acts)()

    def call(self) -> None:
        facts = {"kind": self.chance.randrange(2)}
        self.play.task(self.chance.choice(self.flows), facts, priority=self.chance.randrange(3))
        self.seen["created"] += 1

    def call_straight(self) -> None:
        self.play.task(self.chance.choice(self.team))
        self.seen["created"] += 1

    def accept(self) -> None:
        for task in self._some(TaskStatus.RESERVED):
            pending = [each for each in task.round if each.status is ReservationStatus.PENDING]
            self.play.accept(self.chance.choice(pending))
            self.accepted.append(int(self.play.timeline.now - task.date_created))

    def reject(self) -> None:
        for task in self._some(TaskStatus.RESERVED):
            pending = [each for each in task.round if each.status is ReservationStatus.PENDING]
            self.play.reject(pending[0])
            self.seen["rejected"] += 1

    def cancel(self) -> None:
        for task in self._some(TaskStatus.PENDING):
            self.play.cancel(task)

    def complete(self) -> None:
        for task in self._some(TaskStatus.ASSIGNED):
            self.play.complete(task)
            self.seen["completed"] += 1

    def delete(self) -> None:
        for task in self._some(*OPEN_TASKS):
            tasks.delete(self.play.floor, task)
            self.seen["deleted"] += 1

    def move(self) -> None:
        activity = self.chance.choice([self.play.offline, self.play.available])
        self.play.move(self.chance.choice(self.team), activity)

    def _some(self, *statuses: TaskStatus) -> list[Task]:
        found = [each for each in self.play.workspace.tasks.values() if each.status in statuses]
        return [self.chance.choice(found)] if found else []


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_figures_agree_with_a_recount(seed: int, steps: int) -> None:
    """Figures are what somebody who watched would have counted, in parts as in all."""
    day = Day(random.Random(seed))
    day.go_on(steps)
    query = "Minutes=43200"

    _agree_with_what_was_seen(day, figures(day.play, query=query))
    _agree_with_the_log(day.play, figures(day.play, query=query))
    _parts_add_up(day.play, query)
    _present_adds_up(day.play)
    _time_adds_up(day)


def _agree_with_what_was_seen(day: Day, found: dict[str, Any]) -> None:
    for name in ("created", "completed", "deleted"):
        assert found[f"tasks_{name}"] == day.seen[name]
    assert found["reservations_rejected"] == day.seen["rejected"]
    waits = found["wait_duration_until_accepted"]
    assert waits["total"] == sum(day.accepted)
    assert found["reservations_accepted"] == len(day.accepted)
    if day.accepted:
        assert (waits["min"], waits["max"]) == (min(day.accepted), max(day.accepted))
        assert waits["avg"] == sum(day.accepted) // len(day.accepted)
    started = found["reservations_created"]
    ended = [found[f"reservations_{end}"] for end in ("rejected", "timed_out", "canceled")]
    ended += [found["reservations_rescinded"], found["reservations_accepted"]]
    pending = [
        each
        for task in day.play.workspace.tasks.values()
        for each in task.round
        if each.status is ReservationStatus.PENDING
    ]
    assert started == sum(ended) + len(pending)


def _agree_with_the_log(play: Play, found: dict[str, Any]) -> None:
    canceled = waited = moved = 0
    for event in play.workspace.journal.events:
        if event.type == "task.canceled":
            assert event.task is not None
            canceled += 1
            waited += int(event.task.age)
        if event.type == "task-queue.moved":
            moved += 1
    assert (found["tasks_canceled"], found["tasks_moved"]) == (canceled, moved)
    assert found["wait_duration_until_canceled"]["total"] == waited


def _parts_add_up(play: Play, query: str) -> None:
    split = f"{query}&SplitByWaitTime=20"
    whole = figures(play, query=split)
    queues = [figures(play, each, query=split) for each in play.workspace.task_queues.values()]
    flows = [figures(play, each, query=split) for each in play.workspace.workflows.values()]
    outside = Counter(
        event.type
        for event in play.workspace.journal.events
        if event.task and event.task.queue_sid is None
    )
    straight = {"tasks_canceled": "task.canceled", "tasks_completed": "task.completed"}
    straight |= {"tasks_deleted": "task.deleted", "tasks_moved": "task-queue.moved"}
    for name in SUMS:
        kind = straight.get(name) or name.replace("reservations_timed_out", "reservation.timeout")
        rest = outside[kind.replace("reservations_", "reservation.")]
        assert whole[name] == sum(each[name] for each in queues) + rest, name
        assert whole[name] == sum(each[name] for each in flows) + rest, name
    sides = whole["split_by_wait_time"]["20"]
    for name in ("tasks_canceled", "reservations_accepted"):
        assert sides["above"][name] + sides["below"][name] == whole[name]


def _present_adds_up(play: Play) -> None:
    space = play.workspace
    whole: dict[str, Any] = real_time.of_tasks(list(space.tasks.values()), play.timeline.now)
    by_queue = real_time.by_task_queue(space.tasks.values())
    parts: list[dict[str, Any]] = [
        real_time.of_tasks(each, play.timeline.now) for each in by_queue.values()
    ]
    statuses = Counter(task.status for task in space.tasks.values())
    assert whole["tasks_by_status"] == {str(each): statuses[each] for each in TaskStatus}
    assert whole["total_tasks"] == sum(each["total_tasks"] for each in parts)
    assert whole["total_tasks"] == sum(whole["tasks_by_status"].values())
    assert whole["total_tasks"] == sum(whole["tasks_by_priority"].values())
    oldest = max((each["longest_task_waiting_age"] for each in parts), default=0)
    assert whole["longest_task_waiting_age"] == oldest


def _time_adds_up(day: Day) -> None:
    now = int(day.play.timeline.now)
    for start, end in ((0, now), (now // 3, now // 2)):
        activities = day.play.workspace.activities.values()
        found: list[dict[str, Any]] = durations.of_activities(
            activities, day.team, Window(start, end)
        )
        assert sum(each["total"] for each in found) == (end - start) * len(day.team)
        for each in found:
            assert each["min"] <= each["avg"] <= each["max"] <= each["total"]
