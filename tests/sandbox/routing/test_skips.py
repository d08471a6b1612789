"""Situations: targets that are left before their time."""

from sandbox.routing.floors import Play, offer, rules, target, when, who

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import queues


def test_a_skip_leads_to_the_next_target_at_once(play: Play) -> None:
    """Where nobody is available and the target says to skip then, the task does not wait."""
    first, second = play.queue("first"), play.queue("second")
    play.worker("Ann", activity=play.offline)
    skip = "workers.available == 0 AND workers.unavailable == 1"
    flow = play.workflow(
        when("", target(first, timeout=10, skip_if=skip), target(second, timeout=10))
    )

    task = play.task(flow)
    assert task.queue is second
    play.after(10)

    assert task.status is TaskStatus.CANCELED


def test_a_skip_can_ask_for_an_activity(play: Play) -> None:
    """The workers of a queue are counted by activity too."""
    first, second = play.queue("first"), play.queue("second")
    play.worker("Ann", activity=play.offline)
    flow = play.workflow(
        when("", target(first, skip_if=f"workers.{play.offline.sid} > 0"), target(second))
    )

    assert play.task(flow).queue is second


def test_nothing_is_skipped_while_somebody_is_free(play: Play) -> None:
    """Whether to skip is asked only if nobody can be offered the task."""
    ann = play.worker("Ann")
    flow = play.workflow(when("", target(play.queue("q"), skip_if="1==1")))

    task = play.task(flow)
    assert who(task) == ["Ann"]
    play.reject(offer(task))
    assert who(task) == ["Ann"]
    play.reject(offer(task), play.offline)

    assert (ann.activity, task.status) == (play.offline, TaskStatus.CANCELED)
    assert task.reason == "Task canceled on Workflow skip"
    assert "workflow.skipped" in play.log(task)


def test_a_task_whose_worker_went_to_another_moves_on(play: Play) -> None:
    """An offer declined while a more urgent task waits: the declined task skips its target."""
    first, second = play.queue("first"), play.queue("second")
    flow = play.workflow(
        when("type == 'a'", target(first, skip_if="1==1"), target(second)),
        default=target(second),
    )
    play.worker("Ann")
    task = play.task(flow, {"type": "a"})
    urgent = play.task(flow, priority=9)

    play.reject(offer(task))

    assert who(urgent) == ["Ann"]
    assert task.queue is second


def test_a_skip_leads_to_the_default_filter(play: Play) -> None:
    """A skipped filter counts as one that did not hold."""
    spare = play.queue("spare")
    flow = play.workflow(when("", target(play.queue("q"), skip_if="1==1")), default=target(spare))

    assert play.task(flow).queue is spare


def test_a_skip_out_of_the_default_filter_cancels(play: Play) -> None:
    """After the default filter there is nothing."""
    flow = play.workflow(default=target(play.queue("q"), skip_if="workers.available == 0"))

    task = play.task(flow)

    assert (task.status, task.reason) == (TaskStatus.CANCELED, "Task canceled on Workflow skip")


def test_a_queue_is_needed_while_rules_name_it(play: Play) -> None:
    """A workflow or an open task that names a queue keeps it; so does a task straight to it."""
    first, second, third = (play.queue(name) for name in ("first", "second", "third"))
    flow = play.workflow(default=target(first))
    task, straight = play.task(flow), play.task(third)
    flow.rules = rules(default=target(second))
    assert [queues.names_queue(play.floor, each) for each in (first, second, third)] == [True] * 3

    play.cancel(task)
    play.cancel(straight)

    assert [queues.names_queue(play.floor, each) for each in (first, second, third)] == [
        False,
        True,
        False,
    ]


def test_a_workflow_holds_its_waiting_tasks(play: Play) -> None:
    """Pending and reserved tasks are waiting ones; assigned tasks are not."""
    flow = play.simple()
    assert not queues.holds_waiting_tasks(play.floor, flow)
    task = play.task(flow)
    assert queues.holds_waiting_tasks(play.floor, flow)
    play.worker("Ann")
    assert queues.holds_waiting_tasks(play.floor, flow)

    play.accept(offer(task))

    assert not queues.holds_waiting_tasks(play.floor, flow)
