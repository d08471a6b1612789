"""Workflows: what is sent for each operation, and what is refused before anything is."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from fakes import FakeReader, by_both_roads
from support import ACCOUNT_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Keep
from taskrouter_async.errors import DecodingError, InvalidArgumentError
from taskrouter_async.models import (
    Workflow,
    WorkflowConfiguration,
    WorkflowCumulativeStatistics,
    WorkflowRealTimeStatistics,
    WorkflowStatistics,
    WorkflowTarget,
)
from taskrouter_async.resources import Workflows

COLLECTION = f"/v1/Workspaces/{WORKSPACE_SID}/Workflows"
ONE = f"{COLLECTION}/{WORKFLOW_SID}"
RULES = {"task_routing": {"filters": [], "default_filter": {"queue": "WQ" + "2" * 32}}}
RULES_TEXT = '{"task_routing":{"filters":[],"default_filter":{"queue":"WQ' + "2" * 32 + '"}}}'
DOCUMENT = {
    "sid": WORKFLOW_SID,
    "account_sid": ACCOUNT_SID,
    "workspace_sid": WORKSPACE_SID,
    "friendly_name": "Sales, Marketing, Support",
    "configuration": RULES_TEXT,
    "document_content_type": "application/json",
    "assignment_callback_url": "https://example.com/assign",
    "fallback_assignment_callback_url": "https://example.com/fallback",
    "task_reservation_timeout": 120,
    "date_created": "2026-03-01T10:00:00Z",
    "date_updated": "2026-03-02T11:30:00Z",
    "url": f"https://taskrouter.twilio.com{ONE}",
    "links": {"statistics": f"https://taskrouter.twilio.com{ONE}/Statistics"},
}
WORKFLOW = Workflow(sid=WORKFLOW_SID, account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _workflows(reader: FakeReader) -> Workflows:
    return Workflows(reader, (("WorkspaceSid", WORKSPACE_SID),))


async def test_create_sends_the_rules_as_text() -> None:
    """A mapping is written out as JSON, a duration as seconds."""
    reader = FakeReader(WORKFLOW)

    made = await _workflows(reader).create(
        friendly_name="Support",
        configuration=RULES,
        assignment_callback_url="https://example.com/assign",
        fallback_assignment_callback_url="https://example.com/fallback",
        task_reservation_timeout=timedelta(minutes=5),
    )

    assert made is WORKFLOW
    assert reader.asked == (
        "POST",
        COLLECTION,
        [
            ("FriendlyName", "Support"),
            ("Configuration", RULES_TEXT),
            ("AssignmentCallbackUrl", "https://example.com/assign"),
            ("FallbackAssignmentCallbackUrl", "https://example.com/fallback"),
            ("TaskReservationTimeout", "300"),
        ],
    )


async def test_create_takes_rules_that_are_text_already() -> None:
    """A text of JSON goes out to the letter."""
    reader = FakeReader(WORKFLOW)

    await _workflows(reader).create(friendly_name="Support", configuration='{ "a": 1 }')

    pairs = [("FriendlyName", "Support"), ("Configuration", '{ "a": 1 }')]
    assert reader.asked == ("POST", COLLECTION, pairs)


async def test_rules_that_are_values_are_written_out() -> None:
    """Typed rules are sent as the text that a mapping of the same rules becomes."""
    reader = FakeReader(WORKFLOW)
    rules = WorkflowConfiguration(default_filter=WorkflowTarget(queue="WQ" + "2" * 32))

    await _workflows(reader).create(friendly_name="Support", configuration=rules)
    await _workflows(reader)(WORKFLOW_SID).update(configuration=rules)

    sent = [parse_qsl((request.body or b"").decode()) for request in reader.requests]
    assert sent[0] == [("FriendlyName", "Support"), ("Configuration", RULES_TEXT)]
    assert sent[1] == [("Configuration", RULES_TEXT)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("friendly_name", ""),
        ("configuration", "rules:"),
        ("configuration", None),
        ("configuration", "[]"),
        ("configuration", {"when": datetime(2026, 3, 1, tzinfo=UTC)}),
        ("assignment_callback_url", 3),
        ("fallback_assignment_callback_url", None),
        ("task_reservation_timeout", 0),
        ("task_reservation_timeout", 86_401),
        ("task_reservation_timeout", timedelta(milliseconds=1500)),
    ],
)
async def test_create_refuses_what_cannot_be_sent(name: str, value: object) -> None:
    """Rules that are no JSON object and offers longer than a day are refused by name."""
    reader = FakeReader()
    arguments = {"friendly_name": "Support", "configuration": RULES, name: value}

    with pytest.raises(InvalidArgumentError) as refused:
        await _workflows(reader).create(**arguments)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == name
    assert reader.calls == []


async def test_list_sends_the_filter() -> None:
    """Workflows are listed by name."""
    reader = FakeReader(WORKFLOW)

    assert [each async for each in _workflows(reader).list(friendly_name="S", limit=2)] == [
        WORKFLOW
    ]
    assert reader.asked == ("GET", COLLECTION, [("FriendlyName", "S"), ("PageSize", "2")])
    assert reader.calls[0].operation.list_key == "workflows"


async def test_fetch_asks_for_one() -> None:
    """A workflow is fetched by a GET at its own address."""
    reader = FakeReader(WORKFLOW)
    handle = _workflows(reader)(WORKFLOW_SID)

    assert await handle.fetch() is WORKFLOW
    assert (handle.sid, repr(handle)) == (WORKFLOW_SID, f"<Workflow {WORKFLOW_SID}>")
    assert reader.asked == ("GET", ONE, [])


async def test_update_sends_what_is_given_and_clears_addresses() -> None:
    """An empty text is sent as such: it clears an address."""
    reader = FakeReader(WORKFLOW)

    changed = await _workflows(reader)(WORKFLOW_SID).update(
        friendly_name="Help",
        configuration={},
        assignment_callback_url="",
        fallback_assignment_callback_url="",
        task_reservation_timeout=86_400,
        re_evaluate_tasks=True,
    )

    assert changed is WORKFLOW
    method, path, pairs = reader.asked
    assert (method, path) == ("POST", ONE)
    assert dict(pairs) == {
        "FriendlyName": "Help",
        "AssignmentCallbackUrl": "",
        "FallbackAssignmentCallbackUrl": "",
        "Configuration": "{}",
        "TaskReservationTimeout": "86400",
        "ReEvaluateTasks": "true",
    }


async def test_update_without_arguments_sends_an_empty_form() -> None:
    """Nothing given, nothing sent but the request itself."""
    reader = FakeReader(WORKFLOW)

    await _workflows(reader)(WORKFLOW_SID).update()

    assert reader.asked == ("POST", ONE, [])
    assert reader.requests[0].body == b""


async def test_update_refuses_a_text_for_yes_or_no() -> None:
    """Whether tasks are evaluated again is a matter of True or False."""
    with pytest.raises(InvalidArgumentError) as refused:
        await _workflows(FakeReader())(WORKFLOW_SID).update(re_evaluate_tasks="yes")  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "re_evaluate_tasks"


async def test_delete_has_no_body() -> None:
    """A workflow is deleted by a bare DELETE."""
    reader = FakeReader()

    await _workflows(reader)(WORKFLOW_SID).delete()

    assert reader.asked == ("DELETE", ONE, [])


async def test_each_kind_of_statistics_has_its_address_and_its_keeping() -> None:
    """Statistics are asked for below the workflow, each with its model and its time to keep."""
    reader = FakeReader(WORKFLOW)
    handle = _workflows(reader)(WORKFLOW_SID)

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
        WorkflowRealTimeStatistics,
        WorkflowCumulativeStatistics,
        WorkflowStatistics,
    ]
    assert reader.calls[0].sids[-1] == ("WorkflowSid", WORKFLOW_SID)


def test_a_malformed_sid_makes_no_handle() -> None:
    """Only a workflow's SID addresses a workflow."""
    with pytest.raises(InvalidArgumentError) as refused:
        _workflows(FakeReader())(WORKSPACE_SID)

    assert refused.value.argument == "sid"


