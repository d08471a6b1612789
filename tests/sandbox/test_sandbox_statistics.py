"""The four statistics of the sandbox agree with one another at any instant of a turned clock."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypedDict

import pytest
from aiohttp import ClientSession, encode_basic_auth
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Clock

from taskrouter_async.sandbox import Sandbox

CHANNELS = ("default", "voice", "chat", "sms", "video")
STATUSES = {"pending", "reserved", "assigned", "wrapping", "completed", "canceled"}


class Activity(TypedDict):
    """An activity and its workers."""

    sid: str
    friendly_name: str
    workers: int


class Figures(TypedDict):
    """All that one of the four statistics may say; none of them says everything."""

    account_sid: str
    workspace_sid: str
    task_queue_sid: str
    workflow_sid: str
    url: str
    longest_task_waiting_age: int
    longest_task_waiting_sid: str | None
    longest_relative_task_age_in_queue: int
    longest_relative_task_sid_in_queue: str | None
    tasks_by_priority: dict[str, int]
    tasks_by_status: dict[str, int]
    total_tasks: int
    total_workers: int
    total_eligible_workers: int
    total_available_workers: int
    activity_statistics: list[Activity]


class Visitor:
    """Looks at the one workspace of a sandbox."""

    def __init__(self, sandbox: Sandbox, session: ClientSession) -> None:
        self._session = session
        sid = sandbox.workspace_sids[0]
        self._workspace = f"/v1/Workspaces/{sid}"
        self._task_queues = sandbox.task_queue_sids(sid)
        self._workflows = sandbox.workflow_sids(sid)

    async def workspace(self, channel: str | None = None) -> Figures:
        return await self._look("", channel)

    async def workers(self, channel: str | None = None) -> Figures:
        return await self._look("/Workers", channel)

    async def task_queues(self, channel: str | None = None) -> list[Figures]:
        return [await self._look(f"/TaskQueues/{sid}", channel) for sid in self._task_queues]

    async def workflows(self, channel: str | None = None) -> list[Figures]:
        return [await self._look(f"/Workflows/{sid}", channel) for sid in self._workflows]

    async def everything(self, channel: str | None = None) -> list[Figures]:
        """Return all the statistics that count tasks."""
        return [
            await self.workspace(channel),
            *await self.task_queues(channel),
            *await self.workflows(channel),
        ]

    async def _look(self, part: str, channel: str | None) -> Figures:
        path = f"{self._workspace}{part}/RealTimeStatistics"
        query = {} if channel is None else {"TaskChannel": channel}
        async with self._session.get(path, params=query) as answer:
            figures: Figures = await answer.json()
            return figures


@asynccontextmanager
async def visiting(seed: int, clock: Clock) -> AsyncIterator[Visitor]:
    """Open a sandbox whose time is the clock's, and look at its workspace."""
    async with Sandbox(workspaces=1, seed=seed, clock=clock) as sandbox:
        authorization = encode_basic_auth(sandbox.account_sid, sandbox.auth_token)
        headers = {"Authorization": authorization}
        async with ClientSession(sandbox.base_url, headers=headers) as session:
            yield Visitor(sandbox, session)


seeds = st.integers(0, 2**32)
pauses = st.lists(st.floats(0, 200, width=32), max_size=4)
at_any_instant = given(seed=seeds, pauses=pauses)
examples = settings(max_examples=10, deadline=None)


@asynccontextmanager
async def visiting_after(seed: int, pauses: list[float]) -> AsyncIterator[Visitor]:
    """Look at a workspace that was looked at before, with these pauses in between."""
    clock = Clock()
    async with visiting(seed, clock) as visitor:
        for pause in pauses:
            await visitor.workspace()
            clock.advance(pause)
        yield visitor


def added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Return the counts name by name."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def staffed(figures: Figures, activity: str | None = None) -> int:
    """Return the workers over all activities, or in one."""
    return sum(
        each["workers"]
        for each in figures["activity_statistics"]
        if activity in (None, each["friendly_name"])
    )


def anywhere(answers: list[Figures]) -> list[dict[str, object]]:
    """Return the answers without the address of their sandbox."""
    return [
        {name: member for name, member in answer.items() if name != "url"} for answer in answers
    ]


@examples
@at_any_instant
async def test_each_sum_of_tasks_is_their_total(seed: int, pauses: list[float]) -> None:
    """Sums by status, sums by priority and total_tasks are one number, everywhere."""
    async with visiting_after(seed, pauses) as visitor:
        for figures in await visitor.everything():
            assert sum(figures["tasks_by_status"].values()) == figures["total_tasks"]
            assert sum(figures["tasks_by_priority"].values()) == figures["total_tasks"]


