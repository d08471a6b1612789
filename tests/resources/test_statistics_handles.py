"""Statistics: which address is asked, over which window, and what memory may answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from fakes import FakeReader
from support import TASK_QUEUE_SID, WORKFLOW_SID, WORKSPACE_SID

from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.operation import Keep
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import WorkersRealTimeStatistics
from taskrouter_async.resources import CumulativeStatistics, RealTimeStatistics, Workspaces
from taskrouter_async.resources.workers_statistics import FilteredStatistics

WORKER_SID = "WK" + "7" * 32
OTHER_VALUE = WorkersRealTimeStatistics(total_workers=7)
VALUE = WorkersRealTimeStatistics(total_workers=3)
BASE = f"/v1/Workspaces/{WORKSPACE_SID}"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

RIGHT_NOW = {
    "": lambda workspace: workspace.real_time_statistics,
    "/Workers": lambda workspace: workspace.workers.real_time_statistics,
    f"/TaskQueues/{TASK_QUEUE_SID}": lambda workspace: (
        workspace.task_queues(TASK_QUEUE_SID).real_time_statistics
    ),
    f"/Workflows/{WORKFLOW_SID}": lambda workspace: (
        workspace.workflows(WORKFLOW_SID).real_time_statistics
    ),
}
OVER_TIME = {
    "/CumulativeStatistics": lambda workspace: workspace.cumulative_statistics,
    "/Statistics": lambda workspace: workspace.statistics,
    "/Workers/CumulativeStatistics": lambda workspace: workspace.workers.cumulative_statistics,
    "/Workers/Statistics": lambda workspace: workspace.workers.statistics,
    f"/Workers/{WORKER_SID}/Statistics": lambda workspace: workspace.workers(WORKER_SID).statistics,
}
SPLIT = ("/CumulativeStatistics", "/Statistics")


def _right_now(path: str, reader: FakeReader) -> RealTimeStatistics[object]:
    handle = RIGHT_NOW[path](Workspaces(reader)(WORKSPACE_SID))
    return cast("RealTimeStatistics[object]", handle)


def _over_time(path: str, reader: FakeReader) -> Any:
    return OVER_TIME[path](Workspaces(reader)(WORKSPACE_SID))


def _both_ways(statistics: Any) -> tuple[Callable[..., Awaitable[object]], ...]:
    return statistics.fetch, statistics.fetch_cached


@pytest.mark.parametrize("path", list(RIGHT_NOW))
async def test_each_real_time_statistics_has_its_path(path: str) -> None:
    """Workspace, workers, task queue and workflow are asked for at the vendor's addresses."""
    reader = FakeReader(VALUE)

    cached = await _right_now(path, reader).fetch_cached()

    assert cached.value is VALUE
    assert reader.asked == ("GET", f"{BASE}{path}/RealTimeStatistics", [])
    assert reader.calls[0].operation.keep is Keep.REAL_TIME


async def test_a_fresh_answer_needs_nobody() -> None:
    """What is fresh in a handle's slot is returned, and counted, without asking anybody."""
    reader = FakeReader(VALUE, kept=OTHER_VALUE)
    statistics = _right_now("", reader)

    assert await statistics.fetch() is OTHER_VALUE
    assert statistics.peek() is OTHER_VALUE

    (slot,) = reader.slots.values()
    assert slot.hits.count == 2
    assert reader.asked_for == []


async def test_a_stale_answer_is_not_peeked_at() -> None:
    """At the end of its time an answer is no longer seen by peek, nor counted."""
    reader = FakeReader(VALUE, kept=OTHER_VALUE)
    statistics = _right_now("", reader)
    (slot,) = reader.slots.values()

    slot.clock = lambda: 1.0

    assert statistics.peek() is None
    assert slot.hits.count == 0
    slot.entry = None
    assert statistics.peek() is None


