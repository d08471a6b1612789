"""Situations: how tasks walk through their workflows."""

import pytest
from sandbox.routing.floors import Play, offer, rules, target, when, who

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import queues, walks
from taskrouter_async.sandbox.routing.tasks import TaskUpdate

FIRST_STEPS = ["workflow.entered", "task-queue.entered", "task.created", "workflow.target-matched"]


def test_the_first_filter_that_holds_decides(play: Play) -> None:
    """A task goes to the target of the first filter whose expression holds, and stays there."""
    left, right = play.queue("left"), play.queue("right")
    flow = play.workflow(
        when("type == 'b'", target(right)),
        when("type == 'a'", target(left)),
        when("", target(right)),
    )

    task = play.task(flow, {"type": "a"})
    play.after(80_000)

    assert task.queue is left
    assert task.status is TaskStatus.PENDING
    assert play.log(task) == FIRST_STEPS


def test_timeouts_of_targets_add_up(play: Play) -> None:
    """Ten seconds and ten seconds end when the task is twenty seconds old."""
    first, second = play.queue("first"), play.queue("second")
    flow = play.workflow(when("1==1", target(first, timeout=10), target(second, timeout=10)))

    task = play.task(flow)
    play.after(9.5)
    assert task.queue is first
    play.after(0.5)
    assert task.queue is second
    play.after(9.5)
    assert task.status is TaskStatus.PENDING
    play.after(0.5)

    assert (task.status, task.reason) == (TaskStatus.CANCELED, "Task canceled on Workflow timeout")
    assert play.log(task) == [
        *FIRST_STEPS,
        "task-queue.timeout",
        "task-queue.moved",
        "task-queue.entered",
        "workflow.target-matched",
        "task-queue.timeout",
        "workflow.timeout",
        "task.canceled",
    ]


def test_a_move_is_written_down_as_seen_from_the_old_queue(play: Play) -> None:
    """The event of the move names the queue that is left; the next one, the other queue."""
    first, second = play.queue("first"), play.queue("second")
    play.task(play.workflow(when("", target(first, timeout=10), target(second))))
    play.after(10)

    seen = {each.type: each.task for each in play.workspace.journal.events}
    moved, entered = seen["task-queue.moved"], seen["task-queue.entered"]
    assert moved is not None
    assert entered is not None
    assert (moved.queue_name, entered.queue_name) == ("first", "second")
    assert (moved.queue_age, entered.queue_age) == (10.0, 0.0)


def test_later_filters_come_after_a_timeout(play: Play) -> None:
    """After the last target of a filter, the next filter that holds is asked; no other."""
    first, second, third = (play.queue(name) for name in ("first", "second", "third"))
    flow = play.workflow(
        when("type == 'a'", target(first, timeout=10)),
        when("type == 'b'", target(second)),
        when("vip == true", target(third)),
    )

    task = play.task(flow, {"type": "a", "vip": True})
    play.after(10)

    assert task.queue is third


def test_the_default_filter_is_not_reached_by_a_timeout(play: Play) -> None:
    """A task whose last target times out falls out of the workflow, default filter or not."""
    flow = play.workflow(
        when("1==1", target(play.queue("first"), timeout=5)), default=target(play.queue("d"))
    )

    task = play.task(flow)
    play.after(5)

    assert task.status is TaskStatus.CANCELED
    assert "workflow.timeout" in play.log(task)


def test_the_default_filter_takes_what_no_filter_holds_for(play: Play) -> None:
    """A task that matches nothing waits in the default queue for good, timeout or not."""
    spare = play.queue("spare")
    flow = play.workflow(
        when("type == 'a'", target(play.queue("q"))), default=target(spare, timeout=3)
    )

    task = play.task(flow)
    play.after(1000)

    assert (task.queue, task.status) == (spare, TaskStatus.PENDING)


def test_a_task_for_which_there_is_no_place_is_canceled_at_once(play: Play) -> None:
    """No filter holds and there is no default filter: the task falls out as soon as it is made."""
    task = play.task(play.workflow(when("type == 'a'", target(play.queue("q"))), when("", *())))

    assert task.status is TaskStatus.CANCELED
    assert play.log(task) == [
        "workflow.entered",
        "task.created",
        "workflow.timeout",
        "task.canceled",
    ]


def test_a_target_sets_the_priority(play: Play) -> None:
    """A target with a priority changes that of the task; one without leaves it."""
    queue = play.queue("q")
    flow = play.workflow(
        when("", target(queue, timeout=1), target(queue, timeout=1, priority=7), target(queue))
    )

    task = play.task(flow, priority=3)
    seen = [task.priority]
    for _ in range(2):
        play.after(1)
        seen.append(task.priority)

    assert seen == [3, 7, 7]


