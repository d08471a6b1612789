"""The rules of a workflow, to be read and to be written."""

import json
from collections.abc import Iterable

from attrs import Attribute, asdict, field, frozen

from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models._answer import Document
from taskrouter_async.models._reading import (
    array,
    is_number,
    is_whole,
    members,
    number,
    parsed,
    text,
)


def _refused(name: str, wanted: str, value: object) -> InvalidArgumentError:
    return InvalidArgumentError(f"{name} must be {wanted}, not {value!r:.100}", argument=name)


def _is_text_or_none(
    _instance: object, attribute: "Attribute[str | None]", value: str | None
) -> None:
    if value is not None and (not isinstance(value, str) or not is_whole(value)):
        raise _refused(attribute.name, "a text or None", value)


def _is_number_or_none(
    _instance: object, attribute: "Attribute[int | None]", value: int | None
) -> None:
    if value is not None and not is_number(value):
        raise _refused(attribute.name, "a whole number or None", value)


@frozen(kw_only=True)
class WorkflowTarget:
    """A place where a task can wait for a worker.

    Attributes:
        queue: The queue, ``WQ…``; ``None`` for that of the target before.
        priority: The priority that the task gets; ``None`` leaves it as it is.
        timeout: After how many seconds the task goes on; ``None`` to stay. The timeouts add up from
            the task's beginning: with 10 at each of two targets, the second ends at the age of 20.
        expression: Which workers of the queue it is for, with the prefixes ``worker.`` and
            ``task.``; ``None`` for all.
        order_by: In which order they are asked, such as ``worker.level DESC``.
        skip_if: When to go on at once if nobody can be asked, such as ``workers.available == 0``.
        known_worker_sid: The attribute that holds the SID of the only worker to be asked, such as
            ``task.agent_sid``.
        known_worker_friendly_name: The attribute that holds the name of that worker instead.
    """

    queue: str | None = field(default=None, validator=_is_text_or_none)
    priority: int | None = field(default=None, validator=_is_number_or_none)
    timeout: int | None = field(default=None, validator=_is_number_or_none)
    expression: str | None = field(default=None, validator=_is_text_or_none)
    order_by: str | None = field(default=None, validator=_is_text_or_none)
    skip_if: str | None = field(default=None, validator=_is_text_or_none)
    known_worker_sid: str | None = field(default=None, validator=_is_text_or_none)
    known_worker_friendly_name: str | None = field(default=None, validator=_is_text_or_none)


def _targets(values: Iterable[WorkflowTarget]) -> tuple[WorkflowTarget, ...]:
    if isinstance(values, Iterable):
        given = tuple(values)
        if all(isinstance(each, WorkflowTarget) for each in given):
            return given
    raise _refused("targets", "several WorkflowTarget in a sequence", values)


@frozen(kw_only=True)
class WorkflowFilter:
    """Tasks of one kind, and where they wait.

    Attributes:
        expression: Which tasks it is for; names stand for attributes of the task, without a prefix.
            ``None`` is for every task.
        targets: Where they wait, one place after the other.
        friendly_name: The name of the filter.
    """

    expression: str | None = field(default=None, validator=_is_text_or_none)
    targets: tuple[WorkflowTarget, ...] = field(converter=_targets)
    friendly_name: str | None = field(default=None, validator=_is_text_or_none)


def _filters(values: Iterable[WorkflowFilter]) -> tuple[WorkflowFilter, ...]:
    if isinstance(values, Iterable):
        given = tuple(values)
        if all(isinstance(each, WorkflowFilter) for each in given):
            return given
    raise _refused("filters", "several WorkflowFilter in a sequence", values)


def _is_target_or_none(
    _instance: object, attribute: "Attribute[WorkflowTarget | None]", value: WorkflowTarget | None
) -> None:
    if value is not None and not isinstance(value, WorkflowTarget):
        raise _refused(attribute.name, "a WorkflowTarget or None", value)


@frozen(kw_only=True)
class WorkflowConfiguration:
    """The rules by which a workflow brings tasks to queues.

    The vendor's page: https://www.twilio.com/docs/taskrouter/workflow-configuration

    Attributes:
        filters: The filters; the first whose expression holds gets the task.
        default_filter: Where tasks wait that no filter was for; ``None`` for nowhere.
    """

    filters: tuple[WorkflowFilter, ...] = field(default=(), converter=_filters)
    default_filter: WorkflowTarget | None = field(default=None, validator=_is_target_or_none)

    @classmethod
    def from_json(cls, document: str) -> "WorkflowConfiguration":
        """Read the rules from the text of their JSON document.

        Numbers may be digits in a text, and ``null`` is as good as nothing. Members that this
        release does not know are left out.

        Raises:
            DecodingError: The document makes no sense; the error's ``path`` says where, as in
                ``task_routing.filters[0].targets[1].timeout``.
            InvalidArgumentError: It is no text.
        """
        if not isinstance(document, str):
            raise _refused("document", "a text", document)
        whole = members(parsed(document, "the configuration"), "$")
        return _configuration(whole.get("task_routing"), "task_routing")

    def to_json(self) -> str:
        """Return the rules as the service wants them: the text of a JSON document."""
        routing: dict[str, Document] = {"filters": [_filter_document(f) for f in self.filters]}
        if self.default_filter is not None:
            routing["default_filter"] = _target_document(self.default_filter)
        return json.dumps({"task_routing": routing}, ensure_ascii=False, separators=(",", ":"))


def _configuration(document: Document, path: str) -> WorkflowConfiguration:
    routing = members(document, path)
    filters = tuple(_filter(each, where) for each, where in array(routing, "filters", path))
    default = routing.get("default_filter")
    return WorkflowConfiguration(
        filters=filters,
        default_filter=None if default is None else _target(default, f"{path}.default_filter"),
    )


def _filter(document: Document, path: str) -> WorkflowFilter:
    known = members(document, path)
    # Documents of old days have the other name.
    name, old_name = (text(known, each, path) for each in ("filter_friendly_name", "friendly_name"))
    return WorkflowFilter(
        expression=text(known, "expression", path),
        targets=tuple(_target(each, where) for each, where in array(known, "targets", path)),
        friendly_name=old_name if name is None else name,
    )


def _target(document: Document, path: str) -> WorkflowTarget:
    known = members(document, path)
    return WorkflowTarget(
        queue=text(known, "queue", path),
        priority=number(known, "priority", path),
        timeout=number(known, "timeout", path),
        expression=text(known, "expression", path),
        order_by=text(known, "order_by", path),
        skip_if=text(known, "skip_if", path),
        known_worker_sid=text(known, "known_worker_sid", path),
        known_worker_friendly_name=text(known, "known_worker_friendly_name", path),
    )


def _filter_document(filter_: WorkflowFilter) -> Document:
    name, expression = filter_.friendly_name, filter_.expression
    return {
        **({} if name is None else {"filter_friendly_name": name}),
        **({} if expression is None else {"expression": expression}),
        "targets": [_target_document(target) for target in filter_.targets],
    }


def _target_document(target: WorkflowTarget) -> dict[str, Document]:
    return asdict(target, filter=lambda _attribute, value: value is not None)
