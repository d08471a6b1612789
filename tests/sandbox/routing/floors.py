"""A workspace in virtual time, set up and played in few words."""

import json
import random
from collections.abc import Mapping
from typing import TypeVar

from taskrouter_async.expressions import parse
from taskrouter_async.models import (
    Order,
    TaskStatus,
    WorkflowConfiguration,
    WorkflowFilter,
    WorkflowTarget,
)
from taskrouter_async.sandbox.routing import offers, staff, tasks
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.journal import Journal
from taskrouter_async.sandbox.state.records import (
    OPEN_RESERVATIONS,
    Activity,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
)
from taskrouter_async.sandbox.state.rules import Rules
from taskrouter_async.sandbox.state.sids import Sids
from taskrouter_async.sandbox.state.timeline import Timeline
from taskrouter_async.sandbox.state.workspace import Workspace

T = TypeVar("T")


class Play:
    """A workspace with the usual activities and one channel, ``default``."""

    def __init__(self, seed: int = 0) -> None:
        self.timeline, sids = Timeline(0.0), Sids(random.Random(seed))
        self.workspace = Workspace(
            sid=sids.new("WS"),
            number=1,
            date_created=0.0,
            date_updated=0.0,
            account_sid=sids.new("AC"),
            timeline=self.timeline,
            sids=sids,
            journal=Journal(self.timeline, sids),
            friendly_name="Play",
        )
        self.floor = Floor(self.workspace, offers.dispatch)
        self.offline = self.activity("Offline", available=False)
        self.available = self.activity("Available", available=True)
        self.workspace.default_activity = self.workspace.timeout_activity = self.offline
        self.default = self.channel("default")

    def _birth(self, prefix: str) -> tuple[str, int, float, float]:
        space, now = self.workspace, self.timeline.now
        return space.sids.new(prefix), space.next_number(), now, now

    def activity(self, name: str, *, available: bool) -> Activity:
        sid, number, created, updated = self._birth("WA")
        made = Activity(
            sid=sid,
            number=number,
            date_created=created,
            date_updated=updated,
            friendly_name=name,
            available=available,
        )
        self.workspace.activities[sid] = made
        return made

    def channel(self, name: str, *, optimized: bool = False) -> TaskChannel:
        sid, number, created, updated = self._birth("TC")
        made = TaskChannel(
            sid=sid,
            number=number,
            date_created=created,
            date_updated=updated,
            unique_name=name,
            friendly_name=name,
            channel_optimized_routing=optimized,
        )
        self.workspace.task_channels[sid] = made
        return made

    def queue(
        self,
        name: str,
        condition: str = "1==1",
        *,
        order: Order = Order.FIFO,
        at_once: int = 1,
    ) -> TaskQueue:
        sid, number, created, updated = self._birth("WQ")
        made = TaskQueue(
            sid=sid,
            number=number,
            date_created=created,
            date_updated=updated,
            friendly_name=name,
            target_workers=condition,
            condition=parse(condition) if condition else None,
            max_reserved_workers=at_once,
            task_order=order,
        )
        self.workspace.task_queues[sid] = made
        return made

    def workflow(
        self,
        *filters: WorkflowFilter,
        default: WorkflowTarget | None = None,
        answer_within: int = 120,
    ) -> Workflow:
        sid, number, created, updated = self._birth("WW")
        made = Workflow(
            sid=sid,
            number=number,
            date_created=created,
            date_updated=updated,
            friendly_name="Rules",
            configuration="",
            rules=rules(*filters, default=default),
            task_reservation_timeout=answer_within,
        )
        self.workspace.workflows[sid] = made
        return made

    def simple(self, *, at_once: int = 1, answer_within: int = 120) -> Workflow:
        """Let one queue be for everything and everybody."""
        queue = self.queue("Everybody", at_once=at_once)
        return self.workflow(default=target(queue), answer_within=answer_within)

    def worker(
        self,
        name: str,
        facts: Mapping[str, object] | None = None,
        *,
        activity: Activity | None = None,
        capacity: int = 1,
    ) -> Worker:
        worker = staff.hire(
            self.floor,
            name,
            attributes=json.dumps(facts or {}),
            facts=facts,
            activity=activity or self.available,
        )
        for channel in worker.channels.values():
            channel.configured_capacity = capacity
        offers.dispatch(self.floor)
        return worker

    def task(
        self,
        to: Workflow | TaskQueue | Worker,
        facts: Mapping[str, object] | None = None,
        *,
        channel: TaskChannel | None = None,
        priority: int = 0,
        timeout: int = 86_400,
        start: float | None = None,
        ignore_capacity: bool = False,
    ) -> Task:
        new = tasks.NewTask(
            attributes=json.dumps(facts or {}),
            facts=facts or {},
            channel=channel or self.default,
            workflow=to if isinstance(to, Workflow) else None,
            queue=to if isinstance(to, TaskQueue) else None,
            worker=to if isinstance(to, Worker) else None,
            priority=priority,
            timeout=timeout,
            virtual_start_time=start,
            ignore_capacity=ignore_capacity,
        )
        made = tasks.create(self.floor, new)
        offers.dispatch(self.floor)
        return made

    def accept(self, reservation: Reservation) -> None:
        offers.accept(self.floor, reservation)
        offers.dispatch(self.floor)

    def reject(self, reservation: Reservation, activity: Activity | None = None) -> None:
        offers.reject(self.floor, reservation, activity)
        offers.dispatch(self.floor)

    def update(self, task: Task, change: tasks.TaskUpdate) -> None:
        tasks.update(self.floor, task, change)
        offers.dispatch(self.floor)

    def tell(self, task: Task, facts: Mapping[str, object]) -> None:
        """Change what is known of a task."""
        self.update(task, tasks.TaskUpdate(attributes=json.dumps(facts), facts=facts))

    def complete(self, task: Task) -> None:
        self.update(task, tasks.TaskUpdate(status=TaskStatus.COMPLETED, reason="done"))

    def cancel(self, task: Task) -> None:
        self.update(task, tasks.TaskUpdate(status=TaskStatus.CANCELED, reason="no need"))

    def move(self, worker: Worker, activity: Activity) -> None:
        staff.move_worker(self.floor, worker, activity)
        offers.dispatch(self.floor)

    def learn(self, worker: Worker, facts: Mapping[str, object]) -> None:
        """Change what is known of a worker."""
        staff.change_facts(self.floor, worker, json.dumps(facts), facts)
        offers.dispatch(self.floor)

    def after(self, seconds: float) -> None:
        """Let time pass."""
        self.timeline.run(self.timeline.now + seconds)

    def log(self, task: Task | None = None) -> list[str]:
        """Return the types of what has happened, to one task if it is named."""
        events = self.workspace.journal.events
        return [
            each.type
            for each in events
            if task is None or (each.task is not None and each.task.sid == task.sid)
        ]


