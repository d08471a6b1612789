"""Assignment callbacks: who is asked, how, and when nobody can be."""

import asyncio

import pytest
from sandbox.callbacks.receivers import Receiver
from sandbox.callbacks.scene import set_up
from twilio.request_validator import RequestValidator

from taskrouter_async.sandbox import CallbackTimeouts, Sandbox

SOON = CallbackTimeouts(assignment=0.05, event=0.05)


async def test_an_offer_is_told_with_all_its_facts(receiver: Receiver) -> None:
    """The form names the offer, its task and its worker as the vendor does, attributes as JSON."""
    async with set_up(receiver) as scene:
        task_sid = await scene.offer(type="support")
        await scene.sandbox.settle()
        _, body, _ = await scene.api.get(f"/Tasks/{task_sid}/Reservations")

    (call,) = receiver.calls
    assert call.form == {
        "Timestamp": "1767603600",
        "AccountSid": scene.sandbox.account_sid,
        "WorkspaceSid": scene.api.floor.workspace.sid,
        "WorkflowSid": scene.workflow["sid"],
        "TaskQueueSid": scene.queue["sid"],
        "WorkerSid": scene.worker["sid"],
        "WorkerAttributes": '{"contact_uri": "client:ada"}',
        "TaskSid": task_sid,
        "TaskAttributes": '{"type": "support"}',
        "TaskAge": "0",
        "TaskPriority": "0",
        "ReservationSid": body["reservations"][0]["sid"],
    }
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert call.headers["User-Agent"] == "TaskRouterSandboxProxy/1.0"


@pytest.mark.parametrize("tail", ["/assign", "", "/a%20b?x=1&y=%C3%A9", "/assign?b=2&a=1#there"])
async def test_the_vendors_own_validator_trusts_the_signature(
    receiver: Receiver, tail: str
) -> None:
    """A receiver proves with the account's auth token that the callback comes from here."""
    async with set_up(receiver, address=receiver.base_url + tail) as scene:
        await scene.offer(name="Ünal & Söhne +1")
        await scene.sandbox.settle()

    (call,) = receiver.calls
    signature = call.headers["X-Twilio-Signature"]
    validator = RequestValidator(scene.sandbox.auth_token)
    assert validator.validate(call.url, call.form, signature)
    assert not validator.validate(call.url, {**call.form, "TaskPriority": "9"}, signature)
    assert not RequestValidator("another").validate(call.url, call.form, signature)


async def test_credentials_in_the_address_are_used_and_not_signed(receiver: Receiver) -> None:
    """An address with a user is called with it, and the receiver's URL validates without it."""
    address = receiver.base_url.replace("//", "//ann:secret@") + "/assign"
    async with set_up(receiver, address=address) as scene:
        await scene.offer()
        await scene.sandbox.settle()

    (call,) = receiver.calls
    assert call.headers["Authorization"].startswith("Basic ")
    signature = call.headers["X-Twilio-Signature"]
    assert RequestValidator(scene.sandbox.auth_token).validate(call.url, call.form, signature)


@pytest.mark.parametrize("body", ["", "  ", "{}"])
async def test_an_empty_answer_leaves_the_offer_to_the_application(
    receiver: Receiver, body: str
) -> None:
    """Nothing, or an empty object, decides nothing and is no reason to complain."""
    receiver.sends("/assign", body)
    async with set_up(receiver) as scene:
        assert await scene.decided() == ["pending"]
        assert scene.alerts == []


@pytest.mark.parametrize("status", [204, 302, 404, 500])
async def test_without_a_good_answer_the_fallback_is_asked(receiver: Receiver, status: int) -> None:
    """An answer other than 200 sends the same form to the fallback; what it says is done."""
    receiver.sends("/assign", status=status)
    receiver.says("/fallback", {"instruction": "accept"})
    async with set_up(receiver, fallback=receiver.base_url + "/fallback") as scene:
        assert await scene.decided() == ["accepted"]
        (complaint,) = scene.alerts

    assert receiver.paths() == ["/assign", "/fallback"]
    assert receiver.calls[0].form == receiver.calls[1].form
    assert complaint == (
        11200,
        f"Callback to {receiver.base_url}/assign was answered with {status}",
    )


