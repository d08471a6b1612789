"""Workspaces: https://www.twilio.com/docs/taskrouter/api/workspace.

Where the vendor is silent: ``EventsFilter`` is kept without blanks around its types, whatever they
are, and an empty one is none.
"""

from taskrouter_async.models import Order
from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import named
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.settings.workspaces import (
    change_workspace,
    found,
    remove_workspace,
)
from taskrouter_async.sandbox.state.timeline import wire_date
from taskrouter_async.sandbox.state.workspace import Workspace


def create(ask: Ask) -> Answer:
    """Make a workspace."""
    form = ask.form
    multi_task = form.boolean("MultiTaskEnabled")
    floor = found(
        ask.world,
        ask.account.account_sid,
        form.required_name(),
        template=form.text("Template") or "NONE",
        event_callback_url=form.url("EventCallbackUrl") or "",
        events_filter=_events_filter(ask, None),
        multi_task_enabled=True if multi_task is None else multi_task,
        prioritize_queue_order=form.choice("PrioritizeQueueOrder", Order) or Order.FIFO,
    )
    return created(document(ask, floor.workspace))


def fetch(ask: Ask) -> Answer:
    """Show a workspace."""
    return fetched(document(ask, ask.workspace))


def list_(ask: Ask) -> Answer:
    """List the account's workspaces, all or those of a name."""
    name = ask.query.text("FriendlyName")
    return page(
        ask,
        "workspaces",
        [floor.workspace for floor in ask.floors.values()],
        lambda workspace: document(ask, workspace),
        keep=lambda workspace: name in (None, workspace.friendly_name),
        order=by_number,
        is_ordered=True,
    )


def update(ask: Ask) -> Answer:
    """Change a workspace."""
    floor, workspace, form = ask.floor, ask.workspace, ask.form
    activities = workspace.activities
    default_activity = named(form, "DefaultActivitySid", "WA", activities)
    timeout_activity = named(form, "TimeoutActivitySid", "WA", activities)
    url, multi_task = form.url("EventCallbackUrl"), form.boolean("MultiTaskEnabled")
    order = form.choice("PrioritizeQueueOrder", Order)
    change_workspace(
        ask.world,
        floor,
        friendly_name=form.name() or workspace.friendly_name,
        event_callback_url=workspace.event_callback_url if url is None else url,
        events_filter=_events_filter(ask, workspace.events_filter),
        multi_task_enabled=workspace.multi_task_enabled if multi_task is None else multi_task,
        prioritize_queue_order=order or workspace.prioritize_queue_order,
        default_activity=default_activity or workspace.default_activity,
        timeout_activity=timeout_activity or workspace.timeout_activity,
    )
    return fetched(document(ask, workspace))


def delete(ask: Ask) -> Answer:
    """Delete a workspace with everything in it."""
    remove_workspace(ask.world, ask.floor)
    return deleted()


def document(ask: Ask, workspace: Workspace) -> Document:
    """Write a workspace as the service does."""
    url = f"{ask.base_url}/v1/Workspaces/{workspace.sid}"
    return {
        "account_sid": workspace.account_sid,
        "date_created": wire_date(workspace.date_created),
        "date_updated": wire_date(workspace.date_updated),
        "default_activity_name": workspace.default_activity.friendly_name,
        "default_activity_sid": workspace.default_activity.sid,
        "event_callback_url": workspace.event_callback_url,
        "events_filter": workspace.events_filter,
        "friendly_name": workspace.friendly_name,
        "multi_task_enabled": workspace.multi_task_enabled,
        "sid": workspace.sid,
        "timeout_activity_name": workspace.timeout_activity.friendly_name,
        "timeout_activity_sid": workspace.timeout_activity.sid,
        "prioritize_queue_order": workspace.prioritize_queue_order,
        "url": url,
        "links": {
            "activities": f"{url}/Activities",
            "statistics": f"{url}/Statistics",
            "real_time_statistics": f"{url}/RealTimeStatistics",
            "cumulative_statistics": f"{url}/CumulativeStatistics",
            "task_queues": f"{url}/TaskQueues",
            "tasks": f"{url}/Tasks",
            "workers": f"{url}/Workers",
            "workflows": f"{url}/Workflows",
            "task_channels": f"{url}/TaskChannels",
            "events": f"{url}/Events",
        },
    }


def _events_filter(ask: Ask, present: str | None) -> str | None:
    given = ask.form.text("EventsFilter")
    if given is None:
        return present
    return ",".join(each.strip() for each in given.split(",") if each.strip()) or None
