"""One flight at the shared level: who asks the service for the whole fleet, and who waits.

A flight that finds a fresh value takes it. Otherwise it tries to get the lease. Who has it asks the
service; the others wait for a notice, with a poll behind it. A value that is stale but may still be
served releases whoever waits at once, while the flight goes on for those who come next. If the
level is in trouble, each process asks for itself, as if there were none.
"""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from attrs import frozen

from taskrouter_async._cache.desk import Desk
from taskrouter_async._cache.entries import Loaded, entry_of
from taskrouter_async._cache.failures import (
    Trouble,
    Verdict,
    judged,
    longest_pause,
    remembered,
    stayed_here,
)
from taskrouter_async._cache.flights import Flight
from taskrouter_async._cache.post import Parcel, Post
from taskrouter_async._cache.reasons import heard, told
from taskrouter_async._cache.surroundings import Surroundings
from taskrouter_async._cache.turns import (
    NOTHING_IS_FRESH,
    Step,
    is_servable,
    lease_seconds,
    patience_seconds,
    stale_ms,
    step,
    wait_seconds,
)
from taskrouter_async._level import Acquired, Level, Outcome
from taskrouter_async._protocol.slots import Entry, Slot
from taskrouter_async.errors import TaskRouterError

T = TypeVar("T")

_EVER: Final = -math.inf
_MOST_IN_VAIN: Final = 2
"""How many others may ask the service without a result before a flight asks by itself."""

Farewell = Callable[[Level], Awaitable[bool]]


@frozen(eq=False)
class Wanted(Generic[T]):
    """What a flight is to bring.

    Attributes:
        slot: The place for the answer.
        name: What the level keeps it under.
        ttl: How long it is fresh at most.
        oldest: The earliest instant from which it may be; any if it is minus infinity.
        not_before: The same for what is served while the flight goes on.
        cleared: Done when the level has forgotten what was invalidated; ``None`` if nothing was.
    """

    slot: Slot[T]
    name: str
    ttl: float
    oldest: float = _EVER
    not_before: float = _EVER
    cleared: "asyncio.Task[None] | None" = None


@frozen(eq=False)
class _Found(Generic[T]):
    acquired: Acquired | None
    entry: Entry[T] | None
    trouble: Trouble | None