async def test_an_answer_that_is_no_json_counts_as_none(receiver: Receiver) -> None:
    """Another Content-Type is complained about, and the fallback is asked."""
    receiver.sends("/assign", '{"instruction": "accept"}', kind="text/html")
    receiver.says("/fallback", {})
    async with set_up(receiver, fallback=receiver.base_url + "/fallback") as scene:
        assert await scene.decided() == ["pending"]
        assert [code for code, _ in scene.alerts] == [40000]


async def test_an_offer_nobody_could_be_told_of_is_canceled(receiver: Receiver) -> None:
    """If the fallback fails, too, the reservation is canceled and the task offered again."""
    receiver.sends("/assign", status=500, times=2)
    receiver.sends("/fallback", status=500, times=2)
    async with set_up(receiver, fallback=receiver.base_url + "/fallback") as scene:
        assert await scene.decided() == ["canceled", "canceled", "pending"]

    assert receiver.paths() == ["/assign", "/fallback", "/assign", "/fallback", "/assign"]


async def test_a_task_that_nobody_can_be_told_of_ends(receiver: Receiver) -> None:
    """Where every callback fails, the task is canceled after its thousandth round."""
    receiver.sends("/assign", status=500)
    async with set_up(receiver) as scene:
        sid = await scene.offer()
        await scene.sandbox.settle()
        task = await scene.task(sid)

    assert task["assignment_status"] == "canceled"
    assert task["reason"] == "Max assignment count exceeded"
    assert len(receiver.calls) == 1000


async def test_a_slow_receiver_is_not_waited_for(receiver: Receiver) -> None:
    """After the time for an answer the fallback is asked."""
    receiver.stalls("/assign")
    receiver.says("/fallback", {"instruction": "accept"})
    fallback = receiver.base_url + "/fallback"
    async with set_up(receiver, fallback=fallback, callback_timeouts=SOON) as scene:
        assert await scene.decided() == ["accepted"]
        (alert,) = scene.alerts
        assert alert[1].endswith("failed: there was no answer within 0.05 s")


async def test_nobody_there_counts_as_no_answer(receiver: Receiver) -> None:
    """A refused connection sends the form to the fallback."""
    receiver.says("/fallback", {"instruction": "accept"})
    fallback = receiver.base_url + "/fallback"
    async with set_up(receiver, address="http://127.0.0.1:1/", fallback=fallback) as scene:
        assert await scene.decided() == ["accepted"]
        assert "there was no answer: Client" in scene.alerts[0][1]


async def test_an_endless_answer_is_none(receiver: Receiver) -> None:
    """No more than 64 KiB of an answer are read."""
    receiver.sends("/assign", b" " * 70_000)
    receiver.says("/fallback", {"instruction": "accept"})
    async with set_up(receiver, fallback=receiver.base_url + "/fallback") as scene:
        assert await scene.decided() == ["accepted"]
        assert scene.alerts[0][1].endswith("the answer was longer than 65536 bytes")


async def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """Where an answer points to is not called."""
    receiver.sends("/assign", status=307)
    receiver.says("/fallback", {})
    async with set_up(receiver, fallback=receiver.base_url + "/fallback") as scene:
        await scene.decided()

    assert receiver.paths() == ["/assign", "/fallback"]


async def test_tasks_without_a_workflow_or_address_ask_nobody(receiver: Receiver) -> None:
    """Only a workflow with an address asks what is to be done with an offer."""
    async with set_up(receiver) as scene:
        await scene.api.post(f"/Workflows/{scene.workflow['sid']}", AssignmentCallbackUrl="")
        assert await scene.decided() == ["pending"]

    assert receiver.calls == []


async def test_the_application_may_answer_over_rest_meanwhile(receiver: Receiver) -> None:
    """A reservation that was accepted while the callback was in the air is left alone."""
    event = receiver.stalls("/assign")
    async with set_up(receiver) as scene:
        sid = await scene.offer()
        _, body, _ = await scene.api.get(f"/Tasks/{sid}/Reservations")
        path = f"/Tasks/{sid}/Reservations/{body['reservations'][0]['sid']}"
        await scene.api.post(path, ReservationStatus="accepted")
        event.set()
        await scene.sandbox.settle()

        assert await scene.reservations(sid) == ["accepted"]
        assert scene.alerts == []


