"""Our API against the vendor's own SDK, the installed `twilio` package.

Its classes are walked as a caller would walk them, from the workspaces down: lists, contexts,
instances. Whatever can be asked for there can be asked for here, under the same names. What differs
on purpose stands in a table, with its reason.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import attrs
import pytest
from support import ACCOUNT_SID
from twilio.base.instance_context import InstanceContext
from twilio.base.instance_resource import InstanceResource
from twilio.base.list_resource import ListResource
from twilio.rest import Client
from twilio.rest.taskrouter import v1

from taskrouter_async import TaskRouterClient, models
from taskrouter_async.resources import (
    Accept,
    CallOut,
    Complete,
    Conference,
    Dequeue,
    Redirect,
    Reject,
    Supervise,
    WrapUp,
)

VERBS = {"create", "fetch", "update", "delete", "list", "stream"}

# Public methods of the vendor's that ask for nothing of their own.
OTHER_FORMS = {
    r"\w+_async": "ours are coroutines under the plain names",
    r"\w+_with_http_info(_async)?": "every answer of ours has a `response`",
    r"get": "a longer way to say `resource(sid)`",
    r"(get_)?page": "`list(...).pages()` goes from page to page",
}

PREFIXES = {
    "workspaces": "WS",
    "activities": "WA",
    "events": "EV",
    "tasks": "WT",
    "task_channels": "TC",
    "task_queues": "WQ",
    "workers": "WK",
    "workflows": "WW",
    "reservations": "WR",
    "worker_channels": "WC",
}

BULK = "workspaces(sid).task_queues.bulk_real_time_statistics"

# The vendor's verb: ours.
RENAMED_VERBS = {
    # It is a POST for the length of what is asked, and creates nothing.
    (BULK, "create"): "fetch",
}
# The vendor's argument: ours.
RENAMED_ARGUMENTS = {
    # The vendor's is an untyped document; ours has one argument for its one member.
    (BULK, "create", "body"): "task_queue_sids",
}
RENAMED_MODELS = {
    # An item of the listing is what a single queue's statistics are.
    "TaskQueuesStatistics": "TaskQueueStatistics",
}

CONFERENCE = """
to from_ status_callback status_callback_method status_callback_event timeout record muted beep
start_conference_on_enter end_conference_on_exit wait_url wait_method early_media max_participants
conference_status_callback conference_status_callback_method conference_status_callback_event
conference_record conference_trim recording_channels recording_status_callback
recording_status_callback_method conference_recording_status_callback
conference_recording_status_callback_method region sip_auth_username sip_auth_password
post_work_activity_sid end_conference_on_customer_exit beep_on_customer_entrance jitter_buffer_size
"""

# An argument of a reservation's update: the instruction of ours that has it, and its name there.
# An empty name: the class itself says it.
INSTRUCTIONS: dict[str, list[tuple[type, str]]] = {
    "reservation_status": [(Accept, ""), (Reject, ""), (WrapUp, ""), (Complete, "")],
    "instruction": [(Dequeue, ""), (CallOut, ""), (Redirect, ""), (Conference, "")],
    "worker_activity_sid": [(Reject, "worker_activity_sid")],
    "dequeue_post_work_activity_sid": [(Dequeue, "post_work_activity_sid")],
    "dequeue_from": [(Dequeue, "from_")],
    "dequeue_record": [(Dequeue, "record")],
    "dequeue_timeout": [(Dequeue, "timeout")],
    "dequeue_to": [(Dequeue, "to")],
    "dequeue_status_callback_url": [(Dequeue, "status_callback_url")],
    "dequeue_status_callback_event": [(Dequeue, "status_callback_event")],
    "call_from": [(CallOut, "from_")],
    "call_record": [(CallOut, "record")],
    "call_timeout": [(CallOut, "timeout")],
    "call_to": [(CallOut, "to")],
    "call_url": [(CallOut, "url")],
    "call_status_callback_url": [(CallOut, "status_callback_url")],
    "call_accept": [(CallOut, "accept")],
    "redirect_call_sid": [(Redirect, "call_sid")],
    "redirect_accept": [(Redirect, "accept")],
    "redirect_url": [(Redirect, "url")],
    "supervisor": [(Supervise, "supervisor")],
    "supervisor_mode": [(Supervise, "mode")],
    **{name: [(Conference, name)] for name in CONFERENCE.split()},
}


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(v1.__path__, v1.__name__ + "."):
        yield importlib.import_module(found.name)


def _classes(base: type) -> set[type]:
    return {
        each
        for module in _modules()
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base) and each.__module__ == module.__name__
    }


def _accessors(kind: type) -> list[str]:
    """Return the properties of a vendor's class that lead to further resources."""
    members = inspect.getmembers(kind, lambda member: isinstance(member, property))
    return [name for name, _ in members if not name.startswith("_")]


def _methods(kind: type) -> set[str]:
    functions = inspect.getmembers(kind, inspect.isfunction)
    return {name for name, _ in functions if not name.startswith("_")}


def _walked(node: Any, path: str) -> Iterator[tuple[str, type]]:
    """Go down from one of the vendor's nodes; yield each with its way, as ours would spell it."""
    yield path, type(node)
    for name in _accessors(type(node)):
        yield from _walked(getattr(node, name), f"{path}.{name}")
    if callable(node):
        arguments = inspect.signature(node).parameters
        # A call without an argument chooses nothing: ours goes without it.
        called = f"{path}({', '.join(arguments)})" if arguments else path
        yield from _walked(node(*arguments), called)