class Visit(Generic[T]):
    """One flight's visit.

    Args:
        cache: Where it begins and ends.
        desk: The way to the level.
        post: Writes and reads what is stored.
        flight: Whose visit it is.
        wanted: What it is to bring.
    """

    def __init__(
        self,
        cache: Surroundings,
        desk: Desk,
        post: Post,
        flight: Flight[Entry[T]],
        wanted: Wanted[T],
    ) -> None:
        self._cache = cache
        self._desk = desk
        self._post = post
        self._flight = flight
        self._wanted = wanted
        self._left = desk.budget
        self._lease_ms = round(lease_seconds(cache.policy.load_timeout) * 1000)
        # Whose lease may be ours: that of the last attempt, until it is known to have failed.
        self._token = ""
        self._won = False
        self._attempt: asyncio.Task[Acquired | None] | None = None
        self._body = b""
        # What the level held last, as it is and as it is understood.
        self._value: bytes | None = None
        self._entry: Entry[T] | None = None
        # Whether that came after the first look.
        self._came = self._looked = False

    async def fetch(self, load: Callable[[], Awaitable[Loaded[T]]]) -> Entry[T]:
        """Return an answer, another process's or our own.

        Args:
            load: Asks the service.

        Raises:
            TaskRouterError: The service failed, now or for another process a moment ago.
        """
        if self._wanted.cleared is not None:
            await self._hold_back(self._wanted.cleared)
        polls, in_vain, insisted = 0, 0, False
        until = self._cache.clock() + patience_seconds(self._cache.policy.load_timeout)
        while True:
            with self._desk.look():
                found = await self._find(insist=insisted)
            todo = self._step(found, insisted=insisted)
            if todo is Step.TAKE and found.entry is not None:
                self._cache.counters.shared_hits += 1
                return found.entry
            if todo is Step.STAND_DOWN and found.trouble is not None:
                self._flight.told = found.trouble
                raise remembered(found.trouble, self._cache.clock())
            # One process may die, and the next, or get what cannot be shared; nobody waits for all.
            gives_up = in_vain >= _MOST_IN_VAIN or self._cache.clock() >= until
            if todo is Step.ASK or (todo is Step.WAIT and gives_up):
                return await self._ask(load)
            insisted = todo is Step.INSIST
            if todo is Step.WAIT and found.acquired is not None:
                in_vain += await self._wait(found.acquired, polls)
                polls += 1

    async def _hold_back(self, cleared: "asyncio.Task[None]") -> None:
        began = self._cache.clock()
        _, pending = await asyncio.wait({cleared}, timeout=self._left)
        # A lease that is won before would be forgotten with what was invalidated.
        self._left = 0.0 if pending else self._left - (self._cache.clock() - began)

    def _step(self, found: _Found[T], *, insisted: bool) -> Step:
        wanted, now = self._wanted, self._cache.clock()
        entry, trouble = found.entry, found.trouble
        young = entry is not None and now < entry.dead_at and entry.t0 >= wanted.oldest
        todo = step(
            found.acquired.outcome if found.acquired else None,
            usable=young and entry is not None and now < entry.fresh_until,
            came=young and self._came,
            insisted=insisted,
            anew=trouble is None or (trouble.negative and trouble.t0 < wanted.oldest),
        )
        if entry is not None and todo not in {Step.TAKE, Step.INSIST}:
            self._offer(entry, now)
        return todo

    async def _find(self, *, insist: bool) -> _Found[T]:
        cache, began = self._cache, self._cache.clock()
        await self._desk.enter(self._left)
        sent_at = cache.clock()
        acquired = await self._acquire(self._left - (sent_at - began), insist=insist)
        self._left -= cache.clock() - began
        if acquired is None:
            return _Found(None, None, None)
        self._read(acquired, sent_at)
        return _Found(acquired, self._entry, self._trouble(acquired))

    def _trouble(self, acquired: Acquired) -> Trouble | None:
        seconds = acquired.lease_ms / 1000
        if acquired.outcome is not Outcome.COOLDOWN or seconds > longest_pause(self._cache.policy):
            return None
        return heard(acquired.reason, until=self._cache.clock() + seconds)

    def _read(self, acquired: Acquired, sent_at: float) -> None:
        wanted, value = self._wanted, acquired.value
        looked, self._looked = self._looked, True
        if value == self._value:
            return
        self._came = looked
        call = wanted.slot.call
        entry = self._post.read(wanted.name, call, acquired, wanted.ttl, sent_at=sent_at)
        believed = entry is not None and entry.t0 >= wanted.not_before
        self._value, self._entry = value, entry if believed else None

    async def _acquire(self, seconds: float, *, insist: bool) -> Acquired | None:
        cache, name = self._cache, self._wanted.name
        if seconds <= 0 or self._desk.away:
            return None
        token, lease = secrets.token_hex(16), self._lease_ms
        self._token = token
        stale = NOTHING_IS_FRESH if insist else self._stale_ms()
        self._attempt = self._desk.start(
            self._desk.ask(
                lambda level: level.acquire(name, token, lease_ms=lease, stale_ms=stale),
                seconds,
                patience=seconds / 2,
            )
        )
        await asyncio.wait({self._attempt})
        acquired = self._attempt.result()
        self._won = acquired is not None and acquired.outcome is Outcome.WON
        cache.counters.leases_won += self._won
        if acquired is not None and not self._won:
            self._token = ""
        return acquired

    def _stale_ms(self) -> int:
        policy, ttl = self._cache.policy, self._wanted.ttl
        spare = max(policy.stale_while_revalidate, policy.stale_if_error)
        return stale_ms(ttl, ttl + spare)

    def _offer(self, entry: Entry[T], now: float) -> None:
        slot, flight = self._wanted.slot, self._flight
        if now >= entry.dead_at or (slot.entry is not None and slot.entry.t0 >= entry.t0):
            return
        if self._cache.flights.joinable(flight):
            self._cache.store.put(slot, entry)
        if is_servable(now, entry):
            flight.offer(entry)

    async def _wait(self, acquired: Acquired, polls: int) -> bool:
        cache = self._cache
        cache.counters.leases_busy += polls == 0
        seconds = wait_seconds(acquired.lease_ms, polls, cache.chance())
        in_vain = await self._desk.hear(self._wanted.name, seconds)
        self._left = self._desk.budget
        return in_vain

    async def _ask(self, load: Callable[[], Awaitable[Loaded[T]]]) -> Entry[T]:
        cache, slot, flight = self._cache, self._wanted.slot, self._flight
        cache.counters.shared_misses += 1
        flight.asked_at = cache.clock()
        cache.aftermath.started(slot, flight.reason)
        at = cache.wall_clock()
        loaded = await load()
        self._body = loaded.body
        return entry_of(
            loaded,
            cache.policy,
            self._wanted.ttl,
            t0=flight.asked_at,
            at=at,
            chance=cache.chance(),
        )

    def leave(self, *, registered: bool) -> None:
        """End the lease, if there may be one, now that the flight has landed.

        Args:
            registered: Whether the flight was the one that callers could join; only of such a one
                a failure is told.
        """
        attempt = self._attempt
        if self._token and attempt is not None:
            farewell = self._farewell(registered=registered)
            self._desk.start(self._part(attempt, farewell))

    def _farewell(self, *, registered: bool) -> Farewell:
        flight, name, token = self._flight, self._wanted.name, self._token
        if flight.asked_at is None:
            return _release(name, token, asked=False)
        if flight.error is not None:
            return self._failure(flight.error) if registered else _release(name, token)
        # Even one that was invalidated: that ended the leases of the time before, so an answer
        # whose lease still holds is younger.
        parcel = self._post.write(name, token, flight.value, self._body, self._cache.clock())
        # A lease that was not known to be won when the service was asked may be younger than the
        # answer, which would look as young as that.
        if parcel is None or not self._won:
            return _release(name, token)
        return lambda level: self._store(level, parcel)

    async def _store(self, level: Level, parcel: Parcel) -> bool:
        lease, hard = self._lease_ms, parcel.hard_ms
        name, token = self._wanted.name, self._token
        stored = await level.store(name, token, parcel.payload, lease_ms=lease, hard_ms=hard)
        self._cache.counters.shared_stores += stored
        return stored

    def _failure(self, error: TaskRouterError) -> Farewell:
        cache, slot = self._cache, self._wanted.slot
        trouble = cache.aftermath.trouble(slot.call)
        reason, cooldown = "", 0.0
        # What is remembered may be older than this flight: a 400 leaves it as it was.
        ours = trouble is not None and trouble.t0 == self._flight.started_at
        # Where this process is too busy, others may well get an answer.
        if trouble is not None and ours and not stayed_here(error):
            reason, cooldown = told(trouble), trouble.until - cache.clock()
        return _release(
            self._wanted.name,
            self._token,
            cooldown_ms=max(0, round(cooldown * 1000)),
            reason=reason,
            drop=judged(error) is Verdict.GONE,
        )

    async def _part(self, attempt: "asyncio.Task[Acquired | None]", farewell: Farewell) -> None:
        await asyncio.wait({attempt})
        acquired = attempt.result()
        if acquired is not None and acquired.outcome is not Outcome.WON:
            return
        # A level that refuses to write may well allow to give back what it never gave.
        known = acquired is not None
        done = await self._desk.ask(farewell, self._desk.budget, proves=known)
        self._cache.counters.leases_lost += known and done is False


def _release(
    name: str,
    token: str,
    *,
    cooldown_ms: int = 0,
    reason: str = "",
    drop: bool = False,
    asked: bool = True,
) -> Farewell:
    return lambda level: level.fail(
        name, token, cooldown_ms=cooldown_ms, reason=reason, drop=drop, asked=asked
    )
