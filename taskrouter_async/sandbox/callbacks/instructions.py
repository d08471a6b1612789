"""What a receiver wants done with an offer: https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks.

An instruction does what the update of the reservation with the same fields does. Where the vendor
is silent: a rejection without an activity is obeyed and complained about; ``null`` is nothing; an
answer that cannot be obeyed leaves the reservation as it is.
"""

import json
from collections.abc import Mapping
from typing import Final

from taskrouter_async.sandbox.api.instructions import Step, step
from taskrouter_async.sandbox.callbacks.posting import Reply
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import Reservation
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.state.workspace import Workspace
from taskrouter_async.sandbox.wire import JSON, is_array, is_object

NOT_JSON: Final = 40000
UNREADABLE: Final = 40001
NO_INSTRUCTION: Final = 40005
UNKNOWN: Final = 55555
NO_ACTIVITY: Final = 40100

_PREFIXES: Final[Mapping[str, str]] = {
    "call": "Call",
    "conference": "",
    "dequeue": "Dequeue",
    "redirect": "Redirect",
}
# The callback's words for what an update calls otherwise.
_NAMES: Final = {
    "StatusCallbackEvents": "StatusCallbackEvent",
    "StatusCallbackUrl": "StatusCallback",
}


def is_json(reply: Reply) -> bool:
    """Tell whether an answer says of itself that it can be read, or needs no reading."""
    return not reply.body.strip() or reply.content_type == JSON


def read(body: bytes) -> Mapping[str, object]:
    """Return what an answer says; an empty one says nothing.

    Raises:
        RefusalError: It is no JSON object, or one without an instruction.
    """
    try:
        document: object = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise refused("The answer is no JSON", UNREADABLE) from None
    if not is_object(document):
        raise refused("The answer is no JSON object; it may be encoded twice", UNREADABLE)
    if document and not isinstance(document.get("instruction"), str):
        raise refused("The answer has no instruction", NO_INSTRUCTION)
    return document


def reading(workspace: Workspace, reservation: Reservation, document: Mapping[str, object]) -> Step:
    """Return what an instruction does; nothing is changed before it is called.

    Raises:
        RefusalError: It cannot be obeyed.
    """
    instruction = str(document["instruction"])
    if instruction == "reject":
        return step(workspace, reservation, _rejection(workspace, document), may_supervise=False)
    if instruction == "accept":
        form = Fields({"ReservationStatus": ["accepted"]})
        return step(workspace, reservation, form, may_supervise=False)
    if instruction not in _PREFIXES:
        raise refused(f"Unknown instruction {instruction!r:.50}", UNKNOWN)
    return step(workspace, reservation, _form(instruction, document), may_supervise=False)


def lacks_activity(document: Mapping[str, object]) -> bool:
    """Tell whether this is a rejection that does not say what the worker does from now on."""
    return document["instruction"] == "reject" and not document.get("activity_sid")


def _rejection(workspace: Workspace, document: Mapping[str, object]) -> Fields:
    form = {"ReservationStatus": ["rejected"]}
    if lacks_activity(document):
        return Fields(form)
    activity_sid = document["activity_sid"]
    if activity_sid not in workspace.activities:
        raise refused("Invalid activity_sid parameter", NO_ACTIVITY)
    return Fields({**form, "WorkerActivitySid": [str(activity_sid)]})


def _form(instruction: str, document: Mapping[str, object]) -> Fields:
    # What became of a boolean here, no receiver could be told of later.
    if isinstance(document.get("conference_record"), bool):
        raise refused("conference_record must be a string", UNREADABLE)
    form = {
        _name(instruction, key): _texts(key, value)
        for key, value in document.items()
        if value is not None and key != "instruction"
    }
    return Fields({**form, "Instruction": [instruction]})


def _name(instruction: str, key: str) -> str:
    pascal = "".join(part.capitalize() for part in key.split("_"))
    if instruction == "conference" or pascal == "StatusCallbackEvents":
        pascal = _NAMES.get(pascal, pascal)
    return _PREFIXES[instruction] + pascal


def _texts(key: str, value: object) -> list[str]:
    if is_array(value):
        return [text for each in value for text in _texts(key, each)]
    if is_object(value):
        raise refused(f"Invalid {key} parameter")
    return [value if isinstance(value, str) else json.dumps(value)]
