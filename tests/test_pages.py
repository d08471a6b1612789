"""A listing walked page by page."""

import asyncio
import gc
import tracemalloc

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from support import ACCOUNT_SID, WORKSPACE_SID, settle

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import NotFoundError, PagingLoopError, ServerError
from taskrouter_async.models import Activity, Page, PageMeta

LIST = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Activities", Activity, list_key="activities")
CALL = Call(LIST, (("WorkspaceSid", WORKSPACE_SID),))


class Service:
    """A service with pages of some size, which may fail at one of them or lead in a circle."""

    def __init__(self, pages: int, size: int = 2) -> None:
        self.pages = pages
        self.size = size
        self.asked: list[int] = []
        self.trouble: dict[int, Exception] = {}
        self.gate: asyncio.Event | None = None

    async def send_page(self, call: Call[Activity]) -> Page[Activity]:
        number = int(dict(call.arguments).get("Page", "0"))
        self.asked.append(number)
        await asyncio.sleep(0)
        if number in self.trouble:
            raise self.trouble[number]
        items = tuple(_activity(number * self.size + place) for place in range(self.size))
        return Page(items, PageMeta(page=number))

    async def send(self, call: Call[object]) -> object:
        raise AssertionError

    def next_call(self, call: Call[Activity], page: Page[Activity]) -> Call[Activity] | None:
        following = page.meta.page + 1
        if following == self.pages:
            return None
        return evolve(call, arguments=(("Page", str(following)),))


def _activity(number: int) -> Activity:
    return Activity(sid=f"WA{number:032x}", account_sid=ACCOUNT_SID, workspace_sid=WORKSPACE_SID)


def _listing(service: Service, limit: int | None = None) -> Listing[Activity]:
    return Listing(service, CALL, limit)  # type: ignore[arg-type]  # a service of activities only


@pytest.mark.parametrize(("pages", "size"), [(1, 0), (1, 3), (4, 2)])
async def test_all_items_come_in_order(pages: int, size: int) -> None:
    """The items of all pages, one after another, are the listing; pages() gives the same."""
    service = Service(pages, size)

    items = [item async for item in _listing(service)]
    walked = [item async for page in _listing(service).pages() for item in page.items]

    assert items == [_activity(number) for number in range(pages * size)] == walked


@given(pages=st.integers(1, 6), size=st.integers(0, 4), limit=st.none() | st.integers(1, 30))
async def test_the_pages_together_are_the_listing(pages: int, size: int, limit: int | None) -> None:
    """However it is cut and limited, item by item and page by page are the same items."""
    everything = [_activity(number) for number in range(pages * size)][:limit]

    items = [item async for item in _listing(Service(pages, size), limit)]
    walked = _listing(Service(pages, size), limit).pages()

    assert items == everything
    assert [item async for page in walked for item in page.items] == everything


@pytest.mark.parametrize(("limit", "asked"), [(1, [0]), (2, [0]), (3, [0, 1]), (99, [0, 1, 2])])
async def test_a_limit_ends_the_listing(limit: int, asked: list[int]) -> None:
    """No more items than asked for, and no page that holds none of them."""
    service = Service(3)

    items = [item async for item in _listing(service, limit)]

    assert len(items) == min(limit, 6)
    assert service.asked == asked


async def test_one_page_is_fetched_ahead_and_never_more() -> None:
    """While a page is read the next one is under way; the one after that is not."""
    service = Service(5)
    pages = _listing(service).pages()

    await anext(pages)
    await settle()
    assert service.asked == [0, 1]

    await anext(pages)
    await settle()
    assert service.asked == [0, 1, 2]
    await pages.aclose()


async def test_nothing_is_sent_before_the_first_item_is_wanted() -> None:
    """Making a listing costs nothing; each iteration begins anew."""
    service = Service(1)
    listing = _listing(service)
    assert service.asked == []

    for _ in range(2):
        assert len([item async for item in listing]) == 2

    assert service.asked == [0, 0]
    assert repr(listing) == f"<Listing /v1/Workspaces/{WORKSPACE_SID}/Activities>"


async def test_an_error_comes_after_what_was_read() -> None:
    """Items before a page that fails are handed out first; the error says which page it was."""
    service = Service(9)
    service.trouble[3] = ServerError("down", status=503)
    read: list[Activity] = []

    async def read_all() -> None:
        async for item in _listing(service):
            read.append(item)  # noqa: PERF401 - what was read before the error is the point

    with pytest.raises(ServerError) as failed:
        await read_all()

    assert len(read) == 6
    assert failed.value.__notes__ == ["while reading page 4 of the listing"]


async def test_the_first_page_may_fail() -> None:
    """An error on the first page is raised as it is, with a note."""
    service = Service(1)
    service.trouble[0] = NotFoundError("none", status=404)

    with pytest.raises(NotFoundError):
        await anext(_listing(service).pages())


async def test_pages_in_a_circle_are_refused() -> None:
    """A link back to a page that was read already ends the listing with an error."""
    service = Service(99)
    service.next_call = lambda call, page: CALL  # type: ignore[method-assign]  # a circle of one

    with pytest.raises(PagingLoopError):
        [item async for item in _listing(service)]

    assert service.asked == [0]


async def test_leaving_early_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    """Who breaks out of a listing leaves no task, even if the page ahead has failed."""
    service = Service(9)
    service.trouble[1] = ServerError("down", status=503)
    pages = _listing(service).pages()
    await anext(pages)
    await settle()

    await pages.aclose()
    gc.collect()

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert "never retrieved" not in caplog.text


async def test_a_long_listing_needs_little_memory() -> None:
    """However many items go by, no more than a few pages are held."""
    size, pages = 500, 60
    service = Service(pages, size)
    tracemalloc.start()
    one_page = (await service.send_page(CALL)).items
    start, _ = tracemalloc.get_traced_memory()
    cost_of_a_page = start
    del one_page
    tracemalloc.reset_peak()

    count = 0
    async for _ in _listing(service):
        count += 1

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == size * pages
    assert peak < 4 * cost_of_a_page + start
