"""What the fifteen statistics look like, and what they refuse."""

from collections.abc import Mapping
from typing import Final

import pytest
from sandbox.routing.floors import offer
from sandbox.statistics.scenes import Scene

from taskrouter_async.models import TaskStatus

HOME: Final = {"account_sid", "workspace_sid"}
TASKS: Final = {
    "longest_task_waiting_age",
    "longest_task_waiting_sid",
    "tasks_by_priority",
    "tasks_by_status",
    "total_tasks",
}
WORKERS: Final = {"activity_statistics", "total_workers"}
BULK: Final = TASKS | {"activity_statistics", "total_available_workers", "total_eligible_workers"}
QUEUE: Final = BULK | {"longest_relative_task_age_in_queue", "longest_relative_task_sid_in_queue"}
RESERVATIONS: Final = {
    f"reservations_{end}"
    for end in ("created", "accepted", "rejected", "timed_out", "canceled", "rescinded")
}
WINDOW: Final = {"start_time", "end_time"}
PAST: Final = (
    WINDOW
    | RESERVATIONS
    | {"tasks_canceled", "tasks_completed", "tasks_deleted", "tasks_moved"}
    | {"avg_task_acceptance_time", "split_by_wait_time"}
    | {"wait_duration_until_accepted", "wait_duration_until_canceled"}
)
WORKSPACE_PAST: Final = PAST | {"tasks_created", "tasks_timed_out_in_workflow"}
WORKFLOW_PAST: Final = PAST | {"tasks_entered", "tasks_timed_out_in_workflow"}
QUEUE_PAST: Final = PAST | {"tasks_entered", "wait_duration_in_queue_until_accepted"}
WORKERS_PAST: Final = WINDOW | RESERVATIONS | {"activity_durations"}
MORE: Final = {"tasks_assigned", "reservations_wrapup", "reservations_completed"}
SPLIT: Final = {"split_by_wait_time"}

FLAT: Final[Mapping[str, set[str]]] = {
    "/RealTimeStatistics": HOME | TASKS | WORKERS,
    "/CumulativeStatistics": HOME | WORKSPACE_PAST,
    "/Workflows/{flow}/RealTimeStatistics": HOME | TASKS | {"workflow_sid"},
    "/Workflows/{flow}/CumulativeStatistics": HOME | WORKFLOW_PAST | {"workflow_sid"},
    "/TaskQueues/{queue}/RealTimeStatistics": HOME | QUEUE | {"task_queue_sid"},
    "/TaskQueues/{queue}/CumulativeStatistics": HOME | QUEUE_PAST | {"task_queue_sid"},
    "/Workers/RealTimeStatistics": HOME | WORKERS,
    "/Workers/CumulativeStatistics": HOME | WORKERS_PAST,
}
BOTH: Final[Mapping[str, tuple[set[str], set[str], set[str]]]] = {
    "/Statistics": (HOME, TASKS | WORKERS, WORKSPACE_PAST),
    "/Workflows/{flow}/Statistics": (HOME | {"workflow_sid"}, TASKS, WORKFLOW_PAST),
    "/TaskQueues/{queue}/Statistics": (HOME | {"task_queue_sid"}, QUEUE, QUEUE_PAST),
    "/Workers/Statistics": (HOME, WORKERS, WORKERS_PAST),
}
PAST_PATHS: Final = (
    *(path for path in FLAT if "Cumulative" in path),
    *BOTH,
    "/Workers/{worker}/Statistics",
    "/TaskQueues/Statistics",
)
SPLIT_PATHS: Final = tuple(each for each in PAST_PATHS if "Workers" not in each)


def furnished(scene: Scene) -> dict[str, str]:
    """Let there be one of everything; return the SIDs."""
    flow = scene.simple()
    worker = scene.worker("Ann")
    scene.accept(offer(scene.task(flow)))
    queue = next(iter(scene.workspace.task_queues))
    return {"flow": flow.sid, "queue": queue, "worker": worker.sid}


@pytest.mark.parametrize("path", FLAT)
async def test_figures_of_one_kind(scene: Scene, path: str) -> None:
    """Figures of one kind come with the names of what they are of, and their own address."""
    sids = furnished(scene)

    found = await scene.figures(path.format(**sids))

    assert set(found) == FLAT[path] | {"url"}
    assert found["url"].endswith(scene.api.home + path.format(**sids))
    assert found["account_sid"] == scene.api.sandbox.account_sid
    assert found["workspace_sid"] == scene.workspace.sid


