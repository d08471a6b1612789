"""What is true now, in figures that can be counted by hand."""

from typing import Any

import pytest
from sandbox.routing.floors import offer, target, when
from sandbox.statistics.scenes import Scene

from taskrouter_async.sandbox.routing import tasks

NONE_BY_STATUS = dict.fromkeys(
    ("pending", "reserved", "assigned", "wrapping", "completed", "canceled"), 0
)


def counts(entry: Any) -> dict[str, int]:
    """Return how many workers are in each activity in which anybody is."""
    listed = entry["activity_statistics"]
    return {each["friendly_name"]: each["workers"] for each in listed if each["workers"]}


async def test_an_empty_workspace(scene: Scene) -> None:
    """Where nothing is nothing waits, and every status and activity is listed with a zero."""
    found = await scene.figures("/RealTimeStatistics")

    assert found["tasks_by_status"] == NONE_BY_STATUS
    assert found["tasks_by_priority"] == {}
    assert (found["total_tasks"], found["total_workers"]) == (0, 0)
    assert (found["longest_task_waiting_sid"], found["longest_task_waiting_age"]) == (None, 0)
    activities = scene.workspace.activities.values()
    assert found["activity_statistics"] == [
        {"sid": each.sid, "friendly_name": each.friendly_name, "workers": 0} for each in activities
    ]


async def test_tasks_of_a_workspace(scene: Scene) -> None:
    """Tasks count by status and by priority; those that are over count until they are removed."""
    flow = scene.simple()
    scene.worker("Ann", capacity=2)
    done, assigned = scene.task(flow, priority=5), scene.task(flow)
    scene.accept(offer(done))
    scene.accept(offer(assigned))
    scene.complete(done)
    await scene.wait(7)
    scene.cancel(scene.task(flow, priority=5))
    waiting = scene.task(flow, priority=1)
    await scene.wait(3)

    found = await scene.figures("/RealTimeStatistics")

    counted = {"pending": 0, "reserved": 1, "assigned": 1, "completed": 1, "canceled": 1}
    assert found["tasks_by_status"] == {**NONE_BY_STATUS, **counted}
    assert found["tasks_by_priority"] == {"0": 1, "1": 1, "5": 2}
    assert found["total_tasks"] == 4
    assert found["longest_task_waiting_sid"] == waiting.sid
    assert found["longest_task_waiting_age"] == 3
    assert counts(found) == {scene.available.friendly_name: 1}

    await scene.wait(293)
    assert (await scene.figures("/RealTimeStatistics"))["total_tasks"] == 3


async def test_one_channel(scene: Scene) -> None:
    """A channel narrows the tasks, by its SID or its unique name, and not the workers."""
    flow, voice = scene.simple(), scene.channel_named("voice")
    scene.worker("Ann", activity=scene.offline)
    scene.task(flow)
    call = scene.task(flow, channel=voice)

    for name in ("voice", voice.sid):
        found = await scene.figures("/RealTimeStatistics", TaskChannel=name)
        assert (found["total_tasks"], found["total_workers"]) == (1, 1)
        assert found["longest_task_waiting_sid"] == call.sid


async def test_a_workflow(scene: Scene) -> None:
    """A workflow's figures are those of the tasks that came through it."""
    flow = scene.simple()
    queue = scene.queue("Other")
    task = scene.task(flow)
    scene.task(queue)
    await scene.wait(5)

    found = await scene.figures(f"/Workflows/{flow.sid}/RealTimeStatistics")

    assert found["total_tasks"] == 1
    assert (found["longest_task_waiting_sid"], found["longest_task_waiting_age"]) == (task.sid, 5)


async def test_a_queue(scene: Scene) -> None:
    """A queue's figures are those of the tasks in it and of the workers for whom it is."""
    left, right = scene.queue("Left", "1==2"), scene.queue("Right", "skill == 'right'")
    flow = scene.workflow(when("kind == 1", target(left, timeout=60), target(right)))
    oldest = scene.task(flow, {"kind": 1})
    await scene.wait(10)
    direct = scene.task(right)
    await scene.wait(50)
    for name, activity in (("Ann", scene.offline), ("Ben", scene.available)):
        scene.worker(name, {"skill": "right"}, activity=activity)
    scene.worker("Cem", {"skill": "left"})
    await scene.wait(5)

    found = await scene.figures(f"/TaskQueues/{right.sid}/RealTimeStatistics")

    assert (found["longest_task_waiting_sid"], found["longest_task_waiting_age"]) == (
        oldest.sid,
        65,
    )
    assert found["longest_relative_task_sid_in_queue"] == direct.sid
    assert found["longest_relative_task_age_in_queue"] == 55
    assert (found["total_eligible_workers"], found["total_available_workers"]) == (2, 1)
    assert counts(found) == {"Offline": 1, scene.available.friendly_name: 1}
    assert found["total_tasks"] == 2
    assert found["tasks_by_status"]["reserved"] == 1
    emptied = await scene.figures(f"/TaskQueues/{left.sid}/RealTimeStatistics")
    assert emptied["total_tasks"] == emptied["longest_relative_task_age_in_queue"] == 0
    assert emptied["longest_relative_task_sid_in_queue"] is None


