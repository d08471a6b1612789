"""Stand-ins for who carries calls: they remember what was asked and answer with what they have."""

import json
from collections.abc import Mapping
from typing import TypeVar, cast
from urllib.parse import parse_qsl

from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.fast import decode_fast
from taskrouter_async._protocol.messages import Request
from taskrouter_async._protocol.operation import Call
from taskrouter_async.models import Cached, CacheStatus, Page, PageMeta

T = TypeVar("T")

STATUS = CacheStatus(hit=False, age=0.0, ttl=5.0, source="origin", stored=True, collapsed=False)


class FakeSend:
    """Who remembers every call and answers each with what it was given; a page holds just that."""

    def __init__(self, answer: object = None) -> None:
        self.answer = answer
        self.calls: list[Call[object]] = []

    async def send(self, call: Call[T]) -> T:
        self.calls.append(call)
        return cast("T", self.answer)

    async def send_page(self, call: Call[T]) -> Page[T]:
        self.calls.append(call)
        return Page((cast("T", self.answer),), PageMeta())

    def next_call(self, call: Call[T], page: Page[T]) -> Call[T] | None:
        return None

    @property
    def requests(self) -> list[Request]:
        """The messages that the calls would send."""
        return [call.request() for call in self.calls]

    @property
    def asked(self) -> tuple[str, str, list[tuple[str, str]]]:
        """The only call: its verb, its path, and the pairs of its query or form."""
        (request,) = self.requests
        path, _, query = request.target.partition("?")
        form = request.body.decode() if request.body else ""
        return request.method, path, parse_qsl(query or form, keep_blank_values=True)


class FakeReader(FakeSend):
    """The same for who may answer from memory, which holds what the test says, or nothing."""

    def __init__(self, answer: object = None, *, kept: object = None) -> None:
        super().__init__(answer)
        self._kept = kept
        self.max_ages: list[float | None] = []

    def peek(self, call: Call[T], max_age: float | None) -> T | None:
        return cast("T | None", self._kept)

    async def read(self, call: Call[T], max_age: float | None) -> T:
        self.max_ages.append(max_age)
        return await self.send(call)

    async def read_cached(self, call: Call[T], max_age: float | None) -> Cached[T]:
        return Cached(await self.read(call, max_age), STATUS)


def by_both_roads(document: Mapping[str, object], model: type[T]) -> T:
    """Return what the fast road makes of a document, which must equal what the judge does."""
    body = json.dumps(document).encode()
    fast = decode_fast(body, model)
    assert fast is not None
    assert fast == structure(json.loads(body), model)
    return fast
