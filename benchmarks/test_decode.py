"""From bytes to frozen models, beside msgspec decoding straight into the same classes.

Straight means without what an answer of ours has more: its own document kept, its dates in UTC, and
a look at whether it names its owner once.
"""

import json
from pathlib import Path
from types import MappingProxyType

from pytest_benchmark.fixture import BenchmarkFixture
from task_pages import LIST_TASKS, page_of_tasks

from taskrouter_async._protocol import fast
from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.decoding import decode, decode_page, parse
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Operation
from taskrouter_async.models import Task, WorkspaceRealTimeStatistics

BODY = Path(__file__).with_name("statistics.json").read_bytes()
FETCH = Operation("GET", "/", WorkspaceRealTimeStatistics)
TASKS = 1000


def test_parse_only(benchmark: BenchmarkFixture) -> None:
    """The standard library's JSON parser alone, without any model."""
    document = benchmark(json.loads, BODY)

    assert document["total_tasks"] == 5


def test_judge_workspace_statistics(benchmark: BenchmarkFixture) -> None:
    """The slow road, which the body of a workspace's real-time statistics takes if it must."""
    statistics = benchmark(lambda: structure(parse(BODY), WorkspaceRealTimeStatistics))

    assert statistics.total_tasks == 5


def test_straight_workspace_statistics(benchmark: BenchmarkFixture) -> None:
    """The floor: msgspec alone makes the model of the same body."""
    statistics = benchmark(fast._decoder(WorkspaceRealTimeStatistics).decode, BODY)

    assert statistics.total_tasks == 5


def test_decode_workspace_statistics(benchmark: BenchmarkFixture) -> None:
    """The body of a workspace's real-time statistics becomes its model."""
    answer = Response(200, MappingProxyType({}), BODY)
    statistics = benchmark(decode, FETCH, answer)

    assert statistics.total_tasks == 5


def test_straight_page_of_a_thousand_tasks(benchmark: BenchmarkFixture) -> None:
    """The floor: msgspec alone makes the models of the same page."""
    body = page_of_tasks(0, TASKS)
    page = benchmark(fast._page_decoder(Task, "tasks").decode, body)

    assert len(page.items) == TASKS


def test_decode_page_of_a_thousand_tasks(benchmark: BenchmarkFixture) -> None:
    """A page of a thousand tasks becomes their models, each with its own document."""
    answer = Response(200, MappingProxyType({}), page_of_tasks(0, TASKS))
    page = benchmark(decode_page, LIST_TASKS, answer)

    assert len(page.items) == TASKS
