"""What type checkers must know about the public names. Nobody runs this; two checkers read it."""

from typing import assert_type

from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient, Timeouts, expressions
from taskrouter_async.models import (
    ActivityStatistic,
    Cached,
    CacheStats,
    TaskQueueRealTimeStatistics,
    TasksByStatus,
    WorkersRealTimeStatistics,
    WorkflowConfiguration,
    WorkflowFilter,
    WorkflowRealTimeStatistics,
    WorkflowTarget,
    WorkspaceRealTimeStatistics,
)
from taskrouter_async.polling import Pollable, Poller, PollerStats, Update
from taskrouter_async.sandbox import Sandbox


async def reads() -> None:
    """Each statistics has a type of its own, to the last field."""
    async with TaskRouterClient("AC", "token") as client:
        workspace = client.workspaces("WS")
        whole = await workspace.real_time_statistics.fetch(task_channel="voice", max_age=2)
        assert_type(whole, WorkspaceRealTimeStatistics)
        assert_type(whole.tasks_by_status, TasksByStatus)
        assert_type(whole.tasks_by_status.pending, int)
        assert_type(whole.tasks_by_priority[5], int)
        assert_type(whole.activity_statistics, tuple[ActivityStatistic, ...])
        workers = await workspace.workers.real_time_statistics.fetch()
        assert_type(workers, WorkersRealTimeStatistics)
        queue = await workspace.task_queues("WQ").real_time_statistics.fetch()
        assert_type(queue, TaskQueueRealTimeStatistics)
        workflow = await workspace.workflows("WW").real_time_statistics.fetch()
        assert_type(workflow, WorkflowRealTimeStatistics)
        made = await workspace.workflows("WW").update(configuration=WorkflowConfiguration())
        assert_type(made.typed_configuration(), WorkflowConfiguration | None)
        cached = await workspace.real_time_statistics(task_channel="voice").fetch_cached()
        assert_type(cached, Cached[WorkspaceRealTimeStatistics])
        assert_type(cached.status.age, float)
        voice = workspace.real_time_statistics(task_channel="voice")
        assert_type(voice.peek(), WorkspaceRealTimeStatistics | None)
        assert_type(await voice.refresh(), WorkspaceRealTimeStatistics)
        assert_type(await voice.fetch(only_if_cached=True), WorkspaceRealTimeStatistics)
        await voice.invalidate()
        assert_type(client.cache.stats(), CacheStats)


async def shares() -> None:
    """One pool serves many clients."""
    async with SessionPool(max_connections=10) as pool:
        TaskRouterClient(
            "AC",
            api_key="SK",
            api_secret="…",
            base_url="http://127.0.0.1:8080",
            cache=CachePolicy(ttl=5.0),
            timeouts=Timeouts(total=10.0),
            pool=pool,
        )


async def polls(client: TaskRouterClient) -> None:
    """Updates know what kind of statistics they tell of; of several kinds, any."""
    workspace = client.workspaces("WS")
    whole = workspace.real_time_statistics
    async with Poller([whole, whole(task_channel="voice")], every=5) as updates:
        async for update in updates:
            assert_type(update, Update[WorkspaceRealTimeStatistics])
            assert_type(update.value, WorkspaceRealTimeStatistics | None)
            assert_type(update.handle, Pollable[WorkspaceRealTimeStatistics])
            assert_type(update.age, float | None)
            assert_type(update.changed, frozenset[str])
            updates.remove(update.handle)
        updates.add(workspace.real_time_statistics)
        assert_type(updates.stats(), PollerStats)
    mixed: list[Pollable[object]] = [whole, workspace.workers.real_time_statistics]
    Poller(mixed, every=5, changed_only=True, max_concurrent=10)


def rules() -> None:
    """Rules are typed to the last member, and any sequence of them will do."""
    target = WorkflowTarget(queue="WQ", timeout=60)
    rule = WorkflowFilter(expression="a == 1", targets=[target])
    whole = WorkflowConfiguration(filters=[rule], default_filter=target)
    assert_type(whole.filters, tuple[WorkflowFilter, ...])
    assert_type(rule.targets, tuple[WorkflowTarget, ...])
    assert_type(target.timeout, int | None)
    assert_type(expressions.parse("a == 1").holds({"a": 1}), bool)
    assert_type(expressions.check("a == 1"), tuple[expressions.Problem, ...])
    assert_type(expressions.validate(whole), tuple[expressions.Problem, ...])
    assert_type(expressions.parse_order_by("worker.level"), tuple[expressions.Order, ...])
    assert_type(expressions.quote(["a", 1, None]), str)


async def plays() -> None:
    """The sandbox says how to reach it."""
    async with Sandbox(workspaces=12) as sandbox:
        assert_type(sandbox.workspace_sids, tuple[str, ...])
        assert_type(sandbox.request_counts["/v1"], int)


async def refuses(whole: WorkspaceRealTimeStatistics, client: TaskRouterClient) -> None:
    """What cannot work does not type-check: each ignore below must be needed."""
    whole.total_tasks = 1  # type: ignore[misc]
    whole.tasks_by_priority[1] = 1  # type: ignore[index]
    Poller([whole], every=5)  # type: ignore[arg-type]
    await client.workspaces(7).real_time_statistics.fetch()  # type: ignore[arg-type]
