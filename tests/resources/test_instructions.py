"""Instructions: each is a form with the vendor's own names."""

from datetime import timedelta
from typing import get_args

import attrs
import pytest

from taskrouter_async._protocol.arguments import NOT_GIVEN, Pairs, wire_name
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.resources.conference import Conference
from taskrouter_async.resources.instructions import (
    Accept,
    CallOut,
    Complete,
    Dequeue,
    Redirect,
    Reject,
    Supervise,
    TaskInstruction,
    WorkerInstruction,
    WrapUp,
)

ACTIVITY_SID = "WA" + "4" * 32
CALL_SID = "CA" + "5" * 32
URL = "https://example.com/"

EVERY_ARGUMENT: dict[str, object] = {
    "to": "client:ana",
    "from_": "+15550100",
    "status_callback": URL + "call",
    "status_callback_method": "GET",
    "status_callback_event": ["initiated", "ringing", "answered", "completed"],
    "timeout": 20,
    "record": True,
    "muted": False,
    "beep": "onEnter",
    "start_conference_on_enter": True,
    "end_conference_on_exit": False,
    "wait_url": URL + "wait",
    "wait_method": "POST",
    "early_media": False,
    "max_participants": 250,
    "conference_status_callback": URL + "conference",
    "conference_status_callback_method": "POST",
    "conference_status_callback_event": ["start", "end", "join", "leave", "mute", "hold"],
    "conference_record": "record-from-start",
    "conference_trim": "do-not-trim",
    "recording_channels": "dual",
    "recording_status_callback": URL + "leg",
    "recording_status_callback_method": "GET",
    "conference_recording_status_callback": URL + "recording",
    "conference_recording_status_callback_method": "POST",
    "region": "ie1",
    "sip_auth_username": "ana",
    "sip_auth_password": "hush",
    "post_work_activity_sid": ACTIVITY_SID,
    "end_conference_on_customer_exit": True,
    "beep_on_customer_entrance": False,
    "jitter_buffer_size": "off",
}


@pytest.mark.parametrize(
    ("instruction", "pairs"),
    [
        (Accept(), (("ReservationStatus", "accepted"),)),
        (Reject(), (("ReservationStatus", "rejected"),)),
        (WrapUp(), (("ReservationStatus", "wrapping"),)),
        (Complete(), (("ReservationStatus", "completed"),)),
        (
            Reject(worker_activity_sid=ACTIVITY_SID),
            (("ReservationStatus", "rejected"), ("WorkerActivitySid", ACTIVITY_SID)),
        ),
        (Dequeue(), (("Instruction", "dequeue"),)),
        (Conference(), (("Instruction", "conference"),)),
        (
            Dequeue(
                to="client:ana",
                from_="+15550100",
                record="record-from-answer",
                timeout=timedelta(seconds=60),
                post_work_activity_sid=ACTIVITY_SID,
                status_callback_url=URL,
                status_callback_event=["initiated", "completed"],
            ),
            (
                ("Instruction", "dequeue"),
                ("DequeuePostWorkActivitySid", ACTIVITY_SID),
                ("DequeueFrom", "+15550100"),
                ("DequeueRecord", "record-from-answer"),
                ("DequeueTimeout", "60"),
                ("DequeueTo", "client:ana"),
                ("DequeueStatusCallbackUrl", URL),
                ("DequeueStatusCallbackEvent", "initiated"),
                ("DequeueStatusCallbackEvent", "completed"),
            ),
        ),
        (
            Dequeue(status_callback_event="completed"),
            (("Instruction", "dequeue"), ("DequeueStatusCallbackEvent", "completed")),
        ),
        (
            CallOut(
                from_="+15550100",
                url=URL,
                to="client:ana",
                accept=True,
                record="do-not-record",
                timeout=30,
                status_callback_url=URL,
            ),
            (
                ("Instruction", "call"),
                ("CallFrom", "+15550100"),
                ("CallRecord", "do-not-record"),
                ("CallTimeout", "30"),
                ("CallTo", "client:ana"),
                ("CallUrl", URL),
                ("CallStatusCallbackUrl", URL),
                ("CallAccept", "true"),
            ),
        ),
        (
            Redirect(call_sid=CALL_SID, url=URL, accept=False),
            (
                ("Instruction", "redirect"),
                ("RedirectCallSid", CALL_SID),
                ("RedirectAccept", "false"),
                ("RedirectUrl", URL),
            ),
        ),
        (
            Supervise(supervisor="client:boss", mode="whisper"),
            (
                ("Instruction", "supervise"),
                ("SupervisorMode", "whisper"),
                ("Supervisor", "client:boss"),
            ),
        ),
    ],
)
def test_an_instruction_is_a_form(instruction: TaskInstruction, pairs: Pairs) -> None:
    """Steps go out as a status, the rest as an instruction with fields of its name."""
    assert instruction.pairs() == pairs


