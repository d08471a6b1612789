"""A contact centre at work: what arrives, what becomes of it, and that it is the same again."""

from collections import Counter
from collections.abc import Sequence

import pytest
from attrs import evolve

from taskrouter_async.models import TaskStatus
from taskrouter_async.sandbox import ChannelTraffic, Sandbox, Traffic
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.journal import Event

HOUR = 3600
QUIET = Traffic(tasks_per_hour=0)
ALWAYS_THERE = Traffic(present_share=1.0, pause_seconds=0.0)


def floor_of(sandbox: Sandbox, number: int = 0) -> Floor:
    """Return the routing of a workspace."""
    return sandbox._floor(sandbox.workspace_sids[number])


def log_of(floor: Floor) -> list[tuple[float, str, str]]:
    """Return what happened when to what."""
    return [(each.at, each.type, each.resource_sid) for each in floor.journal.events]


def counted(events: Sequence[Event]) -> Counter[str]:
    """Return how often each thing happened."""
    return Counter(event.type for event in events)


def open_tasks(floor: Floor) -> int:
    """Return how many tasks are not over."""
    over = (TaskStatus.COMPLETED, TaskStatus.CANCELED)
    return sum(task.status not in over for task in floor.workspace.tasks.values())


async def test_everything_happens_in_an_hour() -> None:
    """Tasks are offered, taken, declined, missed, finished and given up; people come and go."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate()

    await sandbox.advance(4 * HOUR)

    happened = counted(floor_of(sandbox).journal.events)
    assert happened["task.created"] == pytest.approx(
        4 * Traffic().expected_tasks_per_hour, rel=0.15
    )
    assert happened["task.completed"] > 0.9 * happened["task.created"]
    for type_ in ("rejected", "timeout", "accepted", "wrapup", "completed"):
        assert happened[f"reservation.{type_}"] > 0
    for type_ in ("task.canceled", "task-queue.moved", "worker.activity.update"):
        assert happened[type_] > 0


async def test_most_workers_are_busy_and_queues_are_short() -> None:
    """The usual traffic keeps about three of four calls' places in use, and few tasks waiting."""
    sandbox = Sandbox(workspaces=2, clock="virtual")
    sandbox.simulate()
    floors = [floor_of(sandbox, number) for number in range(2)]
    available = busy = waiting = 0

    await sandbox.advance(HOUR)
    for _ in range(60):
        await sandbox.advance(60)
        for floor in floors:
            at_work = [w for w in floor.workspace.workers.values() if w.activity.available]
            available += len(at_work)
            busy += sum(
                bool(channel.reservations)
                for worker in at_work
                for channel in worker.channels.values()
                if channel.task_channel.unique_name == "voice"
            )
            waiting += len(floor.lanes)

    assert 0.65 < busy / available < 0.9
    assert 0 < waiting / 120 < 5


async def test_the_same_seed_makes_the_same_events() -> None:
    """The log is the same to the last SID, in whatever steps the time passes."""
    one, other = (Sandbox(workspaces=2, seed=5, clock="virtual") for _ in range(2))
    one.simulate()
    other.simulate()

    await one.advance(HOUR)
    for seconds in (1, 599, 0, 1800, 1200):
        await other.advance(seconds)

    for number in range(2):
        assert log_of(floor_of(one, number)) == log_of(floor_of(other, number))
    assert len(log_of(floor_of(one))) > 1000
    assert log_of(floor_of(one)) != log_of(floor_of(one, 1))


async def test_workspaces_have_no_influence_on_one_another() -> None:
    """What happens in a workspace is the same, whatever does in others, and in any order."""
    alone, together, turned = (Sandbox(workspaces=2, clock="virtual") for _ in range(3))
    first, second = alone.workspace_sids
    alone.simulate(workspace_sids=[second])
    together.simulate(workspace_sids=[first, second])
    turned.simulate(workspace_sids=[second, first])

    for sandbox in (alone, together, turned):
        await sandbox.advance(HOUR)

    assert (
        log_of(floor_of(alone, 1)) == log_of(floor_of(together, 1)) == log_of(floor_of(turned, 1))
    )
    assert counted(floor_of(alone).journal.events)["task.created"] == 0


