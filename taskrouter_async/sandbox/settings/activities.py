"""Activities: https://www.twilio.com/docs/taskrouter/api/activity.

Where the vendor is silent: no two activities of a workspace have the same name. One cannot be
deleted while a worker is in it or is to come to it after a reservation, or while the workspace or a
queue refers to it.
"""

from typing import Final

from taskrouter_async.models import ReservationStatus
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.making import beginning, check_free, check_room
from taskrouter_async.sandbox.state.records import OPEN_RESERVATIONS, Activity, Reservation
from taskrouter_async.sandbox.state.refusals import refused

MOST_ACTIVITIES: Final = 100


def add_activity(floor: Floor, friendly_name: str, *, available: bool) -> Activity:
    """Make an activity.

    Args:
        floor: Where it is made.
        friendly_name: Its name, not that of another activity.
        available: Whether workers who are in it are offered tasks; this never changes.

    Raises:
        RefusalError: The name is taken, or there are too many activities.
    """
    activities = floor.workspace.activities
    check_room("activities", len(activities), MOST_ACTIVITIES)
    check_free("Activity", friendly_name, (each.friendly_name for each in activities.values()))
    activity = Activity(**beginning(floor, "WA"), friendly_name=friendly_name, available=available)
    activities[activity.sid] = activity
    _log(floor, activity, "created")
    return activity


def rename_activity(floor: Floor, activity: Activity, friendly_name: str) -> None:
    """Give an activity another name; conditions may ask for it.

    Raises:
        RefusalError: The name is taken.
    """
    others = (each for each in floor.workspace.activities.values() if each is not activity)
    check_free("Activity", friendly_name, (each.friendly_name for each in others))
    activity.friendly_name = friendly_name
    activity.date_updated = floor.now
    floor.matching.forget()
    _log(floor, activity, "updated")


def remove_activity(floor: Floor, activity: Activity) -> None:
    """Delete an activity.

    Raises:
        RefusalError: Something refers to it.
    """
    workspace = floor.workspace
    queues = workspace.task_queues.values()
    if activity in (workspace.default_activity, workspace.timeout_activity):
        raise _in_use(activity, "the Workspace")
    if any(worker.activity is activity for worker in workspace.workers.values()):
        raise _in_use(activity, "a Worker")
    if any(activity in (each.reservation_activity, each.assignment_activity) for each in queues):
        raise _in_use(activity, "a TaskQueue")
    if any(activity in _activities_after(each) for each in workspace.reservations.values()):
        raise _in_use(activity, "a Reservation")
    del workspace.activities[activity.sid]
    _log(floor, activity, "deleted")


def _activities_after(reservation: Reservation) -> tuple[Activity | None, ...]:
    # Where the end of a reservation can bring its worker.
    if reservation.status is ReservationStatus.PENDING:
        return (reservation.previous_activity,)
    return (reservation.post_work_activity,) if reservation.status in OPEN_RESERVATIONS else ()


def _in_use(activity: Activity, holder: str) -> Exception:
    return refused(f"Cannot delete Activity {activity.sid} because {holder} uses it.")


def _log(floor: Floor, activity: Activity, verb: str) -> None:
    floor.journal.write(
        f"activity.{verb}",
        activity.sid,
        f"Activity {activity.friendly_name} {verb}",
        more={
            "activity_sid": activity.sid,
            "activity_name": activity.friendly_name,
            "activity_available": str(activity.available).lower(),
        },
    )
