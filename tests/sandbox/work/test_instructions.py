"""What a reservation's update can instruct."""

import json
from typing import Final

import pytest
from sandbox.work.centre import Centre, Form, unknown

URL: Final = "https://example.com/twiml"
CALL: Final = "CA" + "1" * 32
CALL_OUT: Final[Form] = {"Instruction": "call", "CallFrom": "+15550100", "CallUrl": URL}
REDIRECT: Final[Form] = {
    "Instruction": "redirect",
    "RedirectCallSid": CALL,
    "RedirectUrl": URL,
}


async def _status(centre: Centre, path: str) -> str:
    _, body, _ = await centre.api.get(path)
    status: str = body["reservation_status"]
    return status


async def _refused(centre: Centre, path: str, form: Form) -> int:
    """Return the code with which an instruction is refused; it must change nothing."""
    before = await centre.api.get(path)
    status, body, _ = await centre.api.post(path, **form)
    assert status == 400, body
    after = await centre.api.get(path)
    assert (after[1], after[2]["ETag"]) == (before[1], before[2]["ETag"])
    code: int = body["code"]
    return code


async def test_caller_is_dequeued(centre: Centre) -> None:
    """Dequeue accepts the reservation and notes the call to the worker with the task."""
    path = await centre.offer(call_sid=CALL)
    status, body, _ = await centre.api.post(
        path,
        Instruction="dequeue",
        DequeueFrom="+15550100",
        DequeueRecord="record-from-answer",
        DequeueTimeout="999",
        DequeueTo="client:ada",
        DequeuePostWorkActivitySid=centre.activities["Offline"],
        DequeueStatusCallbackUrl=URL,
        DequeueStatusCallbackEvent=["initiated", "completed"],
    )
    assert (status, body["reservation_status"]) == (200, "accepted")
    _, task, _ = await centre.api.get(path.partition("/Reservations")[0])
    facts = json.loads(task["attributes"])
    assert (task["assignment_status"], facts["call_sid"]) == ("assigned", CALL)
    assert facts["worker_call_sid"].startswith("CA")


@pytest.mark.parametrize(
    ("instruction", "name"),
    [("dequeue", "DequeuePostWorkActivitySid"), ("conference", "PostWorkActivitySid")],
)
async def test_worker_does_something_else_after_the_work(
    centre: Centre, instruction: str, name: str
) -> None:
    """The activity after the work is taken up when the task is completed, and not before."""
    path = await centre.offer(call_sid=CALL)
    form: Form = {"Instruction": instruction, name: centre.activities["Offline"]}
    await centre.api.post(path, DequeueTo="client:ada", To="client:ada", **form)
    _, reservation, _ = await centre.api.get(path)
    worker = f"/Workers/{reservation['worker_sid']}"
    assert (await centre.api.get(worker))[1]["available"]
    await centre.api.post(path, ReservationStatus="completed")
    assert (await centre.api.get(worker))[1]["activity_name"] == "Offline"


@pytest.mark.parametrize("call_sid", [None, "", 1])
async def test_only_enqueued_callers_are_dequeued(centre: Centre, call_sid: object) -> None:
    """Dequeue needs a call_sid among the task's attributes."""
    path = await centre.offer(call_sid=call_sid)
    assert await _refused(centre, path, {"Instruction": "dequeue"}) == 40140


@pytest.mark.parametrize(
    ("attributes", "status"),
    [({"call_sid": CALL}, "accepted"), ({"outbound_to": "+15550100"}, "accepted")],
)
async def test_conference_is_held(centre: Centre, attributes: Form, status: str) -> None:
    """A conference with whoever called, or is to be called, accepts the reservation."""
    path = await centre.offer(**attributes)
    form: Form = {
        "Instruction": "conference",
        "To": "client:ada",
        "From": "+15550100",
        "StatusCallback": URL,
        "StatusCallbackMethod": "GET",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": "60",
        "Record": "true",
        "Muted": "false",
        "Beep": "onEnter",
        "StartConferenceOnEnter": "true",
        "EndConferenceOnExit": "false",
        "EndConferenceOnCustomerExit": "true",
        "BeepOnCustomerEntrance": "true",
        "WaitUrl": "",
        "WaitMethod": "POST",
        "EarlyMedia": "true",
        "MaxParticipants": "250",
        "ConferenceStatusCallback": URL,
        "ConferenceStatusCallbackMethod": "POST",
        "ConferenceStatusCallbackEvent": "start, end,join,leave,mute,hold,speaker",
        "ConferenceRecord": "record-from-start",
        "ConferenceTrim": "do-not-trim",
        "RecordingChannels": "dual",
        "RecordingStatusCallback": URL,
        "RecordingStatusCallbackMethod": "GET",
        "ConferenceRecordingStatusCallback": URL,
        "ConferenceRecordingStatusCallbackMethod": "GET",
        "Region": "ie1",
        "SipAuthUsername": "ada",
        "SipAuthPassword": "invented",
        "PostWorkActivitySid": centre.activities["Offline"],
        "JitterBufferSize": "off",
    }
    code, body, _ = await centre.api.post(path, **form)
    assert (code, body["reservation_status"]) == (200, status)


