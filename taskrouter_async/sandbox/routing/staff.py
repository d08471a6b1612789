"""What changes for workers, and what that means for tasks that wait.

https://www.twilio.com/docs/taskrouter/api/worker and
https://www.twilio.com/docs/taskrouter/api/worker-channel. Where they are silent: a worker's version
grows by one with each change, whoever makes it; what a change leaves as it was writes no event; the
capacities of an event are percentages of what is free; who comes back from a break is the last to
be asked; a worker who is not done with a task cannot be dismissed; the tasks that were routed to a
dismissed worker alone wait until their time is up; and what they had accepted or declined stays
readable as long as its task.
"""

from collections.abc import Mapping

from attrs import frozen

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.journal import KEPT_SECONDS
from taskrouter_async.sandbox.state.records import (
    OPEN_RESERVATIONS,
    Activity,
    TaskChannel,
    Worker,
    WorkerChannel,
)
from taskrouter_async.sandbox.state.refusals import refused


@frozen(kw_only=True)
class WorkerUpdate:
    """What is to be changed; None leaves a field as it is. ``facts`` go with ``attributes``."""

    friendly_name: str | None = None
    attributes: str | None = None
    facts: Mapping[str, object] | None = None
    activity: Activity | None = None


def hire(
    floor: Floor,
    friendly_name: str,
    *,
    attributes: str = "{}",
    facts: Mapping[str, object] | None = None,
    activity: Activity | None = None,
) -> Worker:
    """Make a worker, with a channel for each kind of task; the name must be free."""
    workspace, now = floor.workspace, floor.now
    activity = activity or workspace.default_activity
    number = workspace.next_number()
    worker = Worker(
        sid=workspace.sids.new("WK"),
        number=number,
        turn=number,
        date_created=now,
        date_updated=now,
        friendly_name=friendly_name,
        attributes=attributes,
        facts=facts or {},
        activity=activity,
        date_status_changed=now,
        idle_since=now,
        history=[(now, activity)],
    )
    for channel in workspace.task_channels.values():
        open_channel(floor, worker, channel)
    workspace.workers[worker.sid] = worker
    floor.matching.forget()
    floor.journal.worker("worker.created", worker, f"Worker {friendly_name} created")
    return worker


def open_channel(floor: Floor, worker: Worker, channel: TaskChannel) -> None:
    """Let a worker take a kind of task, one at a time."""
    now, number = floor.now, floor.workspace.next_number()
    worker.channels[channel.sid] = WorkerChannel(
        sid=floor.workspace.sids.new("WC"),
        number=number,
        turn=number,
        date_created=now,
        date_updated=now,
        task_channel=channel,
        idle_since=now,
    )


def dismiss(floor: Floor, worker: Worker) -> None:
    """Remove a worker; what they did stays in the log, and with its tasks.

    Raises:
        RefusalError: A reservation of theirs is pending, accepted or wrapping; nothing was changed.
    """
    if any(each.status in OPEN_RESERVATIONS for each in worker.reservations.values()):
        raise refused(f"Cannot delete worker {worker.sid} because they have open reservations.")
    del floor.workspace.workers[worker.sid]
    floor.matching.forget()
    floor.journal.worker("worker.deleted", worker, f"Worker {worker.friendly_name} deleted")


def update(floor: Floor, worker: Worker, change: WorkerUpdate) -> None:
    """Change a worker in several respects at once, as one more version."""
    _touch(floor, worker)
    if change.friendly_name is not None:
        worker.friendly_name = change.friendly_name
    if change.attributes is not None:
        _learn(floor, worker, change.attributes, change.facts or {})
    if change.activity is not None:
        _move(floor, worker, change.activity)


def move_worker(floor: Floor, worker: Worker, activity: Activity) -> None:
    """Let a worker do something else from now on; what they are doing already changes nothing."""
    if worker.activity is not activity:
        update(floor, worker, WorkerUpdate(activity=activity))


def rename(floor: Floor, worker: Worker, name: str) -> None:
    """Give a worker another name, which must be free; there is no event for it."""
    update(floor, worker, WorkerUpdate(friendly_name=name))


def change_facts(
    floor: Floor, worker: Worker, attributes: str, facts: Mapping[str, object]
) -> None:
    """Replace what is known of a worker."""
    update(floor, worker, WorkerUpdate(attributes=attributes, facts=facts))


def set_capacity(floor: Floor, worker: Worker, channel: WorkerChannel, capacity: int) -> None:
    """Let a worker take so many tasks of a kind at a time; those they have stay with them."""
    if channel.configured_capacity == capacity:
        return
    before = channel.available_capacity_percentage
    channel.configured_capacity = capacity
    _tell(floor, worker, channel, "worker.capacity.update", before)


def set_channel_available(
    floor: Floor,
    worker: Worker,
    channel: WorkerChannel,
    available: bool,  # noqa: FBT001
) -> None:
    """Let a worker take new tasks of a kind, or no more."""
    if channel.available is available:
        return
    channel.available = available
    before = channel.available_capacity_percentage
    _tell(floor, worker, channel, "worker.channel.availability.update", before)


def take_turn(floor: Floor, worker: Worker, channel: WorkerChannel | None = None) -> None:
    """Put a worker at the end of those who are to be asked, on a channel too if it is named."""
    turn = floor.workspace.next_number()
    worker.idle_since, worker.turn = floor.now, turn
    if channel is not None:
        channel.idle_since, channel.turn = floor.now, turn


def _touch(floor: Floor, worker: Worker) -> None:
    worker.version += 1
    worker.date_updated = floor.now
    floor.matching.forget()


def _learn(floor: Floor, worker: Worker, attributes: str, facts: Mapping[str, object]) -> None:
    worker.attributes, worker.facts = attributes, facts
    description = f"Worker {worker.friendly_name} attributes updated"
    floor.journal.worker("worker.attributes.update", worker, description)


def _move(floor: Floor, worker: Worker, activity: Activity) -> None:
    if worker.activity is activity:
        return
    if activity.available and not worker.activity.available:
        take_turn(floor, worker)
    worker.activity = activity
    worker.date_status_changed = floor.now
    worker.history.append((floor.now, activity))
    while worker.history[1][0] < floor.now - KEPT_SECONDS:
        del worker.history[0]
    floor.journal.activity_changed(worker)


def _tell(floor: Floor, worker: Worker, channel: WorkerChannel, type_: str, before: int) -> None:
    _touch(floor, worker)
    channel.date_updated = floor.now
    name = channel.task_channel.unique_name
    description = f"Worker {worker.friendly_name} channel {name} updated"
    floor.journal.worker(type_, worker, description, _channel_fields(channel, before))


def _channel_fields(channel: WorkerChannel, before: int) -> dict[str, str]:
    return {
        "worker_channel_available": "true" if channel.available else "false",
        "worker_channel_available_capacity": str(channel.available_capacity_percentage),
        "worker_channel_previous_capacity": str(before),
        "worker_channel_task_count": str(channel.assigned_tasks),
        "task_channel_sid": channel.task_channel.sid,
        "task_channel_unique_name": channel.task_channel.unique_name,
    }
