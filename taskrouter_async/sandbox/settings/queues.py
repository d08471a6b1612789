"""Task queues: https://www.twilio.com/docs/taskrouter/api/task-queue.

Where the vendor is silent: no two queues of a workspace have the same name. The two activities of
a queue are kept in every workspace; they matter only where one task at a time is taken. A queue
cannot be deleted while a workflow names it, or the rules that an open task follows.
"""

from typing import Final

from taskrouter_async.errors import ExpressionError
from taskrouter_async.expressions import Expression, parse
from taskrouter_async.models import Order
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.queues import names_queue, queue_changed
from taskrouter_async.sandbox.settings.making import beginning, check_free, check_room
from taskrouter_async.sandbox.state.records import Activity, TaskQueue
from taskrouter_async.sandbox.state.refusals import refused

EVERYBODY: Final = "1==1"
MOST_QUEUES: Final = 5_000
MOST_RESERVED_WORKERS: Final = 50


def add_queue(
    floor: Floor,
    friendly_name: str,
    *,
    target_workers: str | None = EVERYBODY,
    max_reserved_workers: int = 1,
    task_order: Order = Order.FIFO,
    reservation_activity: Activity | None = None,
    assignment_activity: Activity | None = None,
) -> TaskQueue:
    """Make a queue.

    Args:
        floor: Where it is made.
        friendly_name: Its name, not that of another queue.
        target_workers: For which workers it is; for nobody if it is empty.
        max_reserved_workers: To how many workers a task is offered at a time, 1 to 50.
        task_order: Which task comes first.
        reservation_activity: What workers are in from an offer on, where they take one at a time.
        assignment_activity: The same from the moment they accept.

    Raises:
        RefusalError: The name is taken, the expression is none, or there are too many queues.
    """
    queues = floor.workspace.task_queues
    condition = condition_of(target_workers)
    check_room("task queues", len(queues), MOST_QUEUES)
    check_free("TaskQueue", friendly_name, (each.friendly_name for each in queues.values()))
    queue = TaskQueue(
        **beginning(floor, "WQ"),
        friendly_name=friendly_name,
        target_workers=target_workers,
        condition=condition,
        max_reserved_workers=max_reserved_workers,
        task_order=task_order,
        reservation_activity=reservation_activity,
        assignment_activity=assignment_activity,
    )
    queues[queue.sid] = queue
    _log(floor, queue, "created")
    return queue


def change_queue(
    floor: Floor,
    queue: TaskQueue,
    *,
    friendly_name: str,
    target_workers: str | None,
    max_reserved_workers: int,
    task_order: Order,
    reservation_activity: Activity | None,
    assignment_activity: Activity | None,
) -> None:
    """Give a queue new settings; there is an event for another expression only.

    Raises:
        RefusalError: The name is taken, or the expression is none; nothing was changed.
    """
    others = (each for each in floor.workspace.task_queues.values() if each is not queue)
    condition = condition_of(target_workers)
    check_free("TaskQueue", friendly_name, (each.friendly_name for each in others))
    is_for_others = target_workers != queue.target_workers
    queue.friendly_name = friendly_name
    queue.target_workers, queue.condition = target_workers, condition
    queue.max_reserved_workers, queue.task_order = max_reserved_workers, task_order
    queue.reservation_activity = reservation_activity
    queue.assignment_activity = assignment_activity
    queue.date_updated = floor.now
    queue_changed(floor, queue)
    if is_for_others:
        _log(floor, queue, "expression.updated")


def remove_queue(floor: Floor, queue: TaskQueue) -> None:
    """Delete a queue.

    Raises:
        RefusalError: A workflow or the rules of an open task name it.
    """
    if names_queue(floor, queue):
        raise refused(
            f"Cannot delete TaskQueue {queue.sid} because a Workflow or an open task refers to it."
        )
    del floor.workspace.task_queues[queue.sid]
    floor.matching.forget(queue)
    _log(floor, queue, "deleted")


def condition_of(target_workers: str | None) -> Expression | None:
    """Read for which workers a queue is; None is nobody.

    Raises:
        RefusalError: It is no expression.
    """
    if not target_workers or not target_workers.strip():
        return None
    try:
        return parse(target_workers)
    except ExpressionError as error:
        raise refused(f"Invalid TargetWorkers parameter: {error}") from None


def _log(floor: Floor, queue: TaskQueue, verb: str) -> None:
    name = {} if verb == "expression.updated" else {"task_queue_name": queue.friendly_name}
    floor.journal.write(
        f"task-queue.{verb}",
        queue.sid,
        f"TaskQueue {queue.friendly_name} {verb}",
        more={
            "task_queue_sid": queue.sid,
            **name,
            "task_queue_target_expression": queue.target_workers or "",
        },
    )
