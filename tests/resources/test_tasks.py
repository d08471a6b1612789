"""Tasks: what is sent for each operation, and what is refused before anything is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar, cast

import pytest
from fakes import FakeSend, by_both_roads
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import (
    DecodingError,
    InvalidArgumentError,
    PreconditionFailedError,
    ProtocolError,
)
from taskrouter_async.models import FrozenMap, Task, TaskStatus
from taskrouter_async.resources.changes import TaskChange
from taskrouter_async.resources.tasks import Tasks

T = TypeVar("T")

SID = "WT" + "6" * 32
WORKER_SID = "WK" + "7" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Tasks"
HOME = "https://taskrouter.twilio.com"
DOCUMENT = {
    "sid": SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "assignment_status": "pending",
    "reason": "done",
    "age": 17,
    "priority": 3,
    "timeout": 3600,
    "attributes": '{"language": "es",  "tags": ["a"]}',
    "addons": "{}",
    "task_channel_sid": "TC" + "8" * 32,
    "task_channel_unique_name": "voice",
    "task_queue_sid": TASK_QUEUE_SID,
    "task_queue_friendly_name": "Support",
    "task_queue_entered_date": "2026-03-01T10:00:01Z",
    "workflow_sid": WORKFLOW_SID,
    "workflow_friendly_name": "Everything",
    "routing_target": WORKER_SID,
    "ignore_capacity": True,
    "virtual_start_time": "2026-03-01T09:00:00Z",
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"{HOME}{COLLECTION}/{SID}",
    "links": {"reservations": f"{HOME}{COLLECTION}/{SID}/Reservations"},
}
TASK = Task(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _tasks(send: FakeSend) -> Tasks:
    return Tasks(send, (("WorkspaceSid", WORKSPACE_SID),))


def _of_version(etag: str | None) -> Task:
    task = Task(sid=SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)
    object.__setattr__(task, "etag", etag)
    return task


class Contested(FakeSend):
    """A service where somebody else writes first, a given number of times."""

    def __init__(self, conflicts: int, answer: object) -> None:
        super().__init__(answer)
        self._conflicts = conflicts

    async def send(self, call: Call[T]) -> T:
        self.calls.append(call)
        if call.operation.method == "GET":
            return cast("T", _of_version(str(len(self.calls))))
        if self._conflicts:
            self._conflicts -= 1
            raise PreconditionFailedError("somebody else was faster", status=412)
        return cast("T", self.answer)

    @property
    def road(self) -> list[tuple[str, str]]:
        """The verbs that were sent, each with the version it insisted on."""
        return [(call.operation.method, call.if_match) for call in self.calls]


async def test_create_sends_every_argument() -> None:
    """Mappings go out as JSON, durations in seconds, moments in UTC."""
    send = FakeSend(TASK)
    madrid = timezone(timedelta(hours=1))

    made = await _tasks(send).create(
        timeout=timedelta(hours=1),
        priority=3,
        task_channel="voice",
        workflow_sid=WORKFLOW_SID,
        attributes={"language": "es"},
        virtual_start_time=datetime(2026, 3, 1, 10, 0, tzinfo=madrid),
        routing_target=WORKER_SID,
        ignore_capacity=False,
        task_queue_sid=TASK_QUEUE_SID,
    )

    assert made is TASK
    assert send.asked == (
        "POST",
        COLLECTION,
        [
            ("Timeout", "3600"),
            ("Priority", "3"),
            ("TaskChannel", "voice"),
            ("WorkflowSid", WORKFLOW_SID),
            ("Attributes", '{"language":"es"}'),
            ("VirtualStartTime", "2026-03-01T09:00:00Z"),
            ("RoutingTarget", WORKER_SID),
            ("IgnoreCapacity", "false"),
            ("TaskQueueSid", TASK_QUEUE_SID),
        ],
    )


async def test_create_needs_no_argument() -> None:
    """A workspace with one workflow takes a task that says nothing."""
    send = FakeSend(TASK)

    await _tasks(send).create()

    assert send.asked == ("POST", COLLECTION, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", 0),
        ("timeout", 1_209_601),
        ("timeout", timedelta(milliseconds=1500)),
        ("priority", -1),
        ("priority", 2**31),
        ("priority", True),
        ("task_channel", 7),
        ("workflow_sid", TASK_QUEUE_SID),
        ("attributes", "[]"),
        ("attributes", {"a": {1}}),
        ("virtual_start_time", datetime(2026, 3, 1)),  # noqa: DTZ001 - that is what is refused
        ("routing_target", SID),
        ("routing_target", "WK7"),
        ("routing_target", None),
        ("ignore_capacity", True),
        ("task_queue_sid", WORKFLOW_SID),
    ],
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """The argument to blame is named; nothing is sent."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        await _tasks(send).create(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert send.calls == []


