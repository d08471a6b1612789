"""Each method of the reference asks for one thing; no network is needed to see it."""

from typing import TypeVar, cast

import pytest
from support import ACCOUNT_SID, TASK_QUEUE_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Cached, CacheStatus, WorkersRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics, Workspaces

T = TypeVar("T")

VALUE = WorkersRealTimeStatistics(ACCOUNT_SID, WORKSPACE_SID)
STATUS = CacheStatus(hit=True, age=0.0, ttl=5.0, source="l1", stored=True, collapsed=False)


class FakeReader:
    """A reader that remembers its calls; what it peeks at is what it was given."""

    def __init__(self, kept: object = None) -> None:
        self._kept = kept
        self.asked: list[tuple[str, str, float | None]] = []

    def peek(self, call: Call[T], max_age: float | None) -> T | None:
        self.asked.append(("peek", call.request().target, max_age))
        return cast("T | None", self._kept)

    async def read(self, call: Call[T], max_age: float | None) -> T:
        self.asked.append(("read", call.request().target, max_age))
        return cast("T", VALUE)

    async def read_cached(self, call: Call[T], max_age: float | None) -> Cached[T]:
        self.asked.append(("read_cached", call.request().target, max_age))
        return Cached(cast("T", VALUE), STATUS)


def _handles(reader: FakeReader) -> dict[str, RealTimeStatistics[object]]:
    workspace = Workspaces(reader)(WORKSPACE_SID)
    handles = {
        "": workspace.real_time_statistics,
        "/Workers": workspace.workers.real_time_statistics,
        f"/TaskQueues/{TASK_QUEUE_SID}": workspace.task_queues(TASK_QUEUE_SID).real_time_statistics,
        f"/Workflows/{WORKFLOW_SID}": workspace.workflows(WORKFLOW_SID).real_time_statistics,
    }
    return cast("dict[str, RealTimeStatistics[object]]", handles)


@pytest.mark.parametrize("path", list(_handles(FakeReader())))
async def test_each_statistics_has_its_path(path: str) -> None:
    """Workspace, workers, task queue and workflow are asked for at the vendor's addresses."""
    reader = FakeReader()

    await _handles(reader)[path].fetch_cached()

    target = f"/v1/Workspaces/{WORKSPACE_SID}{path}/RealTimeStatistics"
    assert reader.asked == [("read_cached", target, None)]


async def test_fetch_looks_before_it_asks() -> None:
    """What is fresh in memory is returned without asking anybody."""
    reader = FakeReader(VALUE)

    value = await _handles(reader)[""].fetch(max_age=2.0)

    assert value is VALUE
    assert [name for name, _, _ in reader.asked] == ["peek"]


async def test_fetch_asks_when_there_is_nothing() -> None:
    """Without a fresh answer the reader is asked, with the same call and the same max_age."""
    reader = FakeReader()

    await _handles(reader)[""].fetch(max_age=2.0)

    target = f"/v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics"
    assert reader.asked == [("peek", target, 2.0), ("read", target, 2.0)]


async def test_a_channel_is_part_of_what_is_asked() -> None:
    """The channel of a call, or of a handle bound to one, goes into the query."""
    reader = FakeReader()
    statistics = _handles(reader)[""]

    await statistics.fetch_cached(task_channel="voice")
    await statistics(task_channel="voice").fetch_cached()
    await statistics(task_channel="chat").fetch_cached(task_channel="voice")

    assert {target.partition("?")[2] for _, target, _ in reader.asked} == {"TaskChannel=voice"}


@pytest.mark.parametrize("channel", ["", 7])
async def test_a_channel_must_be_a_name(channel: object) -> None:
    """Neither nothing nor a number is a channel; nothing is asked."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError, match="task_channel"):
        await _handles(reader)[""].fetch(task_channel=channel)  # type: ignore[arg-type]  # on purpose

    assert reader.asked == []


@pytest.mark.parametrize("max_age", [-1, float("nan"), float("inf"), "2"])
async def test_max_age_must_be_a_number_of_seconds(max_age: object) -> None:
    """A strange max_age is refused by both ways to fetch; nothing is asked."""
    reader = FakeReader()
    statistics = _handles(reader)[""]

    for fetch in (statistics.fetch, statistics.fetch_cached):
        with pytest.raises(InvalidArgumentError, match="max_age"):
            await fetch(max_age=max_age)  # type: ignore[arg-type]  # on purpose

    assert reader.asked == []


@pytest.mark.parametrize("sid", ["", "WS1", "WT" + "1" * 32, "../" + "1" * 31])
def test_a_malformed_sid_makes_no_handle(sid: str) -> None:
    """Workspaces, task queues and workflows each take SIDs of their own kind only."""
    workspaces = Workspaces(FakeReader())
    workspace = workspaces(WORKSPACE_SID)

    for refuse in (workspaces, workspace.task_queues, workspace.workflows):
        with pytest.raises(InvalidArgumentError, match="sid must be"):
            refuse(sid)


def test_handles_say_what_they_are() -> None:
    """A handle's repr names the thing, for logs and debuggers."""
    workspace = Workspaces(FakeReader())(WORKSPACE_SID)

    assert repr(workspace) == f"<Workspace {WORKSPACE_SID}>"
    assert repr(workspace.task_queues(TASK_QUEUE_SID)) == f"<TaskQueue {TASK_QUEUE_SID}>"
    assert repr(workspace.workflows(WORKFLOW_SID)) == f"<Workflow {WORKFLOW_SID}>"
    assert repr(workspace.real_time_statistics(task_channel="voice")) == (
        f"<RealTimeStatistics /v1/Workspaces/{WORKSPACE_SID}/RealTimeStatistics?TaskChannel=voice>"
    )
