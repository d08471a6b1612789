"""Documents become models on two roads, and both give the same.

The fast road takes what it finds as it should be; everything else goes to the judge. Each fact
about a decoded document is therefore tested through `decode`, which chooses the road, and the roads
are compared with each other on generated documents.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from support import (
    ACCOUNT_SID,
    TASK_QUEUE_SID,
    WORKFLOW_SID,
    WORKSPACE_SID,
    response,
    workspace_document,
)

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.decoding import decode
from taskrouter_async._protocol.operation import Operation
from taskrouter_async.errors import DecodingError
from taskrouter_async.models import (
    Activity,
    ActivityDuration,
    ActivityStatistic,
    Document,
    FrozenMap,
    Links,
    SplitByWaitTime,
    Task,
    TaskQueueRealTimeStatistics,
    TasksByPriority,
    TasksByStatus,
    TaskStatus,
    WaitDuration,
    WaitTimeCounts,
    WaitTimeSplit,
    WorkersCumulativeStatistics,
    WorkersRealTimeStatistics,
    WorkflowCumulativeStatistics,
    WorkflowRealTimeStatistics,
    WorkspaceRealTimeStatistics,
    WorkspaceStatistics,
)

IDENTITY: dict[str, Document] = {"account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID}
ACTIVITY: dict[str, Document] = {
    **IDENTITY,
    "sid": "WA" + "4" * 32,
    "friendly_name": "Available",
    "available": True,
    "date_created": "2026-01-02T03:04:05Z",
    "links": {"workspace": "https://taskrouter.twilio.com/v1/Workspaces/WS1"},
}


def _workspace(**members: object) -> WorkspaceRealTimeStatistics:
    operation = Operation("GET", "/", WorkspaceRealTimeStatistics)
    return decode(operation, response(workspace_document(**members)))


def _activity(**members: object) -> Activity:
    return decode(Operation("GET", "/", Activity), response({**ACTIVITY, **members}))


def test_a_workspace_is_decoded_to_its_innermost_figure() -> None:
    """Every member of a workspace's statistics ends up in a typed field."""
    statistics = _workspace()

    assert statistics == WorkspaceRealTimeStatistics(
        account_sid=ACCOUNT_SID,
        workspace_sid=WORKSPACE_SID,
        total_tasks=5,
        total_workers=3,
        longest_task_waiting_age=17,
        longest_task_waiting_sid="WT" + "6" * 32,
        tasks_by_status=TasksByStatus({"pending": 2, "reserved": 1, "assigned": 2, "wrapping": 0}),
        tasks_by_priority=TasksByPriority({0: 4, 10: 1}),
        activity_statistics=(
            ActivityStatistic(sid="WA" + "4" * 32, friendly_name="Available", workers=3),
            ActivityStatistic(sid="WA" + "5" * 32, friendly_name="Offline", workers=0),
        ),
        url=f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics",
    )


def test_a_task_queue_is_decoded() -> None:
    """A queue has figures of its own: relative waits, eligible and available workers."""
    document: Document = {
        **IDENTITY,
        "task_queue_sid": TASK_QUEUE_SID,
        "total_eligible_workers": 5,
        "total_available_workers": 2,
        "longest_relative_task_age_in_queue": 8,
        "longest_relative_task_sid_in_queue": "WT" + "6" * 32,
    }

    statistics = structure(document, TaskQueueRealTimeStatistics)

    assert statistics.task_queue_sid == TASK_QUEUE_SID
    assert (statistics.total_eligible_workers, statistics.total_available_workers) == (5, 2)
    assert statistics.longest_relative_task_age_in_queue == 8
    assert statistics.longest_relative_task_sid_in_queue == "WT" + "6" * 32


def test_workers_and_workflows_are_decoded() -> None:
    """The other two statistics have a class each."""
    workers = structure({**IDENTITY, "total_workers": 7}, WorkersRealTimeStatistics)
    workflow = structure(
        {**IDENTITY, "workflow_sid": WORKFLOW_SID, "total_tasks": 2}, WorkflowRealTimeStatistics
    )

    assert workers.total_workers == 7
    assert (workflow.workflow_sid, workflow.total_tasks) == (WORKFLOW_SID, 2)


