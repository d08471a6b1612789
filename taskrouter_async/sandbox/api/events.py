"""Events: https://www.twilio.com/docs/taskrouter/api/event.

Where the vendor is silent: the oldest come first; a window without a beginning has 15 minutes, one
that begins in the future or ends before it begins is refused, and the whole second of ``EndDate``
is part of it. A filter by a resource finds every event that tells of it.
"""

import math
from collections.abc import Callable
from typing import Final

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, fetched
from taskrouter_async.sandbox.api.event_data import event_data, resource_type, resource_url
from taskrouter_async.sandbox.api.paging import Key, page
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.state.timeline import wire_date
from taskrouter_async.sandbox.state.workspace import Workspace

USUAL_MINUTES: Final = 15

_FILTERS: Final = {
    "ReservationSid": ("WR", "reservation_sid"),
    "TaskQueueSid": ("WQ", "task_queue_sid"),
    "TaskSid": ("WT", "task_sid"),
    "WorkerSid": ("WK", "worker_sid"),
    "WorkflowSid": ("WW", "workflow_sid"),
}
_CHANNEL_NAME: Final = "task_channel_unique_name"


def fetch(ask: Ask) -> Answer:
    """Answer with an event."""
    for event in ask.workspace.journal.events:
        if event.sid == ask.sids[1]:
            return fetched(document(ask, event))
    raise ask.not_found()


def list_(ask: Ask) -> Answer:
    """Answer with a page of what happened."""
    workspace = ask.workspace
    start, end = _window(ask.query, workspace.now)
    return page(
        ask,
        "events",
        workspace.journal.between(start, end),
        lambda event: document(ask, event),
        keep=_keep(workspace, ask.query),
        order=_by_number,
        is_ordered=True,
    )


def document(ask: Ask, event: Event) -> Document:
    """Return an event in the vendor's form."""
    return {
        "account_sid": ask.account.account_sid,
        "actor_sid": ask.workspace.sid,
        "actor_type": "workspace",
        "actor_url": ask.home,
        "description": event.description,
        "event_data": event_data(ask.workspace, event),
        "event_date": wire_date(event.at),
        "event_date_ms": round(event.at * 1_000),
        "event_type": event.type,
        "resource_sid": event.resource_sid,
        "resource_type": resource_type(event),
        "resource_url": resource_url(ask.home, event),
        "sid": event.sid,
        "source": "twilio",
        "source_ip_address": None,
        "url": f"{ask.home}/Events/{event.sid}",
        "workspace_sid": ask.workspace.sid,
    }


def _window(query: Fields, now: float) -> tuple[float, float]:
    minutes, start = query.integer("Minutes", 1), query.instant("StartDate")
    end = query.instant("EndDate")
    if minutes is not None and (start is not None or end is not None):
        raise refused("Minutes does not go with StartDate or EndDate")
    last = now if end is None else math.nextafter(int(end) + 1.0, 0.0)
    if start is None:
        return last - 60.0 * (minutes or USUAL_MINUTES), last
    if start > last:
        raise refused("StartDate must not be after EndDate or in the future")
    return start, last


def _keep(workspace: Workspace, query: Fields) -> Callable[[Event], bool] | None:
    sid, type_ = query.sid("Sid", "EV"), query.text("EventType")
    wanted = {
        field: value
        for name, (prefix, field) in _FILTERS.items()
        if (value := query.sid(name, prefix)) is not None
    }
    channel = query.text("TaskChannel")
    if channel is None and sid is None and type_ is None and not wanted:
        return None

    def keep(event: Event) -> bool:
        if event.sid != (sid or event.sid) or event.type != (type_ or event.type):
            return False
        data = event_data(workspace, event)
        if channel not in (None, data.get("task_channel_sid"), data.get(_CHANNEL_NAME)):
            return False
        return wanted.items() <= data.items()

    return keep


def _by_number(event: Event) -> Key:
    return (event.number,)
