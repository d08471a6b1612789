"""Statistics of workers."""

import pytest
from sandbox.routing.floors import offer
from sandbox.statistics.scenes import Scene

from taskrouter_async.sandbox.routing import staff

ALL = ("/Workers/RealTimeStatistics", "/Workers/CumulativeStatistics", "/Workers/Statistics")


async def test_what_workers_are_doing(scene: Scene) -> None:
    """All workers count, each in their activity."""
    for name, activity in (("Ann", scene.offline), ("Ben", scene.offline), ("Cem", None)):
        scene.worker(name, activity=activity)

    found = await scene.figures("/Workers/RealTimeStatistics", TaskChannel="voice")

    assert found["total_workers"] == 3
    workers = {each["friendly_name"]: each["workers"] for each in found["activity_statistics"]}
    assert (workers["Offline"], workers[scene.available.friendly_name]) == (2, 1)


async def test_what_one_worker_did(scene: Scene) -> None:
    """One worker's figures are of their own reservations and their own time."""
    flow = scene.simple()
    ann = scene.worker("Ann")
    mine = scene.task(flow)
    scene.accept(offer(mine))
    scene.worker("Ben")
    scene.reject(offer(scene.task(flow)), scene.offline)
    await scene.wait(100)
    scene.move(ann, scene.offline)
    await scene.wait(50)
    scene.complete(mine)

    found = (await scene.figures(f"/Workers/{ann.sid}/Statistics"))["cumulative"]

    assert (found["reservations_created"], found["reservations_accepted"]) == (1, 1)
    assert found["reservations_rejected"] == found["reservations_wrapup"] == 0
    assert (found["tasks_assigned"], found["reservations_completed"]) == (1, 1)
    totals = {each["friendly_name"]: each["total"] for each in found["activity_durations"]}
    assert (totals[scene.available.friendly_name], totals["Offline"]) == (100, 50)


async def test_what_all_workers_did(scene: Scene) -> None:
    """All reservations count, those of somebody who is gone too; their time does not."""
    flow = scene.simple()
    ann = scene.worker("Ann")
    scene.reject(offer(scene.task(flow)), scene.offline)
    scene.worker("Ben")
    await scene.wait(20)
    staff.dismiss(scene.floor, ann)

    found = await scene.figures("/Workers/CumulativeStatistics")

    assert (found["reservations_created"], found["reservations_rejected"]) == (2, 1)
    assert sum(each["total"] for each in found["activity_durations"]) == 20


async def test_a_channel_narrows_the_reservations(scene: Scene) -> None:
    """On one channel only its reservations count; time is spent on all of them."""
    flow = scene.simple()
    worker = scene.worker("Ann")
    scene.task(flow)
    scene.task(flow, channel=scene.channel_named("voice"))
    scene.task(flow, channel=scene.channel_named("chat"))
    await scene.wait(30)

    for path in ("/Workers/CumulativeStatistics", f"/Workers/{worker.sid}/Statistics"):
        found = await scene.figures(path, TaskChannel="voice")
        found = found.get("cumulative", found)
        assert found["reservations_created"] == 1
        assert sum(each["total"] for each in found["activity_durations"]) == 30


async def test_filters(scene: Scene) -> None:
    """Workers are picked by their name and by the queues to which they belong."""
    left, right = scene.queue("Left", "skills HAS 'l'"), scene.queue("Right", "skills HAS 'r'")
    for name, skills in (("Ann", "l"), ("Ben", "r"), ("Cem", "lr")):
        scene.worker(name, {"skills": list(skills)})
    scene.accept(offer(scene.task(left)))
    for query, workers, reservations in (
        ({}, 3, 1),
        ({"FriendlyName": "Ann"}, 1, 1),
        ({"FriendlyName": "ann"}, 0, 0),
        ({"TaskQueueSid": left.sid}, 2, 1),
        ({"TaskQueueName": "Right"}, 2, 0),
        ({"TaskQueueName": "Right", "TaskQueueSid": left.sid}, 1, 0),
        ({"TaskQueueSid": "WQ" + "0" * 32}, 0, 0),
        ({"TaskQueueName": "Nowhere"}, 0, 0),
        ({"TaskQueueSid": right.sid, "FriendlyName": "Ann"}, 0, 0),
    ):
        found = await scene.figures("/Workers/Statistics", **query)
        assert found["realtime"]["total_workers"] == workers, query
        assert found["cumulative"]["reservations_created"] == reservations, query


@pytest.mark.parametrize("path", ALL)
async def test_too_many_workers(scene: Scene, path: str) -> None:
    """The figures of all workers are refused above 100; those of one are not."""
    ann = scene.worker("Ann")
    for number in range(99):
        scene.worker(f"Worker {number}")
    assert await scene.figures(path)

    scene.worker("One more")

    assert await scene.refusal(path) == (400, 20001)
    assert await scene.figures(f"/Workers/{ann.sid}/Statistics")


async def test_a_refused_queue(scene: Scene) -> None:
    """What is no SID of a queue is refused."""
    assert await scene.refusal("/Workers/Statistics", TaskQueueSid="Left") == (400, 20001)