def test_strings_of_digits_are_integers() -> None:
    """The vendor's pages show counts as strings, captured answers as integers: both are read."""
    statistics = _workspace(
        total_tasks="5", tasks_by_status={"pending": "2"}, tasks_by_priority={"7": "3"}
    )

    assert statistics.total_tasks == 5
    assert statistics.tasks_by_status.pending == 2
    assert statistics.tasks_by_priority == {7: 3}


def test_unknown_statuses_are_kept() -> None:
    """A status that the service invents tomorrow breaks nothing and is not lost."""
    counts = {"pending": 1, "completed": 2, "canceled": 3, "transferring": 4}

    tasks = _workspace(tasks_by_status=counts).tasks_by_status

    assert (tasks.pending, tasks.reserved, tasks.assigned, tasks.wrapping) == (1, 0, 0, 0)
    assert (tasks.completed, tasks.canceled) == (2, 3)
    assert tasks.other == {"transferring": 4}
    assert tasks == counts


def test_unknown_members_are_kept() -> None:
    """Members that nobody told us about are kept beside the model, and cannot be changed."""
    statistics = _workspace(sla={"target": [1, 2.5]})

    assert statistics.extra == FrozenMap({"sla": FrozenMap({"target": (1, 2.5)})})


def test_an_answer_can_be_written_out_again() -> None:
    """What comes out is the very document that came in, unknown members and nulls included."""
    document = workspace_document(
        sla=None,
        activity_statistics=[{"sid": "WA1", "friendly_name": "Idle", "workers": 1, "hue": "red"}],
    )

    assert _workspace(**document).to_dict() == document


def test_an_object_of_ones_own_is_written_from_its_fields() -> None:
    """Dates are in UTC with a Z, maps are objects with texts for keys, words are texts."""
    window = WorkflowCumulativeStatistics(
        start_time=datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        split_by_wait_time=SplitByWaitTime({5: WaitTimeSplit()}),
    )

    document = window.to_dict()

    zeros = {"reservations_accepted": 0, "tasks_canceled": 0}
    assert document["start_time"] == "2026-01-01T00:00:00Z"
    assert document["split_by_wait_time"] == {"5": {"above": zeros, "below": zeros}}
    assert window.extra == {}


def test_dates_are_aware_and_in_utc() -> None:
    """A date with another offset is converted, one without any is UTC."""
    dates = [
        _activity(date_created=text).date_created
        for text in ("2026-01-02T03:04:05Z", "2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05")
    ]

    assert set(dates) == {datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}
    assert all(date is not None and date.tzinfo is UTC for date in dates)


def test_a_word_is_a_word_on_both_roads() -> None:
    """Known and unknown words become members; what is no text is an error with its path."""
    operation = Operation("GET", "/", Task)
    identity = {**IDENTITY, "sid": "WT" + "6" * 32}

    known = decode(operation, response({**identity, "assignment_status": "pending"}, etag="3"))
    judged = decode(operation, response({**identity, "assignment_status": "new", "age": "5"}))

    assert known.assignment_status is TaskStatus.PENDING
    assert known.etag == "3"
    assert judged.assignment_status == "new"
    assert (judged.age, judged.etag) == (5, None)
    with pytest.raises(DecodingError) as failed:
        decode(operation, response({**identity, "assignment_status": 7}))
    assert failed.value.path == "$.assignment_status"


def test_links_are_a_map() -> None:
    """Addresses of related resources are there by name, and cannot be changed."""
    links = _activity().links

    assert isinstance(links, Links)
    assert links["workspace"].endswith("/WS1")


