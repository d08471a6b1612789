"""Statistics of workspaces and workflows, and all others under the names by which they are found.

https://www.twilio.com/docs/taskrouter/api/workspace-statistics and
https://www.twilio.com/docs/taskrouter/api/workflow-statistics.
"""

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.subject import Subject, asked_channel, asked_split_past
from taskrouter_async.sandbox.api.task_queue_statistics import (
    list_of_task_queues,
    task_queue_both,
    task_queue_cumulative,
    task_queue_real_time,
    task_queues_bulk,
)
from taskrouter_async.sandbox.api.worker_statistics import (
    worker_both,
    workers_both,
    workers_cumulative,
    workers_real_time,
)
from taskrouter_async.sandbox.state.records import Workflow
from taskrouter_async.sandbox.statistics import cumulative, real_time

__all__ = [
    "list_of_task_queues",
    "task_queue_both",
    "task_queue_cumulative",
    "task_queue_real_time",
    "task_queues_bulk",
    "worker_both",
    "workers_both",
    "workers_cumulative",
    "workers_real_time",
    "workflow_both",
    "workflow_cumulative",
    "workflow_real_time",
    "workspace_both",
    "workspace_cumulative",
    "workspace_real_time",
]


def workspace_real_time(ask: Ask) -> Answer:
    """Answer with what is true now in a workspace."""
    return Subject.of(ask).figures(_workspace_now(ask))


def workspace_cumulative(ask: Ask) -> Answer:
    """Answer with what happened in a workspace."""
    past = asked_split_past(ask)
    return Subject.of(ask).figures(past.figures(past.events, cumulative.WORKSPACE))


def workspace_both(ask: Ask) -> Answer:
    """Answer with what is true now and what happened in a workspace."""
    past = asked_split_past(ask)
    figures = past.combined(past.events, cumulative.WORKSPACE)
    return Subject.of(ask).both(_workspace_now(ask), figures)


def workflow_real_time(ask: Ask) -> Answer:
    """Answer with what is true now of the tasks of a workflow."""
    workflow = _workflow(ask)
    return _subject(ask, workflow).figures(_workflow_now(ask, workflow))


def workflow_cumulative(ask: Ask) -> Answer:
    """Answer with what happened to the tasks of a workflow."""
    workflow = _workflow(ask)
    past = asked_split_past(ask)
    events = cumulative.of_workflow(past.events, workflow.sid)
    return _subject(ask, workflow).figures(past.figures(events, cumulative.WORKFLOW))


def workflow_both(ask: Ask) -> Answer:
    """Answer with what is true now of the tasks of a workflow, and what happened to them."""
    workflow = _workflow(ask)
    past = asked_split_past(ask)
    events = cumulative.of_workflow(past.events, workflow.sid)
    figures = past.combined(events, cumulative.WORKFLOW)
    return _subject(ask, workflow).both(_workflow_now(ask, workflow), figures)


def _workspace_now(ask: Ask) -> Document:
    workspace = ask.workspace
    channel = asked_channel(ask)
    tasks = real_time.on_channel(workspace.tasks.values(), channel)
    return {
        **real_time.of_workers(workspace.workers.values(), workspace.activities.values()),
        **real_time.of_tasks(tasks, workspace.now),
        "total_workers": len(workspace.workers),
    }


def _workflow_now(ask: Ask, workflow: Workflow) -> Document:
    workspace = ask.workspace
    channel = asked_channel(ask)
    own = [each for each in workspace.tasks.values() if each.workflow is workflow]
    return real_time.of_tasks(real_time.on_channel(own, channel), workspace.now)


def _workflow(ask: Ask) -> Workflow:
    return behind_path(ask, 1, ask.workspace.workflows)


def _subject(ask: Ask, workflow: Workflow) -> Subject:
    return Subject.of(ask, workflow_sid=workflow.sid)
