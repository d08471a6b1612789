"""Event callbacks: who is told of what, in which order."""

import asyncio
import logging
from typing import Any

import pytest
from sandbox.callbacks.receivers import Receiver
from sandbox.callbacks.scene import Scene, set_up
from twilio.request_validator import RequestValidator

from taskrouter_async.sandbox import CallbackTimeouts


def types(receiver: Receiver, path: str = "/events") -> list[str]:
    """Return the types of the events that a path was told of."""
    return [call.form["EventType"] for call in receiver.calls if call.path == path]


async def told(scene: Scene, receiver: Receiver, **form: Any) -> None:
    """Let a workspace tell its events to the receiver's ``/events``."""
    form = {"EventCallbackUrl": receiver.base_url + "/events", **form}
    status, body, _ = await scene.api.post("", **form)
    assert status == 200, body
    await scene.sandbox.settle()
    receiver.calls.clear()


async def test_all_events_are_told_in_their_order(receiver: Receiver) -> None:
    """Without a filter every event is told, signed, in the order in which it was written."""
    receiver.says("/assign", {"instruction": "accept"})
    async with set_up(receiver) as scene:
        await told(scene, receiver)
        await scene.offer(type="support")
        await scene.sandbox.settle()
        written = [each.type for each in scene.api.floor.journal.events]

    assert types(receiver) == written[-6:]
    assert types(receiver)[-3:] == [
        "workflow.target-matched",
        "reservation.created",
        "reservation.accepted",
    ]
    call = receiver.calls[0]
    validator = RequestValidator(scene.sandbox.auth_token)
    assert validator.validate(call.url, call.form, call.headers["X-Twilio-Signature"])


async def test_a_filter_picks_the_events(receiver: Receiver) -> None:
    """Only the types of the filter are told, whatever the blanks around them."""
    async with set_up(receiver) as scene:
        scene.api.floor.workspace.events_filter = " task.created , reservation.created,"
        scene.api.floor.workspace.event_callback_url = receiver.base_url + "/events"
        await scene.offer()
        await scene.sandbox.settle()

    assert types(receiver) == ["task.created", "reservation.created"]


async def test_a_workspace_made_over_http_is_watched_from_its_beginning(
    receiver: Receiver,
) -> None:
    """A workspace that is made with an address tells how it was made."""
    async with set_up(receiver) as scene:
        form = {"FriendlyName": "Other", "EventCallbackUrl": receiver.base_url + "/events"}
        await scene.api.call("POST", "/v1/Workspaces", form=form)
        await scene.sandbox.settle()

    assert types(receiver)[:2] == ["workspace.created", "activity.created"]


async def test_events_of_one_receiver_wait_for_one_another(receiver: Receiver) -> None:
    """With a clock that runs, a receiver is told of the next event after it knows of this one."""
    event = receiver.stalls("/events")
    async with set_up(receiver, clock="system") as scene:
        scene.api.floor.workspace.event_callback_url = receiver.base_url + "/events"
        await scene.offer()
        while receiver.paths() != ["/events", "/assign"]:
            assert len(receiver.calls) <= 2
            await asyncio.sleep(0)
        event.set()
        await scene.sandbox.settle()

    assert types(receiver)[-1] == "reservation.created"
    assert len(types(receiver)) > 2


async def test_the_same_happens_every_time_with_a_virtual_clock(receiver: Receiver) -> None:
    """With a virtual clock one callback waits for the one before, of whichever kind."""
    receiver.says("/assign", {"instruction": "accept"})
    runs: list[list[tuple[str, str]]] = []
    for _ in range(2):
        receiver.calls.clear()
        async with set_up(receiver) as scene:
            await told(scene, receiver)
            await scene.hire("Bob")
            for _ in range(3):
                await scene.offer()
                await scene.sandbox.settle()
        runs.append([(each.path, each.form.get("Sid", "")) for each in receiver.calls])

    assert runs[0] == runs[1]


async def test_a_receiver_that_fails_misses_an_event(receiver: Receiver) -> None:
    """Nothing is told twice: an event that was not taken is a complaint, and the next follows."""
    receiver.sends("/events", status=500)
    async with set_up(receiver) as scene:
        await told(scene, receiver, EventsFilter="task.created")
        await scene.offer()
        await scene.sandbox.settle()

        assert types(receiver) == ["task.created"]
        assert scene.alerts[-1] == (
            11200,
            f"Callback to {receiver.base_url}/events was answered with 500",
        )


async def test_a_receiver_that_is_slow_misses_an_event(receiver: Receiver) -> None:
    """After its time for taking notice a receiver is not waited for."""
    receiver.stalls("/events")
    soon = CallbackTimeouts(event=0.05)
    async with set_up(receiver, callback_timeouts=soon) as scene:
        scene.api.floor.workspace.events_filter = "task.created"
        scene.api.floor.workspace.event_callback_url = receiver.base_url + "/events"
        await scene.offer()
        await scene.sandbox.settle()

        assert [code for code, _ in scene.alerts] == [11200]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1:80@example.com/",
        "https://localhost.example.com/",
        "http://127.0.0.1:99999/",
        "ftp://127.0.0.1/",
    ],
)
async def test_other_machines_are_not_called(
    receiver: Receiver, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What is not on loopback is warned of once, and treated as if there were no callback."""
    caplog.set_level(logging.WARNING)
    async with set_up(receiver, address="http://127.0.0.1/") as scene:
        workflow = scene.api.floor.workspace.workflows[scene.workflow["sid"]]
        workflow.assignment_callback_url = address
        scene.api.floor.workspace.event_callback_url = address
        assert await scene.decided() == ["pending"]

        (alert,) = scene.alerts
        assert alert[0] == 11200
        assert alert[1].endswith("are not sent: it is not on loopback")
    assert len([each for each in caplog.records if "callbacks to" in each.message]) == 1


async def test_a_fallback_elsewhere_is_no_fallback(receiver: Receiver) -> None:
    """If the first address fails and the second is not called, the reservation is canceled."""
    receiver.sends("/assign", status=500, times=1)
    async with set_up(receiver, fallback="http://example.com/") as scene:
        assert await scene.decided() == ["canceled", "pending"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_names_of_this_machine_are_called(receiver: Receiver, host: str) -> None:
    """The letters decide: localhost is this machine."""
    address = receiver.base_url.replace("127.0.0.1", host) + "/assign"
    async with set_up(receiver, address=address) as scene:
        await scene.decided()

    assert receiver.paths() == ["/assign"]