def test_both_roads_decode_a_workflow() -> None:
    """Every member of the vendor's schema ends up in a typed field, none is lost."""
    workflow = by_both_roads({**DOCUMENT, "hue": "red"}, Workflow)

    assert workflow.configuration == RULES_TEXT
    assert workflow.task_reservation_timeout == 120
    assert workflow.to_dict() == {**DOCUMENT, "hue": "red"}
    assert workflow.extra == {"hue": "red"}
    twin = Workflow(**{name: getattr(workflow, name) for name in DOCUMENT})
    assert twin.to_dict() == DOCUMENT


def test_the_rules_of_a_workflow_can_be_read() -> None:
    """The text of the rules becomes a document that nobody can change."""
    workflow = by_both_roads(DOCUMENT, Workflow)
    rules: object = workflow.parse_configuration()

    assert rules == {"task_routing": {"filters": (), "default_filter": {"queue": "WQ" + "2" * 32}}}
    assert WORKFLOW.parse_configuration() is None


def test_the_rules_of_a_workflow_have_types() -> None:
    """The text of the rules becomes typed rules, and nothing where the service sent none."""
    workflow = by_both_roads(DOCUMENT, Workflow)

    assert workflow.typed_configuration() == WorkflowConfiguration(
        default_filter=WorkflowTarget(queue="WQ" + "2" * 32)
    )
    assert WORKFLOW.typed_configuration() is None


def test_rules_that_are_no_json_are_an_error_that_does_not_tell_them() -> None:
    """Old rules of another format are kept as text; reading them fails and names the member."""
    workflow = by_both_roads({**DOCUMENT, "configuration": "task-routing:\n"}, Workflow)

    assert workflow.configuration == "task-routing:\n"
    with pytest.raises(DecodingError) as failed:
        workflow.parse_configuration()
    assert failed.value.path == "$.configuration"
    assert "task-routing" not in str(failed.value)
