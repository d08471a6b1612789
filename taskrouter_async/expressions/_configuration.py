"""The rules of a workflow, checked as far as this can be done without asking the service."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias, cast

from taskrouter_async.errors import DecodingError, ExpressionError, InvalidArgumentError
from taskrouter_async.expressions._expression import parse
from taskrouter_async.expressions._ordering import parse_order_by
from taskrouter_async.expressions._problems import Problem, problem_of
from taskrouter_async.models import (
    Document,
    WorkflowConfiguration,
    WorkflowFilter,
    WorkflowTarget,
)

LONGEST_BYTES: Final = 1_038_576

_QUEUE: Final = re.compile(r"WQ[0-9a-fA-F]{32}")
_TASK_ATTRIBUTE: Final = re.compile(r"task(\.[A-Za-z_$][A-Za-z0-9_$]*|\[[0-9]+\])+")
_ROUTING: Final = frozenset({"filters", "default_filter"})
_FILTER: Final = frozenset({"filter_friendly_name", "friendly_name", "expression", "targets"})
_TARGET: Final = frozenset(
    {
        *("queue", "priority", "timeout", "expression", "order_by", "skip_if"),
        *("known_worker_sid", "known_worker_friendly_name"),
    }
)

Problems: TypeAlias = Iterator[Problem]
_Members: TypeAlias = dict[str, Document]


def validate(configuration: WorkflowConfiguration | str) -> tuple[Problem, ...]:
    """Return what is wrong with the rules of a workflow, from the top down; nothing if all is well.

    The service itself checks less when a workflow is made: what it takes may still never match.

    Args:
        configuration: The rules, or the text of their JSON document. A text can have problems
            that rules cannot, such as members that the service does not know. A text that makes
            no sense has one problem only.

    Raises:
        InvalidArgumentError: The rules are neither.
    """
    if isinstance(configuration, WorkflowConfiguration):
        return tuple(_problems(configuration, configuration.to_json()))
    if not isinstance(configuration, str):
        raise InvalidArgumentError(
            "configuration must be a WorkflowConfiguration or a text", argument="configuration"
        )
    try:
        return tuple(_problems(WorkflowConfiguration.from_json(configuration), configuration))
    except DecodingError as error:
        return (Problem(str(error), path=error.path),)


def _problems(rules: WorkflowConfiguration, text: str) -> Problems:
    size = len(text.encode(errors="replace"))
    if size > LONGEST_BYTES:
        yield Problem(f"a configuration has {LONGEST_BYTES} bytes at most, not {size}", path="$")
    whole = cast("_Members", json.loads(text))
    routing = cast("_Members", whole["task_routing"])
    yield from _unknown(whole, frozenset({"task_routing"}), "")
    yield from _unknown(routing, _ROUTING, "task_routing.")
    documents = cast("list[_Members]", routing.get("filters") or [])
    for place, (each, document) in enumerate(zip(rules.filters, documents, strict=True)):
        yield from _of_filter(each, document, f"task_routing.filters[{place}]")
    if rules.default_filter:
        document = cast("_Members", routing["default_filter"])
        yield from _of_default(rules.default_filter, document, "task_routing.default_filter")


def _unknown(document: _Members, known: frozenset[str], prefix: str) -> Problems:
    for name in document:
        if name not in known:
            yield Problem(f"the service knows no {name[:60]!r} here", path=f"{prefix}{name}")


def _of_filter(rule: WorkflowFilter, document: _Members, path: str) -> Problems:
    yield from _unknown(document, _FILTER, f"{path}.")
    yield from _of_text(parse, rule.expression, f"{path}.expression")
    if not rule.targets:
        yield Problem("a filter needs a target", path=f"{path}.targets")
        return
    final = False
    documents = cast("list[_Members]", document["targets"])
    for place, (each, members) in enumerate(zip(rule.targets, documents, strict=True)):
        where = f"{path}.targets[{place}]"
        if final:
            yield Problem(
                "never reached: a target before it has neither timeout nor skip_if", path=where
            )
        yield from _of_queue(each, where, needed=place == 0)
        yield from _of_target(each, members, where)
        final = final or (each.timeout is None and each.skip_if is None)


def _of_default(target: WorkflowTarget, document: _Members, path: str) -> Problems:
    yield from _of_queue(target, path, needed=True)
    if target.timeout is not None:
        yield Problem("the default filter has no timeout", path=f"{path}.timeout")
    yield from _of_target(target, document, path)


def _of_queue(target: WorkflowTarget, path: str, *, needed: bool) -> Problems:
    if target.queue is None:
        if needed:
            yield Problem("a queue must be named here", path=f"{path}.queue")
    elif not _QUEUE.fullmatch(target.queue):
        message = f"a queue is named by its SID, WQ…, not {target.queue!r:.60}"
        yield Problem(message, path=f"{path}.queue")


def _of_target(target: WorkflowTarget, document: _Members, path: str) -> Problems:
    yield from _unknown(document, _TARGET, f"{path}.")
    if target.timeout is not None and target.timeout <= 0:
        yield Problem("a timeout is 1 second at least", path=f"{path}.timeout")
    yield from _of_text(parse, target.expression, f"{path}.expression")
    yield from _of_order(target.order_by, f"{path}.order_by")
    yield from _of_text(parse, target.skip_if, f"{path}.skip_if")
    yield from _of_known_worker(target, path)


def _of_text(read: Callable[[str], object], text: str | None, path: str) -> Problems:
    if text is None:
        return
    try:
        read(text)
    except ExpressionError as error:
        yield problem_of(error, path)


def _of_order(text: str | None, path: str) -> Problems:
    wrong = tuple(_of_text(parse_order_by, text, path))
    yield from wrong
    for order in () if wrong or text is None else parse_order_by(text):
        if order.path[0] != "worker" or len(order.path) == 1:
            name = ".".join(order.path)
            message = f"workers are ordered by attributes such as worker.level, not {name!r:.60}"
            yield Problem(message, path=path)


def _of_known_worker(target: WorkflowTarget, path: str) -> Problems:
    by_sid, by_name = target.known_worker_sid, target.known_worker_friendly_name
    for name, value in (("known_worker_sid", by_sid), ("known_worker_friendly_name", by_name)):
        if value is not None and not _TASK_ATTRIBUTE.fullmatch(value):
            message = f"expected an attribute such as task.agent, not {value!r:.60}"
            yield Problem(message, path=f"{path}.{name}")
    if by_sid is not None and by_name is not None:
        message = "cannot be combined with known_worker_sid: name one of them"
        yield Problem(message, path=f"{path}.known_worker_friendly_name")