def target(
    queue: TaskQueue | None = None,
    *,
    timeout: int | None = None,
    priority: int | None = None,
    expression: str | None = None,
    order_by: str | None = None,
    skip_if: str | None = None,
    known_sid: str | None = None,
    known_name: str | None = None,
) -> WorkflowTarget:
    """Write a target of a workflow."""
    return WorkflowTarget(
        queue=queue.sid if queue else None,
        timeout=timeout,
        priority=priority,
        expression=expression,
        order_by=order_by,
        skip_if=skip_if,
        known_worker_sid=known_sid,
        known_worker_friendly_name=known_name,
    )


def when(expression: str, *targets: WorkflowTarget) -> WorkflowFilter:
    """Write a filter of a workflow."""
    return WorkflowFilter(expression=expression, targets=targets)


def rules(*filters: WorkflowFilter, default: WorkflowTarget | None = None) -> Rules:
    """Read a workflow's rules."""
    return Rules.of(WorkflowConfiguration(filters=filters, default_filter=default))


def who(task: Task) -> list[str]:
    """Return who has a task, or is being asked to take it."""
    return [
        each.worker.friendly_name for each in task.reservations if each.status in OPEN_RESERVATIONS
    ]


def offer(task: Task) -> Reservation:
    """Return the latest reservation of a task."""
    return task.reservations[-1]


def pick(things: list[T], place: int) -> T:
    """Return one of several things, however large the number of its place."""
    # From the end: what is newest has the most to go through.
    return things[-1 - place % len(things)]
