"""What the callback of an event carries."""

from sandbox.work.centre import Centre

from taskrouter_async.sandbox.api.event_data import callback_parameters


async def test_callback_says_the_same_in_other_words(centre: Centre) -> None:
    """A callback carries what the event tells, under the names of the vendor's forms."""
    worker = await centre.worker()
    await centre.api.sandbox.advance(1.5)
    await centre.api.post(f"/Workers/{worker['sid']}", ActivitySid=centre.activities["Offline"])
    workspace = centre.api.floor.workspace
    event = workspace.journal.events[-1]
    assert callback_parameters(workspace, event) == {
        "EventType": "worker.activity.update",
        "AccountSid": workspace.account_sid,
        "EventDescription": "Worker Ada updated to Offline Activity",
        "ResourceType": "worker",
        "ResourceSid": worker["sid"],
        "Timestamp": "1767603601",
        "TimestampMs": "1767603601500",
        "Sid": event.sid,
        "WorkspaceSid": workspace.sid,
        "WorkspaceName": "Test",
        "WorkerSid": worker["sid"],
        "WorkerName": "Ada",
        "WorkerAttributes": "{}",
        "WorkerActivitySid": centre.activities["Offline"],
        "WorkerActivityName": "Offline",
        "WorkerVersion": "1",
        "WorkerPreviousActivitySid": centre.activities["Available"],
        "WorkerPreviousActivityName": "Available",
        "WorkerTimeInPreviousActivity": "1",
        "WorkerTimeInPreviousActivityMs": "1500",
    }
