"""A contact centre's story, told through the vendor's SDK: all 61 operations have a part in it."""

import json
from typing import Any

from attrs import define
from reference import TABLE
from twilio.base.exceptions import TwilioRestException
from vendor.reads import READS, Desk, Names
from vendor.sdk import Loopback, sdk

from taskrouter_async import TaskRouterClient
from taskrouter_async.sandbox import Sandbox


@define
class Story:
    """What was built, and both clients at it."""

    sandbox: Sandbox
    carrier: Loopback
    root: Any
    desk: Desk

    @property
    def workspace(self) -> Any:
        """The vendor's context of the workspace."""
        return self.desk.v


async def begin(sandbox: Sandbox, ours: TaskRouterClient) -> Story:
    """Build a workspace in which one task has been accepted and another one waits."""
    client, carrier = sdk(sandbox.base_url, sandbox.account_sid, sandbox.auth_token)
    root = client.taskrouter.v1.workspaces
    made = await root.create_async(friendly_name="Support", template="NONE")
    workspace = root(made.sid)
    lunch = await workspace.activities.create_async(friendly_name="Lunch", available=False)
    free = await workspace.activities.create_async(friendly_name="Free", available=True)
    mail = await workspace.task_channels.create_async(friendly_name="E-mail", unique_name="mail")
    worker = await workspace.workers.create_async(
        friendly_name="Ann",
        activity_sid=free.sid,
        attributes=json.dumps({"languages": ["en", "es"], "level": 3}),
    )
    queue = await workspace.task_queues.create_async(
        friendly_name="Spanish", target_workers='languages HAS "es"', max_reserved_workers=1
    )
    workflow = await workspace.workflows.create_async(
        friendly_name="Inbound", configuration=_configuration(queue.sid)
    )
    task = await workspace.tasks.create_async(
        workflow_sid=workflow.sid, task_channel="voice", attributes='{"language": "es"}'
    )
    await workspace.tasks.create_async(
        workflow_sid=workflow.sid, task_channel="voice", attributes='{"language": "es"}', priority=5
    )
    await sandbox.advance(8)
    [reservation] = await workspace.tasks(task.sid).reservations.list_async()
    await (
        workspace.tasks(task.sid)
        .reservations(reservation.sid)
        .update_async(reservation_status="accepted")
    )
    await sandbox.advance(4)
    [event, *_] = await workspace.events.list_async(event_type="reservation.accepted")
    names = Names(
        workspace=made.sid,
        activity=lunch.sid,
        channel=mail.sid,
        queue=queue.sid,
        workflow=workflow.sid,
        worker=worker.sid,
        task=task.sid,
        reservation=reservation.sid,
        event=event.sid,
    )
    return Story(sandbox, carrier, root, Desk(client, ours, names))


def _configuration(queue_sid: str) -> str:
    target = {"queue": queue_sid, "priority": 2}
    filters = [{"expression": 'language == "es"', "targets": [target]}]
    return json.dumps(
        {"task_routing": {"filters": filters, "default_filter": {"queue": queue_sid}}}
    )


async def read_everything(story: Story) -> dict[str, tuple[Any, Any]]:
    """Return the vendor's answer and ours for every operation that reads."""
    return {
        name: (await vendor(story.desk), await ours(story.desk))
        for name, (vendor, ours) in READS.items()
    }


async def change_everything(story: Story) -> None:
    """Update each kind of thing, with and without a version."""
    here, names = story.workspace, story.desk.names
    await here.update_async(friendly_name="Support 2", prioritize_queue_order="LIFO")
    await here.activities(names.activity).update_async(friendly_name="Long lunch")
    await here.task_channels(names.channel).update_async(channel_optimized_routing=True)
    await here.task_queues(names.queue).update_async(task_order="LIFO")
    await here.workflows(names.workflow).update_async(task_reservation_timeout=60)
    await here.workers(names.worker).update_async(attributes='{"languages": ["es"]}')
    await here.workers(names.worker).worker_channels("voice").update_async(capacity=2)
    await here.tasks(names.task).update_async(priority=7, if_match="0")
    await here.tasks(names.task).update_async(attributes='{"language": "es", "vip": true}')


async def end(story: Story) -> None:
    """Finish the work and take everything down."""
    here, names = story.workspace, story.desk.names
    reservation = here.workers(names.worker).reservations(names.reservation)
    await reservation.update_async(reservation_status="wrapping")
    await here.tasks(names.task).update_async(assignment_status="completed", reason="solved")
    for task in await here.tasks.list_async():
        await here.tasks(task.sid).delete_async()
    await here.workers(names.worker).delete_async()
    await here.workflows(names.workflow).delete_async()
    await here.task_queues(names.queue).delete_async()
    await here.task_channels(names.channel).delete_async()
    await here.activities(names.activity).delete_async()
    await here.delete_async()


async def refusal_of(awaited: Any) -> TwilioRestException:
    """Return the SDK's error of a request that must be refused."""
    try:
        await awaited
    except TwilioRestException as error:
        return error
    raise AssertionError("nothing was refused")


def not_used(story: Story) -> set[str]:
    """Return the operations that have had no part so far."""
    return set(TABLE) - {each.operation for each in story.carrier.exchanges}
