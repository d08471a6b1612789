"""The rules of a workflow as values: what they take, and how they are read and written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async.errors import DecodingError, InvalidArgumentError
from taskrouter_async.models import WorkflowConfiguration, WorkflowFilter, WorkflowTarget

QUEUE = "WQ" + "0" * 32
TEXTS = st.none() | st.text(max_size=10)
NUMBERS = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)
TARGETS = st.builds(
    WorkflowTarget,
    queue=TEXTS,
    priority=NUMBERS,
    timeout=NUMBERS,
    expression=TEXTS,
    order_by=TEXTS,
    skip_if=TEXTS,
    known_worker_sid=TEXTS,
    known_worker_friendly_name=TEXTS,
)
FILTERS = st.builds(
    WorkflowFilter,
    expression=st.text(max_size=10),
    targets=st.lists(TARGETS, max_size=3),
    friendly_name=TEXTS,
)
CONFIGURATIONS = st.builds(
    WorkflowConfiguration,
    filters=st.lists(FILTERS, max_size=3),
    default_filter=st.none() | TARGETS,
)


@given(CONFIGURATIONS)
def test_rules_that_are_written_can_be_read(rules: WorkflowConfiguration) -> None:
    """What was written is read as equal rules."""
    assert WorkflowConfiguration.from_json(rules.to_json()) == rules


def test_rules_are_written_as_the_service_wants_them() -> None:
    """Names are the vendor's, numbers are numbers, and what is None is left out."""
    rules = WorkflowConfiguration(
        filters=[
            WorkflowFilter(
                friendly_name="Ä",
                expression="type == 'sales'",
                targets=iter([WorkflowTarget(queue=QUEUE, priority=0, timeout=30)]),
            ),
            WorkflowFilter(expression="1==1", targets=()),
        ],
        default_filter=WorkflowTarget(queue=QUEUE),
    )

    assert rules.to_json() == (
        '{"task_routing":{"filters":['
        '{"filter_friendly_name":"Ä","expression":"type == \'sales\'",'
        f'"targets":[{{"queue":"{QUEUE}","priority":0,"timeout":30}}]}},'
        '{"expression":"1==1","targets":[]}],'
        f'"default_filter":{{"queue":"{QUEUE}"}}}}}}'
    )
    assert WorkflowConfiguration().to_json() == '{"task_routing":{"filters":[]}}'


def test_documents_are_read_leniently() -> None:
    """Digits are numbers, null is nothing, old names are understood, unknown members left out."""
    document = {
        "task_routing": {
            "filters": [
                {
                    "friendly_name": "old",
                    "expression": "1==1",
                    "targets": [{"queue": QUEUE, "priority": "10", "timeout": 5, "mood": []}],
                },
                {
                    "filter_friendly_name": "new",
                    "friendly_name": "old",
                    "expression": "",
                    "targets": None,
                },
            ],
            "default_filter": None,
            "else": 1,
        }
    }

    assert WorkflowConfiguration.from_json(json.dumps(document)) == WorkflowConfiguration(
        filters=[
            WorkflowFilter(
                friendly_name="old",
                expression="1==1",
                targets=[WorkflowTarget(queue=QUEUE, priority=10, timeout=5)],
            ),
            WorkflowFilter(friendly_name="new", expression="", targets=[]),
        ]
    )


def _in_filter(members: str) -> str:
    return f'{{"task_routing": {{"filters": [{{{members}}}]}}}}'


def _in_target(members: str) -> str:
    return _in_filter(f'"expression": "1==1", "targets": [{{}}, {{{members}}}]')


ONE = "task_routing.filters[0]"
TWO = f"{ONE}.targets[1]"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "$"),
        ("task-routing:", "$"),
        ("[" * 100_000, "$"),
        ('{"task_routing": ' + "9" * 5_000 + "}", "$"),
        ("[]", "$"),
        ("{}", "task_routing"),
        ('{"task_routing": []}', "task_routing"),
        ('{"task_routing": {"filters": {}}}', "task_routing.filters"),
        ('{"task_routing": {"filters": [1]}}', "task_routing.filters[0]"),
        ('{"task_routing": {"default_filter": []}}', "task_routing.default_filter"),
        (_in_filter('"expression": 1'), f"{ONE}.expression"),
        (_in_filter('"expression": "a", "friendly_name": 1'), f"{ONE}.friendly_name"),
        (_in_filter('"expression": "a", "targets": "b"'), f"{ONE}.targets"),
        (_in_filter('"expression": "a", "targets": [null]'), f"{ONE}.targets[0]"),
        (_in_target('"queue": 7'), f"{TWO}.queue"),
        (_in_target('"queue": "\\ud800"'), f"{TWO}.queue"),
        (_in_target('"timeout": "soon"'), f"{TWO}.timeout"),
        (_in_target('"timeout": 1.5'), f"{TWO}.timeout"),
        (_in_target('"timeout": true'), f"{TWO}.timeout"),
        (_in_target('"priority": "99999999999999999999"'), f"{TWO}.priority"),
        (_in_target('"skip_if": []'), f"{TWO}.skip_if"),
    ],
)
def test_a_document_that_makes_no_sense_is_an_error_with_its_path(text: str, path: str) -> None:
    """The first odd member is named with the way to it."""
    with pytest.raises(DecodingError) as failed:
        WorkflowConfiguration.from_json(text)

    assert failed.value.path == path


@pytest.mark.parametrize(
    ("kind", "arguments", "argument"),
    [
        (WorkflowTarget, {"queue": 7}, "queue"),
        (WorkflowTarget, {"queue": "\ud800"}, "queue"),
        (WorkflowTarget, {"priority": "1"}, "priority"),
        (WorkflowTarget, {"timeout": 1.5}, "timeout"),
        (WorkflowTarget, {"timeout": True}, "timeout"),
        (WorkflowTarget, {"timeout": 2**63}, "timeout"),
        (WorkflowTarget, {"skip_if": b""}, "skip_if"),
        (WorkflowFilter, {"expression": "\ud800", "targets": []}, "expression"),
        (WorkflowFilter, {"expression": "a", "targets": 7}, "targets"),
        (WorkflowFilter, {"expression": "a", "targets": WorkflowTarget()}, "targets"),
        (WorkflowFilter, {"expression": "a", "targets": [{"queue": QUEUE}]}, "targets"),
        (WorkflowFilter, {"expression": "a", "targets": [], "friendly_name": 1}, "friendly_name"),
        (WorkflowConfiguration, {"filters": None}, "filters"),
        (WorkflowConfiguration, {"filters": [WorkflowTarget()]}, "filters"),
        (WorkflowConfiguration, {"default_filter": QUEUE}, "default_filter"),
    ],
)
def test_wrong_types_are_refused_by_name(
    kind: type, arguments: dict[str, Any], argument: str
) -> None:
    """A value of another type than the argument's is refused when it is given."""
    with pytest.raises(InvalidArgumentError) as refused:
        kind(**arguments)

    assert refused.value.argument == argument


def test_only_a_text_is_read() -> None:
    """What is no text is a wrong argument."""
    with pytest.raises(InvalidArgumentError) as refused:
        WorkflowConfiguration.from_json({})  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "document"
