"""Tasks: https://www.twilio.com/docs/taskrouter/api/task.

Where the vendor is silent, see `new_tasks` and `task_filters` beside it; and: a task that is over
can still be given other attributes while it is there; every update is a version, an empty one too.
"""

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path, named_channel
from taskrouter_async.sandbox.api.new_tasks import new_task, virtual_start_time
from taskrouter_async.sandbox.api.paging import page
from taskrouter_async.sandbox.api.task_filters import keep, task_order
from taskrouter_async.sandbox.routing import tasks
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Task
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.state.timeline import wire_date
from taskrouter_async.sandbox.statistics.durations import whole


def create(ask: Ask) -> Answer:
    """Make a task."""
    task = tasks.create(ask.floor, new_task(ask.floor, ask.form))
    return created(document(ask, task), task.version)


def fetch(ask: Ask) -> Answer:
    """Answer with a task."""
    task = behind_path(ask, 1, ask.workspace.tasks)
    return fetched(document(ask, task), task.version)


def update(ask: Ask) -> Answer:
    """Change a task, or bring it on in its life."""
    task = behind_path(ask, 1, ask.workspace.tasks)
    ask.check_version(task.version)
    tasks.update(ask.floor, task, _change(ask.floor, ask.form))
    return fetched(document(ask, task), task.version)


def delete(ask: Ask) -> Answer:
    """Remove a task, whatever its state."""
    task = behind_path(ask, 1, ask.workspace.tasks)
    ask.check_version(task.version)
    tasks.delete(ask.floor, task)
    return deleted()


def list_(ask: Ask) -> Answer:
    """Answer with a page of the tasks."""
    return page(
        ask,
        "tasks",
        ask.workspace.tasks.values(),
        lambda task: document(ask, task),
        keep=keep(ask.query),
        order=task_order(ask.query),
        is_ordered="Ordering" not in ask.query,
        version=lambda task: task.version,
    )


def document(ask: Ask, task: Task) -> Document:
    """Return a task in the vendor's form."""
    url, queue, workflow = f"{ask.home}/Tasks/{task.sid}", task.queue, task.workflow
    return {
        "account_sid": ask.account.account_sid,
        "age": whole(ask.floor.now - task.date_created),
        "assignment_status": task.status,
        "attributes": task.attributes,
        "addons": "{}",
        "date_created": wire_date(task.date_created),
        "date_updated": wire_date(task.date_updated),
        "task_queue_entered_date": wire_date(task.queue_entered),
        "priority": task.priority,
        "reason": task.reason,
        "sid": task.sid,
        "task_queue_sid": queue.sid if queue else None,
        "task_queue_friendly_name": queue.friendly_name if queue else None,
        "task_channel_sid": task.channel.sid,
        "task_channel_unique_name": task.channel.unique_name,
        "timeout": task.timeout,
        "workflow_sid": workflow.sid if workflow else None,
        "workflow_friendly_name": workflow.friendly_name if workflow else None,
        "workspace_sid": ask.workspace.sid,
        "url": url,
        "links": _links(ask, task, url),
        "virtual_start_time": wire_date(task.virtual_start_time),
        "ignore_capacity": task.ignore_capacity,
        "routing_target": task.routing_target,
    }


def _links(ask: Ask, task: Task, url: str) -> Document:
    links = {"workspace": ask.home, "reservations": f"{url}/Reservations"}
    if task.queue is not None:
        links["task_queue"] = f"{ask.home}/TaskQueues/{task.queue.sid}"
    if task.workflow is not None:
        links["workflow"] = f"{ask.home}/Workflows/{task.workflow.sid}"
    return links


def _change(floor: Floor, form: Fields) -> tasks.TaskUpdate:
    attributes, facts = form.json_object() or (None, None)
    status, reason = form.choice("AssignmentStatus", TaskStatus), form.text("Reason")
    if status in (TaskStatus.CANCELED, TaskStatus.COMPLETED) and not (reason and reason.strip()):
        raise refused(f"Reason field is required to make a task {status}")
    return tasks.TaskUpdate(
        attributes=attributes,
        facts=facts,
        channel=named_channel(form, floor.workspace.task_channels),
        priority=form.integer("Priority"),
        virtual_start_time=virtual_start_time(floor, form),
        status=status,
        reason=reason,
    )
