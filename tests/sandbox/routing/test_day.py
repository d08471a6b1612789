"""The same day twice."""

import random

from attrs import define
from sandbox.routing.floors import Play, offer, target, when

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.state.records import Task, Workflow


@define
class Day:
    """A day's tasks, the moments at which they come, and the workers who take them."""

    play: Play
    chance: random.Random
    flow: Workflow

    @classmethod
    def begin(cls, seed: int) -> "Day":
        play = Play(seed)
        left, right = (play.queue(name, f"skills HAS '{name}'") for name in "ab")
        for name in ("a", "b", "ab"):
            play.worker(name, {"skills": list(name)}, capacity=2)
        flow = play.workflow(when("kind == 'a'", target(left, timeout=60)), default=target(right))
        return cls(play, random.Random(seed), flow)

    def plan(self, count: int) -> None:
        for _ in range(count):
            self.play.floor.at(self.chance.uniform(0, 3_000), self._call)

    def _call(self) -> None:
        kind, priority = self.chance.choice("ab"), self.chance.randrange(3)
        task = self.play.task(self.flow, {"kind": kind}, priority=priority)
        self.play.floor.at(self.play.timeline.now + 5, lambda: self._answer(task))

    def _answer(self, task: Task) -> None:
        if task.status is TaskStatus.RESERVED:
            self.play.accept(offer(task))
            self.play.floor.at(self.play.timeline.now + 60, lambda: self.play.complete(task))


def story(seed: int) -> list[str]:
    """Play a day; return what happened."""
    day = Day.begin(seed)
    day.plan(100)
    day.play.after(4_000)
    return [f"{each.at} {each.sid} {each.type}" for each in day.play.workspace.journal.events]


def test_the_same_seed_tells_the_same_story() -> None:
    """With the same seed everything happens again, to the letter; with another, it does not."""
    assert story(1) == story(1)
    assert story(1) != story(2)
