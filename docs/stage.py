"""A sandbox with a scene in it, for the pages that show figures and SIDs.

A contact centre has been at work for two hours and stands still since: its clock is virtual, so
the pages can show exact figures. Ada is available and has been offered three tasks.

``python docs/stage.py`` prints what to put into the environment as one line of JSON, and serves
until it is terminated.
"""

import asyncio
import json
from typing import Final

from taskrouter_async import TaskRouterClient
from taskrouter_async.resources import WorkspaceHandle
from taskrouter_async.sandbox import Sandbox, Traffic

HOURS: Final = 2
BUSY: Final = Traffic(occupancy=0.95)
TASKS: Final = ({"language": "es"}, {"language": "es"}, {"call_sid": "CA" + "7" * 32})


async def scene(workspace: WorkspaceHandle) -> dict[str, str]:
    """Set it up; return the SIDs of what is in it."""
    activities = {each.friendly_name: each.sid async for each in workspace.activities.list()}
    queues = {each.friendly_name: each.sid async for each in workspace.task_queues.list()}
    workflows = {each.friendly_name: each.sid async for each in workspace.workflows.list()}
    ada = await workspace.workers.create(friendly_name="Ada", activity_sid=activities["Available"])
    workflow_sid = workflows["Contact Centre"]
    tasks = [
        await workspace.tasks.create(
            workflow_sid=workflow_sid, routing_target=ada.sid, attributes=attributes
        )
        for attributes in TASKS
    ]
    offers = [each async for each in workspace.tasks(tasks[0].sid).reservations.list()]
    return {
        "WORKSPACE_SID": workspace.sid,
        "WORKFLOW_SID": workflow_sid,
        "TASK_QUEUE_SID": queues["Support"],
        "WORKER_SID": ada.sid,
        "TASK_SID": tasks[0].sid,
        "RESERVATION_SID": offers[0].sid,
    }


async def serve() -> None:
    """Serve the scene for ever."""
    async with Sandbox(workspaces=1, clock="virtual") as sandbox:
        traffic = sandbox.simulate(BUSY)
        await sandbox.advance(HOURS * 3600)
        traffic.stop()
        async with TaskRouterClient(
            sandbox.account_sid, sandbox.auth_token, base_url=sandbox.base_url
        ) as client:
            sids = await scene(client.workspaces(sandbox.workspace_sids[0]))
        environment = {
            "TASKROUTER_BASE_URL": sandbox.base_url,
            "TWILIO_ACCOUNT_SID": sandbox.account_sid,
            "TWILIO_AUTH_TOKEN": sandbox.auth_token,
            **sids,
        }
        print(json.dumps(environment), flush=True)  # noqa: T201 - what the pages read
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