async def test_workers_who_missed_an_offer_come_back() -> None:
    """An offer that nobody answers takes a worker offline, and some time later they are back."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(evolve(ALWAYS_THERE, workers=3, ignored_share=1.0, rejected_share=0.0))
    floor = floor_of(sandbox)

    await sandbox.advance(HOUR)

    moved = [e.worker for e in floor.journal.events if e.type == "worker.activity.update"]
    names = Counter(each.activity_name for each in moved if each)
    assert names["Offline"] > 3
    assert names["Available"] == pytest.approx(names["Offline"] + 3, abs=3)


async def test_impatient_callers_are_gone() -> None:
    """A task that nobody takes is canceled once its caller has lost patience, and never before."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(Traffic(workers=0, tasks_per_hour=60, patience_seconds=60))
    floor = floor_of(sandbox)

    await sandbox.advance(HOUR)

    gone = [e.task for e in floor.journal.events if e.type == "task.canceled"]
    assert len(gone) > 30
    assert {each.reason for each in gone if each} == {"Abandoned"}
    assert sum(each.age for each in gone if each) / len(gone) == pytest.approx(60, rel=0.3)


async def test_a_centre_without_workers_or_tasks_is_possible() -> None:
    """Nobody at all and nothing to do is a traffic, too: one in which nothing happens."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(Traffic(workers=0))
    before = len(floor_of(sandbox).journal.events)

    await sandbox.advance(HOUR)

    assert len(floor_of(sandbox).journal.events) == before


async def test_workers_pause_and_go_home() -> None:
    """Over a day each worker is available, in a pause and at home; no two go at one moment."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(Traffic(workers=10, tasks_per_hour=0))
    floor = floor_of(sandbox)

    await sandbox.advance(24 * HOUR)

    for worker in floor.workspace.workers.values():
        names = {activity.friendly_name for _, activity in worker.history}
        assert names == {"Offline", "Available", "Unavailable"}
    homes = [
        since
        for worker in floor.workspace.workers.values()
        for since, activity in worker.history[1:]
        if activity.friendly_name == "Offline"
    ]
    assert len(homes) >= 10
    assert len(set(homes)) == len(homes)


async def test_a_pause_does_not_outlast_the_shift() -> None:
    """Who goes home from a pause is at home, and comes back for the next shift only."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(
        Traffic(
            workers=10,
            tasks_per_hour=0,
            shift_seconds=600,
            pause_every_seconds=120,
            pause_seconds=300,
            present_share=0.5,
        )
    )
    floor = floor_of(sandbox)

    await sandbox.advance(12 * HOUR)

    for worker in floor.workspace.workers.values():
        home = [
            later - since
            for (since, activity), (later, _) in zip(
                worker.history[1:], worker.history[2:], strict=False
            )
            if activity.friendly_name == "Offline"
        ]
        assert home == pytest.approx([600] * len(home))


async def test_stopped_traffic_leaves_everything_where_it_is() -> None:
    """After ``stop`` nothing happens by itself any more but what TaskRouter does."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    simulation = sandbox.simulate(Traffic(occupancy=1.0))
    floor = floor_of(sandbox)
    await sandbox.advance(HOUR)

    simulation.stop()
    simulation.stop()
    floor.journal.events.clear()
    await sandbox.advance(HOUR)

    assert set(counted(floor.journal.events)) <= {
        *("reservation.timeout", "worker.activity.update", "reservation.created"),
        *("task-queue.timeout", "task-queue.moved", "task-queue.entered"),
        "workflow.target-matched",
    }
    assert open_tasks(floor) > 0


