"""Situations: what changes for workers, and how much they take."""

import pytest
from sandbox.routing.floors import Play, offer, who

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox.routing import offers, staff
from taskrouter_async.sandbox.routing.staff import WorkerUpdate
from taskrouter_async.sandbox.state.records import Worker, WorkerChannel
from taskrouter_async.sandbox.state.refusals import RefusalError


def channel_of(play: Play, worker: Worker) -> WorkerChannel:
    """Return what a worker takes of the usual kind."""
    return worker.channels[play.default.sid]


def test_a_new_worker_is_absent_unless_told_otherwise(play: Play) -> None:
    """Without an activity they begin in the default one, with a channel for each kind of task."""
    worker = staff.hire(play.floor, "Ann")

    assert (worker.activity, worker.version, worker.history) == (
        play.offline,
        0,
        [(0.0, play.offline)],
    )
    assert (channel_of(play, worker).configured_capacity, channel_of(play, worker).available) == (
        1,
        True,
    )
    assert play.log() == ["worker.created"]


def test_only_so_many_at_a_time(play: Play) -> None:
    """A worker takes as many tasks as they have capacity; offers count like accepted tasks."""
    ann = play.worker("Ann", capacity=3)
    flow = play.simple()
    tasks = [play.task(flow) for _ in range(4)]

    assert [who(each) for each in tasks] == [["Ann"]] * 3 + [[]]
    assert channel_of(play, ann).available_capacity_percentage == 0
    play.accept(offer(tasks[0]))
    play.complete(tasks[0])
    assert who(tasks[3]) == ["Ann"]


def test_channels_do_not_share_capacity(play: Play) -> None:
    """A full channel says nothing about another one."""
    chat = play.channel("chat")
    play.worker("Ann")
    flow = play.simple()

    assert [who(play.task(flow, channel=each)) for each in (play.default, chat)] == [["Ann"]] * 2


def test_a_capacity_of_nothing(play: Play) -> None:
    """Nothing is offered, and nothing of nothing is free."""
    ann = play.worker("Ann", capacity=0)

    assert who(play.task(play.simple())) == []
    assert channel_of(play, ann).available_capacity_percentage == 0


def test_a_closed_channel(play: Play) -> None:
    """A channel that is not available takes nothing new; its event says how it stands."""
    ann = play.worker("Ann", capacity=2)
    flow = play.simple()
    task = play.task(flow)
    play.accept(offer(task))
    channel = channel_of(play, ann)
    play.after(1)

    for _ in range(2):
        staff.set_channel_available(play.floor, ann, channel, available=False)

    assert who(play.task(flow)) == []
    assert play.log().count("worker.channel.availability.update") == 1
    event = play.workspace.journal.events[-5]
    assert event.more == {
        "worker_channel_available": "false",
        "worker_channel_available_capacity": "50",
        "worker_channel_previous_capacity": "50",
        "worker_channel_task_count": "1",
        "task_channel_sid": play.default.sid,
        "task_channel_unique_name": "default",
    }
    assert (ann.version, ann.date_updated, channel.date_updated) == (1, 1.0, 1.0)


def test_less_capacity_than_in_use(play: Play) -> None:
    """What a worker has stays with them; nothing new comes until there is room."""
    ann = play.worker("Ann", capacity=2)
    flow = play.simple()
    tasks = [play.task(flow) for _ in range(3)]
    for each in tasks[:2]:
        play.accept(offer(each))

    for _ in range(2):
        staff.set_capacity(play.floor, ann, channel_of(play, ann), 1)
    play.complete(tasks[0])

    assert ([who(each) for each in tasks], ann.version) == ([[], ["Ann"], []], 1)
    assert play.log().count("worker.capacity.update") == 1
    play.complete(tasks[1])
    assert who(tasks[2]) == ["Ann"]


def test_more_capacity_is_told_with_what_was_free_before(play: Play) -> None:
    """The event of a changed capacity has what is free now and what was free before."""
    ann = play.worker("Ann")
    play.task(play.simple())

    staff.set_capacity(play.floor, ann, channel_of(play, ann), 4)

    more = play.workspace.journal.events[-1].more
    assert more["worker_channel_previous_capacity"] == "0"
    assert more["worker_channel_available_capacity"] == "75"


def test_going_away_keeps_what_is_open(play: Play) -> None:
    """A pending offer stays pending, unless the worker declines all of them."""
    ann = play.worker("Ann", capacity=3)
    flow = play.simple()
    accepted, pending, other = (play.task(flow) for _ in range(3))
    play.accept(offer(accepted))
    play.move(ann, play.offline)
    assert [who(each) for each in (accepted, pending, other)] == [["Ann"]] * 3

    offers.reject_all(play.floor, ann)

    assert [who(each) for each in (accepted, pending, other)] == [["Ann"], [], []]


def test_a_change_of_activity_says_what_was_before(play: Play) -> None:
    """The event has the activity before and how long it took; doing the same again is no change."""
    ann = play.worker("Ann")
    play.after(12.5)
    for _ in range(2):
        play.move(ann, play.offline)

    event = play.workspace.journal.events[-1]
    assert event.worker is not None
    assert (event.type, event.worker.activity_name) == ("worker.activity.update", "Offline")
    assert (event.worker.previous_activity_name, event.worker.previous_seconds) == (
        "Available",
        12.5,
    )
    assert (ann.version, ann.date_status_changed) == (1, 12.5)
    assert ann.history == [(0.0, play.available), (12.5, play.offline)]


