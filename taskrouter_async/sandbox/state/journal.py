"""The log of what happened in a workspace; statistics and callbacks are read from it.

Types and fields: https://www.twilio.com/docs/taskrouter/api/event/reference.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import Final

from attrs import define, field, frozen

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.state.records import Reservation, Task, Worker
from taskrouter_async.sandbox.state.sids import Sids
from taskrouter_async.sandbox.state.timeline import Timeline

KEPT_SECONDS: Final = 35 * 86_400
_WRITTEN_BETWEEN_CLEARINGS: Final = 10_000
_NOTHING: Final[Mapping[str, str]] = {}


@frozen(eq=False)
class TaskFacts:
    """What was true of a task when something happened to it.

    Attributes:
        age: Seconds since its creation.
        queue_age: Seconds since it entered its queue; 0 outside of one.
    """

    sid: str
    attributes: str
    age: float
    queue_age: float
    priority: int
    status: TaskStatus
    reason: str | None
    channel_sid: str
    channel: str
    queue_sid: str | None
    queue_name: str | None
    workflow_sid: str | None
    workflow_name: str | None


@frozen(eq=False)
class WorkerFacts:
    """What was true of a worker when something happened to them.

    Attributes:
        previous_activity_sid: What they did before, if that has just changed.
        previous_seconds: How long they were in the activity before, or are in the present one.
    """

    sid: str
    name: str
    attributes: str
    activity_sid: str
    activity_name: str
    version: int
    previous_activity_sid: str | None
    previous_activity_name: str | None
    previous_seconds: float


@frozen(eq=False)
class Event:
    """Something that happened.

    Attributes:
        sid: Its name, ``EV…``.
        number: Its place in the log of the whole sandbox.
        at: When, in seconds since 1970.
        type: Such as ``reservation.created``.
        resource_sid: What it happened to.
        description: One sentence.
        task: The task as it was, if one is concerned.
        worker: The worker as they were, if one is concerned.
        reservation_sid: The reservation, if one is concerned.
        more: Other fields by their names in ``event_data``.
    """

    sid: str
    number: int
    at: float
    type: str
    resource_sid: str
    description: str
    task: TaskFacts | None = None
    worker: WorkerFacts | None = None
    reservation_sid: str | None = None
    more: Mapping[str, str] = _NOTHING


@define(eq=False)
class Journal:
    """What happened, oldest first; what is older than 35 days is dropped.

    Attributes:
        events: All of it.
        listeners: Called with each event as soon as it is written.
    """

    _timeline: Timeline
    _sids: Sids
    events: list[Event] = field(init=False, factory=list)
    listeners: list[Callable[[Event], None]] = field(init=False, factory=list)
    _number: int = field(init=False, default=0)

    def write(
        self,
        type_: str,
        resource_sid: str,
        description: str,
        *,
        task: Task | None = None,
        worker: WorkerFacts | None = None,
        reservation_sid: str | None = None,
        more: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Write down that something has just happened."""
        self._number += 1
        event = Event(
            sid=self._sids.new("EV"),
            number=self._number,
            at=self._timeline.now,
            type=type_,
            resource_sid=resource_sid,
            description=description,
            task=self.facts_of_task(task) if task else None,
            worker=worker,
            reservation_sid=reservation_sid,
            more=more,
        )
        self.events.append(event)
        if self._number % _WRITTEN_BETWEEN_CLEARINGS == 0:
            self.forget()
        for listener in self.listeners:
            listener(event)

    def task(self, type_: str, task: Task, description: str) -> None:
        """Write down what happened to a task."""
        self.write(type_, task.sid, description, task=task)

    def reservation(self, type_: str, reservation: Reservation, description: str) -> None:
        """Write down what happened to a reservation; the vendor files it under its task."""
        self.write(
            type_,
            reservation.task.sid,
            description,
            task=reservation.task,
            worker=self.facts_of_worker(reservation.worker),
            reservation_sid=reservation.sid,
        )

    def worker(
        self, type_: str, worker: Worker, description: str, more: Mapping[str, str] = _NOTHING
    ) -> None:
        """Write down what happened to a worker."""
        self.write(type_, worker.sid, description, worker=self.facts_of_worker(worker), more=more)

    def activity_changed(self, worker: Worker) -> None:
        """Write down that a worker has just changed to another activity."""
        since, before = worker.history[-2]
        facts = self.facts_of_worker(
            worker,
            previous=(before.sid, before.friendly_name),
            previous_seconds=worker.date_status_changed - since,
        )
        description = (
            f"Worker {worker.friendly_name} updated to {worker.activity.friendly_name} Activity"
        )
        self.write("worker.activity.update", worker.sid, description, worker=facts)

    def between(self, start: float, end: float) -> list[Event]:
        """Return what happened from ``start`` to ``end``, both included, oldest first."""
        low = bisect_left(self.events, start, key=_moment)
        return self.events[low : bisect_right(self.events, end, lo=low, key=_moment)]

    def forget(self) -> None:
        """Drop what is older than 35 days."""
        oldest = self._timeline.now - KEPT_SECONDS
        del self.events[: bisect_left(self.events, oldest, key=_moment)]

    def facts_of_task(self, task: Task) -> TaskFacts:
        """Return what is true of a task now."""
        now, queue, workflow = self._timeline.now, task.queue, task.workflow
        return TaskFacts(
            task.sid,
            task.attributes,
            now - task.date_created,
            now - task.queue_entered if task.queue_entered is not None else 0.0,
            task.priority,
            task.status,
            task.reason,
            task.channel.sid,
            task.channel.unique_name,
            queue.sid if queue else None,
            queue.friendly_name if queue else None,
            workflow.sid if workflow else None,
            workflow.friendly_name if workflow else None,
        )

    def facts_of_worker(
        self,
        worker: Worker,
        previous: tuple[str | None, str | None] = (None, None),
        previous_seconds: float | None = None,
    ) -> WorkerFacts:
        """Return what is true of a worker now."""
        seconds = self._timeline.now - worker.date_status_changed
        return WorkerFacts(
            worker.sid,
            worker.friendly_name,
            worker.attributes,
            worker.activity.sid,
            worker.activity.friendly_name,
            worker.version,
            *previous,
            seconds if previous_seconds is None else previous_seconds,
        )


def _moment(event: Event) -> float:
    return event.at