async def test_drained_traffic_is_worked_off() -> None:
    """After ``drain`` no task arrives any more, and those that are there come to their end."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    simulation = sandbox.simulate()
    floor = floor_of(sandbox)
    await sandbox.advance(HOUR)
    assert open_tasks(floor) > 0

    simulation.drain()
    floor.journal.events.clear()
    await sandbox.advance(HOUR)

    assert counted(floor.journal.events)["task.created"] == 0
    assert open_tasks(floor) == 0


async def test_a_workspace_has_one_traffic_at_a_time() -> None:
    """A second one is refused until the first is stopped, and then goes on with what is there."""
    sandbox = Sandbox(workspaces=2, clock="virtual")
    first = sandbox.simulate(workspace_sids=sandbox.workspace_sids[:1])
    assert first.workspace_sids == sandbox.workspace_sids[:1]
    await sandbox.advance(HOUR)
    floor = floor_of(sandbox)
    with pytest.raises(ValueError, match=f"{sandbox.workspace_sids[0]} has traffic already"):
        sandbox.simulate()
    assert not floor_of(sandbox, 1).workspace.workers

    first.stop()
    busy = open_tasks(floor)
    sandbox.simulate(QUIET, workspace_sids=first.workspace_sids)
    await sandbox.advance(HOUR)

    assert busy > 0
    assert open_tasks(floor) == 0
    assert len(floor.workspace.workers) == 20
    assert len(floor.workspace.workflows) == 2


async def test_a_crew_takes_over_from_another() -> None:
    """Offers, conversations and wrap-ups of a stopped traffic are taken up where they are."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    first = sandbox.simulate(
        Traffic(pick_up_seconds=60, wrap_up_seconds=300, reservation_seconds=120)
    )
    floor = floor_of(sandbox)
    await sandbox.advance(HOUR)
    first.stop()
    statuses = {each.status for each in floor.workspace.tasks.values()}
    assert {"reserved", "assigned", "wrapping"} <= statuses

    sandbox.simulate(QUIET)
    await sandbox.advance(HOUR)

    assert open_tasks(floor) == 0


async def test_another_traffic_brings_its_own_figures() -> None:
    """Skills, capacities and rules change with the traffic; who is not needed goes home."""
    sandbox = Sandbox(workspaces=1, clock="virtual")
    sandbox.simulate(evolve(ALWAYS_THERE, workers=5)).stop()
    floor = floor_of(sandbox)

    sandbox.simulate(
        evolve(
            ALWAYS_THERE,
            workers=3,
            skills=("it's new",),
            channels={"voice": ChannelTraffic(), "fax": ChannelTraffic(capacity=9)},
        )
    )
    await sandbox.advance(HOUR)

    workers = list(floor.workspace.workers.values())
    channels = {each.unique_name for each in floor.workspace.task_channels.values()}
    assert [worker.facts for worker in workers[:3]] == [{"skills": ["it's new"]}] * 3
    assert {worker.activity.friendly_name for worker in workers[3:]} == {"Offline"}
    assert "fax" in channels
    assert [each.friendly_name for each in floor.workspace.workflows.values()] == [
        *("Default Fifo Workflow", "Contact Centre", "Contact Centre 2")
    ]
    queue = next(q for q in floor.workspace.task_queues.values() if q.friendly_name == "It'S New")
    assert counted(floor.journal.events)["task.created"] > 0
    assert floor.matching.eligible(queue) == workers[:3]


async def test_what_is_impossible_is_refused() -> None:
    """Workspaces that do not exist, and channels that cannot, are errors that say so."""
    sandbox = Sandbox(workspaces=1, clock="virtual")

    with pytest.raises(LookupError, match="no workspace WS0"):
        sandbox.simulate(workspace_sids=["WS0"])
    with pytest.raises(ValueError, match="no traffic is possible: Invalid UniqueName"):
        sandbox.simulate(Traffic(channels={"no-name": ChannelTraffic()}))
