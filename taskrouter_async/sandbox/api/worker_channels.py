"""Workers' channels: https://www.twilio.com/docs/taskrouter/api/worker-channel.

One is named by its own SID, by that of its task channel, or by the unique name of that.
"""

from typing import Final
from urllib.parse import unquote

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, fetched
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.routing import staff
from taskrouter_async.sandbox.state.records import Worker, WorkerChannel
from taskrouter_async.sandbox.state.timeline import wire_date

MOST_CAPACITY: Final = 50


def fetch(ask: Ask) -> Answer:
    """Answer with a worker's channel."""
    worker, channel = _behind_path(ask)
    return fetched(document(ask, worker, channel))


def update(ask: Ask) -> Answer:
    """Change how much of one kind of work a worker takes."""
    worker, channel = _behind_path(ask)
    capacity = ask.form.integer("Capacity", 0, MOST_CAPACITY)
    available = ask.form.boolean("Available")
    if capacity is not None:
        staff.set_capacity(ask.floor, worker, channel, capacity)
    if available is not None:
        staff.set_channel_available(ask.floor, worker, channel, available)
    return fetched(document(ask, worker, channel))


def list_(ask: Ask) -> Answer:
    """Answer with a page of a worker's channels."""
    worker = behind_path(ask, 1, ask.workspace.workers)
    return page(
        ask,
        "channels",
        worker.channels.values(),
        lambda channel: document(ask, worker, channel),
        order=by_number,
        is_ordered=True,
    )


def document(ask: Ask, worker: Worker, channel: WorkerChannel) -> Document:
    """Return a worker's channel in the vendor's form."""
    return {
        "account_sid": ask.account.account_sid,
        "assigned_tasks": channel.assigned_tasks,
        "available": channel.available,
        "available_capacity_percentage": channel.available_capacity_percentage,
        "configured_capacity": channel.configured_capacity,
        "date_created": wire_date(channel.date_created),
        "date_updated": wire_date(channel.date_updated),
        "sid": channel.sid,
        "task_channel_sid": channel.task_channel.sid,
        "task_channel_unique_name": channel.task_channel.unique_name,
        "worker_sid": worker.sid,
        "workspace_sid": ask.workspace.sid,
        "url": f"{ask.home}/Workers/{worker.sid}/Channels/{channel.sid}",
    }


def _behind_path(ask: Ask) -> tuple[Worker, WorkerChannel]:
    worker = behind_path(ask, 1, ask.workspace.workers)
    name = unquote(ask.sids[2])
    for channel in worker.channels.values():
        kind = channel.task_channel
        if name in {channel.sid, kind.sid, kind.unique_name}:
            return worker, channel
    raise ask.not_found()