async def test_conference_needs_somebody_else(centre: Centre) -> None:
    """A conference with nobody who called or is to be called is refused."""
    path = await centre.offer()
    assert await _refused(centre, path, {"Instruction": "conference"}) == 40142


@pytest.mark.parametrize("form", [CALL_OUT, REDIRECT], ids=["call", "redirect"])
async def test_call_and_redirect_accept_only_if_told(centre: Centre, form: Form) -> None:
    """Neither a call nor a redirection accepts a reservation unless it says so."""
    path = await centre.offer()
    status, body, headers = await centre.api.post(path, **form)
    assert (status, body["reservation_status"], headers["ETag"]) == (200, "pending", '"0"')
    name = "CallAccept" if form is CALL_OUT else "RedirectAccept"
    await centre.api.post(path, **{**form, name: "false"})
    assert await _status(centre, path) == "pending"
    await centre.api.post(path, **{**form, name: "true"})
    assert await _status(centre, path) == "accepted"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Instruction": "dequeue"}, 40135),
        (CALL_OUT, 40114),
        (REDIRECT, 40123),
        ({"Instruction": "conference"}, 40136),
    ],
)
async def test_instructions_are_for_offers(centre: Centre, form: Form, code: int) -> None:
    """Each instruction refuses a reservation that is not pending with a code of its own."""
    path = await centre.accepted(call_sid=CALL)
    assert await _refused(centre, path, form) == code


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Instruction": "dequeue"}, 40131),
        ({"Instruction": "dequeue", "DequeueTo": ""}, 40131),
        (CALL_OUT, 40110),
        ({"Instruction": "conference"}, 40137),
    ],
)
async def test_worker_must_be_reachable(centre: Centre, form: Form, code: int) -> None:
    """Without an address in the instruction or with the worker nobody can be called."""
    worker = await centre.worker()
    path = await centre.offer(worker, call_sid=CALL)
    assert await _refused(centre, path, form) == code


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Instruction": "call", "CallUrl": URL}, 40111),
        ({**CALL_OUT, "CallFrom": ""}, 40111),
        ({"Instruction": "call", "CallFrom": "+15550100"}, 40112),
        ({**CALL_OUT, "CallUrl": ""}, 40112),
        ({**CALL_OUT, "CallUrl": "twiml"}, 40112),
        ({**CALL_OUT, "CallStatusCallbackUrl": "ftp://x"}, 40158),
        ({**CALL_OUT, "CallTimeout": "long"}, 20001),
        ({"Instruction": "redirect", "RedirectCallSid": CALL}, 40120),
        ({**REDIRECT, "RedirectUrl": "//"}, 40120),
        ({"Instruction": "redirect", "RedirectUrl": URL}, 40121),
        ({**REDIRECT, "RedirectCallSid": "CA1"}, 40121),
        ({"Instruction": "dequeue", "DequeuePostWorkActivitySid": unknown("WA")}, 40130),
        ({"Instruction": "dequeue", "DequeueFrom": ""}, 40132),
        ({"Instruction": "dequeue", "DequeueStatusCallbackEvent": "ended"}, 40134),
        ({"Instruction": "dequeue", "DequeueStatusCallbackUrl": "x"}, 40157),
        ({"Instruction": "dequeue", "DequeueTimeout": "1000"}, 20001),
        ({"Instruction": "conference", "From": " "}, 40138),
        ({"Instruction": "conference", "PostWorkActivitySid": "Offline"}, 40139),
        ({"Instruction": "conference", "StatusCallback": "x"}, 40159),
        ({"Instruction": "conference", "StatusCallbackMethod": "PUT"}, 20001),
        ({"Instruction": "conference", "StatusCallbackEvent": ["ringing", "x"]}, 20001),
        ({"Instruction": "conference", "Timeout": "-1"}, 20001),
        ({"Instruction": "conference", "Beep": "never"}, 20001),
        ({"Instruction": "conference", "WaitUrl": "x"}, 20001),
        ({"Instruction": "conference", "WaitMethod": "get"}, 20001),
        ({"Instruction": "conference", "MaxParticipants": "251"}, 20001),
        ({"Instruction": "conference", "ConferenceStatusCallback": "x"}, 20001),
        ({"Instruction": "conference", "ConferenceStatusCallbackMethod": ""}, 20001),
        ({"Instruction": "conference", "ConferenceStatusCallbackEvent": "x"}, 20001),
        ({"Instruction": "conference", "ConferenceRecord": "yes"}, 20001),
        ({"Instruction": "conference", "ConferenceTrim": "trim"}, 20001),
        ({"Instruction": "conference", "RecordingChannels": "2"}, 20001),
        ({"Instruction": "conference", "RecordingStatusCallback": "x"}, 20001),
        ({"Instruction": "conference", "RecordingStatusCallbackMethod": "x"}, 20001),
        ({"Instruction": "conference", "ConferenceRecordingStatusCallback": "x"}, 20001),
        ({"Instruction": "conference", "ConferenceRecordingStatusCallbackMethod": ""}, 20001),
        ({"Instruction": "conference", "Region": "us3"}, 20001),
        ({"Instruction": "conference", "JitterBufferSize": "huge"}, 20001),
        ({"Instruction": "conference", "To": "\0"}, 20001),
        ({"Instruction": "hold"}, 55555),
        ({"Instruction": ""}, 55555),
    ],
)
async def test_bad_instruction_changes_nothing(centre: Centre, form: Form, code: int) -> None:
    """A field that an instruction cannot use is refused with the vendor's code for it."""
    path = await centre.offer(call_sid=CALL)
    assert await _refused(centre, path, form) == code


