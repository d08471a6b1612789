"""Which tasks a list shows, and in which order.

https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources. Where it is silent:
no task of the sandbox has add-ons; names are compared letter by letter.
"""

from collections.abc import Callable
from typing import Final

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.api.lookups import condition, ordering
from taskrouter_async.sandbox.api.paging import Key
from taskrouter_async.sandbox.routing.matching import task_scope
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Task
from taskrouter_async.sandbox.state.refusals import invalid, refused

_ORDERS: Final[dict[str, Callable[[Task], float]]] = {
    "DateCreated": lambda task: task.number,
    "Priority": lambda task: task.priority,
    "VirtualStartTime": lambda task: task.virtual_start_time,
}


def keep(query: Fields) -> Callable[[Task], bool] | None:
    """Return what decides whether a task is listed; None lists all.

    Raises:
        RefusalError: A filter cannot be used.
    """
    tests = [*_of_the_task(query), *_of_its_way(query)]
    return (lambda task: all(test(task) for test in tests)) if tests else None


def task_order(query: Fields) -> Callable[[Task], Key]:
    """Return the order of a list.

    Raises:
        RefusalError: It cannot be used.
    """
    attributes = {pair.strip().partition(":")[0] for pair in query.all("Ordering")}
    if {"DateCreated", "VirtualStartTime"} <= attributes:
        raise refused("Invalid Ordering parameter: DateCreated does not go with VirtualStartTime")
    return ordering(query, _ORDERS)


def _of_the_task(query: Fields) -> list[Callable[[Task], bool]]:
    tests: list[Callable[[Task], bool]] = []
    priority, statuses = query.integer("Priority"), _statuses(query)
    wanted, addons = condition(query, "EvaluateTaskAttributes"), query.boolean("HasAddons")
    if priority is not None:
        tests.append(lambda task: task.priority == priority)
    if statuses:
        tests.append(lambda task: task.status in statuses)
    if wanted is not None:
        tests.append(lambda task: wanted.holds(task_scope(task)))
    if addons is not None:
        tests.append(lambda _: not addons)
    return tests


def _of_its_way(query: Fields) -> list[Callable[[Task], bool]]:
    tests: list[Callable[[Task], bool]] = []
    workflow_sid, workflow_name = query.sid("WorkflowSid", "WW"), query.text("WorkflowName")
    queue_sid, queue_name = query.sid("TaskQueueSid", "WQ"), query.text("TaskQueueName")
    target = query.sid("RoutingTarget", "WK", "WQ", "WW")
    if workflow_sid is not None:
        tests.append(lambda task: bool(task.workflow and task.workflow.sid == workflow_sid))
    if workflow_name is not None:
        tests.append(
            lambda task: bool(task.workflow and task.workflow.friendly_name == workflow_name)
        )
    if queue_sid is not None:
        tests.append(lambda task: bool(task.queue and task.queue.sid == queue_sid))
    if queue_name is not None:
        tests.append(lambda task: bool(task.queue and task.queue.friendly_name == queue_name))
    if target is not None:
        tests.append(lambda task: task.routing_target == target)
    return tests


def _statuses(query: Fields) -> frozenset[str]:
    words = frozenset(each.strip() for each in query.all("AssignmentStatus"))
    if not words <= frozenset(TaskStatus):
        raise invalid("AssignmentStatus")
    return words
