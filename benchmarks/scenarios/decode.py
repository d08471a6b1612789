"""From bytes to models: statistics and 1,000 tasks, beside parsers and other converters."""

import json
import time
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Final, cast

import orjson

from benchmarks import models
from benchmarks.documents import STATISTICS, page_of_tasks
from benchmarks.harness import Outcome, Round, Table, Target, compared, ratio, take_turns
from taskrouter_async._protocol.decoding import decode, decode_page
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Operation
from taskrouter_async.models import Page, Task, WorkspaceRealTimeStatistics

ROUNDS: Final = 60
TASKS: Final = 1000
OURS: Final = "this library"
STRAIGHT: Final = "msgspec straight"

_STATISTICS: Final = Operation("GET", "/", WorkspaceRealTimeStatistics)
_TASKS: Final = Operation("GET", "/", Task, list_key="tasks")
_NOTE: Final = (
    "Straight: msgspec alone, into the same classes, without what an answer of ours has more: its "
    "own document, dates in UTC, and a look at whether it names its owner once."
)

Decode = Callable[[], object]


def _response(body: bytes) -> Response:
    return Response(200, MappingProxyType({}), body)


def _page_of(response: Response) -> Page[Task]:
    steps = decode_page(_TASKS, response)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Page[Task]", end.value)


def of_statistics(body: bytes) -> dict[str, Decode]:
    """Return who makes something of the body of a workspace's statistics."""
    return {
        "json.loads, no models": partial(json.loads, body),
        "orjson.loads, no models": partial(orjson.loads, body),
        STRAIGHT: partial(models.straight(WorkspaceRealTimeStatistics), body),
        OURS: partial(decode, _STATISTICS, _response(body)),
        "orjson and cattrs": partial(models.structured(WorkspaceRealTimeStatistics), body),
        "pydantic": partial(models.Statistics.model_validate_json, body),
    }


def of_tasks(body: bytes) -> dict[str, Decode]:
    """Return who makes something of the body of a page of tasks."""
    return {
        "json.loads, no models": partial(json.loads, body),
        "orjson.loads, no models": partial(orjson.loads, body),
        STRAIGHT: partial(models.straight(models.TaskPage), body),
        OURS: partial(_page_of, _response(body)),
        "orjson and cattrs": partial(models.structured(models.TaskPage), body),
        "pydantic": partial(models.PydanticPage.model_validate_json, body),
    }


def _round(decoding: Decode, times: int) -> Round:
    def timed() -> float:
        before = time.process_time()
        for _ in range(times):
            decoding()
        return (time.process_time() - before) / times * 1e6

    return timed


def _compared(
    title: str, contestants: dict[str, Decode], times: int, rounds: int, note: str = ""
) -> Table:
    plays = {name: _round(decoding, times) for name, decoding in contestants.items()}
    return compared(title, "µs", take_turns(plays, rounds), base=STRAIGHT, note=note)


def play(scale: float) -> Outcome:
    """Let all decode the same bytes, in turns."""
    rounds = max(10, int(ROUNDS * scale))
    body, page = orjson.dumps(STATISTICS), page_of_tasks(0, TASKS)
    small = _compared("Statistics of a workspace", of_statistics(body), 200, rounds)
    large = _compared(f"A page of {TASKS:,} tasks", of_tasks(page), 1, rounds, _NOTE)
    what = f"decoding {{}} ÷ {STRAIGHT}".format
    return Outcome(
        (small, large),
        (
            Target(what("statistics"), 1.3, ratio(small.samples, OURS, STRAIGHT).median),
            Target(what("a page of tasks"), 1.3, ratio(large.samples, OURS, STRAIGHT).median),
        ),
    )
