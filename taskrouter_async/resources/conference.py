"""The instruction that brings a worker and a caller together in a conference."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    boolean,
    choice,
    choices,
    integer,
    seconds,
    sid,
    text,
    wire_name,
)
from taskrouter_async.config import is_text
from taskrouter_async.errors import InvalidArgumentError

HttpMethod: TypeAlias = Literal["GET", "POST"]
CallProgress: TypeAlias = Literal["initiated", "ringing", "answered", "completed"]
ConferenceProgress: TypeAlias = Literal["start", "end", "join", "leave", "mute", "hold", "speaker"]
Beep: TypeAlias = Literal["true", "false", "onEnter", "onExit"]
ConferenceRecord: TypeAlias = Literal["true", "false", "record-from-start", "do-not-record"]
Trim: TypeAlias = Literal["trim-silence", "do-not-trim"]
Channels: TypeAlias = Literal["mono", "dual"]
Region: TypeAlias = Literal["us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"]
Jitter: TypeAlias = Literal["small", "medium", "large", "off"]

LONGEST_RING: Final = 2**31 - 1
_MOST_PARTICIPANTS: Final = 250


@frozen(kw_only=True)
class Conference:
    """Bring the worker and the caller together in a conference, named after the task.

    The service accepts the reservation once both are in. What is left out is as the service takes
    it.

    Attributes:
        to: Where to reach the worker: a client's URI, a SIP URI or a telephone number.
        from_: The number that the worker sees.
        status_callback: The address to be told how the worker's call goes.
        status_callback_method: How it is told; POST if left out.
        status_callback_event: What it is told, one thing or several.
        timeout: How long the worker's telephone rings, in seconds.
        record: Whether the worker's leg is recorded, between conferences too; not if left out.
        muted: Whether the worker is muted; not if left out.
        beep: Whether, or upon what, a tone is heard; upon everything if left out.
        start_conference_on_enter: Whether the conference begins with the worker; so if left out.
        end_conference_on_exit: Whether it ends with the worker.
        wait_url: The address of what those who wait hear.
        wait_method: How it is asked for; POST if left out, which no file of sound needs.
        early_media: Whether the worker hears their call before it is answered; so if left out.
        max_participants: How many at most, 2 to 250, which is what the service takes.
        conference_status_callback: The address to be told how the conference goes; only the first
            participant's counts.
        conference_status_callback_method: How it is told; POST if left out.
        conference_status_callback_event: What it is told, one thing or several.
        conference_record: Whether, or from when, the conference is recorded; not if left out.
        conference_trim: What becomes of silence at both ends; it is trimmed if left out.
        recording_channels: How many channels a recording has; ``mono`` if left out.
        recording_status_callback: The address to be told of the recording of the worker's leg.
        recording_status_callback_method: How it is told; POST if left out.
        conference_recording_status_callback: The address to be told of the conference's.
        conference_recording_status_callback_method: How it is told; POST if left out.
        region: Where the sound is mixed.
        sip_auth_username: The name to give when a SIP address asks for one.
        sip_auth_password: The password to give with it; it is shown in no ``repr``.
        post_work_activity_sid: What the worker does afterwards, ``WA…``.
        end_conference_on_customer_exit: Whether it ends with the caller.
        beep_on_customer_entrance: Whether a tone is heard when the caller comes in.
        jitter_buffer_size: How much of the worker's sound is held to smooth it.
    """

    to: str | NotGiven = NOT_GIVEN
    from_: str | NotGiven = NOT_GIVEN
    status_callback: str | NotGiven = NOT_GIVEN
    status_callback_method: HttpMethod | NotGiven = NOT_GIVEN
    status_callback_event: CallProgress | Sequence[CallProgress] | NotGiven = NOT_GIVEN
    timeout: int | timedelta | NotGiven = NOT_GIVEN
    record: bool | NotGiven = NOT_GIVEN
    muted: bool | NotGiven = NOT_GIVEN
    beep: bool | Beep | NotGiven = NOT_GIVEN
    start_conference_on_enter: bool | NotGiven = NOT_GIVEN
    end_conference_on_exit: bool | NotGiven = NOT_GIVEN
    wait_url: str | NotGiven = NOT_GIVEN
    wait_method: HttpMethod | NotGiven = NOT_GIVEN
    early_media: bool | NotGiven = NOT_GIVEN
    max_participants: int | NotGiven = NOT_GIVEN
    conference_status_callback: str | NotGiven = NOT_GIVEN
    conference_status_callback_method: HttpMethod | NotGiven = NOT_GIVEN
    conference_status_callback_event: (
        ConferenceProgress | Sequence[ConferenceProgress] | NotGiven
    ) = NOT_GIVEN
    conference_record: bool | ConferenceRecord | NotGiven = NOT_GIVEN
    conference_trim: Trim | NotGiven = NOT_GIVEN
    recording_channels: Channels | NotGiven = NOT_GIVEN
    recording_status_callback: str | NotGiven = NOT_GIVEN
    recording_status_callback_method: HttpMethod | NotGiven = NOT_GIVEN
    conference_recording_status_callback: str | NotGiven = NOT_GIVEN
    conference_recording_status_callback_method: HttpMethod | NotGiven = NOT_GIVEN
    region: Region | NotGiven = NOT_GIVEN
    sip_auth_username: str | NotGiven = NOT_GIVEN
    sip_auth_password: str | NotGiven = field(default=NOT_GIVEN, repr=False)
    post_work_activity_sid: str | NotGiven = NOT_GIVEN
    end_conference_on_customer_exit: bool | NotGiven = NOT_GIVEN
    beep_on_customer_entrance: bool | NotGiven = NOT_GIVEN
    jitter_buffer_size: Jitter | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        return (
            ("Instruction", "conference"),
            *self._of_the_worker(),
            *self._of_the_conference(),
            *self._of_the_recordings(),
        )

    def _of_the_worker(self) -> Pairs:
        return (
            *text("to", self.to),
            *text("from_", self.from_),
            *text("status_callback", self.status_callback),
            *_method("status_callback_method", self.status_callback_method),
            *choices("status_callback_event", self.status_callback_event, get_args(CallProgress)),
            *seconds("timeout", self.timeout, 0, LONGEST_RING),
            *boolean("record", self.record),
            *boolean("muted", self.muted),
            *boolean("early_media", self.early_media),
            *text("sip_auth_username", self.sip_auth_username),
            *_secret("sip_auth_password", self.sip_auth_password),
            *sid("post_work_activity_sid", self.post_work_activity_sid, "WA"),
            *choice("jitter_buffer_size", self.jitter_buffer_size, get_args(Jitter)),
        )

    def _of_the_conference(self) -> Pairs:
        told = self.conference_status_callback_event
        return (
            *_switch("beep", self.beep, get_args(Beep)),
            *boolean("start_conference_on_enter", self.start_conference_on_enter),
            *boolean("end_conference_on_exit", self.end_conference_on_exit),
            *boolean("end_conference_on_customer_exit", self.end_conference_on_customer_exit),
            *boolean("beep_on_customer_entrance", self.beep_on_customer_entrance),
            *text("wait_url", self.wait_url),
            *_method("wait_method", self.wait_method),
            *integer("max_participants", self.max_participants, 2, _MOST_PARTICIPANTS),
            *text("conference_status_callback", self.conference_status_callback),
            *_method("conference_status_callback_method", self.conference_status_callback_method),
            *choices("conference_status_callback_event", told, get_args(ConferenceProgress)),
            *choice("region", self.region, get_args(Region)),
        )

    def _of_the_recordings(self) -> Pairs:
        method = self.conference_recording_status_callback_method
        return (
            *_switch("conference_record", self.conference_record, get_args(ConferenceRecord)),
            *choice("conference_trim", self.conference_trim, get_args(Trim)),
            *choice("recording_channels", self.recording_channels, get_args(Channels)),
            *text("recording_status_callback", self.recording_status_callback),
            *_method("recording_status_callback_method", self.recording_status_callback_method),
            *text(
                "conference_recording_status_callback", self.conference_recording_status_callback
            ),
            *_method("conference_recording_status_callback_method", method),
        )


def _method(name: str, value: str | NotGiven) -> Pairs:
    return choice(name, value, get_args(HttpMethod))


def _switch(name: str, value: bool | str | NotGiven, allowed: tuple[str, ...]) -> Pairs:  # noqa: FBT001 - yes, no or a word
    return choice(name, str(value).lower() if isinstance(value, bool) else value, allowed)


def _secret(name: str, value: str | NotGiven) -> Pairs:
    # Unlike the others this refusal does not repeat the value.
    if value is NOT_GIVEN:
        return ()
    if not isinstance(value, str) or not is_text(value):
        raise InvalidArgumentError(f"{name} must be a text", argument=name)
    return ((wire_name(name), value),)
