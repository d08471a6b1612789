"""What a caller says of a task that is to be made.

https://www.twilio.com/docs/taskrouter/api/task#create-a-task-resource. Where it is silent:
``TaskQueueSid`` sends a task straight to that queue; a task that goes straight to a queue or a
worker needs no workflow, and follows the rules of none; with one, or as the only one that there
is, it lends the task the time for an answer. What is named must not contradict the routing target.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from attrs import frozen

from taskrouter_async.sandbox.api.lookups import named, named_channel
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.tasks import NewTask
from taskrouter_async.sandbox.settings.channels import DEFAULT_CHANNEL
from taskrouter_async.sandbox.settings.making import check_room
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Record, TaskChannel, TaskQueue, Worker, Workflow
from taskrouter_async.sandbox.state.refusals import invalid, refused
from taskrouter_async.sandbox.state.workspace import Workspace

LONGEST_TIMEOUT: Final = 1_209_600
MOST_TASKS: Final = 500_000
USUAL_TIMEOUT: Final = 86_400

R = TypeVar("R", bound=Record)


def new_task(floor: Floor, form: Fields) -> NewTask:
    """Read what task is to be made.

    Raises:
        RefusalError: It cannot be made.
    """
    workspace = floor.workspace
    check_room("tasks", len(workspace.tasks), MOST_TASKS)
    route = _route(workspace, form)
    attributes, facts = form.json_object() or ("{}", {})
    channel = named_channel(form, workspace.task_channels) or _default_channel(workspace)
    timeout = form.integer("Timeout", 1, LONGEST_TIMEOUT)
    return NewTask(
        attributes=attributes,
        facts=facts,
        channel=channel,
        workflow=route.workflow,
        queue=route.queue,
        worker=route.worker,
        priority=form.integer("Priority") or 0,
        timeout=USUAL_TIMEOUT if timeout is None else timeout,
        virtual_start_time=virtual_start_time(floor, form),
        routing_target=form.text("RoutingTarget"),
        ignore_capacity=_ignore_capacity(form, route),
    )


def virtual_start_time(floor: Floor, form: Fields) -> float | None:
    """Return when a task counts as made; None if nothing was sent.

    Raises:
        RefusalError: It is in the future or before 1900.
    """
    moment = form.instant("VirtualStartTime")
    if moment is not None and moment > floor.now:
        raise invalid("VirtualStartTime")
    return moment


@frozen(eq=False)
class _Route:
    """Where a task goes: through a workflow, or straight to a queue or a worker."""

    workflow: Workflow | None
    queue: TaskQueue | None
    worker: Worker | None


def _route(workspace: Workspace, form: Fields) -> _Route:
    target = form.sid("RoutingTarget", "WK", "WQ", "WW")
    worker = _target(target, workspace.workers)
    queue = _target(target, workspace.task_queues)
    workflow = _target(target, workspace.workflows)
    if target is not None and not (worker or queue or workflow):
        raise invalid("RoutingTarget")
    through_workflow = workflow is not None
    queue = _agreed("TaskQueueSid", queue, named(form, "TaskQueueSid", "WQ", workspace.task_queues))
    given = named(form, "WorkflowSid", "WW", workspace.workflows)
    workflow = _agreed("WorkflowSid", workflow, given) or _only_one(workspace)
    if through_workflow and queue is not None:
        raise invalid("TaskQueueSid")
    if workflow is None and queue is None and worker is None:
        raise refused("WorkflowSid field is required")
    return _Route(workflow, queue, worker)


def _target(sid: str | None, records: Mapping[str, R]) -> R | None:
    return None if sid is None else records.get(sid)


def _agreed(name: str, target: R | None, given: R | None) -> R | None:
    if target is not None and given is not None and given is not target:
        raise invalid(name)
    return target or given


def _only_one(workspace: Workspace) -> Workflow | None:
    workflows = list(workspace.workflows.values())
    return workflows[0] if len(workflows) == 1 else None


def _ignore_capacity(form: Fields, route: _Route) -> bool:
    ignored = form.boolean("IgnoreCapacity")
    if route.worker is None and ignored is not None:
        raise refused("IgnoreCapacity needs a RoutingTarget that is a Worker")
    return route.worker is not None and ignored is not False


def _default_channel(workspace: Workspace) -> TaskChannel:
    channels = workspace.task_channels.values()
    return next(each for each in channels if each.unique_name == DEFAULT_CHANNEL)
