"""Whatever happens in whatever order, the cache does what the model says, and keeps its laws."""

import asyncio
import gc
from collections.abc import Iterable
from typing import Any

import pytest
from attrs import define
from cache import model
from cache.scene import fetch, middle, slot_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support import settle
from virtual_loop import VirtualLoop

from taskrouter_async._cache import Cache
from taskrouter_async.config import CachePolicy
from taskrouter_async.errors import BadRequestError, ClosedError, NotFoundError, ServerError
from taskrouter_async.models import Cached

POLICY = CachePolicy(
    ttl=model.TTL,
    stale_while_revalidate=model.SWR,
    stale_if_error=model.SIE,
    jitter=0.0,
    soft_timeout=model.SOFT,
    load_timeout=model.DEADLINE,
    negative_ttl=model.NEGATIVE,
    failure_backoff=(model.FIRST_PAUSE, model.LONGEST_PAUSE),
    maxsize=model.MAXSIZE,
    close_grace=0.0,
)
ERRORS = {
    model.FAILING: ServerError,
    model.GONE: NotFoundError,
    model.REFUSED: BadRequestError,
}
KEYS = st.sampled_from("abc")
# Quarters add up exactly: an instant in the model is the same instant in the loop.
TICK = 2.0**-12
STEPS = st.sampled_from([0.25, 0.75, 1.0, 2.5, 4.75, 5.0, 5.25, 10.0, 15.0, 25.0])
MAX_AGES = st.none() | st.sampled_from([0.0, 0.25, 2.0, 6.0, 30.0])


@define(eq=False)
class Asked:
    """A real caller, and what was known when it began."""

    task: "asyncio.Task[Cached[str]]"
    at_least: int


