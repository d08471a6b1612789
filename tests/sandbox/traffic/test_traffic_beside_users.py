"""Traffic beside people who use the sandbox: what they change, make and delete is theirs."""

from collections import Counter
from datetime import UTC, datetime

from taskrouter_async.models import ReservationStatus, TaskStatus
from taskrouter_async.sandbox import Sandbox, Traffic
from taskrouter_async.sandbox.routing import offers, staff, tasks
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.activities import add_activity, rename_activity
from taskrouter_async.sandbox.state.records import Reservation, Task, Worker

HOUR = 3600


def centre(traffic: Traffic) -> tuple[Sandbox, Floor]:
    """Return a sandbox with traffic in its one workspace."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(traffic)
    return sandbox, sandbox._floor(sandbox.workspace_sids[0])


def crew(workers: int = 1, **figures: float) -> tuple[Sandbox, Floor]:
    """Return a sandbox with workers who are always there, and no tasks but the test's."""
    figures = {"ignored_share": 0.0, "rejected_share": 0.0, **figures}
    return centre(
        Traffic(
            workers=workers,
            tasks_per_hour=0,
            present_share=1.0,
            pause_seconds=0,
            **figures,  # type: ignore[arg-type]
        )
    )


def task(floor: Floor, channel: str = "voice", *, worker: Worker | None = None) -> Task:
    """Make a task for anybody, or for one worker, and offer it."""
    channels = {each.unique_name: each for each in floor.workspace.task_channels.values()}
    made = tasks.create(
        floor,
        tasks.NewTask(
            attributes="{}",
            facts={},
            channel=channels[channel],
            workflow=next(iter(floor.workspace.workflows.values())),
            worker=worker,
        ),
    )
    offers.dispatch(floor)
    return made


def hired(floor: Floor) -> Worker:
    """Make a worker who is available."""
    (available,) = (each for each in floor.workspace.activities.values() if each.available)
    return staff.hire(floor, "Ada", activity=available)


def offer(task: Task) -> Reservation:
    """Return the last offer of a task."""
    return task.reservations[-1]


async def test_the_crew_takes_users_tasks() -> None:
    """A task that a user makes is taken like any other, on a channel without traffic, too."""
    sandbox, floor = crew(2)
    tasks = [task(floor, "voice"), task(floor, "video")]

    await sandbox.advance(HOUR)

    assert [each.status for each in tasks] == [TaskStatus.COMPLETED] * 2
    assert [each.reason for each in tasks] == ["Completed"] * 2


async def test_the_crew_leaves_users_workers_alone() -> None:
    """An offer to a worker who is not of the traffic is left to whoever made the worker."""
    sandbox, floor = crew(0)
    made = task(floor, worker=hired(floor))

    await sandbox.advance(60)

    assert offer(made).status is ReservationStatus.PENDING


