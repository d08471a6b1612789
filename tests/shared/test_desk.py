"""The desk on its own: what counts as the level's trouble, and what does not."""

import asyncio

import pytest
from attrs import define
from shared.fake_level import FakeLevel, FakeServer, FakeShared
from shared.fleet import NAME, OPERATION, answer, fleet
from support import settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.desk import Desk
from taskrouter_async._level import Acquired, Level, SharedLevel


@define
class _Closed:
    """A level that cannot be opened the first few times."""

    server: FakeServer
    failures: int
    key_secret: str = ""
    budget: float = 0.25

    def open(self) -> Level:
        self.failures -= 1
        if self.failures >= 0:
            raise TypeError("no such option")
        return FakeLevel(self.server)


def _server() -> FakeServer:
    return FakeServer(virtual_loop().time)


def _desk(shared: SharedLevel) -> Desk:
    return Desk(
        shared,
        Counters(),
        chance=lambda: 0.5,
        listener=None,
        invalidated=lambda _: None,
        missed=lambda: None,
    )


async def _yes(_: Level) -> bool:
    return True


@in_virtual_time
async def test_a_level_that_cannot_be_opened_is_in_trouble() -> None:
    """Who enters is not held up, nothing is raised, and it is used as soon as it opens."""
    desk = _desk(_Closed(_server(), 3))
    seen = []
    for _ in range(4):
        await desk.enter(1.0)
        seen.append((desk.away, await desk.ask(_yes, 1.0)))

    assert seen == [(False, None), (True, None), (True, None), (False, True)]
    assert virtual_loop().time() < 0.1
    await desk.aclose(0.0)


@in_virtual_time
async def test_a_level_that_was_never_opened_can_be_closed() -> None:
    """There is nothing to let go of."""
    shared = FakeShared(_server())

    await _desk(shared).aclose(0.0)

    assert shared.opened == []


@in_virtual_time
@pytest.mark.parametrize("steps", range(1, 6))
async def test_closing_that_is_cancelled_leaves_nothing_behind(steps: int) -> None:
    """Once or twice, while a flight or a command is waited for: nobody listens any more."""
    ships = fleet(1)
    process = ships.processes[0]
    await ships.fill(1)
    caller = ships.start(0, max_age=0)
    await asyncio.sleep(0.01)
    ships.server.trouble = "hang"
    process.cache.invalidate(process.slot)
    closing = asyncio.create_task(process.cache.aclose())
    await asyncio.sleep(0.05)
    closing.cancel()
    await settle(steps)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await settle()

    assert [level.closed for level in process.shared.opened] == [True]
    assert ships.server.listeners == []
    assert asyncio.all_tasks() <= {asyncio.current_task(), caller}
    await asyncio.gather(caller, return_exceptions=True)


@in_virtual_time
async def test_a_queue_of_our_own_is_not_the_levels_trouble() -> None:
    """Many commands at once have few connections; all are answered, however long they waited."""
    desk = _desk(FakeShared(_server()))
    connections = asyncio.Semaphore(8)

    async def slow(_: Level) -> bool:
        async with connections:
            await asyncio.sleep(0.2)
        return True

    await desk.enter(1.0)
    asked = [desk.start(desk.ask(slow, 0.25)) for _ in range(60)]

    assert await asyncio.gather(*asked) == [True] * 60
    await desk.aclose(0.0)


@in_virtual_time
async def test_a_queue_that_moves_quickly_is_waited_in() -> None:
    """It is made by this process alone, which would not get on faster without the level."""
    desk = _desk(FakeShared(_server()))

    async def quick(_: Level) -> bool:
        await asyncio.sleep(0.01)
        return True

    await desk.enter(1.0)
    asked = [desk.start(desk.ask(quick, 0.25, patience=0.125)) for _ in range(600)]

    assert await asyncio.gather(*asked) == [True] * 600
    assert virtual_loop().time() == pytest.approx(1.0)
    await desk.aclose(0.0)