def test_a_conference_sends_every_field() -> None:
    """Each attribute goes out under the vendor's name; several events as several parameters."""
    conference = Conference(**EVERY_ARGUMENT)  # type: ignore[arg-type]  # as in the table
    expected = {("Instruction", "conference")}
    for name, value in EVERY_ARGUMENT.items():
        values = value if isinstance(value, list) else [value]
        texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
        expected |= {(wire_name(name), each) for each in texts}

    assert set(conference.pairs()) == expected
    assert len(conference.pairs()) == len(expected)
    assert {field.name for field in attrs.fields(Conference)} == set(EVERY_ARGUMENT)


@pytest.mark.parametrize("name", ["beep", "conference_record"])
@pytest.mark.parametrize("given", [True, False])
def test_yes_and_no_are_words_too(name: str, given: bool) -> None:  # noqa: FBT001 - both answers
    """Where the vendor knows more words than yes and no, Python's own are understood."""
    conference = Conference(**{name: given})  # type: ignore[arg-type]  # by its name

    assert conference.pairs()[1:] == ((wire_name(name), str(given).lower()),)


def test_one_event_needs_no_sequence() -> None:
    """A single event stands by itself."""
    conference = Conference(
        status_callback_event="answered", conference_status_callback_event="speaker"
    )

    assert conference.pairs()[1:] == (
        ("StatusCallbackEvent", "answered"),
        ("ConferenceStatusCallbackEvent", "speaker"),
    )


CONFERENCE_REFUSALS: list[tuple[str, object]] = [
    ("to", 7),
    ("from_", 7),
    ("status_callback_method", "PUT"),
    ("status_callback_event", "hold"),
    ("status_callback_event", []),
    ("timeout", -1),
    ("record", "true"),
    ("muted", 1),
    ("beep", "twice"),
    ("beep", 1),
    ("start_conference_on_enter", 0),
    ("end_conference_on_exit", "no"),
    ("wait_method", "get"),
    ("early_media", None),
    ("max_participants", 1),
    ("max_participants", 251),
    ("conference_status_callback_method", ""),
    ("conference_status_callback_event", ["start", "ringing"]),
    ("conference_record", "always"),
    ("conference_trim", True),
    ("recording_channels", "stereo"),
    ("recording_status_callback_method", "DELETE"),
    ("conference_recording_status_callback_method", "HEAD"),
    ("region", "mars1"),
    ("sip_auth_username", 7),
    ("sip_auth_password", 7),
    ("post_work_activity_sid", CALL_SID),
    ("end_conference_on_customer_exit", 1),
    ("beep_on_customer_entrance", 1),
    ("jitter_buffer_size", "huge"),
]


@pytest.mark.parametrize(
    ("instruction", "name"),
    [
        (Reject(worker_activity_sid=CALL_SID), "worker_activity_sid"),
        (Dequeue(post_work_activity_sid="WA"), "post_work_activity_sid"),
        (Dequeue(timeout=timedelta(seconds=0.5)), "timeout"),
        (Dequeue(status_callback_event=[]), "status_callback_event"),
        (Dequeue(status_callback_event=""), "status_callback_event"),
        (CallOut(from_="", url=URL), "from_"),
        (CallOut(from_="+15550100", url=""), "url"),
        (CallOut(from_="+15550100", url=URL, accept=1), "accept"),  # type: ignore[arg-type]
        (Redirect(call_sid=ACTIVITY_SID, url=URL), "call_sid"),
        (Redirect(call_sid=CALL_SID, url=""), "url"),
        (Supervise(supervisor=""), "supervisor"),
        (Supervise(supervisor="client:boss", mode="shout"), "mode"),  # type: ignore[arg-type]
        *(
            (Conference(**{name: value}), name)  # type: ignore[arg-type]  # on purpose
            for name, value in CONFERENCE_REFUSALS
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(instruction: TaskInstruction, name: str) -> None:
    """The attribute to blame is named as it is written in Python."""
    with pytest.raises(InvalidArgumentError) as refused:
        instruction.pairs()

    assert refused.value.argument == name


def test_a_password_is_not_shown() -> None:
    """Neither the instruction's repr nor a refusal repeats the password."""
    assert "hush" not in repr(Conference(sip_auth_password="hush"))
    with pytest.raises(InvalidArgumentError) as refused:
        Conference(sip_auth_password=b"hush").pairs()  # type: ignore[arg-type]  # on purpose

    assert "hush" not in str(refused.value)


def test_instructions_are_values() -> None:
    """Equal instructions are equal, and what is left out says so."""
    assert Reject() == Reject(worker_activity_sid=NOT_GIVEN)
    assert repr(Reject()) == "Reject(worker_activity_sid=NOT_GIVEN)"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Reject().worker_activity_sid = ACTIVITY_SID  # type: ignore[misc]  # on purpose


def test_supervising_is_for_tasks_only() -> None:
    """The two kinds of reservation differ by one instruction."""
    assert set(get_args(TaskInstruction)) - set(get_args(WorkerInstruction)) == {Supervise}
