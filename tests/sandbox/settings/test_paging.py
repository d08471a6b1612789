"""Lists, page by page."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox.conftest import Api

from taskrouter_async.sandbox.api.asking import Ask
from taskrouter_async.sandbox.api.paging import Key, page
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.world import World

_WORLD = World.draw(seed=0, accounts=1, now=0.0)
_EMPTY = Fields({})


def _down(number: int) -> Key:
    return (float(number % 3), -float(number))


def _up(number: int) -> Key:
    return (number,)


@define
class Shelf:
    """A list that can be asked for pages."""

    numbers: list[int]
    order: Callable[[int], Key] = _up
    keep: Callable[[int], bool] | None = None
    written: list[int] = field(factory=list)

    def ask(self, url: str, *, is_ordered: bool = False) -> tuple[list[int], dict[str, Any]]:
        parts = urlsplit(url)
        ask = Ask(
            world=_WORLD,
            account=_WORLD.accounts[0],
            base_url="http://sandbox",
            path=parts.path,
            query=Fields.read(parts.query),
            form=_EMPTY,
        )
        answer = page(
            ask,
            "things",
            self.numbers,
            self._document,
            keep=self.keep,
            order=self.order,
            is_ordered=is_ordered,
        )
        document: dict[str, Any] = dict(answer.document or {})
        return [each["number"] for each in document["things"]], document["meta"]

    def walk(self, url: str | None, way: str = "next_page_url") -> Iterator[list[int]]:
        while url is not None:
            numbers, meta = self.ask(url)
            yield numbers
            url = meta[way]

    @property
    def listed(self) -> list[int]:
        return sorted(filter(self.keep or (lambda _: True), self.numbers), key=self.order)

    def _document(self, number: int) -> dict[str, object]:
        self.written.append(number)
        return {"number": number}


_NUMBERS = st.lists(st.integers(0, 99), unique=True, max_size=30).map(sorted)
_ORDERS = st.sampled_from([_up, _down])
_KEEPS = st.sampled_from([None, lambda number: number % 2 == 0, lambda _: False])


@given(_NUMBERS, st.integers(1, 8), _ORDERS, _KEEPS)
def test_pages_are_the_list(
    numbers: list[int], size: int, order: Callable[[int], Key], keep: Callable[[int], bool] | None
) -> None:
    """Pages forwards are the list in its order, and the way back shows the same pages."""
    shelf = Shelf(numbers, order, keep)
    pages = list(shelf.walk(f"/Things?PageSize={size}"))
    assert [number for each in pages for number in each] == shelf.listed
    assert all(len(each) == size for each in pages[:-1])
    metas = []
    url: str | None = f"/Things?PageSize={size}"
    while url is not None:
        metas.append(shelf.ask(url)[1])
        url = metas[-1]["next_page_url"]
    assert [meta["page"] for meta in metas] == list(range(len(pages)))
    back = list(shelf.walk(metas[-1]["url"], "previous_page_url"))
    assert back[::-1] == pages
    last = shelf.ask(metas[-1]["previous_page_url"])[1] if len(pages) > 1 else None
    assert last is None or shelf.ask(last["next_page_url"])[0] == pages[-1]


@settings(max_examples=200)
@given(st.data(), _NUMBERS, st.integers(1, 4), _ORDERS, st.booleans())
def test_pages_stay_right_while_records_come_and_go(
    data: st.DataObject,
    numbers: list[int],
    size: int,
    order: Callable[[int], Key],
    backwards: bool,  # noqa: FBT001
) -> None:
    """No record is shown twice, and none is left out that was there all the time."""
    shelf = Shelf(numbers, order)
    url: str | None = f"/Things?PageSize={size}"
    if backwards:
        *_, url = _urls(shelf, url)
    stayed, shown = set(numbers), list[int]()
    while url is not None:
        found, meta = shelf.ask(url)
        shown += found
        url = meta["previous_page_url" if backwards else "next_page_url"]
        gone = data.draw(st.sets(st.sampled_from(shelf.numbers))) if shelf.numbers else set()
        new = data.draw(st.sets(st.integers(0, 130), max_size=2)) - set(numbers + shown)
        shelf.numbers = sorted(set(shelf.numbers) - gone | new)
        stayed -= gone
    assert len(shown) == len(set(shown))
    assert stayed <= set(shown)


def _urls(shelf: Shelf, url: str | None) -> Iterator[str]:
    while url is not None:
        yield url
        url = shelf.ask(url)[1]["next_page_url"]


def test_page_that_has_become_empty_leads_back() -> None:
    """Behind the last record is an empty page, from which the last ones are found again."""
    shelf = Shelf([1, 2, 3, 4])
    following = shelf.ask("/Things?PageSize=2")[1]["next_page_url"]
    shelf.numbers = [1, 2]
    numbers, meta = shelf.ask(following)
    assert (numbers, meta["next_page_url"]) == ([], None)
    assert shelf.ask(meta["previous_page_url"])[0] == [1, 2]


def test_page_that_has_become_empty_leads_ahead() -> None:
    """Before the first record is an empty page, from which the first ones are found again."""
    shelf = Shelf([1, 2, 3, 4])
    following = shelf.ask("/Things?PageSize=2")[1]["next_page_url"]
    before = shelf.ask(following)[1]["previous_page_url"]
    shelf.numbers = [3, 4]
    numbers, meta = shelf.ask(before)
    assert (numbers, meta["previous_page_url"]) == ([], None)
    assert shelf.ask(meta["next_page_url"])[0] == [3, 4]


def test_list_that_has_become_empty_leads_nowhere() -> None:
    """A page of nothing has no neighbours, and its token is still good."""
    shelf = Shelf([1, 2])
    following = shelf.ask("/Things?PageSize=1")[1]["next_page_url"]
    shelf.numbers = []
    numbers, meta = shelf.ask(following)
    assert (numbers, meta["next_page_url"], meta["previous_page_url"]) == ([], None, None)


async def test_meta_is_that_of_the_vendor(api: Api) -> None:
    """URLs carry the filters first, then PageSize, Page and PageToken."""
    await api.post("/Activities", FriendlyName="a b")
    _, body, _ = await api.get("/Activities", Available="no", PageSize=1)
    base = f"{api.sandbox.base_url}{api.home}/Activities?Available=no&PageSize=1"
    meta = body["meta"]
    assert meta.pop("next_page_url").startswith(f"{base}&Page=1&PageToken=PA")
    assert meta == {
        "page": 0,
        "page_size": 1,
        "first_page_url": f"{base}&Page=0",
        "previous_page_url": None,
        "url": f"{base}&Page=0",
        "key": "activities",
    }


async def test_usual_page_has_fifty_records(api: Api) -> None:
    """Without a PageSize a page has 50 records."""
    for number in range(48):
        await api.post("/Activities", FriendlyName=f"Activity {number}")
    _, body, _ = await api.get("/Activities")
    assert (len(body["activities"]), body["meta"]["page_size"]) == (50, 50)
    assert body["meta"]["url"].endswith("?PageSize=50&Page=0")
    _, body, _ = await api.call("GET", body["meta"]["next_page_url"])
    assert [each["friendly_name"] for each in body["activities"]] == ["Activity 47"]


def _token(text: str, prefix: str = "PA") -> str:
    return prefix + base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=0", 20001),
        ("PageSize=1001", 20001),
        ("PageSize=many", 20001),
        ("Page=-1&PageToken=x", 20001),
        ("Page=1", 40153),
        ("Page=1&PageToken=", 40153),
        ("PageToken=x", 20001),
        ("PageToken=PAabcde", 20001),
        ("PageToken=%C3%A9%C3%A9%C3%A9", 20001),
        (f"PageToken={_token('[1]', 'PX')}", 20001),
        (f"PageToken={_token('{}')}", 20001),
        (f"PageToken={_token('[true]')}", 20001),
        (f"PageToken={_token('[NaN]')}", 20001),
        (f"PageToken={_token('[' * 100_000)}", 20001),
    ],
)
def test_pages_that_are_refused(query: str, code: int) -> None:
    """A page by its number alone, a wrong size and a token of somebody's own make are refused."""
    for numbers in ([], [1, 2]):
        with pytest.raises(RefusalError) as refusal:
            Shelf(list(numbers)).ask(f"/Things?{query}")
        assert (refusal.value.status, refusal.value.code) == (400, code)


def test_token_without_a_page_number_is_taken() -> None:
    """The token alone decides which page it is."""
    shelf = Shelf([1, 2, 3])
    url = shelf.ask("/Things?PageSize=1")[1]["next_page_url"]
    numbers, meta = shelf.ask(url.replace("&Page=1", ""))
    assert (numbers, meta["page"]) == ([2], 1)


def test_page_of_a_long_list_costs_little() -> None:
    """A page in the middle of 100,000 records writes its own ones only, and looks at few others."""
    looked = []

    def order(number: int) -> Key:
        looked.append(number)
        return (number,)

    shelf = Shelf(list(range(100_000)), order)
    began = time.perf_counter()
    numbers, meta = shelf.ask(f"/Things?PageToken={_token('[49999]')}", is_ordered=True)
    assert time.perf_counter() - began < 0.5
    assert numbers == shelf.written == list(range(50_000, 50_050))
    assert len(looked) < 50
    assert meta["previous_page_url"] is not None