async def test_a_crew_leaves_users_workers_to_them_when_it_begins() -> None:
    """What users' workers hold when traffic begins stays in their hands."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    floor = sandbox._floor(sandbox.workspace_sids[0])
    made = task(floor, worker=hired(floor))
    sandbox.simulate(Traffic(tasks_per_hour=0))

    await sandbox.advance(60)

    assert offer(made).status is ReservationStatus.PENDING


async def test_users_may_be_faster_than_the_crew() -> None:
    """An offer or a task that a user has decided on meanwhile is left as it is."""
    sandbox, floor = crew(3, pick_up_seconds=10)
    accepted, canceled, completed = (task(floor) for _ in range(3))
    offers.accept(floor, offer(accepted))
    tasks.cancel(floor, canceled, "by a user")
    await sandbox.advance(40)
    assert completed.status is TaskStatus.ASSIGNED
    offers.complete(floor, completed, "by a user")

    await sandbox.advance(HOUR)

    assert accepted.status is TaskStatus.ASSIGNED
    assert (canceled.reason, completed.reason) == ("by a user", "by a user")


async def test_users_may_finish_a_wrap_up() -> None:
    """Who completes a task while the crew is still writing takes the work off it."""
    sandbox, floor = crew(1, wrap_up_seconds=600)
    made = task(floor)
    while made.status is not TaskStatus.WRAPPING:
        await sandbox.advance(10)
    offers.complete(floor, made, "by a user")

    await sandbox.advance(HOUR)

    assert made.reason == "by a user"


async def test_users_may_be_faster_than_a_refusal() -> None:
    """An offer that the crew was about to decline may be gone by then."""
    sandbox, floor = crew(1, rejected_share=1.0, pick_up_seconds=10)
    made = task(floor)
    tasks.cancel(floor, made, "by a user")

    await sandbox.advance(60)

    assert [each.status for each in made.reservations] == [ReservationStatus.CANCELED]


async def test_an_offer_that_was_missed_and_then_taken_moves_nobody() -> None:
    """A worker who would have missed an offer stays where they are if a user accepts it."""
    sandbox, floor = crew(1, ignored_share=1.0)
    made = task(floor)
    offers.accept(floor, offer(made))
    moves = len(offer(made).worker.history)

    await sandbox.advance(HOUR)

    assert len(offer(made).worker.history) == moves


async def test_traffic_ends_with_its_workflow() -> None:
    """Where the workflow has been deleted, no task arrives any more."""
    sandbox, floor = centre(Traffic())
    await sandbox.advance(60)
    floor.workspace.workflows.clear()
    before = len(floor.workspace.tasks)

    await sandbox.advance(120)

    assert len(floor.workspace.tasks) == before


async def test_a_channel_that_is_gone_has_no_tasks() -> None:
    """Where a task channel has been deleted, tasks of the other kinds arrive still."""
    sandbox, floor = centre(Traffic(workers=0, tasks_per_hour=600))
    channels = floor.workspace.task_channels
    (voice,) = (sid for sid, each in channels.items() if each.unique_name == "voice")
    del channels[voice]

    await sandbox.advance(HOUR)

    events = floor.journal.events
    kinds = {each.task.channel for each in events if each.task}
    assert kinds == {"chat", "sms"}


async def test_workers_who_are_gone_are_not_missed() -> None:
    """A worker who has been deleted neither comes nor goes."""
    sandbox, floor = centre(Traffic(workers=1, tasks_per_hour=0, shift_seconds=600))
    floor.workspace.workers.clear()
    before = len(floor.journal.events)

    await sandbox.advance(HOUR)

    assert len(floor.journal.events) == before


async def test_shifts_without_an_end_follow_one_another() -> None:
    """Where everybody is always there, the end of a shift is the beginning of the next."""
    sandbox, floor = centre(
        Traffic(workers=3, tasks_per_hour=0, shift_seconds=600, present_share=1.0)
    )

    await sandbox.advance(HOUR)

    names = {a.friendly_name for w in floor.workspace.workers.values() for _, a in w.history[1:]}
    assert names == {"Available"}


async def test_activities_that_mean_something_else_are_left_alone() -> None:
    """A name that is taken by an activity of the other kind gets a number behind it."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    floor = sandbox._floor(sandbox.workspace_sids[0])
    named = {each.friendly_name: each for each in floor.workspace.activities.values()}
    rename_activity(floor, named["Available"], "Ready")
    add_activity(floor, "AVAILABLE", available=False)

    sandbox.simulate()

    names = Counter(w.activity.friendly_name for w in floor.workspace.workers.values())
    assert names["Available 2"] > 10


async def test_of_a_long_absence_the_last_quarter_is_played() -> None:
    """When a process was held for hours, nobody called meanwhile, but time has passed."""
    seconds = 0.0
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    sandbox = Sandbox(workspaces=1, start=start, monotonic=lambda: seconds)
    sandbox.simulate()
    floor = sandbox._floor(sandbox.workspace_sids[0])
    seconds = 8.0 * HOUR

    sandbox._time.catch_up()

    since = sandbox.now.timestamp() - floor.workspace.timeline.now
    created = [each.at for each in floor.journal.events if each.type == "task.created"]
    silence = [each for each in created if 60 < each - start.timestamp() < 7.75 * HOUR]
    assert since == 0
    assert len(created) > 20
    assert silence == []


async def test_of_an_announced_absence_everything_is_played() -> None:
    """``advance`` leaves nothing out, however long and whatever the clock."""
    sandbox = Sandbox(workspaces=1, monotonic=lambda: 0.0)
    sandbox.simulate()
    floor = sandbox._floor(sandbox.workspace_sids[0])

    await sandbox.advance(2 * HOUR)

    created = Counter(each.type for each in floor.journal.events)["task.created"]
    assert created > 1.5 * Traffic().expected_tasks_per_hour


async def test_a_caller_who_was_served_by_a_user_is_not_impatient() -> None:
    """A task of the traffic that a user has ended is left as it is."""
    sandbox, floor = centre(Traffic(workers=0, tasks_per_hour=3600, patience_seconds=60))
    await sandbox.advance(2)
    made = list(floor.workspace.tasks.values())
    for each in made:
        tasks.cancel(floor, each, "by a user")

    await sandbox.advance(240)

    assert made
    assert {each.reason for each in made} == {"by a user"}


async def test_a_crew_may_need_no_time() -> None:
    """Durations of 0 are none: what is offered is accepted at that very moment."""
    sandbox, floor = crew(1, pick_up_seconds=0, wrap_up_seconds=0)
    made = task(floor)

    await sandbox.advance(0)

    assert made.status is TaskStatus.ASSIGNED