NODES = list(_walked(Client(ACCOUNT_SID, "token").taskrouter.v1.workspaces, "workspaces"))
CONTEXTS = {kind.__module__: path for path, kind in NODES if issubclass(kind, InstanceContext)}
INSTANCES = sorted(_classes(InstanceResource), key=lambda kind: (kind.__module__, kind.__name__))
# An instance does what its context does; there is one of each in a module.
NODES += [(CONTEXTS[kind.__module__], kind) for kind in INSTANCES if kind.__module__ in CONTEXTS]

METHODS = sorted(
    (path, kind.__name__, verb, tuple(inspect.signature(getattr(kind, verb)).parameters)[1:])
    for path, kind in NODES
    for verb in _methods(kind) & VERBS
)


def _ours(path: str) -> Any:
    """Go the same way from our client."""
    node: Any = TaskRouterClient(ACCOUNT_SID, "token")
    for step in path.split("."):
        name = step.removesuffix("(sid)")
        node = getattr(node, name)
        node = node(PREFIXES[name] + "8" * 32) if step != name else node
    return node


def _arguments(path: str, verb: str) -> set[str]:
    # A listing of ours is a stream already.
    plain = "list" if verb == "stream" else verb
    method = getattr(_ours(path), RENAMED_VERBS.get((path, plain), plain))
    return set(inspect.signature(method).parameters)


def _is_instructed(path: str, verb: str) -> bool:
    return verb == "update" and path.endswith("reservations(sid)")


def test_the_walk_finds_all_of_the_vendors_classes() -> None:
    """No list, context or instance of the vendor's TaskRouter is beside the ways we went."""
    met = {kind for _, kind in NODES}

    assert met >= _classes(ListResource) | _classes(InstanceContext)
    assert met | _of_listings_alone() >= set(INSTANCES)
    assert len(METHODS) > 61


def _of_listings_alone() -> set[type]:
    return {kind for kind in INSTANCES if not _methods(kind)}


def test_the_vendor_has_no_verbs_that_we_do_not_know() -> None:
    """What the vendor's classes can do is one of six verbs, or such a verb in another form."""
    methods = {name for _, kind in NODES for name in _methods(kind)}
    forms = "|".join(OTHER_FORMS)

    assert {name for name in methods - VERBS if not re.fullmatch(forms, name)} == set()


@pytest.mark.parametrize("path", sorted({path for path, _ in NODES}))
def test_every_resource_is_reached_the_same_way(path: str) -> None:
    """From `client.workspaces` the vendor's accessors lead to a resource of ours."""
    assert type(_ours(path)).__module__.startswith("taskrouter_async.resources")


@pytest.mark.parametrize("kind", INSTANCES, ids=lambda kind: f"{kind.__name__}")
def test_what_an_instance_leads_to_is_reached_from_a_handle(kind: type) -> None:
    """The accessors of an instance are accessors of our handle."""
    for name in _accessors(kind):
        assert hasattr(_ours(CONTEXTS[kind.__module__]), name)


@pytest.mark.parametrize(("path", "kind", "verb", "arguments"), METHODS)
def test_every_argument_has_the_same_name(
    path: str, kind: str, verb: str, arguments: tuple[str, ...]
) -> None:
    """Each verb of the vendor's is a method of ours that takes each of its arguments."""
    wanted = {RENAMED_ARGUMENTS.get((path, verb, name), name) for name in arguments}
    if _is_instructed(path, verb):
        wanted = (wanted - INSTRUCTIONS.keys()) | {"instruction"}

    assert wanted - _arguments(path, verb) == set()


@pytest.mark.parametrize(
    ("path", "kind", "verb", "arguments"), [each for each in METHODS if _is_instructed(*each[::2])]
)
def test_every_argument_of_an_instruction_has_its_place(
    path: str, kind: str, verb: str, arguments: tuple[str, ...]
) -> None:
    """What the vendor's update of a reservation takes is a field of an instruction taken here."""
    taken = _ours(path)._reached.instructions
    missing = [
        (name, instruction.__name__, field)
        for name in set(arguments) - {"if_match"}
        for instruction, field in INSTRUCTIONS[name]
        if instruction not in taken
        or (field and field not in {each.name for each in attrs.fields(instruction)})
    ]

    assert missing == []


def test_instructions_hold_nothing_that_the_vendor_does_not_take() -> None:
    """Each place in the table of instructions belongs to an argument of the vendor's."""
    taken = {
        name for path, _, verb, names in METHODS if _is_instructed(path, verb) for name in names
    }

    assert INSTRUCTIONS.keys() == taken - {"if_match"}


class _Asked(dict[str, Any]):
    """An empty answer that remembers which members it was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.names.append(key)
        return default


@pytest.mark.parametrize("kind", INSTANCES, ids=lambda kind: f"{kind.__name__}")
def test_every_member_of_an_instance_is_a_field(kind: type) -> None:
    """What the vendor's instance reads from an answer is a field of our model."""
    payload = _Asked()
    rest = list(inspect.signature(kind).parameters)[2:]
    kind(Client(ACCOUNT_SID, "token").taskrouter.v1, payload, *rest)
    name = kind.__name__.removesuffix("Instance")
    model = getattr(models, RENAMED_MODELS.get(name, name))

    assert payload.names
    assert set(payload.names) - {field.name for field in attrs.fields(model)} == set()
