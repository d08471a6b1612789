"""Our API against the vendor's, in both directions.

`operations.json` is a table of facts distilled from the vendor's OpenAPI document by `distil.py`:
61 operations with verb, path, arguments, result fields, enumerations, list keys and If-Match. Each
method of ours is called here with every argument that it has, and what it would send is compared
with the table. What differs on purpose stands in `DEVIATIONS`, with its reason.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from fakes import entry_for
from support import TASK_QUEUE_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async import resources
from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async._protocol.slots import Hits, Served, Slot
from taskrouter_async.models import (
    Answer,
    Order,
    Page,
    PageMeta,
    ReservationStatus,
    TaskStatus,
)
from taskrouter_async.resources import Workspaces

TABLE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("operations.json").read_text()
)

SIDS = {prefix: prefix + "8" * 32 for prefix in ("WA", "WK", "WT", "WR", "TC", "EV", "CA", "WC")}
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = "https://example.com/x"

# A value for each argument by its name; the rest are texts.
VALUES: dict[str, object] = {
    "activity_sid": SIDS["WA"],
    "assignment_activity_sid": SIDS["WA"],
    "assignment_status": "completed",
    "attributes": {"type": "support"},
    "beep": "onEnter",
    "configuration": {"task_routing": {}},
    "capacity": 2,
    "call_sid": SIDS["CA"],
    "conference_record": "record-from-start",
    "conference_status_callback_event": ["start", "end"],
    "conference_trim": "trim-silence",
    "default_activity_sid": SIDS["WA"],
    "end_date": MOMENT,
    "events_filter": ["task.created"],
    "jitter_buffer_size": "small",
    "max_participants": 9,
    "max_reserved_workers": 2,
    "minutes": 5,
    "mode": "whisper",
    "ordering": "DateCreated:asc",
    "post_work_activity_sid": SIDS["WA"],
    "prioritize_queue_order": "LIFO",
    "priority": 3,
    "recording_channels": "dual",
    "region": "ie1",
    "reservation_activity_sid": SIDS["WA"],
    "reservation_sid": SIDS["WR"],
    "reservation_status": "pending",
    "routing_target": SIDS["WK"],
    "sid": SIDS["EV"],
    "split_by_wait_time": [5, 30],
    "start_date": MOMENT,
    "status_callback_event": ["initiated"],
    "supervisor": SIDS["WK"],
    "supervisor_mode": "whisper",
    "task_order": "LIFO",
    "task_queue_sid": TASK_QUEUE_SID,
    "task_reservation_timeout": 60,
    "task_sid": SIDS["WT"],
    "template": "FIFO",
    "timeout": 60,
    "timeout_activity_sid": SIDS["WA"],
    "unique_name": "fax",
    "virtual_start_time": MOMENT,
    "worker_activity_sid": SIDS["WA"],
    "worker_sid": SIDS["WK"],
    "workflow_sid": WORKFLOW_SID,
}


class Recorder:
    """A reader that remembers the calls it is asked to carry, and brings nothing back."""

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []

    def slot(
        self, operation: Operation[Any], sids: Pairs, arguments: Pairs = (), json: str = ""
    ) -> Slot[Any]:
        return Slot(Call(operation, sids, arguments, json=json), lambda: 0.0, Hits())

    async def serve(self, slot: Slot[Any], asked: Directives) -> Served[None]:
        self.calls.append(slot.call)
        return Served(entry_for(None), 0.0)

    def invalidate(self, slot: Slot[Any]) -> None:
        raise AssertionError("nobody asked for that")

    async def send(self, call: Call[Any]) -> None:
        self.calls.append(call)

    async def send_page(self, call: Call[Any]) -> Page[Any]:
        self.calls.append(call)
        return Page((), PageMeta())

    def next_call(self, call: Call[Any], page: Page[Any]) -> None:
        return None


RECORDER: Any = Recorder()
WORKSPACES = Workspaces(RECORDER)
WS = WORKSPACES(WORKSPACE_SID)
QUEUE, WORKFLOW = WS.task_queues(TASK_QUEUE_SID), WS.workflows(WORKFLOW_SID)
TASK, WORKER = WS.tasks(SIDS["WT"]), WS.workers(SIDS["WK"])
CHANNEL, ACTIVITY = WS.task_channels(SIDS["TC"]), WS.activities(SIDS["WA"])
WORKER_CHANNEL = WORKER.worker_channels(SIDS["WC"])
TASK_RESERVATION = TASK.reservations(SIDS["WR"])
WORKER_RESERVATION = WORKER.reservations(SIDS["WR"])

METHODS: dict[str, Callable[..., Any]] = {
    "CreateActivity": WS.activities.create,
    "CreateTask": WS.tasks.create,
    "CreateTaskChannel": WS.task_channels.create,
    "CreateTaskQueue": WS.task_queues.create,
    "CreateTaskQueueBulkRealTimeStatistics": partial(
        WS.task_queues.bulk_real_time_statistics.fetch, [TASK_QUEUE_SID]
    ),
    "CreateWorker": WS.workers.create,
    "CreateWorkflow": WS.workflows.create,
    "CreateWorkspace": WORKSPACES.create,
    "DeleteActivity": ACTIVITY.delete,
    "DeleteTask": TASK.delete,
    "DeleteTaskChannel": CHANNEL.delete,
    "DeleteTaskQueue": QUEUE.delete,
    "DeleteWorker": WORKER.delete,
    "DeleteWorkflow": WORKFLOW.delete,
    "DeleteWorkspace": WS.delete,
    "FetchActivity": ACTIVITY.fetch,
    "FetchEvent": WS.events(SIDS["EV"]).fetch,
    "FetchTask": TASK.fetch,
    "FetchTaskChannel": CHANNEL.fetch,
    "FetchTaskQueue": QUEUE.fetch,
    "FetchTaskQueueCumulativeStatistics": QUEUE.cumulative_statistics.fetch,
    "FetchTaskQueueRealTimeStatistics": QUEUE.real_time_statistics.fetch,
    "FetchTaskQueueStatistics": QUEUE.statistics.fetch,
    "FetchTaskReservation": TASK_RESERVATION.fetch,
    "FetchWorker": WORKER.fetch,
    "FetchWorkerChannel": WORKER_CHANNEL.fetch,
    "FetchWorkerInstanceStatistics": WORKER.statistics.fetch,
    "FetchWorkerReservation": WORKER_RESERVATION.fetch,
    "FetchWorkerStatistics": WS.workers.statistics.fetch,
    "FetchWorkersCumulativeStatistics": WS.workers.cumulative_statistics.fetch,
    "FetchWorkersRealTimeStatistics": WS.workers.real_time_statistics.fetch,
    "FetchWorkflow": WORKFLOW.fetch,
    "FetchWorkflowCumulativeStatistics": WORKFLOW.cumulative_statistics.fetch,
    "FetchWorkflowRealTimeStatistics": WORKFLOW.real_time_statistics.fetch,
    "FetchWorkflowStatistics": WORKFLOW.statistics.fetch,
    "FetchWorkspace": WS.fetch,
    "FetchWorkspaceCumulativeStatistics": WS.cumulative_statistics.fetch,
    "FetchWorkspaceRealTimeStatistics": WS.real_time_statistics.fetch,
    "FetchWorkspaceStatistics": WS.statistics.fetch,
    "ListActivity": WS.activities.list,
    "ListEvent": WS.events.list,
    "ListTask": WS.tasks.list,
    "ListTaskChannel": WS.task_channels.list,
    "ListTaskQueue": WS.task_queues.list,
    "ListTaskQueuesStatistics": WS.task_queues.statistics.list,
    "ListTaskReservation": TASK.reservations.list,
    "ListWorker": WS.workers.list,
    "ListWorkerChannel": WORKER.worker_channels.list,
    "ListWorkerReservation": WORKER.reservations.list,
    "ListWorkflow": WS.workflows.list,
    "ListWorkspace": WORKSPACES.list,
    "UpdateActivity": ACTIVITY.update,
    "UpdateTask": TASK.update,
    "UpdateTaskChannel": CHANNEL.update,
    "UpdateTaskQueue": QUEUE.update,
    "UpdateTaskReservation": TASK_RESERVATION.update,
    "UpdateWorker": WORKER.update,
    "UpdateWorkerChannel": WORKER_CHANNEL.update,
    "UpdateWorkerReservation": WORKER_RESERVATION.update,
    "UpdateWorkflow": WORKFLOW.update,
    "UpdateWorkspace": WS.update,
}

FOR_THE_CACHE = {"max_age", "only_if_cached", "no_store"}
NOT_ON_THE_WIRE = {
    "if_match",
    "limit",
    "page_size",
    "instruction",
    "kwargs",
    "args",
} | FOR_THE_CACHE

# Result fields of ours that the document does not list.
SEEN_IN_REAL_ANSWERS = {"reservations_completed", "reservations_wrapup", "tasks_assigned"}
DEVIATIONS = {
    "FetchTaskQueueCumulativeStatistics": SEEN_IN_REAL_ANSWERS,
    "FetchWorkersCumulativeStatistics": SEEN_IN_REAL_ANSWERS,
    "FetchWorkflowCumulativeStatistics": SEEN_IN_REAL_ANSWERS,
    "FetchWorkspaceCumulativeStatistics": SEEN_IN_REAL_ANSWERS,
    # Links are seen in the vendor's own recorded answers.
    "FetchWorkerChannel": {"links"},
    "ListWorkerChannel": {"links"},
    "UpdateWorkerChannel": {"links"},
    # One class serves the listing and the single queue, which alone has an address.
    "ListTaskQueuesStatistics": {"url"},
}

INSTRUCTIONS = [getattr(resources, name) for name in resources.__all__]
INSTRUCTIONS = [kind for kind in INSTRUCTIONS if attrs.has(kind) and hasattr(kind, "pairs")]
INSTRUCTIONS = [kind for kind in INSTRUCTIONS if not kind.__name__.endswith("Change")]


async def _calls(operation_id: str) -> list[Call[Any]]:
    """Call the method of an operation with all its arguments; contradictions in several turns."""
    RECORDER.calls.clear()
    method = METHODS[operation_id]
    names = set(inspect.signature(method).parameters) - NOT_ON_THE_WIRE
    if "instruction" in inspect.signature(method).parameters:
        for instruction in _instructions(operation_id):
            await method(instruction, if_match="7")
        return list(RECORDER.calls)
    for turn in _turns(names):
        given = {name: _value(operation_id, name) for name in turn}
        if "if_match" in inspect.signature(method).parameters:
            given["if_match"] = "7"
        made = method(**given)
        if inspect.isawaitable(made):
            await made
        else:
            assert [item async for item in made] == []
    return list(RECORDER.calls)


def _turns(names: set[str]) -> Iterable[set[str]]:
    if {"minutes", "start_date"} <= names:
        return (names - {"minutes"}, names - {"start_date", "end_date"})
    return (names,)


def _value(operation_id: str, name: str) -> object:
    wire = _wire_name(name)
    facts = TABLE[operation_id]["arguments"].get(wire, {})
    if facts.get("type") == "boolean":
        return True
    annotation = str(inspect.signature(METHODS[operation_id]).parameters[name].annotation)
    if name not in VALUES and "bool" in annotation:
        return True
    return VALUES.get(name, TEXT)


def _instructions(operation_id: str) -> Iterable[Any]:
    for kind in INSTRUCTIONS:
        if kind.__name__ == "Supervise" and operation_id == "UpdateWorkerReservation":
            continue
        yield kind(**{f.name: _instruction_value(f) for f in attrs.fields(kind)})


def _instruction_value(field: Any) -> object:
    annotation = str(field.type)
    if field.name in VALUES:
        return VALUES[field.name]
    if field.name.endswith("_method"):
        return "GET"
    if "bool" in annotation:
        return True
    return TEXT


def _wire_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.rstrip("_").split("_"))


def _sent(call: Call[Any]) -> list[tuple[str, str]]:
    request = call.request()
    form = (request.body or b"").decode() if "form" in str(request.headers) else ""
    return parse_qsl(urlsplit(request.target).query + form, keep_blank_values=True)


def test_every_operation_has_a_method() -> None:
    """The vendor has 61 operations, and each is one method of ours."""
    assert len(TABLE) == 61
    assert METHODS.keys() == TABLE.keys()


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_verb_and_path_are_the_vendors(operation_id: str) -> None:
    """The method asks with the vendor's verb at the vendor's path."""
    for call in await _calls(operation_id):
        assert call.operation.method == TABLE[operation_id]["verb"]
        assert call.operation.path == TABLE[operation_id]["path"]
        assert set(re.findall(r"\{(\w+)\}", call.operation.path)) == {n for n, _ in call.sids}


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_arguments_are_the_vendors(operation_id: str) -> None:
    """Every argument of the vendor's can be sent, and nothing else is."""
    sent = {name for call in await _calls(operation_id) for name, _ in _sent(call)}

    assert sent == set(TABLE[operation_id]["arguments"])


