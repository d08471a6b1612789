"""What changed queues, orders and workflows mean for tasks that wait, and what still needs them.

https://www.twilio.com/docs/taskrouter/api/task-queue and
https://www.twilio.com/docs/taskrouter/api/workflow. Where they are silent: tasks keep the rules
that they follow until they are evaluated from the top again, so a queue that the rules of an open
task name is still needed even if its workflow does not name it any more. What is said of a task
queue or of a workspace's order here is to be followed by a dispatch, as every change is.
"""

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.offers import dispatch
from taskrouter_async.sandbox.routing.tasks import re_evaluate
from taskrouter_async.sandbox.state.records import OPEN_TASKS, WAITING_TASKS, TaskQueue, Workflow


def queue_changed(floor: Floor, queue: TaskQueue) -> None:
    """Let a queue's new condition and order count for the tasks that wait in it."""
    floor.matching.forget(queue)
    floor.lanes.rerank()


def order_changed(floor: Floor) -> None:
    """Let the workspace's new ``prioritize_queue_order`` or ``multi_task_enabled`` count."""
    floor.matching.forget()
    floor.lanes.rerank()


def re_evaluate_all(floor: Floor, workflow: Workflow) -> None:
    """Send the pending tasks of a workflow through it from the top, oldest first."""
    for task in list(floor.workspace.tasks.values()):
        if task.workflow is workflow:
            re_evaluate(floor, task)
            dispatch(floor)


def names_queue(floor: Floor, queue: TaskQueue) -> bool:
    """Say whether a workflow or the rules of an open task still name a queue."""
    workspace = floor.workspace
    rules = {workflow.rules for workflow in workspace.workflows.values()}
    rules |= {task.rules for task in workspace.tasks.values() if task.status in OPEN_TASKS}
    return any(queue.sid in each.queue_sids() for each in rules)


def holds_waiting_tasks(floor: Floor, workflow: Workflow) -> bool:
    """Say whether a task that is pending or reserved came through a workflow."""
    tasks = floor.workspace.tasks.values()
    return any(each.workflow is workflow and each.status in WAITING_TASKS for each in tasks)
