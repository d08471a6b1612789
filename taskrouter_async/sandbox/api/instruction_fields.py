"""The fields of the instructions, checked one by one.

https://www.twilio.com/docs/taskrouter/api/reservations#update-a-reservation. Only their form is
checked here; what an instruction needs, it asks for itself.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from taskrouter_async.sandbox.api.lookups import named
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import RefusalError, invalid, refused
from taskrouter_async.sandbox.state.workspace import Workspace

LONGEST_ADDRESS: Final = 1_024

_INVALID: Final = 20001
_CODES: Final[Mapping[str, int]] = {
    "CallFrom": 40111,
    "CallStatusCallbackUrl": 40158,
    "CallUrl": 40112,
    "DequeueFrom": 40132,
    "DequeuePostWorkActivitySid": 40130,
    "DequeueStatusCallbackEvent": 40134,
    "DequeueStatusCallbackUrl": 40157,
    "From": 40138,
    "PostWorkActivitySid": 40139,
    "RedirectCallSid": 40121,
    "RedirectUrl": 40120,
    "StatusCallback": 40159,
}

_Reader: TypeAlias = Callable[[Fields, str], object]

_ACTIVITIES: Final = ("DequeuePostWorkActivitySid", "PostWorkActivitySid")
_ADDRESSES: Final = (
    "CallStatusCallbackUrl",
    "CallUrl",
    "ConferenceRecordingStatusCallback",
    "ConferenceStatusCallback",
    "DequeueStatusCallbackUrl",
    "RecordingStatusCallback",
    "RedirectUrl",
    "StatusCallback",
    "WaitUrl",
)
_TEXTS: Final = (
    "CallRecord",
    "CallTo",
    "DequeueRecord",
    "DequeueTo",
    "SipAuthPassword",
    "SipAuthUsername",
    "To",
)


def check_fields(workspace: Workspace, form: Fields, *, may_supervise: bool) -> None:
    """Check the form of every field of every instruction that was sent.

    Booleans need no check: whatever is no yes is a no.

    Raises:
        RefusalError: One of them cannot be used.
    """
    for name, read in _READERS.items():
        if name in form:
            _check(name, partial(read, form, name))
    for name in _ACTIVITIES:
        _check(name, partial(named, form, name, "WA", workspace.activities))
    if may_supervise and "SupervisorMode" in form:
        _one_of("monitor", "whisper", "barge")(form, "SupervisorMode")


def required_url(form: Fields, name: str) -> None:
    """Check that an address is there.

    Raises:
        RefusalError: It is not.
    """
    if not form.url(name):
        raise refused(f"{name} field is required", _CODES[name])


def _check(name: str, read: Callable[[], object]) -> None:
    try:
        read()
    except RefusalError:
        raise refused(f"Invalid {name} parameter", _CODES.get(name, _INVALID)) from None


def _one_of(*words: str) -> _Reader:
    def read(form: Fields, name: str) -> None:
        if form.text(name) not in words:
            raise invalid(name)

    return read


def _some_of(*words: str) -> _Reader:
    def read(form: Fields, name: str) -> None:
        if not {each.strip() for each in form.all(name)} <= set(words):
            raise invalid(name)

    return read


def _number(least: int, most: int) -> _Reader:
    return lambda form, name: form.integer(name, least, most)


def _call_sid(form: Fields, name: str) -> str | None:
    return form.sid(name, "CA")


def _somebody(form: Fields, name: str) -> str | None:
    return form.name(name, LONGEST_ADDRESS)


_METHOD: Final = _one_of("GET", "POST")
_CALL_EVENTS: Final = _some_of("initiated", "ringing", "answered", "completed")
_READERS: Final[Mapping[str, _Reader]] = {
    **dict.fromkeys(_ADDRESSES, Fields.url),
    **dict.fromkeys(_TEXTS, Fields.text),
    "Beep": _one_of("true", "false", "onEnter", "onExit"),
    "CallFrom": _somebody,
    "CallTimeout": _number(0, 2**31 - 1),
    "ConferenceRecord": _one_of("true", "false", "record-from-start", "do-not-record"),
    "ConferenceRecordingStatusCallbackMethod": _METHOD,
    "ConferenceStatusCallbackEvent": _some_of(
        "start", "end", "join", "leave", "mute", "hold", "speaker"
    ),
    "ConferenceStatusCallbackMethod": _METHOD,
    "ConferenceTrim": _one_of("trim-silence", "do-not-trim"),
    "DequeueFrom": _somebody,
    "DequeueStatusCallbackEvent": _CALL_EVENTS,
    "DequeueTimeout": _number(0, 999),
    "From": _somebody,
    "JitterBufferSize": _one_of("small", "medium", "large", "off"),
    "MaxParticipants": _number(2, 250),
    "RecordingChannels": _one_of("mono", "dual"),
    "RecordingStatusCallbackMethod": _METHOD,
    "RedirectCallSid": _call_sid,
    "Region": _one_of("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"),
    "StatusCallbackEvent": _CALL_EVENTS,
    "StatusCallbackMethod": _METHOD,
    "Timeout": _number(0, 2**31 - 1),
    "WaitMethod": _METHOD,
}