FORMS = {
    "integer": r"\d+",
    "boolean": "true|false",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_values_have_the_vendors_form(operation_id: str) -> None:
    """Numbers, truth values, moments and words go out as the vendor's types ask."""
    arguments = TABLE[operation_id]["arguments"]
    for call in await _calls(operation_id):
        for name, value in _sent(call):
            facts = arguments[name]
            form = FORMS.get(facts.get("format") or facts["type"], "(?s:.*)")
            assert re.fullmatch(form, value), (name, value)
            assert value in facts.get("enum", [value]), (name, value)


@pytest.mark.parametrize("operation_id", sorted(TABLE))
def test_what_the_vendor_requires_is_required(operation_id: str) -> None:
    """An argument without a default is one that the vendor requires, and the other way round."""
    if "instruction" in inspect.signature(METHODS[operation_id]).parameters:
        return
    parameters = inspect.signature(METHODS[operation_id]).parameters.values()
    ours = {_wire_name(p.name) for p in parameters if p.default is inspect.Parameter.empty}
    vendors = {n for n, f in TABLE[operation_id]["arguments"].items() if f.get("required")}

    assert ours == vendors


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_results_have_the_vendors_fields(operation_id: str) -> None:
    """Every field of an answer is a field of the model, and the model invents none."""
    for call in await _calls(operation_id):
        model = call.operation.result
        ours = set()
        if attrs.has(model):
            ours = {field.name for field in attrs.fields(model) if field.init}

        assert ours - DEVIATIONS.get(operation_id, set()) == set(TABLE[operation_id]["result"])


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_listings_are_the_vendors(operation_id: str) -> None:
    """What the vendor cuts into pages is a listing, with the vendor's key for the items."""
    for call in await _calls(operation_id):
        assert call.operation.list_key == TABLE[operation_id]["list_key"]
    pageable = "page_size" in inspect.signature(METHODS[operation_id]).parameters

    assert pageable == TABLE[operation_id]["paged"]


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_if_match_goes_where_the_vendor_takes_it(operation_id: str) -> None:
    """The six operations that take a version send it as If-Match, and no other has it."""
    headers = [dict(call.request().headers) for call in await _calls(operation_id)]
    takes_it = "if_match" in inspect.signature(METHODS[operation_id]).parameters

    assert takes_it == TABLE[operation_id]["if_match"]
    assert all((header.get("If-Match") == "7") == takes_it for header in headers)


def test_enumerations_have_the_vendors_words() -> None:
    """Statuses and orders are those of the vendor."""
    tasks = TABLE["UpdateTask"]["arguments"]["AssignmentStatus"]["enum"]
    reservations = TABLE["UpdateTaskReservation"]["arguments"]["ReservationStatus"]["enum"]
    orders = TABLE["CreateTaskQueue"]["arguments"]["TaskOrder"]["enum"]

    assert sorted(TaskStatus) == tasks
    assert sorted(ReservationStatus) == reservations
    assert sorted(Order) == orders


@pytest.mark.parametrize("operation_id", sorted(TABLE))
async def test_every_result_keeps_its_document(operation_id: str) -> None:
    """Each model that an operation brings is an answer, which keeps what it was read from."""
    for call in await _calls(operation_id):
        assert call.operation.result is NoneType or issubclass(call.operation.result, Answer)
