"""What is kept belongs to one account and one question, cannot be changed, and does not pile up."""

import math
from collections.abc import Iterator, Mapping
from typing import Final, cast

import pytest
from attrs import AttrsInstance, fields, has
from attrs.exceptions import FrozenInstanceError
from cache.scene import OPERATIONS, PLAIN, fetch, slot_of
from canary import CANARY
from faults.aftermath import Aftermath, MakeClient
from faults.answers import ok
from faults.cached import STATISTICS, statistics, statistics_of
from faults.fault_server import FaultServer
from faults.steps import Send
from hypothesis import given
from hypothesis import strategies as st
from support import ACCOUNT_SID, API_KEY, OTHER_ACCOUNT_SID, WORKSPACE_SID, Clock

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async._cache import Cache
from taskrouter_async._protocol.operation import Keep
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import InvalidArgumentError

LOOKALIKES: Final = (
    "é",
    "e\u0301",
    "%C3%A9",
    "voice",
    "Voice",
    "voice ",
    "a%2Fb",
    "a/b",
    "a b",
    "a+b",
)
"""Texts that some would take for one another."""


async def test_two_accounts_share_nothing(server: FaultServer, aftermath: Aftermath) -> None:
    """108a. Two accounts, or two credentials of one, that ask the same share no answer."""
    others = Send(ok({**STATISTICS, "account_sid": OTHER_ACCOUNT_SID, "total_tasks": 7}))
    server.in_turn(others, Send(ok(STATISTICS)))
    address, pool = server.base_url, aftermath.watch(SessionPool())
    clients = [
        TaskRouterClient(OTHER_ACCOUNT_SID, CANARY, base_url=address, pool=pool),
        TaskRouterClient(ACCOUNT_SID, CANARY, base_url=address, pool=pool),
        TaskRouterClient(
            ACCOUNT_SID, api_key=API_KEY, api_secret=CANARY, base_url=address, pool=pool
        ),
    ]

    for _ in range(2):
        answers = [await statistics(aftermath.watch_client(client)) for client in clients]
        assert [answer.total_tasks for answer in answers] == [7, 5, 5]

    senders = {request.header("authorization") for request in server.requests}
    assert (len(senders), server.counts) == (3, (1, 3))


@given(st.tuples(*[st.text(min_size=1) | st.sampled_from(LOOKALIKES)] * 2))
def test_two_questions_share_nothing(channels: tuple[str, str]) -> None:
    """108b. Two texts are kept under one key only if they are the same, and ask differently."""
    cache = Cache(PLAIN, Clock())
    asked = [(("TaskChannel", channel),) for channel in channels]
    one, other = [
        cache.slots.slot(OPERATIONS[Keep.REAL_TIME], (("Sid", WORKSPACE_SID),), each)
        for each in asked
    ]

    assert (one is other) == (channels[0] == channels[1])
    assert (one.call == other.call) == (one is other)
    assert (one.call.request().target == other.call.request().target) == (one is other)


async def test_every_question_has_its_own_answer(
    server: FaultServer, client_of: MakeClient
) -> None:
    """108c. Texts that look alike are different questions; the order of arguments makes none."""
    server.on_request(Send(ok(STATISTICS)))
    client = client_of(server, cache=CachePolicy(window_ttl=60.0))
    window = client.workspaces(WORKSPACE_SID).cumulative_statistics

    for _ in range(2):
        for channel in LOOKALIKES:
            await statistics_of(client).fetch(task_channel=channel)
    await window.fetch(minutes=5, task_channel="voice")
    await window.fetch(task_channel="voice", minutes=5)

    assert len(server.requests) == len(LOOKALIKES) + 1
    assert len({request.target for request in server.requests}) == len(LOOKALIKES) + 1


async def test_an_answer_cannot_be_changed(server: FaultServer, client_of: MakeClient) -> None:
    """109. Nobody can change an answer, however deep, and so nobody changes the next one's."""
    server.on_request(Send(ok({**STATISTICS, "news": {"list": [1, {"deep": [2]}]}})))
    client = client_of(server)
    found = await statistics(client)

    for part in [*_parts(found), *_parts(found.extra)]:
        _cannot_be_changed(part)
    with pytest.raises(FrozenInstanceError):
        setattr(found, "total_tasks", 1000)  # noqa: B010 - a type checker would forbid it
    found.to_dict()["total_tasks"] = 1000

    again = await statistics(client)
    assert again is found
    assert (again.total_tasks, again.to_dict()["total_tasks"]) == (5, 5)


def _parts(value: object) -> Iterator[object]:
    yield value
    if has(type(value)):
        inner = [getattr(value, name) for name in _names(value)]
    elif isinstance(value, Mapping):
        inner = list(cast("Mapping[object, object]", value).values())
    elif isinstance(value, tuple):
        inner = list(cast("tuple[object, ...]", value))
    else:
        inner = []
    for each in inner:
        yield from _parts(each)


def _cannot_be_changed(part: object) -> None:
    assert not isinstance(part, list | dict | set | bytearray)
    assert not hasattr(part, "__setitem__")
    if has(type(part)):
        with pytest.raises(FrozenInstanceError):
            setattr(part, _names(part)[0], None)


def _names(value: object) -> list[str]:
    return [each.name for each in fields(type(cast("AttrsInstance", value)))]


async def _told(text: str) -> str:
    return text


async def test_an_answer_in_use_expires() -> None:
    """110a. What a caller holds stays as it is when it expires in memory."""
    clock = Clock()
    cache = Cache(PLAIN, clock)
    held = await fetch(cache, lambda: _told("first"))
    clock.advance(PLAIN.ttl)

    assert slot_of(cache).peek() is None
    assert (await fetch(cache, lambda: _told("second"))).value == "second"
    assert held.value == "first"
    await cache.aclose()


@pytest.mark.parametrize("ttl", [-1.0, math.inf, -math.inf, math.nan])
async def test_a_time_that_is_none(ttl: float) -> None:
    """110b. A time that is negative or without end is refused, and 0 keeps nothing."""
    with pytest.raises(InvalidArgumentError, match="ttl"):
        CachePolicy(ttl=ttl)
    cache = Cache(CachePolicy(ttl=0.0), Clock())

    await fetch(cache, lambda: _told("one"))

    assert cache.stats().entries == 0
    await cache.aclose()


async def test_many_keys() -> None:
    """110c. However many are asked for, no more than ``maxsize`` are kept, the latest ones."""
    cache = Cache(CachePolicy(maxsize=8), Clock())

    for number in range(1_000):
        await fetch(cache, lambda: _told("answer"), str(number))
        assert cache.stats().entries <= 8

    assert (cache.stats().entries, cache.stats().evictions) == (8, 1_000 - 8)
    assert len(cache.slots) == 8
    assert [slot_of(cache, str(number)).peek() for number in (991, 992)] == [None, "answer"]
    await cache.aclose()