@examples
@at_any_instant
async def test_every_status_is_reported(seed: int, pauses: list[float]) -> None:
    """Each of the six statuses has a count, 0 included, everywhere."""
    async with visiting_after(seed, pauses) as visitor:
        for figures in await visitor.everything():
            assert figures["tasks_by_status"].keys() == STATUSES


@examples
@at_any_instant
async def test_the_parts_add_up_to_the_workspace(seed: int, pauses: list[float]) -> None:
    """Every task is in one queue and came through one workflow."""
    async with visiting_after(seed, pauses) as visitor:
        workspace = await visitor.workspace()
        for parts in (await visitor.task_queues(), await visitor.workflows()):
            assert sum(part["total_tasks"] for part in parts) == workspace["total_tasks"]
            assert added(part["tasks_by_status"] for part in parts) == workspace["tasks_by_status"]
            assert (
                added(part["tasks_by_priority"] for part in parts) == workspace["tasks_by_priority"]
            )


@examples
@at_any_instant
async def test_the_channels_add_up_to_the_whole(seed: int, pauses: list[float]) -> None:
    """Every task is on one channel, in each of the statistics that count tasks."""
    async with visiting_after(seed, pauses) as visitor:
        whole = await visitor.everything()
        by_channel = [await visitor.everything(channel) for channel in CHANNELS]
        for figures, *parts in zip(whole, *by_channel, strict=True):
            assert sum(part["total_tasks"] for part in parts) == figures["total_tasks"]
            assert added(part["tasks_by_status"] for part in parts) == figures["tasks_by_status"]


@examples
@at_any_instant
async def test_the_workspace_waits_as_long_as_its_slowest_part(
    seed: int, pauses: list[float]
) -> None:
    """The longest wait of the workspace is that of one of its queues, workflows and channels."""
    async with visiting_after(seed, pauses) as visitor:
        longest = (await visitor.workspace())["longest_task_waiting_age"]
        channels = [await visitor.workspace(channel) for channel in CHANNELS]
        for parts in (await visitor.task_queues(), await visitor.workflows(), channels):
            assert max(part["longest_task_waiting_age"] for part in parts) == longest


@examples
@at_any_instant
async def test_a_wait_has_a_task_or_is_none(seed: int, pauses: list[float]) -> None:
    """Somebody waits exactly where a longest waiting task is named; without one the age is 0."""
    async with visiting_after(seed, pauses) as visitor:
        for figures in await visitor.everything():
            waits = figures["tasks_by_status"]["pending"] > 0
            assert (figures["longest_task_waiting_sid"] is not None) == waits
            assert waits or figures["longest_task_waiting_age"] == 0


@examples
@at_any_instant
async def test_a_queue_names_the_task_that_was_in_it_longest(
    seed: int, pauses: list[float]
) -> None:
    """No task changes its queue here, so the longest in the queue is the longest waiting one."""
    async with visiting_after(seed, pauses) as visitor:
        for queue in await visitor.task_queues():
            in_queue = (
                queue["longest_relative_task_sid_in_queue"],
                queue["longest_relative_task_age_in_queue"],
            )
            waiting = (queue["longest_task_waiting_sid"], queue["longest_task_waiting_age"])
            assert in_queue == waiting


@examples
@at_any_instant
async def test_every_worker_is_in_one_activity(seed: int, pauses: list[float]) -> None:
    """The workers over all activities are total_workers, and the workspace says so, too."""
    async with visiting_after(seed, pauses) as visitor:
        workers = await visitor.workers()
        workspace = await visitor.workspace()
        assert staffed(workers) == workers["total_workers"]
        assert workers["total_workers"] == workspace["total_workers"]
        assert workers["activity_statistics"] == workspace["activity_statistics"]


@examples
@at_any_instant
async def test_the_channel_counts_no_workers(seed: int, pauses: list[float]) -> None:
    """A worker has no channel: asking for one changes nothing about the workers."""
    async with visiting_after(seed, pauses) as visitor:
        assert await visitor.workers("voice") == await visitor.workers()


@examples
@at_any_instant
async def test_available_workers_are_eligible_ones(seed: int, pauses: list[float]) -> None:
    """A queue's available workers are among its eligible ones, and these among all."""
    async with visiting_after(seed, pauses) as visitor:
        total = (await visitor.workers())["total_workers"]
        for queue in await visitor.task_queues():
            assert staffed(queue) == queue["total_eligible_workers"]
            assert staffed(queue, "Available") == queue["total_available_workers"]
            assert queue["total_available_workers"] <= queue["total_eligible_workers"] <= total


async def test_not_everybody_matches_every_queue() -> None:
    """Queues differ in who is eligible, and every worker is for some queue."""
    async with visiting(0, Clock()) as visitor:
        total = (await visitor.workers())["total_workers"]
        eligible = [queue["total_eligible_workers"] for queue in await visitor.task_queues()]

    assert min(eligible) < total <= sum(eligible)


