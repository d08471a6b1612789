"""Task queues: https://www.twilio.com/docs/taskrouter/api/task-queue.

Where the vendor is silent: ``EvaluateWorkerAttributes`` is the JSON of a worker's attributes, for
the queues that such a worker would belong to, or an expression, for the queues that have a worker
for whom it holds. ``Ordering`` knows DateCreated and DateUpdated. A queue's link to an activity is
there if the activity is. An empty activity SID removes the activity.
"""

from collections.abc import Callable
from typing import Final

from taskrouter_async.models import Order
from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path, condition, named, ordering
from taskrouter_async.sandbox.api.paging import page
from taskrouter_async.sandbox.routing.matching import scope_with_channels
from taskrouter_async.sandbox.settings.queues import (
    EVERYBODY,
    MOST_RESERVED_WORKERS,
    add_queue,
    change_queue,
    remove_queue,
)
from taskrouter_async.sandbox.state.fields import Fields, json_object
from taskrouter_async.sandbox.state.records import Activity, TaskQueue
from taskrouter_async.sandbox.state.timeline import wire_date

_ORDERS: Final[dict[str, Callable[[TaskQueue], float]]] = {
    "DateCreated": lambda queue: queue.number,
    "DateUpdated": lambda queue: queue.date_updated,
}


def create(ask: Ask) -> Answer:
    """Make a queue."""
    floor, form = ask.floor, ask.form
    target_workers = form.text("TargetWorkers")
    queue = add_queue(
        floor,
        form.required_name(),
        target_workers=EVERYBODY if target_workers is None else target_workers,
        max_reserved_workers=_most_reserved(form) or 1,
        task_order=form.choice("TaskOrder", Order) or Order.FIFO,
        reservation_activity=_activity(ask, "ReservationActivitySid", None),
        assignment_activity=_activity(ask, "AssignmentActivitySid", None),
    )
    return created(document(ask, queue))


def fetch(ask: Ask) -> Answer:
    """Show a queue."""
    return fetched(document(ask, behind_path(ask, 1, ask.workspace.task_queues)))


def list_(ask: Ask) -> Answer:
    """List queues, all or those that suit."""
    queues = ask.workspace.task_queues.values()
    name = ask.query.text("FriendlyName")
    is_for_worker, is_for_attributes = _by_worker(ask), _by_attributes(ask)

    def suits(queue: TaskQueue) -> bool:
        return (
            name in (None, queue.friendly_name)
            and is_for_worker(queue)
            and is_for_attributes(queue)
        )

    return page(
        ask,
        "task_queues",
        queues,
        lambda queue: document(ask, queue),
        keep=suits,
        order=ordering(ask.query, _ORDERS),
        is_ordered="Ordering" not in ask.query,
    )


def update(ask: Ask) -> Answer:
    """Change a queue."""
    queue, form = behind_path(ask, 1, ask.workspace.task_queues), ask.form
    target_workers = form.text("TargetWorkers")
    change_queue(
        ask.floor,
        queue,
        friendly_name=form.name() or queue.friendly_name,
        target_workers=queue.target_workers if target_workers is None else target_workers,
        max_reserved_workers=_most_reserved(form) or queue.max_reserved_workers,
        task_order=form.choice("TaskOrder", Order) or queue.task_order,
        reservation_activity=_activity(ask, "ReservationActivitySid", queue.reservation_activity),
        assignment_activity=_activity(ask, "AssignmentActivitySid", queue.assignment_activity),
    )
    return fetched(document(ask, queue))


def delete(ask: Ask) -> Answer:
    """Delete a queue that neither a workflow nor a task needs."""
    remove_queue(ask.floor, behind_path(ask, 1, ask.workspace.task_queues))
    return deleted()


def document(ask: Ask, queue: TaskQueue) -> Document:
    """Write a queue as the service does."""
    assignment, reservation = queue.assignment_activity, queue.reservation_activity
    return {
        "account_sid": ask.account.account_sid,
        "assignment_activity_sid": assignment.sid if assignment else None,
        "assignment_activity_name": assignment.friendly_name if assignment else None,
        "date_created": wire_date(queue.date_created),
        "date_updated": wire_date(queue.date_updated),
        "friendly_name": queue.friendly_name,
        "max_reserved_workers": queue.max_reserved_workers,
        "reservation_activity_sid": reservation.sid if reservation else None,
        "reservation_activity_name": reservation.friendly_name if reservation else None,
        "sid": queue.sid,
        "target_workers": queue.target_workers,
        "task_order": queue.task_order,
        "url": f"{ask.home}/TaskQueues/{queue.sid}",
        "workspace_sid": ask.workspace.sid,
        "links": _links(ask, queue),
    }


def _links(ask: Ask, queue: TaskQueue) -> Document:
    links = {
        name: f"{ask.home}/Activities/{activity.sid}"
        for name, activity in (
            ("assignment_activity", queue.assignment_activity),
            ("reservation_activity", queue.reservation_activity),
        )
        if activity
    }
    all_ = f"{ask.home}/TaskQueues"
    return {
        **links,
        "workspace": ask.home,
        "statistics": f"{all_}/{queue.sid}/Statistics",
        "real_time_statistics": f"{all_}/{queue.sid}/RealTimeStatistics",
        "cumulative_statistics": f"{all_}/{queue.sid}/CumulativeStatistics",
        "list_statistics": f"{all_}/Statistics",
        "bulk_real_time_statistics": f"{all_}/RealTimeStatistics",
    }


def _by_worker(ask: Ask) -> Callable[[TaskQueue], bool]:
    sid = ask.query.sid("WorkerSid", "WK")
    if sid is None:
        return _every
    worker = ask.workspace.workers.get(sid)
    return _holding(scope_with_channels(worker)) if worker else _no


def _by_attributes(ask: Ask) -> Callable[[TaskQueue], bool]:
    text = ask.query.text("EvaluateWorkerAttributes")
    if not text:
        return _every
    if text.lstrip().startswith("{"):
        facts = json_object("EvaluateWorkerAttributes", text)
        return _holding({**facts, "worker": facts})
    matching = ask.floor.matching
    workers = set(matching.matching(condition(ask.query, "EvaluateWorkerAttributes")))
    return lambda queue: not workers.isdisjoint(matching.eligible(queue))


def _holding(scope: Document) -> Callable[[TaskQueue], bool]:
    return lambda queue: queue.condition is not None and queue.condition.holds(scope)


def _every(_queue: TaskQueue) -> bool:
    return True


def _no(_queue: TaskQueue) -> bool:
    return False


def _most_reserved(form: Fields) -> int | None:
    return form.integer("MaxReservedWorkers", 1, MOST_RESERVED_WORKERS)


def _activity(ask: Ask, name: str, present: Activity | None) -> Activity | None:
    if ask.form.text(name) == "":
        return None
    return named(ask.form, name, "WA", ask.workspace.activities) or present
