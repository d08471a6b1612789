"""The desk on its own: what counts as the level's trouble, and what does not."""

import asyncio

import pytest
from attrs import define
from shared.fake_level import FakeLevel, FakeServer, FakeShared
from shared.fleet import NAME, answer, fleet
from support import settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.desk import Desk
from taskrouter_async._level import Level, SharedLevel


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