@examples
@at_any_instant
async def test_tasks_in_hands_are_no_more_than_workers(seed: int, pauses: list[float]) -> None:
    """A worker handles one task at a time: reserved, assigned or wrapping."""
    async with visiting_after(seed, pauses) as visitor:
        workspace = await visitor.workspace()
        in_hands = [
            workspace["tasks_by_status"][status] for status in ("reserved", "assigned", "wrapping")
        ]
        assert sum(in_hands) <= workspace["total_workers"]


@pytest.mark.parametrize("seed", range(5))
async def test_a_wait_grows_with_the_clock(seed: int) -> None:
    """While the same task waits longest, its age grows by exactly the seconds that pass."""
    clock, compared = Clock(), 0
    async with visiting(seed, clock) as visitor:
        before = await visitor.workspace()
        for seconds in (1, 2, 1, 3, 1, 5, 1, 8) * 8:
            clock.advance(seconds)
            after = await visitor.workspace()
            if after["longest_task_waiting_sid"] == before["longest_task_waiting_sid"] is not None:
                grown = after["longest_task_waiting_age"] - before["longest_task_waiting_age"]
                assert grown == seconds
                compared += 1
            before = after

    assert compared


async def test_nobody_waits_for_zero_seconds() -> None:
    """Once no task waits any more, the age is 0 and the task null, in the queues as well."""
    clock = Clock()
    async with visiting(2, clock) as visitor:
        while (await visitor.workspace())["tasks_by_status"]["pending"]:
            clock.advance(1)
        workspace, queues = await visitor.workspace(), await visitor.task_queues()

    for figures in (workspace, *queues):
        assert figures["longest_task_waiting_age"] == 0
        assert figures["longest_task_waiting_sid"] is None
    for queue in queues:
        assert queue["longest_relative_task_age_in_queue"] == 0
        assert queue["longest_relative_task_sid_in_queue"] is None


@examples
@given(seed=seeds, seconds=st.integers(0, 120))
async def test_the_same_seed_and_clock_give_the_same_answers(seed: int, seconds: int) -> None:
    """Two sandboxes with one seed and one clock answer alike, but for their address."""
    clock = Clock()
    async with visiting(seed, clock) as one, visiting(seed, clock) as other:
        clock.advance(seconds)
        assert anywhere(await one.everything()) == anywhere(await other.everything())
        assert anywhere([await one.workers()]) == anywhere([await other.workers()])


@examples
@given(seed=seeds, seconds=st.integers(1, 60))
async def test_looking_changes_nothing(seed: int, seconds: int) -> None:
    """A workspace looked at every second and one never looked at before are the same at last."""
    clock = Clock()
    async with visiting(seed, clock) as watched, visiting(seed, clock) as left_alone:
        for _ in range(seconds):
            clock.advance(1)
            await watched.workers()
        assert anywhere(await watched.everything()) == anywhere(await left_alone.everything())


async def test_time_passes_in_the_sandbox() -> None:
    """Within a minute, tasks come and go."""
    clock = Clock()
    async with visiting(0, clock) as visitor:
        before = await visitor.workspace()
        clock.advance(60)
        after = await visitor.workspace()

    assert after["tasks_by_status"] != before["tasks_by_status"]


async def test_nothing_happens_while_the_clock_stands() -> None:
    """Two looks at the same instant see the same."""
    async with visiting(0, Clock()) as visitor:
        assert await visitor.everything() == await visitor.everything()


async def test_different_seeds_are_different_places() -> None:
    """Another seed makes other accounts and workspaces, at work in another way."""
    clock = Clock()
    async with visiting(1, clock) as one, visiting(2, clock) as other:
        clock.advance(60)
        first, second = await one.workspace(), await other.workspace()

    assert first["account_sid"] != second["account_sid"]
    assert first["workspace_sid"] != second["workspace_sid"]
    assert first["activity_statistics"] != second["activity_statistics"]
    assert first["tasks_by_status"] != second["tasks_by_status"]


@pytest.mark.parametrize("seed", range(5))
async def test_a_long_pause_counts_as_ten_minutes(seed: int) -> None:
    """However long nobody looked, no more happens than in ten minutes."""
    ten_minutes, a_month = Clock(), Clock()
    async with visiting(seed, ten_minutes) as one, visiting(seed, a_month) as other:
        ten_minutes.advance(600)
        a_month.advance(30 * 24 * 3600)
        first, second = await one.workspace(), await other.workspace()

    assert first["tasks_by_status"] == second["tasks_by_status"]
    assert first["tasks_by_priority"] == second["tasks_by_priority"]
    assert first["activity_statistics"] == second["activity_statistics"]
