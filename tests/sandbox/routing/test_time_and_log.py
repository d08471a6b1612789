"""Time that moves only when told to, and the log of what happened in it."""

from sandbox.routing.floors import Play, offer, target

from taskrouter_async.sandbox.state.journal import KEPT_SECONDS, Event
from taskrouter_async.sandbox.state.timeline import Timeline, wire_date


def test_what_is_planned_happens_in_order() -> None:
    """By its moment, then in the order of its planning; what was called off does not happen."""
    timeline, done = Timeline(100.0), list[str]()
    timeline.later(5, lambda: done.append("b"))
    timeline.at(101, lambda: done.append("a"))
    timeline.later(5, lambda: done.append("c"))
    off = timeline.later(1, lambda: done.append("never"))
    off.cancel()

    timeline.run(105)

    assert (done, timeline.now, off.over) == (["a", "b", "c"], 105, True)
    assert timeline.next_moment() is None


def test_what_is_planned_for_the_past_comes_next() -> None:
    """A moment that has passed comes as soon as time moves, and does not turn time back."""
    timeline, seen = Timeline(100.0), list[float]()
    timer = timeline.at(50, lambda: seen.append(timeline.now))
    assert timeline.next_moment() == 50

    assert timeline.step(100)
    assert not timeline.step(99)

    assert (seen, timeline.now, timer.over) == ([100.0], 100.0, True)


def test_dates_are_written_to_the_second() -> None:
    """The service writes UTC without fractions; no moment has no date."""
    assert wire_date(0.9) == "1970-01-01T00:00:00Z"
    assert wire_date(None) is None


def test_the_log_can_be_asked_for_a_stretch_of_time(play: Play) -> None:
    """Both ends belong to it."""
    for name in ("Ann", "Ben", "Cem", "Dan"):
        play.worker(name)
        play.after(10)

    names = [each.worker and each.worker.name for each in play.workspace.journal.between(10, 20)]

    assert names == ["Ben", "Cem"]


def test_the_log_forgets_what_is_old(play: Play) -> None:
    """What is older than is kept is dropped; the numbers of the others stay."""
    play.worker("Ann")
    play.after(KEPT_SECONDS)
    play.worker("Ben")
    play.workspace.journal.forget()
    assert len(play.log()) == 2
    play.after(0.5)

    play.workspace.journal.forget()

    assert [each.number for each in play.workspace.journal.events] == [2]


def test_the_log_clears_itself_now_and_then(play: Play) -> None:
    """What is older than 35 days is dropped without being told to, every ten thousand events."""
    play.workspace.journal.write("workspace.updated", "WS", "first")
    play.after(36 * 86_400)
    for _ in range(9_999):
        play.workspace.journal.write("workspace.updated", "WS", "again")

    assert len(play.workspace.journal.events) == 9_999


def test_events_are_told_at_once_and_keep_what_was_true(play: Play) -> None:
    """A listener hears each event when it is written; later changes do not touch it."""
    heard: list[Event] = []
    play.workspace.journal.listeners.append(heard.append)
    play.worker("Ann")
    task = play.task(play.workflow(default=target(play.queue("q"))), {"a": 1}, priority=3)
    play.after(7)
    play.accept(offer(task))
    play.tell(task, {"a": 2})

    created = heard[-3]
    assert created.task is not None
    assert created.worker is not None
    assert (created.type, created.number) == ("reservation.created", len(heard) - 2)
    assert created.resource_sid == task.sid
    assert (created.reservation_sid, created.worker.name) == (offer(task).sid, "Ann")
    assert (created.task.attributes, created.task.status) == ('{"a": 1}', "reserved")
    assert (created.task.queue_name, created.task.workflow_name) == ("q", "Rules")
    assert (created.task.priority, created.task.age) == (3, 0.0)
    assert heard[-2].task is not None
    assert (heard[-2].task.age, heard[-2].task.queue_age) == (7.0, 7.0)


def test_the_log_of_other_things(play: Play) -> None:
    """Things that are neither a task nor a worker are written down by what they are."""
    queue = play.queue("q")
    more = {"task_queue_name": "q"}

    play.workspace.journal.write("task-queue.created", queue.sid, "made", more=more)

    event = play.workspace.journal.events[-1]
    assert (event.task, event.worker) == (None, None)
    assert event.more == more
