"""Workflows: https://www.twilio.com/docs/taskrouter/api/workflow.

Where the vendor is silent: no two workflows of a workspace have the same name. The rules are read
as far as they are known; members that nobody knows are kept and mean nothing. Each filter needs a
target, and each target a queue that there is, its own or that of the target before it.
"""

from typing import Final

from taskrouter_async.errors import DecodingError
from taskrouter_async.models import WorkflowConfiguration
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.queues import holds_waiting_tasks
from taskrouter_async.sandbox.settings.making import beginning, check_free, check_room
from taskrouter_async.sandbox.state.records import Workflow
from taskrouter_async.sandbox.state.refusals import RefusalError, refused
from taskrouter_async.sandbox.state.rules import Filter, Rules, Target

LONGEST_CONFIGURATION: Final = 1_038_576
LONGEST_RESERVATION_SECONDS: Final = 86_400
MOST_WORKFLOWS: Final = 1_000
USUAL_RESERVATION_SECONDS: Final = 120

_HIGHEST_PRIORITY: Final = 2**31 - 1


def add_workflow(
    floor: Floor,
    friendly_name: str,
    configuration: str,
    *,
    task_reservation_timeout: int = USUAL_RESERVATION_SECONDS,
    assignment_callback_url: str | None = None,
    fallback_assignment_callback_url: str | None = None,
) -> Workflow:
    """Make a workflow.

    Args:
        floor: Where it is made.
        friendly_name: Its name, not that of another workflow.
        configuration: Its rules, as the text of a JSON document.
        task_reservation_timeout: How long a worker may think about an offer, in seconds.
        assignment_callback_url: Who is told of offers.
        fallback_assignment_callback_url: Who is told if that fails.

    Raises:
        RefusalError: The name is taken, the rules make no sense, or there are too many workflows.
    """
    workflows = floor.workspace.workflows
    rules = rules_of(floor, configuration)
    check_room("workflows", len(workflows), MOST_WORKFLOWS)
    check_free("Workflow", friendly_name, (each.friendly_name for each in workflows.values()))
    workflow = Workflow(
        **beginning(floor, "WW"),
        friendly_name=friendly_name,
        configuration=configuration,
        rules=rules,
        task_reservation_timeout=task_reservation_timeout,
        assignment_callback_url=assignment_callback_url,
        fallback_assignment_callback_url=fallback_assignment_callback_url,
    )
    workflows[workflow.sid] = workflow
    _log(floor, workflow, "created")
    return workflow


def change_workflow(
    floor: Floor,
    workflow: Workflow,
    *,
    friendly_name: str,
    configuration: str,
    task_reservation_timeout: int,
    assignment_callback_url: str | None,
    fallback_assignment_callback_url: str | None,
) -> None:
    """Give a workflow new settings; tasks follow the rules that they began with.

    Raises:
        RefusalError: The name is taken, or the rules make no sense; nothing was changed.
    """
    others = (each for each in floor.workspace.workflows.values() if each is not workflow)
    rules = workflow.rules
    if configuration != workflow.configuration:
        rules = rules_of(floor, configuration)
    check_free("Workflow", friendly_name, (each.friendly_name for each in others))
    workflow.friendly_name = friendly_name
    workflow.configuration, workflow.rules = configuration, rules
    workflow.task_reservation_timeout = task_reservation_timeout
    workflow.assignment_callback_url = assignment_callback_url
    workflow.fallback_assignment_callback_url = fallback_assignment_callback_url
    workflow.date_updated = floor.now
    _log(floor, workflow, "updated")


def remove_workflow(floor: Floor, workflow: Workflow) -> None:
    """Delete a workflow; tasks that somebody has accepted are not concerned.

    Raises:
        RefusalError: A task that came through it is pending or reserved.
    """
    if holds_waiting_tasks(floor, workflow):
        raise refused(
            f"Cannot delete Workflow {workflow.sid} because it has pending or reserved tasks."
        )
    del floor.workspace.workflows[workflow.sid]
    _log(floor, workflow, "deleted")


def rules_of(floor: Floor, configuration: str) -> Rules:
    """Read the rules of a workflow.

    Raises:
        RefusalError: They make no sense, or name a queue that there is not.
    """
    if len(configuration.encode(errors="replace")) > LONGEST_CONFIGURATION:
        raise _invalid(f"it has {LONGEST_CONFIGURATION} bytes at most")
    try:
        rules = Rules.of(WorkflowConfiguration.from_json(configuration))
    except DecodingError as error:
        raise _invalid(str(error)) from None
    for each in rules.filters:
        _check_filter(each)
    if rules.default is not None:
        _check_target(rules.default)
    missing = rules.queue_sids() - floor.workspace.task_queues.keys()
    if missing:
        raise _invalid(f"there is no TaskQueue {min(missing)}")
    return rules


def _log(floor: Floor, workflow: Workflow, verb: str) -> None:
    floor.journal.write(
        f"workflow.{verb}",
        workflow.sid,
        f"Workflow {workflow.friendly_name} {verb}",
        more={"workflow_sid": workflow.sid, "workflow_name": workflow.friendly_name},
    )


def _check_filter(filter_: Filter) -> None:
    if not filter_.targets:
        raise _invalid("a filter needs a target")
    for target in filter_.targets:
        _check_target(target)


def _check_target(target: Target) -> None:
    if not target.queue_sid:
        raise _invalid("a target needs a queue, its own or that of the target before")
    if target.timeout is not None and target.timeout < 1:
        raise _invalid("a timeout is 1 second at least")
    if target.priority is not None and not 0 <= target.priority <= _HIGHEST_PRIORITY:
        raise _invalid(f"a priority is 0 to {_HIGHEST_PRIORITY}")
    if target.known_worker is not None and not all(target.known_worker.path or [""]):
        raise _invalid("a known worker is named by an attribute such as task.agent")


def _invalid(why: str) -> RefusalError:
    return refused(f"Invalid Configuration parameter: {why}")
