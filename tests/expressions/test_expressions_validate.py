"""What can be told about the rules of a workflow without asking the service."""

import json

import pytest

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.expressions import validate
from taskrouter_async.models import WorkflowConfiguration, WorkflowFilter, WorkflowTarget

QUEUE = "WQ" + "0a" * 16
GOOD = WorkflowTarget(queue=QUEUE)


def _of_targets(*targets: WorkflowTarget, expression: str = "a == 1") -> WorkflowConfiguration:
    return WorkflowConfiguration(filters=[WorkflowFilter(expression=expression, targets=targets)])


def _told(configuration: WorkflowConfiguration | str) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in validate(configuration)]


def test_good_rules_have_no_problem() -> None:
    """Everything that the vendor's pages show is fine, as rules and as text."""
    first = WorkflowTarget(
        queue=QUEUE,
        priority=5,
        timeout=30,
        expression="worker.level >= task.level",
        order_by="worker.level DESC, worker.cost",
        known_worker_sid="task.agent.sids[0]",
    )
    skipped = WorkflowTarget(
        skip_if="workers.available == 0", known_worker_friendly_name="task.agent"
    )
    rules = WorkflowConfiguration(
        filters=[WorkflowFilter(expression="1==1", targets=[first, skipped, GOOD])],
        default_filter=GOOD,
    )

    assert validate(rules) == ()
    assert validate(rules.to_json()) == ()
    assert validate(WorkflowConfiguration()) == ()
    assert validate('{"task_routing": {"filters": null, "default_filter": null}}') == ()


TARGETS = "task_routing.filters[0].targets"


@pytest.mark.parametrize(
    ("rules", "path", "said"),
    [
        (_of_targets(), TARGETS, "needs a target"),
        (_of_targets(GOOD, expression="a-b"), "task_routing.filters[0].expression", "hyphens"),
        (_of_targets(WorkflowTarget(timeout=3)), f"{TARGETS}[0].queue", "must be named"),
        (_of_targets(WorkflowTarget(queue="Support")), f"{TARGETS}[0].queue", "by its SID"),
        (_of_targets(WorkflowTarget(queue=QUEUE + "\n")), f"{TARGETS}[0].queue", "by its SID"),
        (_of_targets(GOOD, GOOD), f"{TARGETS}[1]", "never reached"),
        (_of_targets(WorkflowTarget(queue=QUEUE, timeout=0)), f"{TARGETS}[0].timeout", "1 second"),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, expression="worker.a")),
            f"{TARGETS}[0].expression",
            "expected an operator",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, skip_if="")),
            f"{TARGETS}[0].skip_if",
            "expected a comparison",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, order_by="worker.a UP")),
            f"{TARGETS}[0].order_by",
            "ASC or DESC",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, order_by="worker.a, level DESC")),
            f"{TARGETS}[0].order_by",
            "such as worker.level, not 'level'",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, order_by="worker")),
            f"{TARGETS}[0].order_by",
            "such as worker.level, not 'worker'",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, known_worker_sid="WK" + "0" * 32)),
            f"{TARGETS}[0].known_worker_sid",
            "such as task.agent",
        ),
        (
            _of_targets(WorkflowTarget(queue=QUEUE, known_worker_friendly_name="agent")),
            f"{TARGETS}[0].known_worker_friendly_name",
            "such as task.agent",
        ),
        (
            _of_targets(
                WorkflowTarget(
                    queue=QUEUE, known_worker_sid="task.a", known_worker_friendly_name="task.b"
                )
            ),
            f"{TARGETS}[0].known_worker_friendly_name",
            "cannot be combined",
        ),
        (
            WorkflowConfiguration(default_filter=WorkflowTarget()),
            "task_routing.default_filter.queue",
            "must be named",
        ),
        (
            WorkflowConfiguration(default_filter=WorkflowTarget(queue=QUEUE, timeout=5)),
            "task_routing.default_filter.timeout",
            "no timeout",
        ),
    ],
)
def test_a_problem_has_its_path(rules: WorkflowConfiguration, path: str, said: str) -> None:
    """Each mistake is one problem, at its place; as text it is the same."""
    ((where, message),) = _told(rules)

    assert (where, said in message) == (path, True)
    assert _told(rules.to_json()) == [(path, message)]


def test_problems_come_from_the_top_down() -> None:
    """All problems are told at once, in the order of the document, syntax with its place."""
    text = json.dumps(
        {
            "task_routing": {
                "filters": [
                    {
                        "expression": "a >\n b c",
                        "color": "red",
                        "targets": [{"queue": "x", "timeout": -1}, {"mood": 1}, {}],
                    },
                    {"expression": "1==1", "targets": []},
                ],
                "default_filter": {"queue": QUEUE, "when": 1, "skip_if": "a"},
                "else": [],
            },
            "extra": 1,
        }
    )

    problems = validate(text)

    assert [problem.path for problem in problems] == [
        "extra",
        "task_routing.else",
        "task_routing.filters[0].color",
        "task_routing.filters[0].expression",
        "task_routing.filters[0].targets[0].queue",
        "task_routing.filters[0].targets[0].timeout",
        "task_routing.filters[0].targets[1].mood",
        "task_routing.filters[0].targets[2]",
        "task_routing.filters[1].targets",
        "task_routing.default_filter.when",
        "task_routing.default_filter.skip_if",
    ]
    assert (problems[3].position, problems[3].line, problems[3].column) == (7, 2, 4)


def test_skip_if_keeps_the_next_target_in_reach() -> None:
    """Behind a target without a timeout the next is reached by skip_if only."""
    skipped = WorkflowTarget(queue=QUEUE, skip_if="1==1")

    assert validate(_of_targets(skipped, GOOD)) == ()
    assert [path for path, _ in _told(_of_targets(skipped, GOOD, GOOD, GOOD))] == [
        f"{TARGETS}[2]",
        f"{TARGETS}[3]",
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "$"),
        ("[]", "$"),
        ("[" * 100_000, "$"),
        ("{}", "task_routing"),
        (
            '{"task_routing": {"filters": [{"expression": 3}]}}',
            "task_routing.filters[0].expression",
        ),
    ],
)
def test_a_text_that_makes_no_sense_is_one_problem(text: str, path: str) -> None:
    """What cannot be read is not an error but a problem."""
    assert [problem.path for problem in validate(text)] == [path]


def test_rules_have_a_largest_size() -> None:
    """A document above the service's limit is a problem; bytes count, not characters."""
    fitting = '{"task_routing": {}}'
    spaces = 1_038_576 - len(fitting)

    assert validate(fitting + " " * spaces) == ()
    assert _told(fitting + " " * (spaces + 1)) == [
        ("$", "a configuration has 1038576 bytes at most, not 1038577")
    ]
    umlauts = WorkflowConfiguration(
        filters=[WorkflowFilter(expression=f"a == '{'ä' * 60_000}'", targets=[GOOD])] * 9
    )
    assert len(umlauts.to_json()) < 1_038_576
    assert [path for path, _ in _told(umlauts)] == ["$"]


@pytest.mark.parametrize("value", [None, b"{}", {"task_routing": {}}])
def test_only_rules_are_validated(value: object) -> None:
    """What is neither rules nor a text is a wrong argument."""
    with pytest.raises(InvalidArgumentError) as refused:
        validate(value)  # type: ignore[arg-type]  # on purpose

    assert refused.value.argument == "configuration"