class CacheMachine(RuleBasedStateMachine):
    """Drives a cache and its model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.runner = asyncio.Runner(loop_factory=lambda: self.loop)
        self.run(asyncio.sleep(0))
        self.cache = Cache(POLICY, self.loop.time, chance=middle)
        self.model = model.Model(now=self.loop.time())
        self.gates: dict[int, asyncio.Future[str]] = {}
        self.asked: list[Asked] = []
        self.floors: dict[str, int] = dict.fromkeys("abc", 0)
        self.seen: dict[str, int] = dict.fromkeys("abc", 0)

    def run(self, what: Any) -> Any:
        return self.runner.run(what)

    def settle(self) -> None:
        self.run(settle(8))

    async def load(self) -> str:
        number = len(self.gates) + 1
        gate: asyncio.Future[str] = self.loop.create_future()
        self.gates[number] = gate
        return await gate

    def keep_apart(self) -> None:
        """Let no two flights begin at one instant: whose deadline comes first would be chance."""
        if any(flight.t0 == self.model.now for flight in self.model.flights):
            self.advance(TICK)

    @rule(key=KEYS, max_age=MAX_AGES, only_if_cached=st.sampled_from([False, False, False, True]))
    def call(self, key: str, max_age: float | None, *, only_if_cached: bool) -> None:
        self.keep_apart()
        self.model.call(key, max_age, only_if_cached=only_if_cached)

        async def begin() -> "asyncio.Task[Cached[str]]":
            call = fetch(self.cache, self.load, key, max_age=max_age, only_if_cached=only_if_cached)
            return asyncio.create_task(call)

        at_least = max(self.floors[key], self.seen[key])
        self.asked.append(Asked(self.run(begin()), at_least))
        self.settle()

    @precondition(lambda self: any(caller.outcome is None for caller in self.model.callers))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        waiting = [n for n, c in enumerate(self.model.callers) if c.outcome is None]
        number = data.draw(st.sampled_from(waiting))
        self.model.cancel(self.model.callers[number])
        self.asked[number].task.cancel()
        self.settle()

    @precondition(lambda self: self.model.flights)
    @rule(data=st.data(), error=st.none() | st.sampled_from(sorted(ERRORS)))
    def land(self, data: st.DataObject, error: str | None) -> None:
        flight = data.draw(st.sampled_from(self.model.flights))
        self.keep_apart()
        if flight not in self.model.flights:
            return  # its deadline has come
        gate = self.gates[flight.number]
        if error is None:
            gate.set_result(str(flight.number))
        else:
            gate.set_exception(ERRORS[error](error))
        self.model.land(flight, error)
        self.settle()

    @rule(seconds=STEPS)
    def advance(self, seconds: float) -> None:
        self.model.advance(seconds)
        self.run(asyncio.sleep(seconds))
        self.settle()

    @rule(key=KEYS)
    def invalidate(self, key: str) -> None:
        self.model.invalidate(key)
        self.floors[key] = len(self.gates) + 1

        async def invalidate() -> None:
            self.cache.invalidate(slot_of(self.cache, key))

        self.run(invalidate())
        self.settle()

    @invariant()
    def callers_get_what_the_model_says(self) -> None:
        """Every call has ended that should have, with that value or error, in that manner."""
        for number, (caller, asked) in enumerate(self._pairs()):
            assert asked.task.done() == (caller.outcome is not None), number
            if asked.task.done():
                assert _outcome(asked.task) == caller.outcome, number

    @invariant()
    def loads_are_those_of_the_model(self) -> None:
        """As many requests were sent, and as many are in the air, never two to join for a key."""
        assert len(self.gates) == self.model.loads
        assert self.cache.stats().flights == len(self.model.flights)
        registered = [flight.key for flight in self.model.flights if flight.registered]
        assert len(registered) == len(set(registered))
        assert {call.sids[0][1] for call in self.cache._flights._by_key} == set(registered)  # type: ignore[attr-defined]

    @invariant()
    def nothing_is_served_too_old(self) -> None:
        """A hit is within ttl, and anything else within the last window."""
        for _, asked in self._pairs():
            for cached in _served(asked.task):
                assert cached.status.age < model.TTL + max(model.SWR, model.SIE)
                assert not cached.status.hit or cached.status.age < model.TTL

    @invariant()
    def answers_never_go_back(self) -> None:
        """Who begins after an answer was served, or taken back, gets no older one."""
        for caller, asked in self._pairs():
            for cached in _served(asked.task):
                assert int(cached.value) >= asked.at_least
                registered = cached.status.stored
                if registered:
                    self.seen[caller.key] = max(self.seen[caller.key], int(cached.value))

    @invariant()
    def memory_is_bounded(self) -> None:
        """No more answers than allowed, and they are the model's."""
        assert self.cache.stats().entries <= model.MAXSIZE
        for key in "abc":
            kept = slot_of(self.cache, key).entry
            known = self.model.entries.get(key)
            if kept is not None:
                assert known is not None
                assert (kept.t0, int(kept.value)) == known

    @invariant()
    def nobody_complains(self) -> None:
        """The event loop has nothing to say."""
        assert self.loop.complaints == []

    def teardown(self) -> None:
        """Close: who still waits learns it, and nothing is left."""
        self.run(self.cache.aclose())
        self.settle()
        for asked in self.asked:
            if not asked.task.cancelled():
                asked.task.exception()
        left = [a for c, a in self._pairs() if c.outcome is None]
        assert all(isinstance(asked.task.exception(), ClosedError) for asked in left)
        assert asyncio.all_tasks(self.loop) == set()
        self.gates.clear()
        self.runner.close()
        gc.collect()
        assert self.loop.complaints == []

    def _pairs(self) -> Iterable[tuple[model.Caller, Asked]]:
        return zip(self.model.callers, self.asked, strict=True)


def _served(task: "asyncio.Task[Cached[str]]") -> list[Cached[str]]:
    over = task.done() and not task.cancelled() and task.exception() is None
    return [task.result()] if over else []


def _outcome(task: "asyncio.Task[Cached[str]]") -> tuple[object, str | None]:
    if task.cancelled():
        return "CancelledError", None
    error = task.exception()
    if error is not None:
        return type(error).__name__, None
    return int(task.result().value), task.result().status.detail


# The nightly profile takes minutes.
pytestmark = pytest.mark.timeout(1800)
CacheMachine.TestCase.settings = settings(
    max_examples=max(200, settings().max_examples), stateful_step_count=30, deadline=None
)
TestCacheMachine: Any = CacheMachine.TestCase
