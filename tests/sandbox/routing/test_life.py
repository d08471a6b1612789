"""Situations: the lives of tasks and reservations."""

import pytest
from sandbox.routing.floors import Play, offer, target, when, who

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox.routing import offers
from taskrouter_async.sandbox.routing.moves import ReservationMove
from taskrouter_async.sandbox.routing.tasks import TaskUpdate
from taskrouter_async.sandbox.state.records import Task
from taskrouter_async.sandbox.state.refusals import RefusalError

DAY = 86_400


def statuses(task: Task) -> list[str]:
    """Return how the reservations of a task stand, oldest first."""
    return [str(each.status) for each in task.reservations]


def test_a_normal_task(play: Play) -> None:
    """From its creation to its completion, in the vendor's order."""
    play.worker("Ann")
    task = play.task(play.simple())
    play.after(5)
    play.accept(offer(task))
    play.after(60)
    play.complete(task)

    assert (task.status, task.reason, task.version) == (TaskStatus.COMPLETED, "done", 1)
    assert (offer(task).status, offer(task).version) == (ReservationStatus.COMPLETED, 2)
    assert play.log(task) == [
        "workflow.entered",
        "task-queue.entered",
        "task.created",
        "workflow.target-matched",
        "reservation.created",
        "reservation.accepted",
        "task.completed",
        "reservation.completed",
        "task.updated",
    ]


def test_a_task_with_work_after_it(play: Play) -> None:
    """Wrapping holds the worker's capacity; completing frees it."""
    ann = play.worker("Ann")
    task = play.task(play.simple())
    play.accept(offer(task))
    play.update(task, TaskUpdate(status=TaskStatus.WRAPPING, reason="notes"))
    assert (task.status, task.reason, statuses(task)) == ("wrapping", "notes", ["wrapping"])
    assert ann.channels[play.default.sid].available_capacity_percentage == 0
    assert ann.channels[play.default.sid].assigned_tasks == 0

    offers.follow_up(play.floor, offer(task), ReservationMove.COMPLETE)

    assert (task.status, task.reason, statuses(task)) == ("completed", "notes", ["completed"])
    assert play.log(task)[-5:] == [
        "task.wrapup",
        "reservation.wrapup",
        "task.updated",
        "task.completed",
        "reservation.completed",
    ]


def test_wrapping_a_reservation_wraps_its_task(play: Play) -> None:
    """What is said of the reservation that holds a task is said of the task."""
    play.worker("Ann")
    task = play.task(play.simple())
    play.accept(offer(task))

    offers.follow_up(play.floor, offer(task), ReservationMove.WRAP_UP)

    assert (task.status, statuses(task)) == ("wrapping", ["wrapping"])


def test_a_declined_task_comes_again(play: Play) -> None:
    """Who declines without going away may be asked again at once."""
    play.worker("Ann")
    task = play.task(play.simple())
    play.reject(offer(task))

    assert (statuses(task), task.assignment_count) == (["rejected", "pending"], 2)


def test_nobody_answers(play: Play) -> None:
    """The offer ends, its worker goes to the timeout activity, and the next one is asked."""
    ann, _ben = play.worker("Ann"), play.worker("Ben")
    task = play.task(play.simple(answer_within=30))
    play.after(29)
    assert who(task) == ["Ann"]
    play.after(1)

    assert (ann.activity, statuses(task), who(task)) == (
        play.offline,
        ["timeout", "pending"],
        ["Ben"],
    )
    assert play.log()[-3:] == [
        "reservation.timeout",
        "worker.activity.update",
        "reservation.created",
    ]


def test_several_are_asked_and_the_first_wins(play: Play) -> None:
    """One round asks several workers at once; whoever accepts takes the offers from the others."""
    for name in ("Ann", "Ben", "Cem"):
        play.worker(name)
    task = play.task(play.simple(at_once=2))
    assert (who(task), task.assignment_count) == (["Ann", "Ben"], 1)

    play.accept(task.reservations[1])

    assert statuses(task) == ["rescinded", "accepted"]
    assert play.log(task)[-2:] == ["reservation.accepted", "reservation.rescinded"]
    with pytest.raises(RefusalError, match="rescinded"):
        offers.follow_up(play.floor, task.reservations[0], ReservationMove.COMPLETE)


def test_a_round_is_over_when_all_have_answered(play: Play) -> None:
    """As long as one offer of a round is open, the task stays reserved."""
    ann, ben = play.worker("Ann"), play.worker("Ben")
    task = play.task(play.simple(at_once=2, answer_within=30))
    play.reject(task.reservations[0])
    assert (task.status, statuses(task)) == ("reserved", ["rejected", "pending"])
    play.move(ann, play.offline)
    play.after(30)

    assert (task.status, statuses(task)) == ("pending", ["rejected", "timeout"])
    assert ben.activity is play.offline


def test_an_offer_of_which_nobody_can_be_told(play: Play) -> None:
    """It is canceled and the task goes on; a decided one is left alone."""
    ann = play.worker("Ann")
    task = play.task(play.simple())
    offers.withdraw(play.floor, offer(task))
    assert (task.status, statuses(task)) == ("pending", ["canceled"])
    play.move(ann, play.offline)
    play.move(ann, play.available)
    play.accept(offer(task))

    offers.withdraw(play.floor, offer(task))

    assert statuses(task) == ["canceled", "accepted"]


def test_canceling_ends_the_open_offers(play: Play) -> None:
    """The task first, then its offers; those that were answered stay as they are."""
    for name in ("Ann", "Ben"):
        play.worker(name)
    task = play.task(play.simple(at_once=2))
    play.reject(offer(task))

    play.cancel(task)

    assert (task.status, task.reason, statuses(task)) == (
        "canceled",
        "no need",
        ["canceled", "rejected"],
    )
    assert play.log(task)[-3:] == ["task.canceled", "reservation.canceled", "task.updated"]


def test_a_task_can_be_canceled_with_new_attributes(play: Play) -> None:
    """It does not go through its workflow again."""
    flow = play.workflow(
        when("a == 1", target(play.queue("left"))), default=target(play.queue("right"))
    )
    task = play.task(flow)

    play.update(
        task,
        TaskUpdate(attributes='{"a": 1}', facts={"a": 1}, status=TaskStatus.CANCELED, reason="no"),
    )

    assert (task.attributes, task.version) == ('{"a": 1}', 1)
    assert play.log(task)[4:] == ["task.canceled", "task.updated"]


@pytest.mark.parametrize("reserved", [False, True])
def test_a_task_that_waits_too_long(play: Play, reserved: bool) -> None:  # noqa: FBT001
    """Its time counts while it is pending and while somebody decides."""
    if reserved:
        play.worker("Ann")
    task = play.task(play.simple(), timeout=60)
    play.after(60)

    assert (task.status, task.reason) == (TaskStatus.CANCELED, "Task TTL Exceeded")
    assert statuses(task) == ["canceled"] * reserved


def test_an_accepted_task_has_no_timeout(play: Play) -> None:
    """After it was accepted, the time that it may wait is over for good."""
    play.worker("Ann")
    task = play.task(play.simple(), timeout=60)
    play.accept(offer(task))
    play.after(DAY - 1)

    assert task.status is TaskStatus.ASSIGNED


def test_whoever_listens_is_told_of_each_offer(play: Play) -> None:
    """Those who want to call back are handed the reservation when it is made."""
    play.worker("Ann")
    heard: list[str] = []
    play.floor.offered.append(lambda made: heard.append(made.sid))
    task = play.task(play.simple())

    assert heard == [offer(task).sid]
