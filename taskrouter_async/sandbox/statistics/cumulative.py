"""What happened within a window of time.

https://www.twilio.com/docs/taskrouter/api/workspace-statistics.

An event belongs to the queue, the workflow and the channel that its task had at that moment. So a
workspace's figures are the sums over its queues and over what happened outside of any queue: a
task that is routed straight to a worker has none.

Where the vendor is silent: a task that comes back to a queue has entered again; a task has moved
from the queue that it left; deletions are those by callers and those by the service.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.statistics.durations import Figures, spread, whole

Sources: TypeAlias = Mapping[str, tuple[str, ...]]

RESERVATIONS: Final[Sources] = {
    "reservations_created": ("reservation.created",),
    "reservations_accepted": ("reservation.accepted",),
    "reservations_rejected": ("reservation.rejected",),
    "reservations_timed_out": ("reservation.timeout",),
    "reservations_canceled": ("reservation.canceled",),
    "reservations_rescinded": ("reservation.rescinded",),
}
_TASKS: Final[Sources] = {
    "tasks_canceled": ("task.canceled",),
    "tasks_completed": ("task.completed",),
    "tasks_deleted": ("task.deleted", "task.system-deleted"),
    "tasks_moved": ("task-queue.moved",),
    **RESERVATIONS,
}


@frozen(eq=False)
class Kind:
    """What is counted of one kind of resource.

    Attributes:
        sources: Which events make up each figure.
        in_queue: Waits in the queue are told too.
    """

    sources: Sources
    in_queue: bool = False


WORKSPACE: Final = Kind(
    {
        "tasks_created": ("task.created",),
        "tasks_timed_out_in_workflow": ("workflow.timeout",),
        **_TASKS,
    }
)
WORKFLOW: Final = Kind(
    {
        "tasks_entered": ("workflow.entered",),
        "tasks_timed_out_in_workflow": ("workflow.timeout",),
        **_TASKS,
    }
)
TASK_QUEUE: Final = Kind({"tasks_entered": ("task-queue.entered",), **_TASKS}, in_queue=True)
# Undocumented, and only within combined statistics.
UNDOCUMENTED: Final[Sources] = {
    "tasks_assigned": ("reservation.accepted",),
    "reservations_wrapup": ("reservation.wrapup",),
    "reservations_completed": ("reservation.completed",),
}


def on_channel(events: Iterable[Event], channel_sid: str | None) -> list[Event]:
    """Return the events of tasks, those of one channel or of all."""
    return [
        each
        for each in events
        if each.task is not None and channel_sid in (None, each.task.channel_sid)
    ]


def of_workflow(events: Iterable[Event], workflow_sid: str) -> list[Event]:
    """Return the events of the tasks of one workflow."""
    return [each for each in events if each.task and each.task.workflow_sid == workflow_sid]


def of_task_queue(events: Iterable[Event], task_queue_sid: str) -> list[Event]:
    """Return the events of the tasks of one queue."""
    return [each for each in events if each.task and each.task.queue_sid == task_queue_sid]


def of_workers(events: Iterable[Event], worker_sids: Collection[str]) -> list[Event]:
    """Return what happened between tasks and some workers."""
    return [each for each in events if each.worker and each.worker.sid in worker_sids]


def by_task_queue(events: Iterable[Event]) -> Mapping[str | None, list[Event]]:
    """Return the events of tasks by the SID of their queue; each SID has some, or none."""
    groups: defaultdict[str | None, list[Event]] = defaultdict(list)
    for each in events:
        groups[each.task.queue_sid if each.task else None].append(each)
    return groups


def counts(events: Iterable[Event], sources: Sources) -> Figures:
    """Return how often each of some things happened."""
    by_type = Counter([each.type for each in events])
    return {name: sum(by_type[each] for each in types) for name, types in sources.items()}


def waits(events: Sequence[Event]) -> Figures:
    """Return how long tasks had waited since their creation when they were decided on."""
    accepted, canceled = ages(events, "reservation.accepted"), ages(events, "task.canceled")
    until_accepted = spread(accepted)
    return {
        "avg_task_acceptance_time": until_accepted["avg"],
        "wait_duration_until_accepted": until_accepted,
        "wait_duration_until_canceled": spread(canceled),
    }


def waits_in_queue(events: Iterable[Event]) -> Figures:
    """Return how long tasks had waited in their queue when they were accepted."""
    seconds = [
        whole(each.task.queue_age)
        for each in events
        if each.task is not None and each.type == "reservation.accepted"
    ]
    return {"wait_duration_in_queue_until_accepted": spread(seconds)}


def ages(events: Iterable[Event], type_: str) -> list[int]:
    """Return how old tasks were, in seconds, when something happened to them."""
    return [whole(each.task.age) for each in events if each.task and each.type == type_]