async def test_refused_field_is_named(centre: Centre) -> None:
    """The refusal of a field says which one it is."""
    path = await centre.offer()
    _, body, _ = await centre.api.post(path, Instruction="conference", Region="us3")
    assert body["message"] == "Invalid Region parameter"


async def test_worker_is_supervised(centre: Centre) -> None:
    """A worker with an address, or whoever has one, may listen to an accepted task."""
    boss = await centre.worker("Grace", "Offline", contact_uri="client:grace")
    path = await centre.accepted(**{"from": "+15550100"})
    for supervisor in (boss["sid"], "client:joan"):
        status, body, headers = await centre.api.post(
            path, Instruction="supervise", Supervisor=supervisor, SupervisorMode="whisper"
        )
        assert (status, body["reservation_status"], headers["ETag"]) == (200, "accepted", '"1"')


async def test_supervision_is_refused(centre: Centre) -> None:
    """Supervision needs an accepted task with a from, and a supervisor with an address."""
    silent = await centre.worker("Grace", "Offline")
    path = await centre.accepted(**{"from": "+15550100"})
    supervise: Form = {"Instruction": "supervise"}
    for form, code in (
        ({}, 20001),
        ({"Supervisor": ""}, 20001),
        ({"Supervisor": silent["sid"]}, 40147),
        ({"Supervisor": unknown("WK")}, 20001),
        ({"Supervisor": "client:joan", "SupervisorMode": "shout"}, 20001),
    ):
        assert await _refused(centre, path, {**supervise, **form}) == code


async def test_offer_is_not_supervised(centre: Centre) -> None:
    """There is nothing to listen to before a reservation is accepted."""
    path = await centre.offer()
    form: Form = {"Instruction": "supervise", "Supervisor": "client:joan"}
    assert await _refused(centre, path, form) == 40146


async def test_supervised_task_needs_a_caller(centre: Centre) -> None:
    """A task without a from cannot be supervised."""
    path = await centre.accepted()
    form: Form = {"Instruction": "supervise", "Supervisor": "client:joan"}
    assert await _refused(centre, path, form) == 40148


async def test_supervision_is_for_tasks(centre: Centre) -> None:
    """A worker's reservation does not know supervise, nor its two fields."""
    path = await centre.accepted(**{"from": "+15550100"})
    _, body, _ = await centre.api.get(path)
    below = f"/Workers/{body['worker_sid']}/Reservations/{body['sid']}"
    form: Form = {"Instruction": "supervise", "Supervisor": "client:joan"}
    assert await _refused(centre, below, form) == 55555
    status, _, _ = await centre.api.post(below, SupervisorMode="shout")
    assert status == 200
