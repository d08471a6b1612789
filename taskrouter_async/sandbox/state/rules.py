"""A workflow's configuration, ready to be evaluated.

https://www.twilio.com/docs/taskrouter/workflow-configuration.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from attrs import evolve, frozen

from taskrouter_async.errors import DecodingError, ExpressionError
from taskrouter_async.expressions import Expression, Order, parse, parse_order_by
from taskrouter_async.models import WorkflowConfiguration, WorkflowFilter, WorkflowTarget

DEFAULT_FILTER: Final = -1

R = TypeVar("R")


@frozen(eq=False)
class KnownWorker:
    """The one worker who may take a task.

    Attributes:
        path: Where in the task's attributes they are named, such as ``agent_sid``.
        by: What names them: ``sid`` or ``friendly_name``.
    """

    path: tuple[str, ...]
    by: str


@frozen(eq=False)
class Target:
    """A place where a task waits.

    Attributes:
        queue_sid: The queue; a target without one has that of the target before it.
        priority: What the task's priority becomes; None leaves it.
        timeout: Seconds after which the task moves on; None is never.
        condition: What must hold between task and worker.
        order_by: Which workers come first.
        skip_if: When to move on at once, if nobody can take the task.
        known_worker: The one worker who may take it.
    """

    queue_sid: str | None
    priority: int | None = None
    timeout: int | None = None
    condition: Expression | None = None
    order_by: tuple[Order, ...] = ()
    skip_if: Expression | None = None
    known_worker: KnownWorker | None = None

    @property
    def personal(self) -> bool:
        """Whether who may take a task depends on the task, and not on the target alone."""
        return self.known_worker is not None or (
            self.condition is not None
            and any(name.partition(".")[0] == "task" for name in self.condition.references)
        )


@frozen(eq=False)
class Filter:
    """Targets for the tasks for which a condition holds; without one, for all tasks."""

    condition: Expression | None
    targets: tuple[Target, ...]

    def matches(self, scope: Mapping[str, object]) -> bool:
        """Say whether it is for a task of which these names say this."""
        return self.condition is None or self.condition.holds(scope)


@frozen(eq=False)
class Rules:
    """What a workflow does with a task."""

    filters: tuple[Filter, ...] = ()
    default: Target | None = None

    @classmethod
    def of(cls, configuration: WorkflowConfiguration) -> "Rules":
        """Read a configuration.

        Raises:
            DecodingError: One of its expressions cannot be parsed; ``path`` says which.
        """
        filters = [
            _filter(each, f"task_routing.filters[{place}]")
            for place, each in enumerate(configuration.filters)
        ]
        default = configuration.default_filter
        if default is None:
            return cls(tuple(filters))
        last = _target(default, "task_routing.default_filter")
        return cls(tuple(filters), evolve(last, timeout=None))

    def target(self, filter_: int, number: int) -> Target | None:
        """Return a target of a filter, of the default filter too; None if there is none."""
        if filter_ == DEFAULT_FILTER:
            return self.default
        targets = self.filters[filter_].targets
        return targets[number] if number < len(targets) else None

    def queue_sids(self) -> frozenset[str]:
        """Return every queue that is named."""
        targets = [each for filter_ in self.filters for each in filter_.targets]
        named = [each.queue_sid for each in (*targets, self.default) if each]
        return frozenset(sid for sid in named if sid)


def _filter(given: WorkflowFilter, path: str) -> Filter:
    targets: list[Target] = []
    for place, each in enumerate(given.targets):
        target = _target(each, f"{path}.targets[{place}]")
        inherited = targets[-1].queue_sid if targets else None
        targets.append(target if target.queue_sid else evolve(target, queue_sid=inherited))
    return Filter(_read(parse, given.expression, f"{path}.expression"), tuple(targets))


def _target(given: WorkflowTarget, path: str) -> Target:
    return Target(
        queue_sid=given.queue,
        priority=given.priority,
        timeout=given.timeout,
        condition=_read(parse, given.expression, f"{path}.expression"),
        order_by=_read(parse_order_by, given.order_by, f"{path}.order_by") or (),
        skip_if=_read(parse, given.skip_if, f"{path}.skip_if"),
        known_worker=_known_worker(given),
    )


def _known_worker(given: WorkflowTarget) -> KnownWorker | None:
    for by, reference in (
        ("sid", given.known_worker_sid),
        ("friendly_name", given.known_worker_friendly_name),
    ):
        if reference:
            path = tuple(reference.split("."))
            return KnownWorker(path[1:] if path[0] == "task" else path, by)
    return None


def _read(reader: Callable[[str], R], text: str | None, path: str) -> R | None:
    if not text:
        return None
    try:
        return reader(text)
    except ExpressionError as error:
        raise DecodingError(f"{path}: {error}", path=path) from None
