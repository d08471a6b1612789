"""What others make of the same answers: msgspec alone, cattrs alone, and models of pydantic.

The models of pydantic have the members and types of ours, statuses and dates included.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import cattrs
import msgspec
import orjson
from attrs import frozen
from pydantic import BaseModel, ConfigDict

from taskrouter_async.models import (
    Links,
    PageMeta,
    Task,
    TasksByPriority,
    TasksByStatus,
    TaskStatus,
)

T = TypeVar("T")


@frozen
class TaskPage:
    """A page of tasks, for those who know nothing of pages."""

    meta: PageMeta
    tasks: tuple[Task, ...]


def _map(wanted: type, value: dict[str, Any]) -> object:
    if wanted is TasksByPriority:
        return TasksByPriority({int(name): number for name, number in value.items()})
    return wanted(value)


def straight(model: type[T]) -> Callable[[bytes], T]:
    """Return msgspec's decoder into a class of ours, which does nothing else."""
    return msgspec.json.Decoder(model, dec_hook=_map).decode


def structured(model: type[T]) -> Callable[[bytes], T]:
    """Return cattrs' converter into a class of ours, after orjson."""
    converter = cattrs.Converter(prefer_attrib_converters=False)
    for kind in (Links, TasksByPriority, TasksByStatus):
        converter.register_structure_hook(kind, lambda value, wanted: _map(wanted, value))
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    return lambda body: converter.structure(orjson.loads(body), model)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Activity(_Frozen):
    """The workers in one activity."""

    sid: str
    friendly_name: str
    workers: int = 0


class Statistics(_Frozen):
    """The real-time statistics of a workspace."""

    account_sid: str | None = None
    workspace_sid: str | None = None
    total_tasks: int = 0
    total_workers: int = 0
    longest_task_waiting_age: int = 0
    longest_task_waiting_sid: str | None = None
    tasks_by_status: dict[str, int]
    tasks_by_priority: dict[int, int]
    activity_statistics: tuple[Activity, ...] = ()
    url: str | None = None


class PydanticTask(_Frozen):
    """A task."""

    sid: str
    account_sid: str
    workspace_sid: str
    assignment_status: TaskStatus | None = None
    reason: str | None = None
    age: int = 0
    priority: int = 0
    timeout: int = 0
    attributes: str | None = None
    addons: str | None = None
    task_channel_sid: str | None = None
    task_channel_unique_name: str | None = None
    task_queue_sid: str | None = None
    task_queue_friendly_name: str | None = None
    task_queue_entered_date: datetime | None = None
    workflow_sid: str | None = None
    workflow_friendly_name: str | None = None
    routing_target: str | None = None
    ignore_capacity: bool | None = None
    virtual_start_time: datetime | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: dict[str, str]


class PydanticMeta(_Frozen):
    """What a page says about itself."""

    key: str | None = None
    page: int = 0
    page_size: int = 0
    url: str | None = None
    first_page_url: str | None = None
    next_page_url: str | None = None
    previous_page_url: str | None = None


class PydanticPage(_Frozen):
    """A page of tasks."""

    meta: PydanticMeta
    tasks: tuple[PydanticTask, ...]
