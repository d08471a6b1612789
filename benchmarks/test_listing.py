"""A listing of a hundred thousand tasks, from an origin in this process."""

import asyncio
import gc
import tracemalloc
from types import MappingProxyType
from typing import TypeVar

from pytest_benchmark.fixture import BenchmarkFixture
from task_pages import LIST_TASKS, WORKSPACE_SID, page_of_tasks

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.decoding import decode, decode_page
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.paging import next_call
from taskrouter_async.models import Page, Task

T = TypeVar("T")

TASKS = 100_000
PAGE_SIZE = 1000
LAST_PAGE = TASKS // PAGE_SIZE - 1
CALL = Call(LIST_TASKS, (("WorkspaceSid", WORKSPACE_SID),), (("PageSize", str(PAGE_SIZE)),))
NO_HEADERS: MappingProxyType[str, str] = MappingProxyType({})


def _bytes_of_page(number: int) -> bytes:
    return page_of_tasks(number, PAGE_SIZE, last=number == LAST_PAGE)


class Origin:
    """Answers each call with bytes of its own, which are decoded as a service's would be.

    Args:
        written: The pages, if writing them shall not count.
    """

    def __init__(self, written: list[bytes] | None = None) -> None:
        self._written = written

    async def send(self, call: Call[T]) -> T:
        """Return the answer, which a listing never asks for."""
        return decode(call.operation, Response(200, NO_HEADERS, _bytes_of_page(0)))

    async def send_page(self, call: Call[T]) -> Page[T]:
        """Return one page, decoded anew."""
        await asyncio.sleep(0)
        number = int(dict(call.arguments).get("Page", "0"))
        body = self._written[number] if self._written else _bytes_of_page(number)
        return decode_page(call.operation, Response(200, NO_HEADERS, body))

    def next_call(self, call: Call[T], page: Page[T]) -> Call[T] | None:
        """Return the call that the page's link stands for."""
        return next_call(call, page.meta.next_page_url, "https://taskrouter.twilio.com")


async def _walk(origin: Origin) -> int:
    count = 0
    async for task in Listing[Task](origin, CALL, None):
        count += bool(task.sid)
    return count


def test_items_of_a_listing(benchmark: BenchmarkFixture, runner: asyncio.Runner) -> None:
    """A hundred thousand tasks are walked over, each page decoded from bytes written before."""
    origin = Origin([_bytes_of_page(number) for number in range(LAST_PAGE + 1)])

    count = benchmark(lambda: runner.run(_walk(origin)))

    assert count == TASKS
    if benchmark.stats is not None:
        benchmark.extra_info["items_per_second"] = round(TASKS / benchmark.stats.stats.median)


def _peak_above_start(runner: asyncio.Runner) -> int:
    gc.collect()
    tracemalloc.reset_peak()
    start, _ = tracemalloc.get_traced_memory()
    assert runner.run(_walk(Origin())) == TASKS
    return tracemalloc.get_traced_memory()[1] - start


def _size_of_a_page() -> int:
    gc.collect()
    start, _ = tracemalloc.get_traced_memory()
    page = decode_page(LIST_TASKS, Response(200, NO_HEADERS, _bytes_of_page(1)))
    size = tracemalloc.get_traced_memory()[0] - start
    assert len(page.items) == PAGE_SIZE
    return size


def test_memory_of_a_listing(runner: asyncio.Runner) -> None:
    """However long a listing is, it never holds more than four decoded pages at once."""
    tracemalloc.start()
    try:
        page, peak = _size_of_a_page(), _peak_above_start(runner)
    finally:
        tracemalloc.stop()

    assert peak < 4 * page, f"{peak / page:.2f} pages"
