"""Workspaces: https://www.twilio.com/docs/taskrouter/api/workspace.

Where the vendor is silent: no two workspaces of an account have the same name, and both templates
make the same activities and channels; FIFO adds a queue for everybody and a workflow to it. As the
vendor says, a workspace goes back to one task at a time only if the account has another such one;
what workers are busy with then stays with them.
"""

import random
from collections.abc import Iterable
from typing import Final

from taskrouter_async.models import Order, WorkflowConfiguration, WorkflowTarget
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.offers import dispatch
from taskrouter_async.sandbox.routing.queues import order_changed
from taskrouter_async.sandbox.settings.activities import add_activity
from taskrouter_async.sandbox.settings.channels import DEFAULT_CHANNEL, add_channel
from taskrouter_async.sandbox.settings.making import check_free, check_room
from taskrouter_async.sandbox.settings.queues import add_queue
from taskrouter_async.sandbox.settings.workflows import add_workflow
from taskrouter_async.sandbox.state.journal import Journal
from taskrouter_async.sandbox.state.records import Activity
from taskrouter_async.sandbox.state.refusals import invalid, refused
from taskrouter_async.sandbox.state.sids import Sids
from taskrouter_async.sandbox.state.workspace import Workspace
from taskrouter_async.sandbox.world import World

MOST_WORKSPACES: Final = 5_000

_FIFO: Final = "FIFO"
_TEMPLATES: Final = frozenset({"NONE", _FIFO})
_CHANNELS: Final = {
    DEFAULT_CHANNEL: "Default",
    "voice": "Voice",
    "chat": "Chat",
    "sms": "SMS",
    "video": "Video",
}


def found(
    world: World,
    account_sid: str,
    friendly_name: str,
    *,
    template: str = "NONE",
    event_callback_url: str = "",
    events_filter: str | None = None,
    multi_task_enabled: bool = True,
    prioritize_queue_order: Order = Order.FIFO,
) -> Floor:
    """Make a workspace, with what every workspace begins with.

    Args:
        world: Where it is made.
        account_sid: Whose it is.
        friendly_name: Its name, not that of another workspace of the account.
        template: ``NONE``, or ``FIFO`` for a queue and a workflow besides.
        event_callback_url: Who is told of events; nobody if it is empty.
        events_filter: Of which events, joined by commas; of all if it is left out.
        multi_task_enabled: Whether workers take more than one task at a time.
        prioritize_queue_order: Tasks from queues of which order come first.

    Raises:
        RefusalError: The name is taken, there is no such template, or there are too many
            workspaces.
    """
    floors = world.floors[account_sid]
    if template not in _TEMPLATES:
        raise invalid("Template")
    check_room("workspaces", len(floors), MOST_WORKSPACES)
    taken = (each.workspace.friendly_name for each in floors.values())
    check_free("Workspace", friendly_name, taken)
    sid = world.sids.new("WS")
    # SIDs of its own: what happens in one workspace leaves those of another as they are.
    sids = Sids(random.Random(sid))
    workspace = Workspace(
        sid=sid,
        number=world.next_number(),
        date_created=world.timeline.now,
        date_updated=world.timeline.now,
        account_sid=account_sid,
        timeline=world.timeline,
        sids=sids,
        journal=Journal(world.timeline, sids),
        friendly_name=friendly_name,
        event_callback_url=event_callback_url,
        events_filter=events_filter,
        multi_task_enabled=multi_task_enabled,
        prioritize_queue_order=prioritize_queue_order,
    )
    floor = Floor(workspace, dispatch)
    for listener in world.founded:
        listener(floor)
    _log(floor, "created")
    _furnish(floor)
    if template == _FIFO:
        _fill(floor)
    floors[workspace.sid] = floor
    return floor


def change_workspace(
    world: World,
    floor: Floor,
    *,
    friendly_name: str,
    event_callback_url: str,
    events_filter: str | None,
    multi_task_enabled: bool,
    prioritize_queue_order: Order,
    default_activity: Activity,
    timeout_activity: Activity,
) -> None:
    """Give a workspace new settings.

    Raises:
        RefusalError: The name is taken, or workers may not go back to one task at a time; nothing
            was changed.
    """
    workspace = floor.workspace
    floors = world.floors[workspace.account_sid].values()
    others = [each.workspace for each in floors if each is not floor]
    check_free("Workspace", friendly_name, (each.friendly_name for each in others))
    if workspace.multi_task_enabled and not multi_task_enabled:
        _check_legacy(others)
    workspace.friendly_name = friendly_name
    workspace.event_callback_url = event_callback_url
    workspace.events_filter = events_filter
    workspace.multi_task_enabled = multi_task_enabled
    workspace.prioritize_queue_order = prioritize_queue_order
    workspace.default_activity = default_activity
    workspace.timeout_activity = timeout_activity
    workspace.date_updated = floor.now
    order_changed(floor)
    _log(floor, "updated")


def remove_workspace(world: World, floor: Floor) -> None:
    """Delete a workspace with everything in it; nothing that was planned in it happens."""
    workspace = floor.workspace
    del world.floors[workspace.account_sid][workspace.sid]
    workspace.removed = True
    _log(floor, "deleted")


def _check_legacy(others: Iterable[Workspace]) -> None:
    if all(each.multi_task_enabled for each in others):
        raise refused(
            "Cannot set MultiTaskEnabled to false because no other Workspace is single-tasking."
        )


def _log(floor: Floor, verb: str) -> None:
    workspace = floor.workspace
    floor.journal.write(
        f"workspace.{verb}",
        workspace.sid,
        f"Workspace {workspace.friendly_name} {verb}",
        more={"workspace_sid": workspace.sid, "workspace_name": workspace.friendly_name},
    )


def _furnish(floor: Floor) -> None:
    offline = add_activity(floor, "Offline", available=False)
    floor.workspace.default_activity = floor.workspace.timeout_activity = offline
    add_activity(floor, "Available", available=True)
    add_activity(floor, "Unavailable", available=False)
    for unique_name, friendly_name in _CHANNELS.items():
        add_channel(floor, unique_name, friendly_name)


def _fill(floor: Floor) -> None:
    queue = add_queue(floor, "Sample Queue")
    rules = WorkflowConfiguration(default_filter=WorkflowTarget(queue=queue.sid))
    add_workflow(floor, "Default Fifo Workflow", rules.to_json())