@pytest.mark.parametrize("target", [TASK_QUEUE_SID, WORKFLOW_SID])
async def test_capacity_is_ignored_for_workers_only(target: str) -> None:
    """A queue or workflow can be a target, but has no capacity to ignore."""
    send = FakeSend(TASK)

    with pytest.raises(InvalidArgumentError) as refused:
        await _tasks(send).create(routing_target=target, ignore_capacity=True)
    await _tasks(send).create(routing_target=target)

    assert refused.value.argument == "ignore_capacity"
    assert send.asked == ("POST", COLLECTION, [("RoutingTarget", target)])


async def test_list_sends_every_filter() -> None:
    """Several statuses go out as one parameter repeated."""
    send = FakeSend(TASK)

    listed = _tasks(send).list(
        priority=0,
        assignment_status=[TaskStatus.PENDING, "reserved"],
        workflow_sid=WORKFLOW_SID,
        workflow_name="Everything",
        task_queue_sid=TASK_QUEUE_SID,
        task_queue_name="Support",
        evaluate_task_attributes="language == 'es'",
        routing_target=WORKER_SID,
        ordering="Priority:desc,DateCreated:asc",
        has_addons=True,
        page_size=100,
    )

    assert [each async for each in listed] == [TASK]
    assert send.calls[0].operation.list_key == "tasks"
    assert send.asked == (
        "GET",
        COLLECTION,
        [
            ("Priority", "0"),
            ("AssignmentStatus", "pending"),
            ("AssignmentStatus", "reserved"),
            ("WorkflowSid", WORKFLOW_SID),
            ("WorkflowName", "Everything"),
            ("TaskQueueSid", TASK_QUEUE_SID),
            ("TaskQueueName", "Support"),
            ("EvaluateTaskAttributes", "language == 'es'"),
            ("RoutingTarget", WORKER_SID),
            ("Ordering", "Priority:desc,DateCreated:asc"),
            ("HasAddons", "true"),
            ("PageSize", "100"),
        ],
    )


async def test_list_takes_one_status_by_itself() -> None:
    """One status needs no sequence around it."""
    send = FakeSend(TASK)

    assert [each async for each in _tasks(send).list(assignment_status="pending")] == [TASK]

    assert send.asked == ("GET", COLLECTION, [("AssignmentStatus", "pending")])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("priority", "high"),
        ("assignment_status", "flying"),
        ("assignment_status", []),
        ("assignment_status", ["pending", "flying"]),
        ("workflow_sid", "WW1"),
        ("task_queue_sid", "WQ1"),
        ("routing_target", "somewhere"),
        ("ordering", 1),
        ("has_addons", "yes"),
        ("limit", 0),
        ("page_size", 1001),
    ],
)
def test_list_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """A filter that cannot work is refused before the listing is read."""
    with pytest.raises(InvalidArgumentError) as refused:
        _tasks(FakeSend()).list(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name


async def test_fetch_asks_for_the_task() -> None:
    """A handle knows its SID and fetches from its address."""
    send = FakeSend(TASK)
    handle = _tasks(send)(SID)

    assert await handle.fetch() is TASK
    assert (handle.sid, repr(handle)) == (SID, f"<Task {SID}>")
    assert send.asked == ("GET", f"{COLLECTION}/{SID}", [])


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only a task's SID makes a handle for a task."""
    with pytest.raises(InvalidArgumentError) as refused:
        _tasks(FakeSend())(WORKER_SID)

    assert refused.value.argument == "sid"


async def test_update_sends_every_argument() -> None:
    """Without a version the last writer wins: no If-Match is sent."""
    send = FakeSend(TASK)

    changed = await _tasks(send)(SID).update(
        attributes='{"language":"pt"}',
        assignment_status=TaskStatus.CANCELED,
        reason="hung up",
        priority=9,
        task_channel="chat",
        virtual_start_time=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    )

    assert changed is TASK
    assert send.asked == (
        "POST",
        f"{COLLECTION}/{SID}",
        [
            ("Attributes", '{"language":"pt"}'),
            ("AssignmentStatus", "canceled"),
            ("Reason", "hung up"),
            ("Priority", "9"),
            ("TaskChannel", "chat"),
            ("VirtualStartTime", "2026-03-01T09:00:00Z"),
        ],
    )
    assert "If-Match" not in dict(send.requests[0].headers)


async def test_update_and_delete_insist_on_a_version() -> None:
    """The version goes out in If-Match, exactly as it was told."""
    send = FakeSend(TASK)
    task = _tasks(send)(SID)

    await task.update(priority=1, if_match='W/"3"')
    await task.delete(if_match="4")
    await task.delete()

    assert [dict(each.headers).get("If-Match") for each in send.requests] == ['W/"3"', "4", None]
    assert [each.method for each in send.requests] == ["POST", "DELETE", "DELETE"]
    assert {each.target for each in send.requests} == {f"{COLLECTION}/{SID}"}


@pytest.mark.parametrize("etag", ["", "1\r\nX: y", "1\n", "1\r", "\0", "ä", 1, None])
async def test_a_version_must_fit_into_a_header(etag: object) -> None:
    """What could begin another header is refused by name; nothing is sent."""
    send = FakeSend()
    task = _tasks(send)(SID)

    for attempt in (task.update, task.delete):
        with pytest.raises(InvalidArgumentError) as refused:
            await attempt(if_match=etag)  # type: ignore[arg-type]  # on purpose
        assert refused.value.argument == "if_match"

    assert send.calls == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attributes", 7),
        ("assignment_status", "flying"),
        ("reason", 7),
        ("priority", 1.5),
        ("task_channel", 7),
        ("virtual_start_time", "2026-03-01"),
    ],
)
async def test_update_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """The argument to blame is named; nothing is sent."""
    send = FakeSend()

    with pytest.raises(InvalidArgumentError) as refused:
        await _tasks(send)(SID).update(**{name: value})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert send.calls == []


