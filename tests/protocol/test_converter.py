"""Documents become models: strictly where it matters, leniently where it must be."""

from types import MappingProxyType

import pytest
from support import (
    ACCOUNT_SID,
    TASK_QUEUE_SID,
    WORKFLOW_SID,
    WORKSPACE_SID,
    workspace_document,
)

from taskrouter_async._protocol.converter import Document, frozen_json, structure
from taskrouter_async.errors import DecodingError
from taskrouter_async.models import (
    ActivityStatistic,
    TaskQueueRealTimeStatistics,
    TasksByStatus,
    WorkersRealTimeStatistics,
    WorkflowRealTimeStatistics,
    WorkspaceRealTimeStatistics,
)


def _workspace(**members: object) -> WorkspaceRealTimeStatistics:
    document: Document = workspace_document(**members)  # type: ignore[assignment]  # JSON by hand
    return structure(document, WorkspaceRealTimeStatistics)


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
        tasks_by_status=TasksByStatus(pending=2, reserved=1, assigned=2),
        tasks_by_priority=MappingProxyType({0: 4, 10: 1}),
        activity_statistics=(
            ActivityStatistic("WA" + "4" * 32, "Available", 3),
            ActivityStatistic("WA" + "5" * 32, "Offline", 0),
        ),
        url=f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics",
    )


def test_a_task_queue_is_decoded() -> None:
    """A queue has figures of its own: relative waits, eligible and available workers."""
    document: Document = {
        "account_sid": ACCOUNT_SID,
        "workspace_sid": WORKSPACE_SID,
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
    identity: dict[str, Document] = {"account_sid": ACCOUNT_SID, "workspace_sid": WORKSPACE_SID}

    workers = structure({**identity, "total_workers": 7}, WorkersRealTimeStatistics)
    workflow = structure(
        {**identity, "workflow_sid": WORKFLOW_SID, "total_tasks": 2}, WorkflowRealTimeStatistics
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
    statistics = _workspace(tasks_by_status={"pending": 1, "transferring": 4})

    assert statistics.tasks_by_status.pending == 1
    assert statistics.tasks_by_status.other == {"transferring": 4}


def test_unknown_members_are_kept() -> None:
    """Members that nobody told us about are kept, at every depth, and cannot be changed."""
    statistics = _workspace(
        sla={"target": [1, 2.5]},
        activity_statistics=[{"sid": "WA1", "friendly_name": "Idle", "workers": 1, "hue": None}],
    )

    assert statistics.extra == {"sla": {"target": (1, 2.5)}}
    assert statistics.activity_statistics[0].extra == {"hue": None}


def test_a_member_without_a_name_is_kept_as_well() -> None:
    """Even the empty name is a name that may appear, beside others."""
    assert _workspace(**{"": 1}).extra == {"": 1}
    assert _workspace(**{"": None, "x": 2}).extra == {"": None, "x": 2}


def test_null_counts_as_left_out() -> None:
    """A member that is null takes its default, like one that is not there."""
    statistics = _workspace(
        longest_task_waiting_sid=None, tasks_by_status=None, activity_statistics=None
    )

    assert statistics.longest_task_waiting_sid is None
    assert statistics.tasks_by_status == TasksByStatus()
    assert statistics.activity_statistics == ()


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"account_sid": None}, "$.account_sid"),
        ({"account_sid": 5}, "$.account_sid"),
        ({"total_tasks": 1.5}, "$.total_tasks"),
        ({"total_tasks": True}, "$.total_tasks"),
        ({"total_tasks": "5 tasks"}, "$.total_tasks"),
        ({"total_tasks": "9" * 19}, "$.total_tasks"),
        ({"tasks_by_status": []}, "$.tasks_by_status"),
        ({"tasks_by_status": {"pending": None}}, "$.tasks_by_status"),
        ({"tasks_by_priority": {"high": 1}}, "$.tasks_by_priority"),
        ({"activity_statistics": {}}, "$.activity_statistics"),
        ({"activity_statistics": "none"}, "$.activity_statistics"),
        ({"activity_statistics": [7]}, "$.activity_statistics"),
        ({"activity_statistics": [{"sid": "WA1"}]}, "$.activity_statistics.friendly_name"),
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


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_a_document_that_is_no_object_is_an_error(document: Document) -> None:
    """The answer itself must be an object."""
    with pytest.raises(DecodingError) as failed:
        structure(document, WorkspaceRealTimeStatistics)

    assert failed.value.path == "$"


def test_frozen_json_cannot_be_changed() -> None:
    """Arrays become tuples and objects become read-only mappings."""
    frozen = frozen_json({"a": [{"b": 1}]})

    assert isinstance(frozen, MappingProxyType)
    assert frozen == {"a": ({"b": 1},)}
