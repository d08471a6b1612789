"""Activities: https://www.twilio.com/docs/taskrouter/api/activity.

As the vendor does, an update ignores ``Available``.
"""

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.settings.activities import (
    add_activity,
    remove_activity,
    rename_activity,
)
from taskrouter_async.sandbox.state.records import Activity
from taskrouter_async.sandbox.state.timeline import wire_date


def create(ask: Ask) -> Answer:
    """Make an activity."""
    floor, form = ask.floor, ask.form
    available = form.boolean("Available") or False
    return created(document(ask, add_activity(floor, form.required_name(), available=available)))


def fetch(ask: Ask) -> Answer:
    """Show an activity."""
    return fetched(document(ask, behind_path(ask, 1, ask.workspace.activities)))


def list_(ask: Ask) -> Answer:
    """List activities, all or those that suit."""
    activities = ask.workspace.activities.values()
    name, available = ask.query.text("FriendlyName"), ask.query.boolean("Available")

    def suits(activity: Activity) -> bool:
        return name in (None, activity.friendly_name) and available in (None, activity.available)

    return page(
        ask,
        "activities",
        activities,
        lambda activity: document(ask, activity),
        keep=suits,
        order=by_number,
        is_ordered=True,
    )


def update(ask: Ask) -> Answer:
    """Give an activity another name."""
    activity = behind_path(ask, 1, ask.workspace.activities)
    rename_activity(ask.floor, activity, ask.form.name() or activity.friendly_name)
    return fetched(document(ask, activity))


def delete(ask: Ask) -> Answer:
    """Delete an activity that nothing refers to."""
    remove_activity(ask.floor, behind_path(ask, 1, ask.workspace.activities))
    return deleted()


def document(ask: Ask, activity: Activity) -> Document:
    """Write an activity as the service does."""
    return {
        "account_sid": ask.account.account_sid,
        "available": activity.available,
        "date_created": wire_date(activity.date_created),
        "date_updated": wire_date(activity.date_updated),
        "friendly_name": activity.friendly_name,
        "sid": activity.sid,
        "workspace_sid": ask.workspace.sid,
        "url": f"{ask.home}/Activities/{activity.sid}",
        "links": {"workspace": ask.home},
    }