async def test_modify_writes_to_the_version_that_was_read() -> None:
    """The function sees the task as it is, and its change goes to that version only."""
    send = Contested(0, TASK)
    seen: list[str | None] = []

    def raise_priority(task: Task) -> TaskChange:
        seen.append(task.etag)
        return TaskChange(priority=task.priority + 1)

    assert await _tasks(send)(SID).modify(raise_priority) is TASK

    assert seen == ["1"]
    assert send.road == [("GET", ""), ("POST", "1")]
    assert send.calls[1].arguments == (("Priority", "1"),)


async def test_modify_begins_again_when_somebody_else_wrote() -> None:
    """A conflict is answered by reading again and deciding anew."""
    send = Contested(2, TASK)

    assert await _tasks(send)(SID).modify(lambda _: TaskChange(priority=1)) is TASK

    reads_and_writes = [("GET", ""), ("POST", "1"), ("GET", ""), ("POST", "3")]
    assert send.road == [*reads_and_writes, ("GET", ""), ("POST", "5")]


async def test_modify_gives_up_after_its_attempts() -> None:
    """When somebody else always writes first, their last conflict is the caller's error."""
    send = Contested(9, TASK)

    with pytest.raises(PreconditionFailedError):
        await _tasks(send)(SID).modify(lambda _: TaskChange(priority=1), attempts=2)

    assert [verb for verb, _ in send.road] == ["GET", "POST", "GET", "POST"]


async def test_modify_may_decide_to_change_nothing() -> None:
    """A function that returns nothing leaves the task alone, and the task read is returned."""
    send = Contested(0, TASK)

    task = await _tasks(send)(SID).modify(lambda _: None)

    assert task.etag == "1"
    assert send.road == [("GET", "")]


async def test_modify_writes_nothing_without_a_version() -> None:
    """If the service tells no version, nothing can be written safely."""
    send = FakeSend(_of_version(None))

    with pytest.raises(ProtocolError, match="version"):
        await _tasks(send)(SID).modify(lambda _: TaskChange(priority=1))

    assert [each.method for each in send.requests] == ["GET"]


@pytest.mark.parametrize("attempts", [0, -1, "3", True])
async def test_modify_needs_an_attempt(attempts: object) -> None:
    """No attempt at all is refused by name; nothing is sent."""
    send = FakeSend(TASK)

    with pytest.raises(InvalidArgumentError) as refused:
        await _tasks(send)(SID).modify(
            lambda _: None,
            attempts=attempts,  # type: ignore[arg-type]  # on purpose
        )

    assert refused.value.argument == "attempts"
    assert send.calls == []


def test_both_roads_decode_a_task() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    task = by_both_roads({**DOCUMENT, "hue": 1}, Task)

    assert task.assignment_status is TaskStatus.PENDING
    assert task.virtual_start_time == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert (task.age, task.ignore_capacity, task.etag) == (17, True, None)
    assert task.to_dict() == {**DOCUMENT, "hue": 1}
    assert task.extra == {"hue": 1}
    twin = Task(**{name: getattr(task, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT


def test_the_texts_of_a_task_are_kept_and_can_be_read() -> None:
    """Attributes and add-ons stay as they came; what they say cannot be changed."""
    task = by_both_roads(DOCUMENT, Task)

    assert task.attributes == DOCUMENT["attributes"]
    assert task.parse_attributes() == FrozenMap({"language": "es", "tags": ("a",)})
    assert task.parse_addons() == FrozenMap()
    assert (TASK.parse_attributes(), TASK.parse_addons()) == (None, None)


@pytest.mark.parametrize(
    ("member", "parse"), [("attributes", Task.parse_attributes), ("addons", Task.parse_addons)]
)
def test_a_text_that_is_not_json_is_named(member: str, parse: Callable[[Task], object]) -> None:
    """The error says which member is broken, and not what it says."""
    task = by_both_roads({**DOCUMENT, member: "color: blue"}, Task)

    with pytest.raises(DecodingError) as broken:
        parse(task)

    assert broken.value.path == f"$.{member}"
    assert "blue" not in str(broken.value)
