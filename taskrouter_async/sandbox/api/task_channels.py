"""Task channels: https://www.twilio.com/docs/taskrouter/api/task-channel.

As the vendor does, a channel is found by its SID and by its unique name, and deleted by its SID
only.
"""

from urllib.parse import unquote

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path, task_channel
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.settings.channels import (
    add_channel,
    change_channel,
    remove_channel,
)
from taskrouter_async.sandbox.state.records import TaskChannel
from taskrouter_async.sandbox.state.timeline import wire_date


def create(ask: Ask) -> Answer:
    """Make a kind of task."""
    floor, form = ask.floor, ask.form
    channel = add_channel(
        floor,
        form.required_name("UniqueName"),
        form.required_name(),
        channel_optimized_routing=form.boolean("ChannelOptimizedRouting") or False,
    )
    return created(document(ask, channel))


def fetch(ask: Ask) -> Answer:
    """Show a kind of task."""
    return fetched(document(ask, _found(ask)))


def list_(ask: Ask) -> Answer:
    """List the kinds of task."""
    return page(
        ask,
        "channels",
        ask.workspace.task_channels.values(),
        lambda channel: document(ask, channel),
        order=by_number,
        is_ordered=True,
    )


def update(ask: Ask) -> Answer:
    """Change a kind of task."""
    channel = _found(ask)
    change_channel(
        ask.floor,
        channel,
        friendly_name=ask.form.name(),
        channel_optimized_routing=ask.form.boolean("ChannelOptimizedRouting"),
    )
    return fetched(document(ask, channel))


def delete(ask: Ask) -> Answer:
    """Delete a kind of task that no open task is of."""
    remove_channel(ask.floor, behind_path(ask, 1, ask.workspace.task_channels))
    return deleted()


def document(ask: Ask, channel: TaskChannel) -> Document:
    """Write a kind of task as the service does."""
    return {
        "account_sid": ask.account.account_sid,
        "date_created": wire_date(channel.date_created),
        "date_updated": wire_date(channel.date_updated),
        "friendly_name": channel.friendly_name,
        "sid": channel.sid,
        "unique_name": channel.unique_name,
        "workspace_sid": ask.workspace.sid,
        "channel_optimized_routing": channel.channel_optimized_routing,
        "url": f"{ask.home}/TaskChannels/{channel.sid}",
        "links": {"workspace": ask.home},
    }


def _found(ask: Ask) -> TaskChannel:
    channel = task_channel(unquote(ask.sids[1]), ask.workspace.task_channels)
    if channel is None:
        raise ask.not_found()
    return channel