async def test_an_instruction_that_comes_too_late_changes_nothing(receiver: Receiver) -> None:
    """Whoever instructs what is decided already finds a complaint, and no change."""
    receiver.says("/assign", {"instruction": "accept"})
    async with set_up(receiver) as scene:
        await scene.api.post(f"/TaskQueues/{scene.queue['sid']}", MaxReservedWorkers=2)
        await scene.hire("Bob")
        sid = await scene.offer()
        await scene.sandbox.settle()

        assert await scene.reservations(sid) == ["accepted", "rescinded"]
        assert len(receiver.calls) == 2
        assert [code for code, _ in scene.alerts] == [20001]


async def test_a_deleted_workspace_wants_no_answers(receiver: Receiver) -> None:
    """An answer for a workspace that is gone does nothing."""
    event = receiver.stalls("/assign")
    async with set_up(receiver) as scene:
        await scene.offer()
        status, _, _ = await scene.api.delete("")
        event.set()
        await scene.sandbox.settle()

    assert status == 204


async def test_time_stands_still_while_a_callback_is_in_the_air(receiver: Receiver) -> None:
    """With a virtual clock, each moment's callbacks are answered before the next moment comes."""
    async with set_up(receiver) as scene:
        seen: list[float] = []
        began = scene.sandbox.now

        def look() -> None:
            seen.append((scene.sandbox.now - began).total_seconds())

        receiver.watches("/assign", look)
        await scene.hire("Bob")
        sid = await scene.offer()
        await scene.sandbox.advance(600)

        assert await scene.reservations(sid) == ["timeout", "timeout"]
        assert seen == [0, 120]


async def test_an_instruction_sets_free_what_others_wait_for(receiver: Receiver) -> None:
    """After an instruction, tasks that wait are offered at once."""
    receiver.says("/assign", {"instruction": "accept"})
    async with set_up(receiver) as scene:
        await scene.offer()
        second = await scene.offer()
        await scene.hire("Bob")
        await scene.sandbox.settle()

        assert await scene.reservations(second) == ["accepted"]


async def test_with_a_clock_that_runs_offers_are_asked_about_at_once(receiver: Receiver) -> None:
    """Of two offers, neither waits for the other's answer, and an answer re-arms the alarm."""
    events = [receiver.stalls("/assign")]
    async with set_up(receiver, clock="system") as scene:
        await scene.hire("Bob")
        sids = [await scene.offer(), await scene.offer()]
        while len(receiver.calls) < 2:
            await asyncio.sleep(0)
        events[0].set()
        await scene.sandbox.settle()
        assert [await scene.reservations(sid) for sid in sids] == [["pending"], ["pending"]]
        await scene.sandbox.advance(121)

        assert [(await scene.reservations(sid))[0] for sid in sids] == ["timeout", "timeout"]


async def test_leaving_calls_off_what_is_in_the_air(receiver: Receiver) -> None:
    """A sandbox that is closed leaves no task behind, asks nobody any more, and can start anew."""
    receiver.stalls("/assign")
    before = asyncio.all_tasks()
    async with set_up(receiver) as scene:
        await scene.offer()
        await scene.hire("Bob")
        waiting = await scene.offer()
        while not receiver.calls:
            await asyncio.sleep(0)

    receiver.says("/assign", {"instruction": "accept"})
    await scene.sandbox.advance(120)
    assert len(receiver.calls) == 1
    assert {each for each in asyncio.all_tasks() - before if "_walk" in repr(each)} == set()

    async with scene.sandbox:
        await scene.sandbox.advance(600)
        workspace = scene.api.floor.workspace
        assert workspace.tasks[waiting].status == "pending"


def test_receivers_need_some_time() -> None:
    """A time of nothing for an answer is refused."""
    with pytest.raises(ValueError, match="assignment"):
        Sandbox(callback_timeouts=CallbackTimeouts(assignment=0))
