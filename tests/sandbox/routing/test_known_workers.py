"""Situations: tasks that are for one worker, and targets that choose among workers."""

import pytest
from sandbox.routing.floors import Play, offer, target, when, who

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import offers, queues, staff

NOBODY = "WK" + "0" * 32


def alerts(play: Play) -> list[int]:
    """Return the codes of the complaints."""
    return [each.code for each in play.workspace.alerts]


def test_a_known_worker_is_the_only_one_asked(play: Play) -> None:
    """Whom the task names gets it, however long others have been idle."""
    queue = play.queue("q")
    play.worker("Ann")
    ben = play.worker("Ben")

    task = play.task(
        play.workflow(default=target(queue, known_sid="task.agent")), {"agent": ben.sid}
    )

    assert who(task) == ["Ben"]
    assert alerts(play) == []


def test_a_task_waits_for_its_known_worker(play: Play) -> None:
    """While they are away the task waits, until its target's time is up."""
    first, second = play.queue("first"), play.queue("second")
    play.worker("Ann")
    ben = play.worker("Ben", activity=play.offline)
    flow = play.workflow(
        when("", target(first, timeout=30, known_name="task.agent"), target(second, timeout=30))
    )

    back, gone = (play.task(flow, {"agent": "Ben"}) for _ in range(2))
    play.after(20)
    play.move(ben, play.available)
    play.after(10)

    assert (who(back), who(gone)) == (["Ben"], ["Ann"])


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ({}, [40154]),
        ({"agent": {}}, [40154]),
        ({"agent": "Ann"}, [40154]),
        ({"agent": {"sid": None}}, []),
        ({"agent": {"sid": 7}}, [40154]),
        ({"agent": {"sid": "Ann"}}, [40154]),
        ({"agent": {"sid": NOBODY}}, [40155]),
    ],
)
def test_who_names_nobody_is_reported(
    play: Play, attributes: dict[str, object], codes: list[int]
) -> None:
    """A missing or odd name and a foreign worker are reported; null says that there is nobody."""
    play.worker("Ann")

    task = play.task(
        play.workflow(default=target(play.queue("q"), known_sid="task.agent.sid")), attributes
    )

    assert alerts(play) == codes
    assert task.status is TaskStatus.PENDING


def test_a_name_is_no_sid(play: Play) -> None:
    """Where workers are known by name, a SID is just a name that nobody has."""
    flow = play.workflow(default=target(play.queue("q"), known_name="agent"))

    play.task(flow, {"agent": NOBODY})

    assert alerts(play) == [40154]


def test_a_known_worker_of_another_queue_is_reported(play: Play) -> None:
    """They are not asked: first they would have to belong to the queue."""
    ann = play.worker("Ann", {"level": 1})
    flow = play.workflow(default=target(play.queue("q", "level > 1"), known_sid="task.agent"))
    task = play.task(flow, {"agent": ann.sid})
    assert alerts(play) == [40152]
    assert who(task) == []

    play.learn(ann, {"level": 2})

    assert who(task) == ["Ann"]


def test_a_task_straight_to_a_worker_is_theirs_alone(play: Play) -> None:
    """It respects their availability and capacity unless it is told to ignore both."""
    play.worker("Ann")
    ben = play.worker("Ben", activity=play.offline)
    staff.set_channel_available(play.floor, ben, ben.channels[play.default.sid], available=False)

    polite, rude, ruder = (play.task(ben, ignore_capacity=each) for each in (False, True, True))

    assert (who(polite), who(rude), who(ruder)) == ([], ["Ben"], ["Ben"])
    assert (polite.queue, play.log(polite)) == (None, ["task.created"])
    play.accept(offer(rude))
    assert rude.status is TaskStatus.ASSIGNED


def test_a_rude_task_comes_back_at_once(play: Play) -> None:
    """Declined, it is offered to the same worker again; after a thousand times it is over."""
    ben = play.worker("Ben")
    task = play.task(ben, ignore_capacity=True)

    for _ in range(1_000):
        assert task.status is TaskStatus.RESERVED
        play.reject(offer(task))

    assert (task.status, task.reason) == (TaskStatus.CANCELED, "Max assignment count exceeded")
    assert task.assignment_count == 1_000


def test_straight_to_a_worker_who_left(play: Play) -> None:
    """A task for somebody who was dismissed waits until its time is up."""
    ben = play.worker("Ben", activity=play.offline)
    task = play.task(ben, ignore_capacity=False, timeout=60)
    staff.dismiss(play.floor, ben)
    play.after(59)
    assert task.status is TaskStatus.PENDING
    play.after(1)

    assert task.reason == "Task TTL Exceeded"


