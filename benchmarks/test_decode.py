"""From bytes to a frozen model."""

import json
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.decoding import parse
from taskrouter_async.models import WorkspaceRealTimeStatistics

BODY = Path(__file__).with_name("statistics.json").read_bytes()


def test_parse_only(benchmark: BenchmarkFixture) -> None:
    """The standard library's JSON parser alone: what no decoding can go below."""
    document = benchmark(json.loads, BODY)

    assert document["total_tasks"] == 5


def test_decode_workspace_statistics(benchmark: BenchmarkFixture) -> None:
    """The body of a workspace's real-time statistics becomes its model."""
    statistics = benchmark(lambda: structure(parse(BODY), WorkspaceRealTimeStatistics))

    assert statistics.total_tasks == 5
