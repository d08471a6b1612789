"""Statistics of task queues: of one, of up to fifty at once, and of all as a listing."""

import json
from datetime import UTC, datetime
from typing import cast
from urllib.parse import parse_qsl

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Keep
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import (
    ActivityStatistic,
    TaskQueue,
    TaskQueueBulkRealTimeStatistics,
    TaskQueueBulkStatistics,
    TaskQueueCumulativeStatistics,
    TaskQueueRealTimeStatistics,
    TaskQueueStatistics,
    TasksByPriority,
    TasksByStatus,
)
from taskrouter_async.resources import TaskQueues

ACTIVITY_SID = "WA" + "4" * 32
COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/TaskQueues"
ONE = f"{COLLECTION}/{TASK_QUEUE_SID}"
BULK = {
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "task_queue_data": [
        {
            "task_queue_sid": TASK_QUEUE_SID,
            "total_tasks": 5,
            "total_available_workers": 2,
            "total_eligible_workers": 4,
            "longest_task_waiting_age": 17,
            "longest_task_waiting_sid": "WT" + "6" * 32,
            "tasks_by_status": {"pending": 4, "assigned": 1},
            "tasks_by_priority": {"0": 3, "10": 2},
            "activity_statistics": [
                {"sid": ACTIVITY_SID, "friendly_name": "Available", "workers": 2}
            ],
        },
        {"task_queue_sid": "WQ" + "8" * 32},
    ],
    "task_queue_response_count": 2,
    "url": f"https://taskrouter.twilio.com{COLLECTION}/RealTimeStatistics",
}
QUEUE = TaskQueue(sid=TASK_QUEUE_SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _queues(reader: FakeReader) -> TaskQueues:
    return TaskQueues(reader, (("WorkspaceSid", WORKSPACE_SID),))


async def test_each_kind_of_statistics_has_its_address_and_its_keeping() -> None:
    """Statistics are asked for below the task queue, each with its model and its time to keep."""
    reader = FakeReader(QUEUE)
    handle = _queues(reader)(TASK_QUEUE_SID)

    await handle.real_time_statistics.fetch(task_channel="voice")
    await handle.cumulative_statistics.fetch(minutes=30)
    await handle.statistics.fetch(split_by_wait_time=[5, 30])

    operations = [call.operation for call in reader.calls]
    assert [request.target.partition("?")[0] for request in reader.requests] == [
        f"{ONE}/RealTimeStatistics",
        f"{ONE}/CumulativeStatistics",
        f"{ONE}/Statistics",
    ]
    assert [parse_qsl(request.target.partition("?")[2]) for request in reader.requests] == [
        [("TaskChannel", "voice")],
        [("Minutes", "30")],
        [("SplitByWaitTime", "5,30")],
    ]
    assert [each.keep for each in operations] == [Keep.REAL_TIME, Keep.OVER_TIME, Keep.OVER_TIME]
    assert [each.result for each in operations] == [
        TaskQueueRealTimeStatistics,
        TaskQueueCumulativeStatistics,
        TaskQueueStatistics,
    ]
    assert reader.calls[0].sids[-1] == ("TaskQueueSid", TASK_QUEUE_SID)


async def test_the_statistics_of_all_queues_are_a_listing() -> None:
    """All queues' statistics are listed with filters for name, window, channel and waits."""
    statistics = TaskQueueStatistics(account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)
    reader = FakeReader(statistics)

    listing = _queues(reader).statistics.list(
        start_date=datetime(2026, 3, 1, tzinfo=UTC),
        end_date=datetime(2026, 3, 2, tzinfo=UTC),
        friendly_name="Support",
        task_channel="voice",
        split_by_wait_time=[5, 30],
        limit=3,
    )

    assert [each async for each in listing] == [statistics]
    method, path, pairs = reader.asked
    assert (method, path) == ("GET", f"{COLLECTION}/Statistics")
    assert dict(pairs) == {
        "StartDate": "2026-03-01T00:00:00Z",
        "EndDate": "2026-03-02T00:00:00Z",
        "FriendlyName": "Support",
        "TaskChannel": "voice",
        "SplitByWaitTime": "5,30",
        "PageSize": "3",
    }
    assert reader.calls[0].operation.list_key == "task_queues_statistics"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"minutes": 5, "start_date": datetime(2026, 3, 1, tzinfo=UTC)}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"split_by_wait_time": "5,30"}, "split_by_wait_time"),
        ({"split_by_wait_time": []}, "split_by_wait_time"),
        ({"friendly_name": 3}, "friendly_name"),
        ({"task_channel": 3}, "task_channel"),
    ],
)
def test_the_listing_refuses_what_cannot_be_sent(arguments: dict[str, object], name: str) -> None:
    """Minutes beside dates and thresholds that are no numbers are refused by name."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as refused:
        _queues(reader).statistics.list(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


@pytest.mark.parametrize("count", [1, 2, 50])
async def test_bulk_statistics_are_asked_for_in_json(count: int) -> None:
    """Up to 50 queues are asked for at once, in a canonical order, repeated ones once."""
    answer = TaskQueueBulkRealTimeStatistics(account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)
    reader = FakeReader(answer)
    sids = [f"WQ{number:032x}" for number in range(count)]

    assert (
        await _queues(reader).bulk_real_time_statistics.fetch([*sids[:2], *reversed(sids[2:])])
        is answer
    )

    (request,) = reader.requests
    assert (request.method, request.target) == ("POST", f"{COLLECTION}/RealTimeStatistics")
    assert request.headers == (("Content-Type", "application/json"),)
    assert json.loads(request.body or b"") == {"queueSids": sids}
    assert reader.calls[0].operation.keep is Keep.REAL_TIME


async def test_bulk_statistics_are_looked_for_in_memory_first() -> None:
    """The same queues are one entry of the cache, in whatever order; max_age is passed on."""
    answer = TaskQueueBulkRealTimeStatistics(account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)
    reader = FakeReader(kept=answer)
    bulk = _queues(reader).bulk_real_time_statistics

    other = "WQ" + "8" * 32
    assert await bulk.fetch([TASK_QUEUE_SID, other], max_age=2.0) is answer
    assert await bulk.fetch([other, TASK_QUEUE_SID, other]) is answer
    assert len(reader.slots) == 1
    assert reader.max_ages == [2.0, None]
    with pytest.raises(InvalidArgumentError, match="max_age"):
        await bulk.fetch([TASK_QUEUE_SID], max_age=-1)


@pytest.mark.parametrize(
    "sids",
    [
        [],
        [TASK_QUEUE_SID] * 51,
        TASK_QUEUE_SID,
        [WORKSPACE_SID],
        [TASK_QUEUE_SID, ""],
        [TASK_QUEUE_SID, 7],
        None,
        17,
    ],
    ids=["none", "too many", "a text", "another kind", "empty", "a number", "null", "number"],
)
async def test_bulk_statistics_refuse_what_cannot_be_asked(sids: object) -> None:
    """None, too many, or what is no task queue's SID is refused; nothing is sent."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as refused:
        await _queues(reader).bulk_real_time_statistics.fetch(cast("list[str]", sids))

    assert refused.value.argument == "task_queue_sids"
    assert reader.calls == []


def test_both_roads_decode_bulk_statistics() -> None:
    """Each queue's figures become a typed entry; what is left out counts zero."""
    bulk = by_both_roads({**BULK, "hue": "red"}, TaskQueueBulkRealTimeStatistics)

    assert bulk.task_queue_data == (
        TaskQueueBulkStatistics(
            task_queue_sid=TASK_QUEUE_SID,
            total_tasks=5,
            total_available_workers=2,
            total_eligible_workers=4,
            longest_task_waiting_age=17,
            longest_task_waiting_sid="WT" + "6" * 32,
            tasks_by_status=TasksByStatus({"pending": 4, "assigned": 1}),
            tasks_by_priority=TasksByPriority({0: 3, 10: 2}),
            activity_statistics=(
                ActivityStatistic(sid=ACTIVITY_SID, friendly_name="Available", workers=2),
            ),
        ),
        TaskQueueBulkStatistics(task_queue_sid="WQ" + "8" * 32),
    )
    assert bulk.task_queue_response_count == 2
    assert bulk.to_dict() == {**BULK, "hue": "red"}
    assert bulk.extra == {"hue": "red"}
    assert hash(bulk) == hash(by_both_roads(BULK, TaskQueueBulkRealTimeStatistics))
