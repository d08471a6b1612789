"""Tasks that wait, in the order in which they are to be offered.

Tasks that the same workers may take wait in one lane. Once nobody is free for the first of a lane,
nobody is for the others: a busy afternoon costs one look per lane instead of one per task.

Order: https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from typing import TypeAlias

from attrs import define, field

from taskrouter_async.models import Order
from taskrouter_async.sandbox.state.records import Task
from taskrouter_async.sandbox.state.rules import Target
from taskrouter_async.sandbox.state.workspace import Workspace

Rank: TypeAlias = tuple[int, float, float, int]


@define(eq=False)
class Lane:
    """Tasks that the same workers may take, the next one first."""

    target: Target
    waiting: list[tuple[Rank, Task]] = field(factory=list)


@define(eq=False)
class Lanes:
    """All lanes of a workspace."""

    _workspace: Workspace
    _lanes: dict[tuple[str | None, str, object], Lane] = field(init=False, factory=dict)
    _lane_of: dict[Task, tuple[tuple[str | None, str, object], Rank]] = field(
        init=False, factory=dict
    )

    def __contains__(self, task: Task) -> bool:
        return task in self._lane_of

    def __len__(self) -> int:
        return len(self._lane_of)

    def add(self, task: Task, target: Target) -> None:
        """Let a task wait for those who may take it."""
        alone = target.personal or task.sole_worker is not None or task.ignore_capacity
        key = (
            task.queue.sid if task.queue else None,
            task.channel.sid,
            task.sid if alone else id(target),
        )
        rank = self._rank(task)
        lane = self._lanes.setdefault(key, Lane(target))
        insort(lane.waiting, (rank, task), key=_first)
        self._lane_of[task] = key, rank

    def remove(self, task: Task) -> None:
        """Let a task wait no longer; one that does not wait is left alone."""
        if task not in self._lane_of:
            return
        key, rank = self._lane_of.pop(task)
        waiting = self._lanes[key].waiting
        del waiting[bisect_left(waiting, rank, key=_first)]
        if not waiting:
            del self._lanes[key]

    def rerank(self) -> None:
        """Put all tasks in order again, after the rules of the order have changed."""
        for task, (key, _) in list(self._lane_of.items()):
            target = self._lanes[key].target
            self.remove(task)
            self.add(task, target)

    def heads(self, unless: Callable[[Task], bool]) -> "Heads":
        """Return the first task of each lane, to be worked through in order.

        Args:
            unless: Whose lane is left out.
        """
        firsts = [(lane.waiting[0], lane) for lane in self._lanes.values()]
        return Heads([(rank, lane) for (rank, task), lane in firsts if not unless(task)])

    def _rank(self, task: Task) -> Rank:
        order = task.queue.task_order if task.queue else Order.FIFO
        later = int(order is not self._workspace.prioritize_queue_order)
        if order is Order.LIFO:
            return later, 0.0, -(task.queue_entered or 0.0), -task.number
        return later, -float(task.priority), task.virtual_start_time, task.number


class Heads:
    """The first tasks of lanes, the one that comes first of all at the front."""

    def __init__(self, heads: list[tuple[Rank, Lane]]) -> None:
        self._heads = heads
        heapq.heapify(heads)

    def __iter__(self) -> Iterator[tuple[Task, Lane]]:
        while self._heads:
            _, lane = heapq.heappop(self._heads)
            yield lane.waiting[0][1], lane

    def again(self, lane: Lane) -> None:
        """Have the next task of a lane looked at too."""
        if lane.waiting:
            heapq.heappush(self._heads, (lane.waiting[0][0], lane))


def _first(entry: tuple[Rank, Task]) -> Rank:
    return entry[0]
