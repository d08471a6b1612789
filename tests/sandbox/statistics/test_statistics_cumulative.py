"""What happened, in figures that can be computed by hand."""

import pytest
from sandbox.routing.floors import Play, offer, target, when
from sandbox.statistics.scenes import figures

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import tasks
from taskrouter_async.sandbox.routing.tasks import TaskUpdate
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.statistics import splits
from taskrouter_async.sandbox.statistics.cumulative import TASK_QUEUE, WORKFLOW, WORKSPACE
from taskrouter_async.sandbox.statistics.past import Past

NOTHING = {"avg": 0, "min": 0, "max": 0, "total": 0}


def test_an_idle_workspace(play: Play) -> None:
    """Where nothing happened every figure is zero, and nothing is split."""
    dates = {"start_time": "1969-12-31T23:45:00Z", "end_time": "1970-01-01T00:00:00Z"}
    waits = dict.fromkeys(["wait_duration_until_accepted", "wait_duration_until_canceled"], NOTHING)

    assert figures(play) == {
        **dates,
        **dict.fromkeys(WORKSPACE.sources, 0),
        **waits,
        "avg_task_acceptance_time": 0,
        "split_by_wait_time": None,
    }


def test_waits(play: Play) -> None:
    """Waits count from a task's creation until it is accepted or canceled, in whole seconds."""
    flow = play.simple()
    ann = play.worker("Ann", capacity=9)
    accepted = [play.task(flow) for _ in range(2)]
    play.move(ann, play.offline)
    canceled = play.task(flow)
    play.after(4.5)
    play.accept(offer(accepted[0]))
    play.after(8.5)
    play.accept(offer(accepted[1]))
    play.cancel(canceled)

    found = figures(play, flow)

    until_accepted = {"avg": 8, "min": 4, "max": 13, "total": 17}
    until_canceled = {"avg": 13, "min": 13, "max": 13, "total": 13}
    assert found["wait_duration_until_accepted"] == until_accepted
    assert found["wait_duration_until_canceled"] == until_canceled
    assert found["avg_task_acceptance_time"] == 8
    assert (found["tasks_entered"], found["tasks_canceled"]) == (3, 1)


def test_every_end_of_a_reservation(play: Play) -> None:
    """Each reservation counts as created, and once more for what became of it."""
    flow = play.simple(at_once=3, answer_within=60)
    team = [play.worker(name) for name in ("Ann", "Ben", "Cem")]
    first = play.task(flow)
    play.accept(offer(first))
    play.complete(first)
    second = play.task(flow)
    play.reject(second.reservations[0], play.offline)
    play.cancel(second)
    third = play.task(flow)
    play.after(60)

    found = figures(play)

    assert found["reservations_created"] == 3 + 3 + 2
    assert found["reservations_accepted"] == 1
    assert found["reservations_rescinded"] == 2
    assert found["reservations_rejected"] == 1
    assert found["reservations_canceled"] == 2
    assert found["reservations_timed_out"] == 2
    assert (found["tasks_created"], found["tasks_completed"], found["tasks_canceled"]) == (3, 1, 1)
    assert {each.activity for each in team} == {play.offline}
    assert third.status is TaskStatus.PENDING


def test_moves_belong_to_the_queue_that_was_left(play: Play) -> None:
    """A task that times out in a queue has moved from it and entered the next one."""
    left, right = play.queue("Left", "1==2"), play.queue("Right")
    flow = play.workflow(when("1==1", target(left, timeout=30), target(right)))
    task = play.task(flow)
    play.after(30)
    play.worker("Ann")
    play.after(10)
    play.accept(offer(task))

    in_left, in_right = figures(play, left), figures(play, right)

    assert (in_left["tasks_entered"], in_left["tasks_moved"]) == (1, 1)
    assert (in_right["tasks_entered"], in_right["tasks_moved"]) == (1, 0)
    assert (in_left["reservations_created"], in_right["reservations_created"]) == (0, 1)
    assert in_right["wait_duration_until_accepted"]["total"] == 40
    assert in_right["wait_duration_in_queue_until_accepted"]["total"] == 10
    assert figures(play)["tasks_moved"] == figures(play, flow)["tasks_moved"] == 1


def test_falling_out_of_a_workflow(play: Play) -> None:
    """A task that nobody took in time is timed out in its workflow, and canceled."""
    queue = play.queue("Nobody", "1==2")
    flow = play.workflow(when("1==1", target(queue, timeout=30)))
    play.task(flow)
    play.after(31)

    found = figures(play, flow)

    assert (found["tasks_timed_out_in_workflow"], found["tasks_canceled"]) == (1, 1)
    assert found["wait_duration_until_canceled"]["total"] == 30
    assert figures(play)["tasks_timed_out_in_workflow"] == 1
    assert "tasks_timed_out_in_workflow" not in figures(play, queue)


