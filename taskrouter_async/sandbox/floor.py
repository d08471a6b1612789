"""One workspace at work: tasks arrive, workers take them, and everything is drawn from one seed."""

import random
from typing import Final, Literal

from attrs import define, field, frozen

Status = Literal["pending", "reserved", "assigned", "wrapping", "completed", "canceled", "removed"]
CHANNELS: Final = ("default", "voice", "chat", "sms", "video")

_LONGEST_CATCH_UP_SECONDS: Final = 600

# What may become of a task within one second, and how likely that is.
_FATES: Final[dict[Status, tuple[tuple[Status, float], ...]]] = {
    "pending": (("canceled", 0.002),),
    "reserved": (("assigned", 0.4), ("pending", 0.02)),
    "assigned": (("wrapping", 0.05),),
    "wrapping": (("completed", 0.15),),
    "completed": (("removed", 0.02),),
    "canceled": (("removed", 0.02),),
}
_IN_HANDS: Final = frozenset({"reserved", "assigned", "wrapping"})


def new_sid(chance: random.Random, prefix: str) -> str:
    """Return a SID that the seed decides."""
    return f"{prefix}{chance.getrandbits(128):032x}"


@frozen
class Activity:
    """What a worker may be doing."""

    sid: str
    friendly_name: str
    available: bool


@frozen
class TaskQueue:
    """Where tasks wait for the workers who match."""

    sid: str


@define(eq=False)
class Worker:
    """Somebody who takes tasks from some of the queues."""

    activity: Activity
    task_queues: tuple[TaskQueue, ...]


@define(eq=False)
class Task:
    """A piece of work and how far it has come; times are seconds on the floor's clock."""

    sid: str
    task_queue: TaskQueue
    workflow_sid: str
    channel: str
    priority: int
    created_at: float
    entered_queue_at: float
    status: Status = "pending"
    worker: Worker | None = None


@define(eq=False)
class Floor:
    """One workspace; every task is in one queue and came through one workflow.

    Args:
        chance: Decides everything that happens.
        now: The time at which the floor opens, in seconds.
    """

    _chance: random.Random
    now: float
    activities: tuple[Activity, ...] = field(init=False)
    task_queues: tuple[TaskQueue, ...] = field(init=False)
    workflow_sids: tuple[str, ...] = field(init=False)
    workers: tuple[Worker, ...] = field(init=False)
    tasks: list[Task] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        chance = self._chance
        self.activities = (
            Activity(new_sid(chance, "WA"), "Offline", available=False),
            Activity(new_sid(chance, "WA"), "Available", available=True),
            Activity(new_sid(chance, "WA"), "Unavailable", available=False),
        )
        self.task_queues = tuple(TaskQueue(new_sid(chance, "WQ")) for _ in range(3))
        self.workflow_sids = tuple(new_sid(chance, "WW") for _ in range(2))
        self.workers = tuple(self._hire() for _ in range(chance.randint(6, 24)))
        past_seconds = chance.randint(0, 120)
        self.now -= past_seconds
        for _ in range(past_seconds):
            self._tick()

    def advance(self, now: float) -> None:
        """Let happen what happens until now; a pause longer than ten minutes counts as ten."""
        seconds = int(now - self.now)
        self.now += max(0, seconds - _LONGEST_CATCH_UP_SECONDS)
        for _ in range(min(seconds, _LONGEST_CATCH_UP_SECONDS)):
            self._tick()

    def _hire(self) -> Worker:
        count = self._chance.randint(1, len(self.task_queues))
        return Worker(
            self._chance.choice(self.activities),
            tuple(self._chance.sample(self.task_queues, count)),
        )

    def _tick(self) -> None:
        self.now += 1.0
        if self._chance.random() < len(self.workers) / 60:
            self._task_arrives()
        self._worker_may_move()
        self._offer()
        for task in self.tasks:
            self._meet_fate(task)
        self.tasks = [task for task in self.tasks if task.status != "removed"]

    def _task_arrives(self) -> None:
        self.tasks.append(
            Task(
                sid=new_sid(self._chance, "WT"),
                task_queue=self._chance.choice(self.task_queues),
                workflow_sid=self._chance.choice(self.workflow_sids),
                channel=self._chance.choice(CHANNELS),
                priority=self._chance.choice((0, 0, 0, 5, 10)),
                created_at=self.now,
                entered_queue_at=self.now,
            )
        )

    def _worker_may_move(self) -> None:
        worker = self._chance.choice(self.workers)
        if self._chance.random() < 0.1:  # noqa: PLR2004 - one move in ten seconds
            worker.activity = self._chance.choice(self.activities)

    def _offer(self) -> None:
        busy = {task.worker for task in self.tasks if task.worker}
        idle = [w for w in self.workers if w.activity.available and w not in busy]
        for task in self.tasks:
            if task.status == "pending":
                self._offer_to_one_of(idle, task)

    def _offer_to_one_of(self, idle: list[Worker], task: Task) -> None:
        matching = [worker for worker in idle if task.task_queue in worker.task_queues]
        if matching:
            task.worker = self._chance.choice(matching)
            task.status = "reserved"
            idle.remove(task.worker)

    def _meet_fate(self, task: Task) -> None:
        for fate, likelihood in _FATES[task.status]:
            if self._chance.random() < likelihood:
                task.status = fate
                break
        if task.status not in _IN_HANDS:
            task.worker = None