@in_virtual_time
async def test_a_turn_at_a_slow_level_is_waited_for_no_longer_than_patience_lasts() -> None:
    """Who would be held up does without the level, which is not blamed for it."""
    desk = _desk(FakeShared(_server()))

    async def slow(_: Level) -> bool:
        await asyncio.sleep(0.12)
        return True

    await desk.enter(1.0)
    asked = [desk.start(desk.ask(slow, 0.25, patience=0.125)) for _ in range(60)]
    answers = await asyncio.gather(*asked)

    assert answers == [True] * 12 + [None] * 48
    assert virtual_loop().time() <= 0.25
    assert not desk.away
    await desk.aclose(0.0)


@in_virtual_time
async def test_a_process_that_is_slow_itself_does_not_leave_the_line() -> None:
    """What it measured while it was held up says nothing about the level."""
    desk = _desk(FakeShared(_server()))

    async def quick(_: Level) -> bool:
        await asyncio.sleep(0.01)
        return True

    await desk.enter(1.0)
    asked = [desk.start(desk.ask(quick, 0.25, patience=0.125)) for _ in range(60)]
    for _ in range(3):
        await asyncio.sleep(0.015)
        virtual_loop().hold_up(0.15)

    assert await asyncio.gather(*asked) == [True] * 60
    await desk.aclose(0.0)


@in_virtual_time
async def test_whose_turn_never_comes_at_a_slow_level_gives_up() -> None:
    """Once it is known to be slow, nobody waits for the end of the commands that are under way."""
    desk = _desk(FakeShared(_server()))

    async def slow(_: Level) -> bool:
        await asyncio.sleep(0.2)
        return True

    await desk.enter(1.0)
    for _ in range(7):
        await desk.ask(slow, 0.25)
    began = virtual_loop().time()
    asked = [desk.start(desk.ask(slow, 0.25, patience=0.125)) for _ in range(60)]
    await asyncio.wait(asked[6:])

    assert virtual_loop().time() - began == pytest.approx(0.125)
    assert await asyncio.gather(*asked) == [True] * 6 + [None] * 54
    assert not desk.away
    await desk.aclose(0.0)


class _Slow(FakeLevel):
    """A level that takes its time for everything, and not so much that it would be in trouble."""

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        await asyncio.sleep(0.12)
        return await super().acquire(name, token, lease_ms=lease_ms, stale_ms=stale_ms)

    async def invalidate(self, name: str, sender: str) -> None:
        await asyncio.sleep(0.12)
        await super().invalidate(name, sender)


@in_virtual_time
@pytest.mark.parametrize("forgets", [False, True])
async def test_no_caller_is_held_up_for_longer_than_the_budget(forgets: bool) -> None:  # noqa: FBT001 - a parameter
    """However many ask at once, or have answers forgotten: all have asked the service by then."""
    ships = fleet(1)
    process = ships.processes[0]
    process.shared.make = _Slow
    sids = [(("WorkspaceSid", f"WS{number:032x}"),) for number in range(60)]
    slots = [process.cache.slots.slot(OPERATION, each) for each in sids]
    for slot in slots if forgets else ():
        process.cache.invalidate(slot)

    callers = [asyncio.create_task(process.cache.read(each, ships.service)) for each in slots]
    await asyncio.sleep(0.251)
    asked = ships.service.started
    for _ in callers:
        ships.service.succeed(answer(1))

    assert {(await caller).cached().status.source for caller in callers} == {"origin"}
    assert (asked, process.stats.breaker_open) == (60, False)
    await asyncio.sleep(10.0)
    await ships.aclose()


@in_virtual_time
async def test_who_comes_to_his_turn_when_the_level_is_left_alone_sends_nothing() -> None:
    """The first six find out for all."""
    desk = _desk(FakeShared(_server()))
    sent: list[Level] = []

    async def never(level: Level) -> None:
        sent.append(level)
        await asyncio.sleep(3600)

    await desk.enter(1.0)
    await asyncio.wait([desk.start(desk.ask(never, 0.25)) for _ in range(60)])

    assert (len(sent), desk.away) == (6, True)
    assert virtual_loop().time() < 0.3
    await desk.aclose(0.0)