def test_a_target_without_a_queue_has_that_of_the_one_before(play: Play) -> None:
    """Moving on within a queue is no move between queues."""
    queue = play.queue("q")
    task = play.task(play.workflow(when("", target(queue, timeout=1), target(timeout=5))))
    play.after(1)

    assert (task.queue, task.queue_entered) == (queue, 0.0)
    assert "task-queue.moved" not in play.log(task)


def test_a_timeout_waits_for_the_worker_who_is_deciding(play: Play) -> None:
    """A target's time that ends during an offer counts once the offer was declined."""
    first, second = play.queue("first"), play.queue("second")
    play.worker("Ann")
    task = play.task(play.workflow(when("", target(first, timeout=10), target(second))))
    play.after(15)
    assert (task.status, task.queue) == (TaskStatus.RESERVED, first)

    play.reject(offer(task), play.offline)

    assert (task.status, task.queue) == (TaskStatus.PENDING, second)


def test_changed_attributes_send_a_pending_task_to_the_top(play: Play) -> None:
    """It goes through the workflow anew, keeps its age, and has entered the workflow once."""
    first, second, third = (play.queue(name) for name in ("first", "second", "third"))
    flow = play.workflow(
        when("type == 'a'", target(first)),
        when("type == 'b'", target(second, timeout=10), target(third, timeout=10)),
    )
    task = play.task(flow, {"type": "a"})
    play.after(15)

    play.tell(task, {"type": "b"})
    assert task.queue is third
    play.after(5)

    assert task.status is TaskStatus.CANCELED
    assert play.log(task).count("workflow.entered") == 1
    assert play.log(task)[4:7] == [
        "task-queue.moved",
        "task-queue.entered",
        "workflow.target-matched",
    ]


def test_changed_attributes_leave_a_reserved_task_where_it_is(play: Play) -> None:
    """While somebody decides, a task does not move."""
    first, second = play.queue("first"), play.queue("second")
    flow = play.workflow(when("type == 'a'", target(first)), default=target(second))
    play.worker("Ann")
    task = play.task(flow, {"type": "a"})

    play.tell(task, {"type": "b"})

    assert (task.queue, who(task)) == (first, ["Ann"])
    assert task.version == 1


def test_a_new_configuration_counts_for_new_tasks_only(play: Play) -> None:
    """Without a re-evaluation a task keeps the rules under which it came."""
    first, second = play.queue("first"), play.queue("second")
    flow = play.workflow(when("", target(first, timeout=10)))
    old = play.task(flow)
    flow.rules = rules(default=target(second))

    new = play.task(flow)
    play.after(10)

    assert (old.status, new.queue) == (TaskStatus.CANCELED, second)


def test_a_re_evaluation_applies_the_new_configuration(play: Play) -> None:
    """Pending tasks of that workflow go to the top of its new rules; others stay."""
    first, second = play.queue("first"), play.queue("second")
    flow, other = play.workflow(default=target(first)), play.workflow(default=target(first))
    pending, foreign, straight = play.task(flow), play.task(other), play.task(first)
    flow.rules = other.rules = rules(default=target(second))

    queues.re_evaluate_all(play.floor, flow)

    assert [each.queue for each in (pending, foreign, straight)] == [second, first, first]


def test_straight_to_a_queue_there_is_no_workflow(play: Play) -> None:
    """A task routed to a queue waits there; the log says nothing of workflows."""
    queue = play.queue("q")
    task = play.task(queue)
    play.tell(task, {"any": "thing"})
    play.after(86_399)

    assert (task.queue, task.status) == (queue, TaskStatus.PENDING)
    assert play.log(task) == ["task-queue.entered", "task.created", "task.updated"]


def test_a_target_of_no_queue_is_for_nobody(play: Play) -> None:
    """A configuration whose first target names no queue leaves the task without one."""
    play.worker("Ann")
    task = play.task(play.workflow(default=target(skip_if="workers.available > 0")))

    assert (task.queue, task.status) == (None, TaskStatus.PENDING)


def test_a_task_that_is_over_has_no_target(play: Play) -> None:
    """Where it was last cannot be asked for any more."""
    task = play.task(play.simple())
    play.cancel(task)

    with pytest.raises(LookupError):
        walks.target_of(task)


def test_a_changed_channel_counts_in_the_order(play: Play) -> None:
    """A pending task may change its channel and then waits for capacity of that kind."""
    voice = play.channel("voice")
    play.worker("Ann", capacity=1)
    flow = play.simple()
    first, second = play.task(flow), play.task(flow)

    play.update(second, TaskUpdate(channel=voice))

    assert (who(first), who(second)) == (["Ann"], ["Ann"])
