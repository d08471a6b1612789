"""What it costs to import the client, in a fresh interpreter each time."""

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.parametrize(
    "module", ["sys", "aiohttp", "taskrouter_async.client", "taskrouter_async.models"]
)
def test_import(benchmark: BenchmarkFixture, module: str) -> None:
    """Start Python, import one module, and leave; ``sys`` is the floor."""
    command = [sys.executable, "-c", f"import {module}"]

    benchmark(subprocess.check_call, command)