@in_virtual_time
async def test_an_answer_that_waits_for_its_turn_grows_older() -> None:
    """Stored late, it is kept for so much less."""
    ships = fleet(1)
    process = ships.processes[0]
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    shared = process.cache._shared
    assert shared is not None

    async def slow(_: Level) -> None:
        await asyncio.sleep(2.0)

    for _ in range(6):
        shared._desk.start(shared._desk.ask(slow, 5.0))
    await asyncio.sleep(0)
    ships.service.succeed(answer(1))
    await caller
    await asyncio.sleep(3.0)

    assert process.slot.entry is not None
    _, until = ships.server.values[NAME]
    assert until == pytest.approx(process.slot.entry.dead_at, abs=0.01)
    await ships.aclose()


class _SlowToStore(FakeLevel):
    """A level to which a value is under way for a while."""

    async def store(
        self, name: str, token: str, payload: bytes, *, lease_ms: int, hard_ms: int
    ) -> bool:
        await asyncio.sleep(0.2)
        return await super().store(name, token, payload, lease_ms=lease_ms, hard_ms=hard_ms)


@in_virtual_time
async def test_an_answer_grows_older_on_its_way_to_the_level() -> None:
    """Other processes find it as old as it is, and not younger."""
    ships = fleet(2)
    ships.processes[0].shared.make = _SlowToStore
    caller = ships.start(0)
    await asyncio.sleep(0.5)
    ships.service.succeed(answer(1))
    await caller
    await asyncio.sleep(1.0)

    found = await ships.fetch(1)

    assert found.status.source == "l2"
    assert found.status.age == pytest.approx(virtual_loop().time(), abs=0.002)
    await ships.aclose()


class _LateToAcquire(FakeLevel):
    """A level that a wish for the lease reaches long after who wishes it has given up."""

    async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
        asked = super().acquire(name, token, lease_ms=lease_ms, stale_ms=stale_ms)

        async def late() -> Acquired:
            await asyncio.sleep(1.0)
            return await asked

        return await asyncio.shield(asyncio.create_task(late()))


@in_virtual_time
async def test_a_lease_that_began_after_the_request_says_nothing_about_its_age() -> None:
    """Whoever did not know that the lease is theirs gives it back, and stores nothing."""
    ships = fleet(1)
    ships.processes[0].shared.make = _LateToAcquire
    caller = ships.start(0)
    await asyncio.sleep(2.0)
    won = ships.server.lease(NAME)
    ships.service.succeed(answer(1))
    await caller
    await settle()

    assert won is not None
    assert (ships.server.lease(NAME), ships.server.values) == (None, {})
    await ships.aclose()


@in_virtual_time
async def test_a_command_that_fails_while_others_are_answered_is_not_the_levels_trouble() -> None:
    """It was this process, or that one connection."""
    desk = _desk(FakeShared(_server()))
    await desk.enter(1.0)

    async def fail(_: Level) -> bool:
        await asyncio.sleep(0.1)
        raise ConnectionError("this connection")

    for _ in range(3):
        failing = desk.start(desk.ask(fail, 1.0))
        await settle()
        assert await desk.ask(_yes, 1.0, proves=True)
        assert await failing is None

    assert not desk.away
    await desk.aclose(0.0)


@in_virtual_time
@pytest.mark.parametrize("steps", range(1, 25))
async def test_a_lease_that_somebody_else_has_is_left_to_them(steps: int) -> None:
    """Whoever closes at any moment of looking gives nothing back that is not theirs."""
    ships = fleet(2)
    holder = ships.start(0)
    await asyncio.sleep(0.01)
    caller = ships.start(1)
    await settle(steps)
    caller.cancel()
    await ships.processes[1].cache.aclose()

    assert ships.server.lease(NAME) is not None
    ships.service.succeed(answer(3))
    assert (await holder).value.total_tasks == 3
    await asyncio.gather(caller, return_exceptions=True)
    await ships.aclose()


@in_virtual_time
async def test_what_proves_nothing_does_not_clear_the_level() -> None:
    """Two failures in a row are trouble, whatever was given back between them."""
    desk = _desk(FakeShared(_server()))
    await desk.enter(1.0)

    async def fail(_: Level) -> bool:
        raise ConnectionError("full")

    assert await desk.ask(fail, 1.0) is None
    assert await desk.ask(_yes, 1.0, proves=False)
    assert await desk.ask(fail, 1.0) is None

    assert desk.away
    await desk.aclose(0.0)
