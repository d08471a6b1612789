"""Workflows: https://www.twilio.com/docs/taskrouter/api/workflow.

Where the vendor is silent: an empty callback URL is none, and is shown as null.
"""

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document, created, deleted, fetched
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.routing.queues import re_evaluate_all
from taskrouter_async.sandbox.settings.workflows import (
    LONGEST_RESERVATION_SECONDS,
    USUAL_RESERVATION_SECONDS,
    add_workflow,
    change_workflow,
    remove_workflow,
)
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Workflow
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.state.timeline import wire_date


def create(ask: Ask) -> Answer:
    """Make a workflow."""
    floor, form = ask.floor, ask.form
    name, configuration = form.required_name(), form.text("Configuration")
    if configuration is None:
        raise refused("Configuration field is required")
    workflow = add_workflow(
        floor,
        name,
        configuration,
        task_reservation_timeout=_seconds(form) or USUAL_RESERVATION_SECONDS,
        assignment_callback_url=form.url("AssignmentCallbackUrl") or None,
        fallback_assignment_callback_url=form.url("FallbackAssignmentCallbackUrl") or None,
    )
    return created(document(ask, workflow))


def fetch(ask: Ask) -> Answer:
    """Show a workflow."""
    return fetched(document(ask, behind_path(ask, 1, ask.workspace.workflows)))


def list_(ask: Ask) -> Answer:
    """List workflows, all or those of a name."""
    name = ask.query.text("FriendlyName")
    return page(
        ask,
        "workflows",
        ask.workspace.workflows.values(),
        lambda workflow: document(ask, workflow),
        keep=lambda workflow: name in (None, workflow.friendly_name),
        order=by_number,
        is_ordered=True,
    )


def update(ask: Ask) -> Answer:
    """Change a workflow, and send its pending tasks through it again if that is asked for."""
    workflow, form = behind_path(ask, 1, ask.workspace.workflows), ask.form
    configuration, again = form.text("Configuration"), form.boolean("ReEvaluateTasks")
    change_workflow(
        ask.floor,
        workflow,
        friendly_name=form.name() or workflow.friendly_name,
        configuration=workflow.configuration if configuration is None else configuration,
        task_reservation_timeout=_seconds(form) or workflow.task_reservation_timeout,
        assignment_callback_url=_url(
            form, "AssignmentCallbackUrl", workflow.assignment_callback_url
        ),
        fallback_assignment_callback_url=_url(
            form, "FallbackAssignmentCallbackUrl", workflow.fallback_assignment_callback_url
        ),
    )
    if again:
        re_evaluate_all(ask.floor, workflow)
    return fetched(document(ask, workflow))


def delete(ask: Ask) -> Answer:
    """Delete a workflow in which no task waits."""
    remove_workflow(ask.floor, behind_path(ask, 1, ask.workspace.workflows))
    return deleted()


def document(ask: Ask, workflow: Workflow) -> Document:
    """Write a workflow as the service does."""
    url = f"{ask.home}/Workflows/{workflow.sid}"
    return {
        "account_sid": ask.account.account_sid,
        "assignment_callback_url": workflow.assignment_callback_url,
        "configuration": workflow.configuration,
        "date_created": wire_date(workflow.date_created),
        "date_updated": wire_date(workflow.date_updated),
        "document_content_type": "application/json",
        "fallback_assignment_callback_url": workflow.fallback_assignment_callback_url,
        "friendly_name": workflow.friendly_name,
        "sid": workflow.sid,
        "task_reservation_timeout": workflow.task_reservation_timeout,
        "workspace_sid": ask.workspace.sid,
        "url": url,
        "links": {
            "statistics": f"{url}/Statistics",
            "real_time_statistics": f"{url}/RealTimeStatistics",
            "cumulative_statistics": f"{url}/CumulativeStatistics",
        },
    }


def _seconds(form: Fields) -> int | None:
    return form.integer("TaskReservationTimeout", 1, LONGEST_RESERVATION_SECONDS)


def _url(form: Fields, name: str, present: str | None) -> str | None:
    given = form.url(name)
    return present if given is None else given or None
