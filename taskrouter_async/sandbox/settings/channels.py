"""Task channels: https://www.twilio.com/docs/taskrouter/api/task-channel.

Where the vendor is silent: a channel cannot be deleted while a task of its kind is open, nor can
the channel ``default`` ever; with a channel go the workers' channels of its kind.
"""

import re
from typing import Final

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.staff import open_channel
from taskrouter_async.sandbox.settings.making import beginning, check_free, check_room
from taskrouter_async.sandbox.state.records import OPEN_TASKS, TaskChannel
from taskrouter_async.sandbox.state.refusals import invalid, refused

DEFAULT_CHANNEL: Final = "default"
MOST_CHANNELS: Final = 15

_UNIQUE_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def add_channel(
    floor: Floor, unique_name: str, friendly_name: str, *, channel_optimized_routing: bool = False
) -> TaskChannel:
    """Make a kind of task; every worker can take one at a time of them.

    Args:
        floor: Where it is made.
        unique_name: Its name in requests and expressions: letters, digits, ``_`` and ``$``.
        friendly_name: Its name for people.
        channel_optimized_routing: Prefer who had no task of this kind for longest.

    Raises:
        RefusalError: The unique name cannot be used or is taken, or there are too many channels.
    """
    channels = floor.workspace.task_channels
    if not _UNIQUE_NAME.fullmatch(unique_name):
        raise invalid("UniqueName")
    check_room("task channels", len(channels), MOST_CHANNELS)
    taken = (each.unique_name for each in channels.values())
    check_free("TaskChannel", unique_name, taken, by="unique")
    channel = TaskChannel(
        **beginning(floor, "TC"),
        unique_name=unique_name,
        friendly_name=friendly_name,
        channel_optimized_routing=channel_optimized_routing,
    )
    channels[channel.sid] = channel
    for worker in floor.workspace.workers.values():
        open_channel(floor, worker, channel)
    _log(floor, channel, "created")
    return channel


def change_channel(
    floor: Floor,
    channel: TaskChannel,
    *,
    friendly_name: str | None = None,
    channel_optimized_routing: bool | None = None,
) -> None:
    """Change what is given; None leaves it as it is."""
    channel.friendly_name = friendly_name or channel.friendly_name
    if channel_optimized_routing is not None:
        channel.channel_optimized_routing = channel_optimized_routing
    channel.date_updated = floor.now
    _log(floor, channel, "updated")


def remove_channel(floor: Floor, channel: TaskChannel) -> None:
    """Delete a kind of task, and the workers' channels of this kind.

    Raises:
        RefusalError: It is ``default``, or a task of this kind is open.
    """
    workspace = floor.workspace
    if channel.unique_name == DEFAULT_CHANNEL:
        raise refused("Cannot delete the default TaskChannel.")
    tasks = workspace.tasks.values()
    if any(task.channel is channel and task.status in OPEN_TASKS for task in tasks):
        raise refused(f"Cannot delete TaskChannel {channel.sid} because it has open tasks.")
    del workspace.task_channels[channel.sid]
    for worker in workspace.workers.values():
        del worker.channels[channel.sid]
    _log(floor, channel, "deleted")


def _log(floor: Floor, channel: TaskChannel, verb: str) -> None:
    floor.journal.write(
        f"task-channel.{verb}",
        channel.sid,
        f"TaskChannel {channel.friendly_name} {verb}",
        more={
            "task_channel_sid": channel.sid,
            "task_channel_name": channel.friendly_name,
            "task_channel_unique_name": channel.unique_name,
            "task_channel_optimized_routing": str(channel.channel_optimized_routing).lower(),
        },
    )