@pytest.mark.parametrize("path", BOTH)
async def test_figures_of_both_kinds(scene: Scene, path: str) -> None:
    """Combined figures repeat the names within realtime and split only if that was asked for."""
    sids = furnished(scene)
    names, now, past = BOTH[path]

    found = await scene.figures(path.format(**sids))

    assert set(found) == names | {"realtime", "cumulative", "url"}
    assert set(found["realtime"]) == names | now
    assert set(found["cumulative"]) == (past | MORE) - SPLIT
    assert {each: found["realtime"][each] for each in names} == {
        each: found[each] for each in names
    }


async def test_one_worker(scene: Scene) -> None:
    """Of one worker only the past is told."""
    sids = furnished(scene)

    found = await scene.figures("/Workers/{worker}/Statistics".format(**sids))

    assert set(found) == HOME | {"worker_sid", "cumulative", "url"}
    assert set(found["cumulative"]) == WORKERS_PAST | MORE
    assert found["worker_sid"] == sids["worker"]


async def test_bulk_answers(scene: Scene) -> None:
    """Each of many queues has the figures of one, but for those relative to the queue."""
    sids = furnished(scene)

    status, found = await scene.bulk({"queueSids": [sids["queue"]]})

    assert status == 200
    assert set(found) == HOME | {"task_queue_data", "task_queue_response_count", "url"}
    assert set(found["task_queue_data"][0]) == BULK | {"task_queue_sid"}
    assert found["task_queue_data"][0]["tasks_by_status"]["assigned"] == 1


async def test_a_list_of_queues(scene: Scene) -> None:
    """Queues are listed page by page, each with the figures that it has by itself."""
    flow = scene.simple()
    for number in range(1, 5):
        scene.queue(f"Queue {number}", "1==2")
    scene.worker("Ann")
    scene.accept(offer(scene.task(flow)))
    await scene.wait(10)

    first = await scene.figures("/TaskQueues/Statistics", PageSize=3, SplitByWaitTime="5")
    _, second, _ = await scene.api.call("GET", first["meta"]["next_page_url"])

    assert second["meta"]["next_page_url"] is None
    listed = [*first["task_queues_statistics"], *second["task_queues_statistics"]]
    assert [each["task_queue_sid"] for each in listed] == list(scene.workspace.task_queues)
    for entry in listed:
        path = f"/TaskQueues/{entry['task_queue_sid']}/Statistics"
        alone = await scene.figures(path, SplitByWaitTime="5")
        assert {**entry, "url": alone["url"]} == alone


async def test_queues_by_name(scene: Scene) -> None:
    """The list of queues can be narrowed to one name."""
    scene.queue("Left")
    right = scene.queue("Right")

    found = await scene.figures("/TaskQueues/Statistics", FriendlyName="Right")

    assert [each["task_queue_sid"] for each in found["task_queues_statistics"]] == [right.sid]
    none = await scene.figures("/TaskQueues/Statistics", FriendlyName="right")
    assert none["task_queues_statistics"] == []


async def test_a_list_on_a_channel(scene: Scene) -> None:
    """A channel narrows what is told of each queue in the list."""
    queue = scene.queue("Everybody")
    scene.task(queue)
    scene.task(queue, channel=scene.channel_named("voice"))

    found = await scene.figures("/TaskQueues/Statistics", TaskChannel="voice")

    (entry,) = found["task_queues_statistics"]
    assert entry["realtime"]["total_tasks"] == entry["cumulative"]["tasks_entered"] == 1


@pytest.mark.parametrize("path", SPLIT_PATHS)
async def test_splits(scene: Scene, path: str) -> None:
    """What was asked to be split is split by each threshold."""
    found = await scene.figures(path.format(**furnished(scene)), SplitByWaitTime="5,30")

    found = found.get("task_queues_statistics", [found])[0]
    found = found.get("cumulative", found)["split_by_wait_time"]
    assert list(found) == ["5", "30"]
    assert found["5"]["below"] == {"tasks_canceled": 0, "reservations_accepted": 1}
    assert found["5"]["above"] == {"tasks_canceled": 0, "reservations_accepted": 0}