async def test_a_queue_on_a_channel(scene: Scene) -> None:
    """A channel narrows a queue's tasks, and not its workers."""
    queue, voice = scene.queue("Everybody"), scene.channel_named("voice")
    scene.worker("Ann", activity=scene.offline)
    scene.task(queue)
    scene.task(queue, channel=voice)
    path = f"/TaskQueues/{queue.sid}/RealTimeStatistics"

    assert (await scene.figures(path))["total_tasks"] == 2
    found = await scene.figures(path, TaskChannel="voice")
    assert (found["total_tasks"], found["total_eligible_workers"]) == (1, 1)


async def test_tasks_without_a_queue(scene: Scene) -> None:
    """A task that goes straight to a worker is in no queue, and in the workspace."""
    queue = scene.queue("Everybody")
    scene.task(scene.worker("Ann"))

    assert (await scene.figures("/RealTimeStatistics"))["total_tasks"] == 1
    path = f"/TaskQueues/{queue.sid}/RealTimeStatistics"
    assert (await scene.figures(path))["total_tasks"] == 0


async def test_a_deleted_task_is_gone_at_once(scene: Scene) -> None:
    """A task that a caller deleted counts no more."""
    tasks.delete(scene.floor, scene.task(scene.simple()))

    assert (await scene.figures("/RealTimeStatistics"))["total_tasks"] == 0


async def test_bulk(scene: Scene) -> None:
    """Many queues are answered in the order asked for; of an unknown one nothing is true."""
    queues = [scene.queue(name) for name in ("One", "Two")]
    scene.worker("Ann", activity=scene.offline)
    task = scene.task(queues[1])
    await scene.wait(4)
    unknown = "WQ" + "0" * 32
    asked = [queues[1].sid, unknown, queues[0].sid, queues[1].sid]

    for key in ("queueSids", "QueueSids"):
        status, body = await scene.bulk({key: asked})
        assert status == 200
        assert body["task_queue_response_count"] == 3
        first, second, third = body["task_queue_data"]
        assert [each["task_queue_sid"] for each in (first, second, third)] == asked[:3]
        assert (first["longest_task_waiting_sid"], first["longest_task_waiting_age"]) == (
            task.sid,
            4,
        )
        assert (third["total_tasks"], third["total_eligible_workers"]) == (0, 1)
        assert (second["total_tasks"], second["total_eligible_workers"]) == (0, 0)
        assert counts(second) == {}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "queueSids",
        {},
        {"queueSids": None},
        {"queueSids": []},
        {"queueSids": "WQ" + "0" * 32},
        {"queueSids": {"WQ" + "0" * 32: 1}},
        {"queueSids": [1]},
        {"queueSids": ["WK" + "0" * 32]},
        {"queueSids": ["WQ" + "0" * 32, "WQ"]},
        {"queueSids": ["WQ" + "0" * 32] * 51},
        {"task_queue_sids": ["WQ" + "0" * 32]},
    ],
)
async def test_refused_bulk(scene: Scene, document: object) -> None:
    """A bulk request names 1 to 50 queues by their SIDs."""
    status, body = await scene.bulk(document)

    assert (status, body["code"]) == (400, 20001)


async def test_50_queues_in_bulk(scene: Scene) -> None:
    """50 queues are not too many."""
    status, body = await scene.bulk({"queueSids": [f"WQ{number:032x}" for number in range(50)]})

    assert (status, body["task_queue_response_count"]) == (200, 50)


async def test_a_form_is_no_bulk_request(scene: Scene) -> None:
    """The queues stand in a JSON document, not in a form."""
    status, body, _ = await scene.api.post("/TaskQueues/RealTimeStatistics", QueueSids="WQ")

    assert (status, body["code"]) == (400, 20001)
