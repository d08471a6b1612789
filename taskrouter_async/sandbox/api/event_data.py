"""What an event tells, as its document has it and as its callback has it.

https://www.twilio.com/docs/taskrouter/api/event/reference. Where it is silent: an event tells
everything that is known of its task and its worker; what a reservation's event happened to is its
task; kinds of resources are written in lower case; redacted attributes are an empty JSON object.
"""

from collections.abc import Mapping
from typing import Final

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.state.journal import Event, TaskFacts, WorkerFacts
from taskrouter_async.sandbox.state.workspace import Workspace

REDACTED_AFTER_SECONDS: Final = 43_200 * 60.0
_REDACTED: Final = "{}"

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "WA": ("activity", "/Activities"),
    "TC": ("task-channel", "/TaskChannels"),
    "WQ": ("task-queue", "/TaskQueues"),
    "WT": ("task", "/Tasks"),
    "WK": ("worker", "/Workers"),
    "WW": ("workflow", "/Workflows"),
}


def event_data(workspace: Workspace, event: Event) -> dict[str, str]:
    """Return the fields of an event by their names in ``event_data``; all of them are texts."""
    data = {"workspace_sid": workspace.sid, "workspace_name": workspace.friendly_name}
    if event.task is not None:
        redacted = workspace.now - event.at > REDACTED_AFTER_SECONDS
        data |= _of_task(event.task, _REDACTED if redacted else event.task.attributes)
    if event.worker is not None:
        data |= _of_worker(event.worker)
    if event.reservation_sid is not None:
        data["reservation_sid"] = event.reservation_sid
    return {**data, **event.more}


def callback_parameters(workspace: Workspace, event: Event) -> dict[str, str]:
    """Return the form that tells a workspace's ``EventCallbackUrl`` of an event."""
    return {
        "EventType": event.type,
        "AccountSid": workspace.account_sid,
        "EventDescription": event.description,
        "ResourceType": resource_type(event),
        "ResourceSid": event.resource_sid,
        "Timestamp": str(int(event.at)),
        "TimestampMs": str(round(event.at * 1_000)),
        "Sid": event.sid,
        **{_pascal(name): text for name, text in event_data(workspace, event).items()},
    }


def resource_type(event: Event) -> str:
    """Return what kind of resource an event happened to."""
    return _KINDS.get(event.resource_sid[:2], ("workspace", ""))[0]


def resource_url(home: str, event: Event) -> str:
    """Return where the resource is that an event happened to, below its workspace's URL."""
    kind = _KINDS.get(event.resource_sid[:2])
    return f"{home}{kind[1]}/{event.resource_sid}" if kind else home


def _of_task(task: TaskFacts, attributes: str) -> dict[str, str]:
    canceled = task.reason if task.status is TaskStatus.CANCELED else None
    completed = task.reason if task.status is TaskStatus.COMPLETED else None
    return _known(
        {
            "task_sid": task.sid,
            "task_attributes": attributes,
            "task_age": str(int(task.age)),
            "task_priority": str(task.priority),
            "task_assignment_status": task.status.value,
            "task_canceled_reason": canceled,
            "task_completed_reason": completed,
            "task_channel_sid": task.channel_sid,
            "task_channel_unique_name": task.channel,
            "task_queue_sid": task.queue_sid,
            "task_queue_name": task.queue_name,
            "workflow_sid": task.workflow_sid,
            "workflow_name": task.workflow_name,
        }
    )


def _of_worker(worker: WorkerFacts) -> dict[str, str]:
    data: dict[str, str | None] = {
        "worker_sid": worker.sid,
        "worker_name": worker.name,
        "worker_attributes": worker.attributes,
        "worker_activity_sid": worker.activity_sid,
        "worker_activity_name": worker.activity_name,
        "worker_version": str(worker.version),
    }
    if worker.previous_activity_sid is not None:
        data |= {
            "worker_previous_activity_sid": worker.previous_activity_sid,
            "worker_previous_activity_name": worker.previous_activity_name,
            "worker_time_in_previous_activity": str(int(worker.previous_seconds)),
            "worker_time_in_previous_activity_ms": str(round(worker.previous_seconds * 1_000)),
        }
    return _known(data)


def _known(data: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in data.items() if text is not None}


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
