"""What a contact centre needs before the first call: queues by skill, a workflow, people.

What there is already by that name is used as it is; a workflow with other rules gets a name of its
own, and is left to the tasks that are on their way through it.
"""

import json
import random
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final

from attrs import frozen

from taskrouter_async.expressions import quote
from taskrouter_async.models import WorkflowConfiguration, WorkflowFilter, WorkflowTarget
from taskrouter_async.sandbox.routing import staff
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.activities import add_activity
from taskrouter_async.sandbox.settings.channels import add_channel
from taskrouter_async.sandbox.settings.queues import EVERYBODY, add_queue
from taskrouter_async.sandbox.settings.workflows import add_workflow
from taskrouter_async.sandbox.state.records import (
    Activity,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
)
from taskrouter_async.sandbox.traffic.plan import Traffic

IMPORTANT_PRIORITY: Final = 10
OVERFLOW_PRIORITY: Final = 5
SECOND_SKILL_SHARE: Final = 0.5

_COMMON_QUEUE: Final = "Everybody"
_WORKFLOW: Final = "Contact Centre"


@frozen(eq=False)
class Furniture:
    """What traffic in a workspace makes use of.

    Attributes:
        available: What workers are in who take tasks.
        away: What they are in during a pause.
        offline: What they are in after their shift.
        channels: The kinds of tasks that arrive.
        workflow: Where they arrive.
        workers: Who takes them.
    """

    available: Activity
    away: Activity
    offline: Activity
    channels: tuple[TaskChannel, ...]
    workflow: Workflow
    workers: tuple[Worker, ...]


def furnish(floor: Floor, traffic: Traffic, chance: random.Random) -> Furniture:
    """Set up a workspace for traffic.

    Raises:
        RefusalError: It cannot hold so much, or a channel cannot have that name.
    """
    channels = tuple(_channel(floor, name) for name in traffic.channels)
    return Furniture(
        available=_activity(floor, "Available", available=True),
        away=_activity(floor, "Unavailable", available=False),
        offline=floor.workspace.timeout_activity,
        channels=channels,
        workflow=_workflow(floor, traffic),
        workers=_workers(floor, traffic, chance),
    )


def _activity(floor: Floor, name: str, *, available: bool) -> Activity:
    for activity in floor.workspace.activities.values():
        if activity.available is available and activity.friendly_name == name:
            return activity
    taken = (each.friendly_name for each in floor.workspace.activities.values())
    return add_activity(floor, _free_name(name, taken), available=available)


def _channel(floor: Floor, unique_name: str) -> TaskChannel:
    for channel in floor.workspace.task_channels.values():
        if channel.unique_name == unique_name:
            return channel
    return add_channel(floor, unique_name, unique_name)


def _queue(floor: Floor, name: str, target_workers: str) -> TaskQueue:
    for queue in floor.workspace.task_queues.values():
        if queue.friendly_name == name:
            return queue
    return add_queue(floor, name, target_workers=target_workers)


def _workflow(floor: Floor, traffic: Traffic) -> Workflow:
    rules, seconds = _rules(floor, traffic).to_json(), traffic.reservation_seconds
    workflows = floor.workspace.workflows.values()
    for workflow in workflows:
        if (workflow.configuration, workflow.task_reservation_timeout) == (rules, seconds):
            return workflow
    name = _free_name(_WORKFLOW, (each.friendly_name for each in workflows))
    return add_workflow(floor, name, rules, task_reservation_timeout=seconds)


def _rules(floor: Floor, traffic: Traffic) -> WorkflowConfiguration:
    everybody = _queue(floor, _COMMON_QUEUE, EVERYBODY).sid
    important = WorkflowFilter(
        friendly_name="Important",
        expression="important == true",
        targets=(WorkflowTarget(queue=everybody, priority=IMPORTANT_PRIORITY),),
    )
    by_skill = (
        WorkflowFilter(
            friendly_name=skill.title(),
            expression=f"type == {quote(skill)}",
            targets=(
                WorkflowTarget(
                    queue=_queue(floor, skill.title(), f"skills HAS {quote(skill)}").sid,
                    timeout=traffic.overflow_seconds,
                ),
                WorkflowTarget(queue=everybody, priority=OVERFLOW_PRIORITY),
            ),
        )
        for skill in traffic.skills
    )
    return WorkflowConfiguration(
        filters=(important, *by_skill), default_filter=WorkflowTarget(queue=everybody)
    )


def _workers(floor: Floor, traffic: Traffic, chance: random.Random) -> tuple[Worker, ...]:
    known = {each.friendly_name.casefold(): each for each in floor.workspace.workers.values()}
    workers: list[Worker] = []
    for number in range(traffic.workers):
        facts = {"skills": _skills(number, traffic, chance)}
        worker = known.get(_name(number).casefold())
        workers.append(_taught(floor, worker, _name(number), facts))
        _equip(floor, workers[-1], traffic)
    _send_home(floor, traffic.workers, known)
    return tuple(workers)


def _skills(number: int, traffic: Traffic, chance: random.Random) -> list[str]:
    first = traffic.skills[number % len(traffic.skills)]
    others = [skill for skill in traffic.skills if skill != first]
    if others and chance.random() < SECOND_SKILL_SHARE:
        return [first, chance.choice(others)]
    return [first]


def _taught(
    floor: Floor, worker: Worker | None, name: str, facts: Mapping[str, list[str]]
) -> Worker:
    attributes = json.dumps(facts)
    if worker is None:
        return staff.hire(floor, name, attributes=attributes, facts=facts)
    if worker.facts != facts:
        staff.change_facts(floor, worker, attributes, facts)
    return worker


def _equip(floor: Floor, worker: Worker, traffic: Traffic) -> None:
    for channel in worker.channels.values():
        wanted = traffic.channels.get(channel.task_channel.unique_name)
        if wanted is not None:
            staff.set_capacity(floor, worker, channel, wanted.capacity)


def _send_home(floor: Floor, first: int, known: Mapping[str, Worker]) -> None:
    # Those of an earlier traffic with more workers: nobody would answer for them any more.
    number = first
    while worker := known.get(_name(number).casefold()):
        staff.move_worker(floor, worker, floor.workspace.timeout_activity)
        number += 1


def _name(number: int) -> str:
    return f"Agent {number + 1:03d}"


def _free_name(name: str, taken: Iterable[str]) -> str:
    known = {each.casefold() for each in taken}
    candidates = (name if number == 1 else f"{name} {number}" for number in count(1))
    return next(each for each in candidates if each.casefold() not in known)