def test_one_change_is_one_version(play: Play) -> None:
    """Several fields may change together; what is not named, or is as it was, stays."""
    ann = play.worker("Ann")
    change = WorkerUpdate(friendly_name="Anna", attributes='{"a":1}', facts={"a": 1})
    staff.update(play.floor, ann, change)
    assert (ann.version, ann.friendly_name, ann.facts, ann.activity) == (
        1,
        "Anna",
        {"a": 1},
        play.available,
    )

    staff.update(play.floor, ann, WorkerUpdate(attributes="{}", activity=play.available))
    staff.rename(play.floor, ann, "Ann")

    assert (ann.version, ann.friendly_name, ann.facts) == (3, "Ann", {})
    assert play.log() == ["worker.created", *["worker.attributes.update"] * 2]


def test_a_worker_who_learns_gets_what_waits(play: Play) -> None:
    """New attributes decide anew to which queues a worker belongs."""
    ann = play.worker("Ann")
    task = play.task(play.queue("hard", "level > 1"))
    assert who(task) == []

    play.learn(ann, {"level": 2})

    assert who(task) == ["Ann"]


def test_a_busy_worker_cannot_be_dismissed(play: Play) -> None:
    """Neither with an offer nor with a task; nothing changes."""
    ann = play.worker("Ann")
    task = play.task(play.simple())
    for _ in range(2):
        with pytest.raises(RefusalError, match="open reservations") as refusal:
            staff.dismiss(play.floor, ann)
        assert (refusal.value.status, refusal.value.code) == (400, 20001)
        if task.status is TaskStatus.RESERVED:
            play.accept(offer(task))

    assert ann.sid in play.workspace.workers
    assert "worker.deleted" not in play.log()


def test_a_dismissed_worker_is_gone(play: Play) -> None:
    """Nothing is offered to them any more; what they did ends like everything else."""
    ann = play.worker("Ann")
    flow = play.simple()
    task = play.task(flow)
    play.accept(offer(task))
    play.complete(task)

    staff.dismiss(play.floor, ann)
    new = play.task(flow)
    assert (who(new), play.workspace.workers) == ([], {})
    assert offer(task).sid in play.workspace.reservations
    play.after(300)

    assert not play.workspace.reservations
    assert play.log().count("worker.deleted") == 1


def test_one_task_at_a_time(play: Play) -> None:
    """In such a workspace an offer on one channel keeps all others away."""
    play.workspace.multi_task_enabled = False
    chat = play.channel("chat")
    play.worker("Ann", capacity=5)
    flow = play.simple()

    assert [who(play.task(flow, channel=each)) for each in (play.default, chat)] == [["Ann"], []]


def test_tasks_decide_what_a_worker_does(play: Play) -> None:
    """One task at a time: reserved, busy with it, and busy still when it is done."""
    play.workspace.multi_task_enabled = False
    queue = play.queue("q")
    queue.reservation_activity = play.activity("Reserved", available=False)
    queue.assignment_activity = play.activity("Busy", available=False)
    ann = play.worker("Ann")
    task = play.task(queue)
    assert ann.activity.friendly_name == "Reserved"
    play.accept(offer(task))
    assert ann.activity.friendly_name == "Busy"
    play.complete(task)

    assert ann.activity.friendly_name == "Busy"
    assert play.log()[-6:-3] == [
        "worker.activity.update",
        "reservation.accepted",
        "worker.activity.update",
    ]


def test_who_declines_goes_back(play: Play) -> None:
    """One task at a time: a declined or lost offer returns the worker to what they did before."""
    play.workspace.multi_task_enabled = False
    queue = play.queue("q", at_once=3)
    queue.reservation_activity = play.activity("Reserved", available=False)
    people = [play.worker(name) for name in ("Ann", "Ben", "Cem")]
    task = play.task(queue)
    ann, ben, cem = task.reservations
    play.reject(ann)
    play.reject(ben, play.offline)
    assert [each.activity for each in people[:2]] == [play.available, play.offline]
    play.move(people[2], play.available)

    play.cancel(task)

    assert people[2].activity is play.available
    assert cem.status == "canceled"


def test_activities_of_a_queue_do_not_count_for_many_tasks(play: Play) -> None:
    """Where several tasks are taken at a time, a queue's activities change nothing."""
    queue = play.queue("q")
    queue.reservation_activity = queue.assignment_activity = play.offline
    ann = play.worker("Ann")
    task = play.task(queue)
    play.accept(offer(task))

    assert ann.activity is play.available


def test_what_a_worker_did_long_ago_is_forgotten(play: Play) -> None:
    """Of the activities that ended more than 35 days ago nothing is kept."""
    worker = play.worker("Ann")
    for _ in range(3):
        play.after(20 * 86_400)
        play.move(worker, play.offline)
        play.move(worker, play.available)

    assert len(worker.history) == 5


def test_of_many_complaints_the_latest_are_kept(play: Play) -> None:
    """A workspace remembers a thousand alerts."""
    for number in range(1_500):
        play.workspace.alert(number, "too much", "WT")

    assert [each.code for each in play.workspace.alerts] == list(range(500, 1_500))