async def test_wishes_go_to_the_cache() -> None:
    """Whatever a call asks of the cache is decided there, even if there is something fresh."""
    reader = FakeReader(VALUE, kept=OTHER_VALUE)
    statistics = _right_now("", reader)

    await statistics.fetch(max_age=2.0)
    await statistics.fetch(no_store=True)
    await statistics.fetch_cached(max_age=3.0, only_if_cached=True)
    await statistics.refresh()
    for path in OVER_TIME:
        assert await _over_time(path, reader).fetch(max_age=2.0) is OTHER_VALUE

    assert reader.asked_for == [
        Directives(max_age=2.0),
        Directives(no_store=True),
        Directives(max_age=3.0, only_if_cached=True),
        Directives(max_age=0.0),
        *[Directives(max_age=2.0)] * len(OVER_TIME),
    ]


async def test_wishes_must_not_contradict_one_another() -> None:
    """Nothing can be sent and not be sent."""
    reader = FakeReader(VALUE)

    for fetch in _both_ways(_right_now("", reader)):
        with pytest.raises(InvalidArgumentError, match="one of them") as refused:
            await fetch(only_if_cached=True, no_store=True)
        assert refused.value.argument == "only_if_cached"

    assert reader.calls == []


async def test_only_a_handles_own_answer_is_taken_back() -> None:
    """Invalidating a handle of one channel leaves the others alone."""
    reader = FakeReader(VALUE)

    await _right_now("", reader)(task_channel="voice").invalidate()

    assert [call.arguments for call in reader.invalidated] == [(("TaskChannel", "voice"),)]


async def test_fetch_asks_when_there_is_nothing() -> None:
    """Without a fresh answer the reader is asked, with the same max_age."""
    reader = FakeReader(VALUE)

    assert await _right_now("", reader).fetch(max_age=2.0) is VALUE

    assert reader.asked == ("GET", f"{BASE}/RealTimeStatistics", [])
    assert reader.max_ages == [2.0]


async def test_a_channel_is_part_of_what_is_asked() -> None:
    """The channel of a call, or of a handle bound to one, goes into the query."""
    reader = FakeReader(VALUE)
    statistics = _right_now("", reader)

    await statistics.fetch_cached(task_channel="voice")
    await statistics(task_channel="voice").fetch_cached()
    await statistics(task_channel="chat").fetch_cached(task_channel="voice")

    assert {call.arguments for call in reader.calls} == {(("TaskChannel", "voice"),)}


@pytest.mark.parametrize("channel", ["", 7, None])
async def test_a_channel_must_be_a_name(channel: object) -> None:
    """Neither nothing nor a number is a channel, for any statistics; nothing is asked."""
    reader = FakeReader()

    for statistics in (_right_now("", reader), *(_over_time(path, reader) for path in OVER_TIME)):
        for fetch in _both_ways(statistics):
            with pytest.raises(InvalidArgumentError) as refused:
                await fetch(task_channel=channel)
            assert refused.value.argument == "task_channel"

    assert reader.calls == []


@pytest.mark.parametrize("max_age", [-1, float("nan"), float("inf"), "2"])
async def test_max_age_must_be_a_number_of_seconds(max_age: object) -> None:
    """A strange max_age is refused by both ways to fetch; nothing is asked."""
    reader = FakeReader()

    for statistics in (_right_now("", reader), *(_over_time(path, reader) for path in OVER_TIME)):
        for fetch in _both_ways(statistics):
            with pytest.raises(InvalidArgumentError, match="max_age"):
                await fetch(max_age=max_age)

    assert reader.calls == []


@pytest.mark.parametrize("path", list(OVER_TIME))
async def test_statistics_over_time_have_their_paths(path: str) -> None:
    """Both ways to fetch ask the same; the operation says that these are kept on request only."""
    reader = FakeReader(VALUE)
    statistics = _over_time(path, reader)

    assert await statistics.fetch(minutes=30, task_channel="voice") is VALUE
    cached = await statistics.fetch_cached(minutes=timedelta(hours=0.5), task_channel="voice")

    assert cached.value is VALUE
    assert reader.calls[0] == reader.calls[1]
    assert reader.calls[0].request().target == f"{BASE}{path}?Minutes=30&TaskChannel=voice"
    assert reader.calls[0].operation.keep is Keep.OVER_TIME


