"""Stand-ins for who carries calls: they remember what was asked and answer with what they have."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.converter import structure
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.fast import decode_fast
from taskrouter_async._protocol.messages import Request
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async._protocol.slots import Entry, Hits, Served, Slot
from taskrouter_async.models import CacheStatus, Page, PageMeta

T = TypeVar("T")

STATUS = CacheStatus(hit=False, age=0.0, ttl=5.0, source="origin", stored=True, collapsed=False)


def entry_for(value: T) -> Entry[T]:
    """Return an entry that holds an answer for a second."""
    return Entry(value, 0.0, 1.0, 2.0, 3.0, datetime.now(UTC), 200, 0)


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
        self.asked_for: list[Directives] = []
        self.invalidated: list[Call[Any]] = []
        self.slots: dict[Call[Any], Slot[Any]] = {}

    @property
    def max_ages(self) -> list[float | None]:
        return [asked.max_age for asked in self.asked_for]

    def slot(
        self, operation: Operation[T], sids: Pairs, arguments: Pairs = (), json: str = ""
    ) -> Slot[T]:
        call = Call(operation, sids, arguments, json=json)
        if call not in self.slots:
            slot = self.slots[call] = Slot(call, lambda: 0.0, Hits())
            if self._kept is not None:
                slot.entry = entry_for(self._kept)
        return self.slots[call]

    async def serve(self, slot: Slot[T], asked: Directives) -> Served[T]:
        self.asked_for.append(asked)
        value = await self.send(slot.call) if slot.entry is None else slot.entry.value
        return Served(entry_for(value), 0.0)

    def invalidate(self, slot: Slot[T]) -> None:
        self.invalidated.append(slot.call)


def by_both_roads(document: Mapping[str, object], model: type[T]) -> T:
    """Return what the fast road makes of a document, which must equal what the judge does."""
    body = json.dumps(document).encode()
    fast = decode_fast(body, model)
    assert fast is not None
    assert fast == structure(json.loads(body), model)
    return fast
