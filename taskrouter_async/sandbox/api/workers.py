"""Workers: https://www.twilio.com/docs/taskrouter/api/worker.

Where the vendor is silent: ``Ordering`` takes pairs as for tasks, of ``DateCreated``,
``DateUpdated`` or ``DateStatusChanged``; names in filters are compared letter by letter; with
``RejectPendingReservations`` the worker changes activity first and declines then.
"""

from collections.abc import Callable
from typing import Final

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path, condition, named, ordering
from taskrouter_async.sandbox.api.paging import page
from taskrouter_async.sandbox.routing import offers, staff
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.making import check_free, check_room
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Worker
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.state.timeline import wire_date

MOST_WORKERS: Final = 15_000

_ORDERS: Final[dict[str, Callable[[Worker], float]]] = {
    "DateCreated": lambda worker: worker.number,
    "DateUpdated": lambda worker: worker.date_updated,
    "DateStatusChanged": lambda worker: worker.date_status_changed,
}


def create(ask: Ask) -> Answer:
    """Make a worker."""
    floor, form = ask.floor, ask.form
    workers = floor.workspace.workers
    name = form.required_name()
    activity = named(form, "ActivitySid", "WA", floor.workspace.activities)
    attributes, facts = form.json_object() or ("{}", {})
    check_room("workers", len(workers), MOST_WORKERS)
    check_free("Worker", name, (each.friendly_name for each in workers.values()))
    worker = staff.hire(floor, name, attributes=attributes, facts=facts, activity=activity)
    return created(document(ask, worker), worker.version)


def fetch(ask: Ask) -> Answer:
    """Answer with a worker."""
    worker = behind_path(ask, 1, ask.workspace.workers)
    return fetched(document(ask, worker), worker.version)


def update(ask: Ask) -> Answer:
    """Change a worker."""
    floor, form = ask.floor, ask.form
    worker = behind_path(ask, 1, floor.workspace.workers)
    ask.check_version(worker.version)
    change = _change(floor, worker, form)
    rejecting = form.boolean("RejectPendingReservations") is True
    if rejecting and (change.activity is None or change.activity.available):
        raise refused("RejectPendingReservations needs an Activity that is not available")
    staff.update(floor, worker, change)
    if rejecting:
        offers.reject_all(floor, worker)
    return fetched(document(ask, worker), worker.version)


def delete(ask: Ask) -> Answer:
    """Remove a worker."""
    worker = behind_path(ask, 1, ask.workspace.workers)
    ask.check_version(worker.version)
    staff.dismiss(ask.floor, worker)
    return deleted()


def list_(ask: Ask) -> Answer:
    """Answer with a page of the workers."""
    tests = _filters(ask.floor, ask.query)
    return page(
        ask,
        "workers",
        ask.workspace.workers.values(),
        lambda worker: document(ask, worker),
        keep=(lambda worker: all(test(worker) for test in tests)) if tests else None,
        order=ordering(ask.query, _ORDERS),
        is_ordered="Ordering" not in ask.query,
        version=lambda worker: worker.version,
    )


def document(ask: Ask, worker: Worker) -> Document:
    """Return a worker in the vendor's form."""
    url = f"{ask.home}/Workers/{worker.sid}"
    return {
        "account_sid": ask.account.account_sid,
        "activity_name": worker.activity.friendly_name,
        "activity_sid": worker.activity.sid,
        "attributes": worker.attributes,
        "available": worker.activity.available,
        "date_created": wire_date(worker.date_created),
        "date_status_changed": wire_date(worker.date_status_changed),
        "date_updated": wire_date(worker.date_updated),
        "friendly_name": worker.friendly_name,
        "sid": worker.sid,
        "workspace_sid": ask.workspace.sid,
        "url": url,
        "links": {
            "channels": f"{url}/Channels",
            "activity": f"{ask.home}/Activities/{worker.activity.sid}",
            "workspace": ask.home,
            "statistics": f"{ask.home}/Workers/Statistics",
            "real_time_statistics": f"{ask.home}/Workers/RealTimeStatistics",
            "cumulative_statistics": f"{ask.home}/Workers/CumulativeStatistics",
            "worker_statistics": f"{url}/Statistics",
            "worker_channels": f"{url}/Channels",
            "reservations": f"{url}/Reservations",
        },
    }


def _change(floor: Floor, worker: Worker, form: Fields) -> staff.WorkerUpdate:
    workspace = floor.workspace
    name = form.name()
    activity = named(form, "ActivitySid", "WA", workspace.activities)
    attributes, facts = form.json_object() or (None, None)
    if name is not None:
        others = (each for each in workspace.workers.values() if each is not worker)
        check_free("Worker", name, (each.friendly_name for each in others))
    return staff.WorkerUpdate(
        friendly_name=name, attributes=attributes, facts=facts, activity=activity
    )


def _filters(floor: Floor, query: Fields) -> list[Callable[[Worker], bool]]:
    tests = [*_of_what_they_do(query), *_of_queues(floor, query)]
    name, wanted = query.text("FriendlyName"), condition(query, "TargetWorkersExpression")
    if name is not None:
        tests.append(lambda worker: worker.friendly_name == name)
    if wanted is not None:
        tests.append(frozenset(floor.matching.matching(wanted)).__contains__)
    return tests


def _of_what_they_do(query: Fields) -> list[Callable[[Worker], bool]]:
    tests: list[Callable[[Worker], bool]] = []
    sid, name = query.sid("ActivitySid", "WA"), query.text("ActivityName")
    available = query.boolean("Available")
    if sid is not None:
        tests.append(lambda worker: worker.activity.sid == sid)
    if name is not None:
        tests.append(lambda worker: worker.activity.friendly_name == name)
    if available is not None:
        tests.append(lambda worker: worker.activity.available is available)
    return tests


def _of_queues(floor: Floor, query: Fields) -> list[Callable[[Worker], bool]]:
    tests: list[Callable[[Worker], bool]] = []
    queues = floor.workspace.task_queues
    sid, name = query.sid("TaskQueueSid", "WQ"), query.text("TaskQueueName")
    if sid is not None:
        queue = queues.get(sid)
        tests.append(frozenset(floor.matching.eligible(queue) if queue else ()).__contains__)
    if name is not None:
        meant = [each for each in queues.values() if each.friendly_name == name]
        workers = [worker for each in meant for worker in floor.matching.eligible(each)]
        tests.append(frozenset(workers).__contains__)
    return tests