@pytest.mark.parametrize("path", list(OVER_TIME))
async def test_a_window_may_be_told_by_dates(path: str) -> None:
    """Dates of any zone go out in UTC; a window may be a moment."""
    reader = FakeReader(VALUE)
    tokyo = timezone(timedelta(hours=9))

    await _over_time(path, reader).fetch(start_date=NOON.astimezone(tokyo), end_date=NOON)

    pairs = [("StartDate", "2026-03-01T12:00:00Z"), ("EndDate", "2026-03-01T12:00:00Z")]
    assert reader.asked == ("GET", f"{BASE}{path}", pairs)


@pytest.mark.parametrize("path", SPLIT)
async def test_counts_can_be_split_by_waiting_time(path: str) -> None:
    """The thresholds go out joined by commas, by both ways to fetch."""
    reader = FakeReader(VALUE)

    for fetch in _both_ways(_over_time(path, reader)):
        await fetch(split_by_wait_time=[5, 30])

    assert {call.arguments for call in reader.calls} == {(("SplitByWaitTime", "5,30"),)}


async def test_workers_statistics_can_be_filtered() -> None:
    """The statistics of all workers can be those of a queue's workers, or of one by name."""
    reader = FakeReader(VALUE)

    for fetch in _both_ways(_over_time("/Workers/Statistics", reader)):
        await fetch(
            minutes=5, task_queue_sid=TASK_QUEUE_SID, task_queue_name="Support", friendly_name="Ana"
        )

    assert {call.arguments for call in reader.calls} == {
        (
            ("Minutes", "5"),
            ("TaskQueueSid", TASK_QUEUE_SID),
            ("TaskQueueName", "Support"),
            ("FriendlyName", "Ana"),
        )
    }


@pytest.mark.parametrize("path", list(OVER_TIME))
@pytest.mark.parametrize(
    ("arguments", "blamed"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": timedelta(seconds=90)}, "minutes"),
        ({"minutes": 5, "start_date": NOON}, "minutes"),
        ({"minutes": 5, "end_date": NOON}, "minutes"),
        ({"start_date": NOON, "end_date": NOON - timedelta(seconds=1)}, "start_date"),
        ({"start_date": datetime(2026, 3, 1)}, "start_date"),  # noqa: DTZ001 - what is refused
        ({"start_date": NOON, "end_date": "now"}, "end_date"),
    ],
)
async def test_a_window_must_make_sense(
    path: str, arguments: dict[str, object], blamed: str
) -> None:
    """Contradictions are refused before anything is sent, and the argument is named."""
    reader = FakeReader()

    for fetch in _both_ways(_over_time(path, reader)):
        with pytest.raises(InvalidArgumentError) as refused:
            await fetch(**arguments)
        assert refused.value.argument == blamed

    assert reader.calls == []


async def test_thresholds_and_filters_must_make_sense() -> None:
    """A threshold of no seconds and a queue's SID of another kind are refused by name."""
    reader = FakeReader()

    with pytest.raises(InvalidArgumentError) as threshold:
        await _over_time("/Statistics", reader).fetch(split_by_wait_time=[0])
    with pytest.raises(InvalidArgumentError) as queue:
        await _over_time("/Workers/Statistics", reader).fetch(task_queue_sid=WORKER_SID)

    assert (threshold.value.argument, queue.value.argument) == (
        "split_by_wait_time",
        "task_queue_sid",
    )
    assert reader.calls == []


def test_handles_say_what_they_are() -> None:
    """A handle's repr names the kind of statistics and its address."""
    workspace = Workspaces(FakeReader())(WORKSPACE_SID)
    voice = workspace.real_time_statistics(task_channel="voice")

    assert repr(voice) == f"<RealTimeStatistics {BASE}/RealTimeStatistics?TaskChannel=voice>"
    assert isinstance(workspace.cumulative_statistics, CumulativeStatistics)
    assert isinstance(workspace.workers.statistics, FilteredStatistics)
    assert repr(workspace.statistics) == f"<Statistics {BASE}/Statistics>"
