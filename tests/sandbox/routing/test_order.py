"""Situations: which of several waiting tasks comes first."""

from sandbox.routing.floors import Play, offer, target, when, who

from taskrouter_async.models import Order, TaskStatus
from taskrouter_async.sandbox.routing import queues
from taskrouter_async.sandbox.routing.tasks import TaskUpdate
from taskrouter_async.sandbox.state.records import Task


def served(play: Play, tasks: list[Task]) -> list[int]:
    """Let one worker do all the tasks; return the places of the tasks in the order of the work."""
    turns = []
    for _ in tasks:
        task = next(each for each in tasks if each.status is TaskStatus.RESERVED)
        turns.append(tasks.index(task))
        play.accept(offer(task))
        play.complete(task)
    return turns


def test_priority_first_then_age(play: Play) -> None:
    """The more urgent task comes first; of the equally urgent ones the older does."""
    flow = play.simple()
    tasks = [play.task(flow, priority=each) for each in (0, 5, 0, 5)]
    play.worker("Ann")

    assert served(play, tasks) == [1, 3, 0, 2]


def test_the_virtual_start_counts_as_age(play: Play) -> None:
    """A task can be older than it is."""
    flow = play.simple()
    play.after(10)
    tasks = [play.task(flow, start=each) for each in (None, 5.0, 7.0)]
    play.update(tasks[0], TaskUpdate(virtual_start_time=6.0))
    play.worker("Ann")

    assert served(play, tasks) == [1, 0, 2]


def test_a_priority_changed_while_waiting_counts(play: Play) -> None:
    """A task that has become more urgent overtakes."""
    flow = play.simple()
    tasks = [play.task(flow) for _ in range(3)]
    play.update(tasks[2], TaskUpdate(priority=1))
    play.worker("Ann")

    assert served(play, tasks) == [2, 0, 1]


def test_last_in_first_out_ignores_priority(play: Play) -> None:
    """In such a queue the newest comes first, however urgent others are."""
    queue = play.queue("q", order=Order.LIFO)
    flow = play.workflow(default=target(queue))
    tasks = [play.task(flow, priority=each) for each in (9, 5)]
    play.after(1)
    tasks.append(play.task(flow))
    play.worker("Ann")

    assert served(play, tasks) == [2, 1, 0]


def test_last_in_is_the_last_to_enter_the_queue(play: Play) -> None:
    """An older task that came to the queue later is the newer one there."""
    queue, other = play.queue("q", order=Order.LIFO), play.queue("other", "level > 1")
    flow = play.workflow(
        when("late == true", target(other, timeout=10), target(queue)), default=target(queue)
    )
    old = play.task(flow, {"late": True})
    play.after(5)
    new = play.task(flow)
    play.after(5)
    play.worker("Ann")

    assert (who(old), who(new)) == (["Ann"], [])


def test_the_workspace_says_which_queues_come_first(play: Play) -> None:
    """First-in queues come before last-in ones, or the other way round, also after a change."""
    first_in, last_in = play.queue("fifo"), play.queue("lifo", order=Order.LIFO)
    first_tasks = [play.task(last_in), play.task(first_in, priority=-5), play.task(last_in)]
    ann = play.worker("Ann")
    assert served(play, first_tasks) == [1, 2, 0]
    play.move(ann, play.offline)
    tasks = [play.task(first_in, priority=9), play.task(last_in)]
    play.workspace.prioritize_queue_order = Order.LIFO

    queues.order_changed(play.floor)
    play.move(ann, play.available)

    assert served(play, tasks) == [1, 0]


def test_a_queue_can_change_its_order(play: Play) -> None:
    """What waits is put in the new order."""
    queue = play.queue("q")
    tasks = [play.task(queue) for _ in range(3)]
    queue.task_order = Order.LIFO
    queues.queue_changed(play.floor, queue)
    play.worker("Ann")

    assert served(play, tasks) == [2, 1, 0]


def test_who_waits_without_a_chance_stops_nobody(play: Play) -> None:
    """The most urgent task of a queue where nobody works leaves the others their turn."""
    flow = play.simple()
    hard = play.task(play.queue("hard", "level > 1"), priority=99)
    play.worker("Ann")

    assert (who(play.task(flow)), who(hard)) == (["Ann"], [])


def test_who_has_no_room_is_not_asked_again_and_again(play: Play) -> None:
    """That a queue is full is remembered until somebody is done, even with an urgent task."""
    play.worker("Ann")
    flow = play.simple()
    tasks = [play.task(flow) for _ in range(3)]
    assert [play.floor.matching.hopeless(each) for each in tasks[1:]] == [True, True]
    urgent = play.task(flow, priority=1)

    play.accept(offer(tasks[0]))
    play.complete(tasks[0])

    assert [who(each) for each in (*tasks, urgent)] == [[], [], [], ["Ann"]]


def test_many_lanes_of_a_full_queue_are_one_question(play: Play) -> None:
    """Tasks that each have a worker of their own are passed by if nobody has room."""
    ann = play.worker("Ann", capacity=0)
    flow = play.workflow(default=target(play.queue("q"), known_name="agent"))
    tasks = [play.task(flow, {"agent": "Ann"}) for _ in range(2)]

    play.learn(ann, {})

    assert [who(each) for each in tasks] == [[], []]


def test_a_queue_that_asks_for_loads_is_asked_each_time(play: Play) -> None:
    """Who belongs to it changes with every answer, so nothing is remembered of it."""
    play.worker("Ann", capacity=2)
    fresh = play.queue("fresh", "worker.channel.default.assigned_tasks == 1")
    waiting = play.task(fresh)
    assert not play.floor.matching.hopeless(waiting)

    play.accept(offer(play.task(play.simple())))

    assert who(waiting) == ["Ann"]


def test_one_at_a_time_any_end_makes_room(play: Play) -> None:
    """Where one task at a time is taken, the end of a chat makes room for a call."""
    play.workspace.multi_task_enabled = False
    chat = play.channel("chat")
    play.worker("Ann")
    flow = play.simple()
    first, second = play.task(flow), play.task(flow, channel=chat)
    play.accept(offer(first))
    play.complete(first)

    assert who(second) == ["Ann"]


def test_tasks_of_one_target_wait_in_one_lane(play: Play) -> None:
    """The waiting are looked at by lane; a task that has a worker of its own stands alone."""
    queue = play.queue("q")
    flow = play.workflow(
        when("agent == 'x'", target(queue, known_sid="task.agent")), default=target(queue)
    )
    alike = [play.task(flow) for _ in range(5)]
    alone = [play.task(flow, {"agent": "x"}) for _ in range(2)]

    assert len(list(play.floor.lanes.heads(unless=lambda _task: False))) == 3
    assert len(play.floor.lanes) == len(alike) + len(alone)