def test_a_target_chooses_among_the_workers(play: Play) -> None:
    """What a target demands of worker and task counts for that target only."""
    queue = play.queue("q")
    play.worker("Ann", {"languages": ["en"], "level": 9})
    play.worker("Ben", {"languages": ["de"], "level": 1})
    flow = play.workflow(
        when(
            "", target(queue, timeout=10, expression="task.language IN worker.languages"), target()
        )
    )

    first, second = (play.task(flow, {"language": "de"}) for _ in range(2))
    assert (who(first), who(second)) == (["Ben"], [])
    play.after(10)

    assert who(second) == ["Ann"]


def test_a_target_can_ask_for_the_load_of_workers(play: Play) -> None:
    """A demand on a channel's load is judged anew for each task."""
    ann, _ben = play.worker("Ann", capacity=3), play.worker("Ben", capacity=2)
    light = "worker.channel.default.assigned_tasks == 0"
    flow = play.workflow(default=target(play.queue("q"), expression=light))
    tasks = [play.task(flow) for _ in range(2)]
    assert [who(each) for each in tasks] == [["Ann"], ["Ben"]]
    for each in tasks:
        play.accept(offer(each))

    assert who(play.task(flow)) == []
    assert ann.channels[play.default.sid].available_capacity_percentage == 66


def test_order_by_decides_who_is_first(play: Play) -> None:
    """Numbers decide; those without one come last, in the order in which they became idle."""
    for name, facts in (
        ("none", {}),
        ("text", {"level": "9"}),
        ("dear", {"level": 2, "cost": {"hour": 9}}),
        ("cheap", {"level": 2, "cost": {"hour": 1.5}}),
        ("true", {"level": True}),
        ("top", {"level": 3, "cost": 1}),
    ):
        play.worker(name, facts)
    order = "worker.level DESC, cost.hour"
    flow = play.workflow(default=target(play.queue("q"), order_by=order))

    taken = [who(play.task(flow))[0] for _ in range(6)]

    assert taken == ["top", "cheap", "dear", "none", "text", "true"]


def test_a_number_beyond_all_floats_can_be_ordered_by(play: Play) -> None:
    """JSON knows no limits: who sends such a level must not stop the routing."""
    for name, level in (("low", -(10**400)), ("middle", 7), ("high", 10**400)):
        play.worker(name, {"level": level})
    flow = play.workflow(default=target(play.queue("q"), order_by="worker.level DESC"))

    taken = [who(play.task(flow))[0] for _ in range(3)]

    assert taken == ["high", "middle", "low"]


def test_the_longest_idle_is_first(play: Play) -> None:
    """Who was asked last, or came back from a break last, is asked last."""
    ann, _ben = play.worker("Ann"), play.worker("Ben")
    flow = play.simple()
    play.after(1)
    task = play.task(flow)
    play.accept(offer(task))
    play.after(1)
    play.complete(task)
    play.after(1)
    assert (who(play.task(flow)), who(play.task(flow))) == (["Ben"], ["Ann"])
    cem = play.worker("Cem")
    dan = play.worker("Dan")
    for each in (cem, dan, cem):
        play.after(1)
        play.move(each, play.offline if each.activity.available else play.available)
    play.after(1)
    play.move(dan, play.available)

    assert who(play.task(flow)) == ["Cem"]
    assert ann.idle_since == 3.0


def test_another_kind_of_availability_is_no_break(play: Play) -> None:
    """Changing between two activities that are available keeps one's turn."""
    chatting = play.activity("Chatting", available=True)
    ann, _ben = play.worker("Ann"), play.worker("Ben")
    play.after(1)

    play.move(ann, chatting)

    assert who(play.task(play.simple())) == ["Ann"]


def test_turns_can_be_taken_by_channel(play: Play) -> None:
    """Where a channel says so, only its own tasks count for whose turn it is."""
    chat = play.channel("chat", optimized=True)
    play.worker("Ann")
    play.worker("Ben")
    flow = play.simple()
    play.after(1)
    play.task(flow)

    assert who(play.task(flow, channel=chat)) == ["Ann"]


def test_a_queue_can_ask_what_workers_do(play: Play) -> None:
    """The name and activity of a worker, and the load of a channel, decide on the queue too."""
    ann, ben = play.worker("Ann", {"level": 1}), play.worker("Ben")
    named = play.queue("named", 'friendly_name == "Ann" AND activity_name == "Available"')
    unloaded = play.queue("unloaded", "worker.channel.default.available_capacity_percentage == 100")
    eligible = play.floor.matching.eligible
    assert (eligible(named), eligible(unloaded)) == ([ann], [ann, ben])

    play.task(play.simple())
    play.move(ann, play.offline)

    assert (eligible(named), eligible(unloaded)) == ([], [ben])


def test_a_queue_without_a_condition_is_for_nobody(play: Play) -> None:
    """Empty target workers match no one, until the queue is changed."""
    queue = play.queue("q", "")
    play.worker("Ann")
    task = play.task(play.workflow(default=target(queue)))
    assert who(task) == []
    queue.condition = play.queue("other").condition

    queues.queue_changed(play.floor, queue)
    offers.dispatch(play.floor)

    assert who(task) == ["Ann"]