def test_deletions(play: Play) -> None:
    """Deletions by a caller count, and so do those by the service after a day's work."""
    flow = play.simple()
    play.worker("Ann")
    kept = play.task(flow)
    play.accept(offer(kept))
    play.after(86_400)
    tasks.delete(play.floor, play.task(flow))

    assert figures(play)["tasks_deleted"] == 2


def test_a_task_that_comes_back_enters_again(play: Play) -> None:
    """A task that leaves a queue and comes back has entered it twice, and its workflow once."""
    left, right = play.queue("Left", "1==2"), play.queue("Right", "1==2")
    flow = play.workflow(when("side == 'left'", target(left)), default=target(right))
    task = play.task(flow, {"side": "left"})
    play.tell(task, {"side": "right"})
    play.tell(task, {"side": "left"})

    assert (figures(play, left)["tasks_entered"], figures(play, left)["tasks_moved"]) == (2, 1)
    assert (figures(play, right)["tasks_entered"], figures(play, right)["tasks_moved"]) == (1, 1)
    assert figures(play, flow)["tasks_entered"] == figures(play)["tasks_created"] == 1


def test_one_channel(play: Play) -> None:
    """Only the tasks of the channel that is asked for count."""
    chat = play.channel("chat")
    flow = play.simple()
    play.task(flow)
    play.task(flow, channel=chat)
    play.task(flow, channel=chat)

    assert figures(play)["tasks_created"] == 3
    assert figures(play, channel="chat")["tasks_created"] == 2
    assert figures(play, flow, channel="default")["tasks_entered"] == 1


def test_both_ends_of_a_window_count(play: Play) -> None:
    """What happened in the first and in the last second of a window is within it."""
    flow = play.simple()
    for moment in (9.9, 10.0, 10.5, 20.0, 20.9, 21.0):
        play.after(moment - play.timeline.now)
        play.task(flow)
    window = "StartDate=1970-01-01T00:00:10Z&EndDate=1970-01-01T00:00:20Z"

    found = figures(play, query=window)

    assert found["tasks_created"] == 4
    assert (found["start_time"], found["end_time"]) == (
        "1970-01-01T00:00:10Z",
        "1970-01-01T00:00:20Z",
    )


def test_waits_split_by_thresholds(play: Play) -> None:
    """A wait of exactly the threshold is below it; what is told of 07 is told of 7."""
    flow = play.simple()
    play.worker("Ann", capacity=9)
    waiting = [play.task(flow) for _ in range(5)]
    for number, task in enumerate(waiting):
        play.after(3)
        if number % 2:
            play.cancel(task)
        else:
            play.accept(offer(task))

    found = figures(play, query="SplitByWaitTime=3, 07,7,100")["split_by_wait_time"]

    assert found == {
        "3": _sides(canceled=(2, 0), accepted=(2, 1)),
        "7": _sides(canceled=(1, 1), accepted=(2, 1)),
        "100": _sides(canceled=(0, 2), accepted=(0, 3)),
    }


def test_no_more_than_10000_are_split(play: Play) -> None:
    """Per threshold the vendor counts 10,000 tasks and 10,000 reservations at most."""
    task = play.task(play.simple())
    for _ in range(splits.MOST_COUNTED + 1):
        play.workspace.journal.task("task.canceled", task, "")

    found = splits.split(play.workspace.journal.events, [0])

    assert found == {"0": _sides(canceled=(0, 10_000), accepted=(0, 0))}


@pytest.mark.parametrize(
    "text", ["", "5,", "-5", "5.5", "five", "5;30", "1" * 10, ",".join(map(str, range(21)))]
)
def test_refused_thresholds(text: str) -> None:
    """Thresholds are whole numbers of seconds, and not too many."""
    with pytest.raises(RefusalError) as refusal:
        splits.thresholds(Fields({"SplitByWaitTime": [text]}))

    assert (refusal.value.status, refusal.value.code) == (400, 20001)


def test_what_only_combined_statistics_tell(play: Play) -> None:
    """Combined figures have three more; they split only if that was asked for."""
    flow = play.simple()
    play.worker("Ann")
    task = play.task(flow)
    play.accept(offer(task))
    play.update(task, TaskUpdate(status=TaskStatus.WRAPPING))
    play.complete(task)
    past = Past.asked(play.workspace, Fields({}), None)
    more = {"tasks_assigned": 1, "reservations_wrapup": 1, "reservations_completed": 1}
    plain = past.figures(past.events, WORKFLOW)
    del plain["split_by_wait_time"]

    assert past.combined(past.events, WORKFLOW) == {**plain, **more}
    split = past.split_as_asked(Fields({"SplitByWaitTime": ["5"]}))
    assert "split_by_wait_time" in split.combined(past.events, TASK_QUEUE)


def _sides(*, canceled: tuple[int, int], accepted: tuple[int, int]) -> dict[str, dict[str, int]]:
    return {
        side: {"tasks_canceled": canceled[place], "reservations_accepted": accepted[place]}
        for place, side in enumerate(("above", "below"))
    }