@pytest.mark.parametrize("path", SPLIT_PATHS)
async def test_refused_splits(scene: Scene, path: str) -> None:
    """Thresholds that are no numbers are refused wherever figures can be split."""
    path = path.format(**furnished(scene))

    assert await scene.refusal(path, SplitByWaitTime="soon") == (400, 20001)


@pytest.mark.parametrize("path", ["/Workers/Statistics", "/Workers/{worker}/Statistics"])
async def test_workers_are_not_split(scene: Scene, path: str) -> None:
    """The figures of workers know no thresholds, so these are ignored."""
    found = await scene.figures(path.format(**furnished(scene)), SplitByWaitTime="soon")

    assert "split_by_wait_time" not in found["cumulative"]


@pytest.mark.parametrize("path", PAST_PATHS)
async def test_refused_windows_everywhere(scene: Scene, path: str) -> None:
    """Wherever a window can be asked for, the same windows are refused."""
    path = path.format(**furnished(scene))

    assert await scene.refusal(path, Minutes=5, EndDate="2026-01-05T09:00:00Z") == (400, 20001)
    assert await scene.refusal(path, StartDate="2025-12-06T08:59:59Z") == (400, 14241)
    assert await scene.refusal(path, Minutes="soon") == (400, 20001)


@pytest.mark.parametrize("path", [*FLAT, *BOTH, *PAST_PATHS[-2:]])
async def test_refused_channels(scene: Scene, path: str) -> None:
    """A channel that is not there is refused everywhere."""
    path = path.format(**furnished(scene))

    for name in ("smoke", "Voice", "", "TC" + "0" * 32):
        assert await scene.refusal(path, TaskChannel=name) == (400, 20001)


@pytest.mark.parametrize("path", [*FLAT, *BOTH, *PAST_PATHS[-2:]])
async def test_strangers(scene: Scene, path: str) -> None:
    """What is not there is not found, whatever else is wrong with the request."""
    sids = {"flow": "WW" + "0" * 32, "queue": "WQ" + "0" * 32, "worker": "WK" + "0" * 32}
    elsewhere = f"/v1/Workspaces/WS{'0' * 32}" + path.format(**furnished(scene))
    status, body, _ = await scene.api.call("GET", elsewhere, query={"Minutes": "x"})

    assert (status, body["code"]) == (404, 20404)
    if "{" in path:
        strange = path.format(**sids)
        assert await scene.refusal(strange, Minutes="x", TaskChannel="x") == (404, 20404)


async def test_no_bulk_in_a_strange_workspace(scene: Scene) -> None:
    """A workspace that is not there is missed before the body is looked at."""
    path = f"/v1/Workspaces/WS{'0' * 32}/TaskQueues/RealTimeStatistics"

    status, body, _ = await scene.api.call("POST", path, form={})

    assert (status, body["code"]) == (404, 20404)


async def test_the_window_is_told(scene: Scene) -> None:
    """Figures of the past say from when to when they are; 15 minutes if nothing was asked for."""
    await scene.wait(90)

    found = await scene.figures("/CumulativeStatistics")
    assert found["start_time"] == "2026-01-05T08:46:30Z"
    assert found["end_time"] == "2026-01-05T09:01:30Z"

    found = (await scene.figures("/Statistics", Minutes=1))["cumulative"]
    assert found["start_time"] == "2026-01-05T09:00:30Z"

    window = {"StartDate": "2026-01-05T09:00:00Z", "EndDate": "2026-01-05T09:01:00+00:00"}
    found = await scene.figures("/Workers/CumulativeStatistics", **window)
    assert (found["start_time"], found["end_time"]) == (
        "2026-01-05T09:00:00Z",
        "2026-01-05T09:01:00Z",
    )


async def test_the_past_does_not_change(scene: Scene) -> None:
    """What happened stays told when its task and its worker are gone."""
    flow = scene.simple()
    scene.worker("Ann")
    task = scene.task(flow)
    scene.accept(offer(task))
    await scene.wait(30)
    scene.complete(task)
    window = {"StartDate": "2026-01-05T09:00:00Z", "EndDate": "2026-01-05T09:00:30Z"}
    before = await scene.figures("/CumulativeStatistics", **window)
    await scene.wait(3_600)

    assert task.status is TaskStatus.COMPLETED
    assert task.sid not in scene.workspace.tasks
    assert await scene.figures("/CumulativeStatistics", **window) == before
    assert (before["tasks_completed"], before["reservations_accepted"]) == (1, 1)