def test_a_window_of_time_is_decoded_to_its_innermost_figure() -> None:
    """Waits and splits inside combined statistics are classes of their own."""
    counts: Document = {"reservations_accepted": 3, "tasks_canceled": 1}
    document: Document = {
        **IDENTITY,
        "realtime": {**IDENTITY, "total_tasks": 2},
        "cumulative": {
            "start_time": "2026-01-01T00:00:00Z",
            "avg_task_acceptance_time": 0.5,
            "tasks_assigned": 4,
            "wait_duration_until_accepted": {"avg": 2, "min": 1, "max": 3, "total": 6},
            "split_by_wait_time": {
                "5": {"above": counts, "below": counts},
                "30": {"above": counts},
            },
        },
    }

    operation = Operation("GET", "/", WorkspaceStatistics)
    statistics = decode(operation, response(document))

    assert statistics.realtime is not None
    assert statistics.realtime.total_tasks == 2
    assert statistics.cumulative is not None
    assert statistics.cumulative.avg_task_acceptance_time == 0.5
    assert statistics.cumulative.wait_duration_until_accepted == WaitDuration(
        avg=2.0, min=1.0, max=3.0, total=6.0
    )
    split = statistics.cumulative.split_by_wait_time
    assert split is not None
    assert split[5].above == WaitTimeCounts(reservations_accepted=3, tasks_canceled=1)
    assert split[30].below == WaitTimeCounts()


def test_durations_by_activity_are_decoded() -> None:
    """How long workers were in each activity is a class of its own."""
    document: Document = {
        "activity_durations": [
            {
                "sid": "WA1",
                "friendly_name": "Idle",
                "avg": 900,
                "min": 900,
                "max": 900,
                "total": 1800,
            }
        ]
    }

    statistics = structure(document, WorkersCumulativeStatistics)

    assert statistics.activity_durations == (
        ActivityDuration(sid="WA1", friendly_name="Idle", avg=900, min=900, max=900, total=1800),
    )


def test_null_counts_as_left_out() -> None:
    """A member that is null takes its default, like one that is not there."""
    statistics = _workspace(
        longest_task_waiting_sid=None,
        tasks_by_status=None,
        tasks_by_priority={"0": None, "5": 1},
        activity_statistics=None,
    )

    assert statistics.longest_task_waiting_sid is None
    assert statistics.tasks_by_status == TasksByStatus()
    assert statistics.tasks_by_priority == {5: 1}
    assert statistics.activity_statistics == ()


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"account_sid": 5}, "$.account_sid"),
        ({"total_tasks": 1.5}, "$.total_tasks"),
        ({"total_tasks": True}, "$.total_tasks"),
        ({"total_tasks": "5 tasks"}, "$.total_tasks"),
        ({"total_tasks": "9" * 19}, "$.total_tasks"),
        ({"tasks_by_status": []}, "$.tasks_by_status"),
        ({"tasks_by_status": {"pending": "some"}}, "$.tasks_by_status"),
        ({"tasks_by_priority": {"high": 1}}, "$.tasks_by_priority"),
        ({"activity_statistics": {}}, "$.activity_statistics"),
        ({"activity_statistics": "none"}, "$.activity_statistics"),
        ({"activity_statistics": [7]}, "$.activity_statistics[0]"),
        ({"activity_statistics": [{"sid": "WA1"}]}, "$.activity_statistics[0].friendly_name"),
    ],
)
def test_another_shape_is_an_error_that_names_the_place(
    members: dict[str, object], path: str
) -> None:
    """A wrong type or a missing member is never guessed at; the error says where it is."""
    with pytest.raises(DecodingError) as failed:
        _workspace(**members)

    assert failed.value.path == path
    assert failed.value.__context__ is None


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"sid": None}, "$.sid"),
        ({"available": "yes"}, "$.available"),
        ({"date_created": "yesterday"}, "$.date_created"),
        ({"date_created": 7}, "$.date_created"),
        ({"links": {"workspace": 7}}, "$.links"),
        ({"links": []}, "$.links"),
    ],
)
def test_a_resource_of_another_shape_is_an_error_too(members: dict[str, object], path: str) -> None:
    """Truth values, dates and links are not guessed at either."""
    with pytest.raises(DecodingError) as failed:
        _activity(**members)

    assert failed.value.path == path


def test_a_figure_that_is_no_number_is_an_error() -> None:
    """A mean that is a text or a truth value is not guessed at."""
    for figure in ("soon", True):
        with pytest.raises(DecodingError) as failed:
            structure({"avg_task_acceptance_time": figure}, WorkflowCumulativeStatistics)
        assert failed.value.path == "$.avg_task_acceptance_time"


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_a_document_that_is_no_object_is_an_error(document: Document) -> None:
    """The answer itself must be an object."""
    with pytest.raises(DecodingError) as failed:
        structure(document, WorkspaceRealTimeStatistics)

    assert failed.value.path == "$"
