"""Situations: how tasks end, and what they cannot become."""

import pytest
from sandbox.routing.floors import Play, offer

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import offers, tasks
from taskrouter_async.sandbox.routing.moves import TaskMove, check_task
from taskrouter_async.sandbox.routing.tasks import TaskUpdate
from taskrouter_async.sandbox.state.refusals import RefusalError

DAY = 86_400


@pytest.mark.parametrize("wrapping", [False, True])
def test_a_forgotten_task_is_deleted_after_a_day(play: Play, wrapping: bool) -> None:  # noqa: FBT001
    """The system deletes it and frees its worker."""
    ann = play.worker("Ann")
    task = play.task(play.simple())
    play.accept(offer(task))
    if wrapping:
        play.update(task, TaskUpdate(status=TaskStatus.WRAPPING))
    play.after(DAY)

    assert play.log(task)[-2:] == ["task.system-deleted", "reservation.completed"]
    assert task.sid not in play.workspace.tasks
    assert not ann.channels[play.default.sid].reservations


def test_what_is_over_is_gone_in_five_minutes(play: Play) -> None:
    """The task and its reservations vanish from all records, and no event tells of it."""
    ann = play.worker("Ann")
    task = play.task(play.simple())
    play.accept(offer(task))
    play.complete(task)
    told = len(play.log())
    play.after(299)
    assert task.sid in play.workspace.tasks
    play.after(1)

    assert len(play.log()) == told
    assert not play.workspace.tasks
    assert not play.workspace.reservations
    assert not ann.reservations


@pytest.mark.parametrize(("steps", "last"), [(0, "canceled"), (1, "completed"), (2, "completed")])
def test_deleting_a_task(play: Play, steps: int, last: str) -> None:
    """Its pending offers are canceled; what was accepted counts as completed."""
    play.worker("Ann")
    task = play.task(play.simple())
    if steps > 0:
        play.accept(offer(task))
    if steps > 1:
        play.complete(task)

    tasks.delete(play.floor, task)
    play.after(DAY)

    assert [str(each.status) for each in task.reservations] == [last]
    assert not play.workspace.tasks
    assert not play.workspace.reservations
    assert play.log(task).count("task.deleted") == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (TaskUpdate(status=TaskStatus.COMPLETED), "Cannot complete task .* not currently assigned"),
        (TaskUpdate(status=TaskStatus.WRAPPING), "Cannot wrap up task .* not currently assigned"),
        (TaskUpdate(status=TaskStatus.PENDING), "AssignmentStatus"),
    ],
)
def test_what_a_pending_task_cannot_become(play: Play, change: TaskUpdate, message: str) -> None:
    """A refused change changes nothing."""
    task = play.task(play.simple())
    told = play.log()

    with pytest.raises(RefusalError, match=message) as refusal:
        tasks.update(play.floor, task, change)

    assert (refusal.value.status, refusal.value.code) == (400, 20001)
    assert (task.status, task.version, play.log()) == (TaskStatus.PENDING, 0, told)


def test_what_an_assigned_task_cannot_become(play: Play) -> None:
    """It cannot be canceled, nor change its channel, nor be accepted or declined again."""
    voice = play.channel("voice")
    play.worker("Ann")
    task = play.task(play.simple())
    play.accept(offer(task))
    told = play.log()

    for change in (TaskUpdate(status=TaskStatus.CANCELED), TaskUpdate(channel=voice)):
        with pytest.raises(RefusalError, match="Cannot"):
            tasks.update(play.floor, task, change)
    for answer in (offers.accept, offers.reject):
        with pytest.raises(RefusalError, match="because it is accepted"):
            answer(play.floor, offer(task))

    assert (task.status, task.version, play.log()) == (TaskStatus.ASSIGNED, 0, told)


def test_every_move_of_a_task_is_allowed_or_refused(play: Play) -> None:
    """Asking whether a move is allowed changes nothing."""
    task = play.task(play.simple())

    assert check_task(task, TaskMove.RESERVE) is TaskStatus.RESERVED
    with pytest.raises(RefusalError, match="Cannot release task"):
        check_task(task, TaskMove.RELEASE)
    assert task.status is TaskStatus.PENDING


def test_a_removed_workspace_is_silent(play: Play) -> None:
    """Its timers do nothing any more."""
    play.worker("Ann")
    task = play.task(play.simple(), timeout=60)
    told = play.log()
    play.workspace.removed = True
    play.after(DAY)

    assert (task.status, play.log()) == (TaskStatus.RESERVED, told)
