"""What an assignment callback says: https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks."""

from taskrouter_async.sandbox.state.records import Reservation, Workflow
from taskrouter_async.sandbox.state.workspace import Workspace


def assignment_form(
    workspace: Workspace, workflow: Workflow, reservation: Reservation
) -> dict[str, str]:
    """Return the form that asks what is to be done with an offer."""
    task, worker, queue = reservation.task, reservation.worker, reservation.queue
    return {
        "Timestamp": str(int(workspace.now)),
        "AccountSid": workspace.account_sid,
        "WorkspaceSid": workspace.sid,
        "WorkflowSid": workflow.sid,
        "TaskQueueSid": queue.sid if queue else "",
        "WorkerSid": worker.sid,
        "WorkerAttributes": worker.attributes,
        "TaskSid": task.sid,
        "TaskAttributes": task.attributes,
        "TaskAge": str(int(workspace.now - task.date_created)),
        "TaskPriority": str(task.priority),
        "ReservationSid": reservation.sid,
    }
