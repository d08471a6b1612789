"""A level in trouble never is a caller's trouble: each process asks for itself meanwhile."""

import asyncio
import logging

import pytest
from attrs import evolve
from shared.fake_level import FakeLevel, FakeServer, FakeShared, Trouble
from shared.fleet import NAME, POLICY, Fleet, answer, fleet
from support import settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._cache.aftermath import Counters
from taskrouter_async._cache.desk import Desk
from taskrouter_async._level import Acquired, Level, Notice, Outcome
from taskrouter_async.errors import CallTimeoutError, ClosedError
from taskrouter_async.models import BreakerChanged, SharedReconnected


async def _each_asks(ships: Fleet, seconds: float) -> None:
    """Let all processes ask, answer each after a while, and see that nobody noticed anything."""
    callers = [ships.start(number) for number in range(len(ships.processes))]
    await asyncio.sleep(seconds)
    for _ in callers:
        ships.service.succeed(answer(1))
    assert [(await caller).status.source for caller in callers] == ["origin"] * len(callers)


def _desk(server: FakeServer) -> Desk:
    return Desk(
        FakeShared(server),
        Counters(),
        chance=lambda: 0.5,
        listener=None,
        invalidated=lambda _: None,
        missed=lambda: None,
    )


def _is_open(ships: Fleet) -> bool:
    return ships.processes[0].stats.breaker_open


@in_virtual_time
@pytest.mark.parametrize(("trouble", "seconds"), [("down", 0.01), ("full", 0.01), ("hang", 0.26)])
async def test_each_process_asks_for_itself(trouble: Trouble, seconds: float) -> None:
    """A level that is down, refuses, or does not answer costs 250 ms at most, and no error."""
    ships = fleet(3)
    ships.server.trouble = trouble

    await _each_asks(ships, seconds)

    assert ships.service.started == 3
    await asyncio.sleep(1.0)
    assert all(process.stats.shared_errors for process in ships.processes)
    await ships.aclose()


@in_virtual_time
async def test_after_two_failures_the_level_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Then no command is sent, one line is logged, and the listener finds out when it is over."""
    ships = fleet(1)
    ships.server.trouble = "down"
    process = ships.processes[0]
    with caplog.at_level(logging.INFO, "taskrouter_async.cache"):
        await _each_asks(ships, 0.01)
        assert _is_open(ships)
        commands = len(ships.server.commands)
        process.cache.invalidate(process.slot)
        await _each_asks(ships, 0.01)
        assert len(ships.server.commands) == commands

        await asyncio.sleep(2.1)
        assert ships.server.commands[commands:] == ["subscribe"]
        ships.server.trouble = None
        await asyncio.sleep(4.1)

    assert not _is_open(ships)
    assert process.stats.breaker_changes == 2
    assert process.events.count(BreakerChanged("", True, "ConnectionError")) == 1  # noqa: FBT003
    assert process.events.count(BreakerChanged("", False, "")) == 1  # noqa: FBT003
    texts = [record.message for record in caplog.records if "shared level" in record.message]
    assert texts == [
        "the shared level is left alone for a while: ConnectionError",
        "the shared level can be used again",
    ]
    await ships.aclose()


@in_virtual_time
async def test_commands_that_fail_open_the_breaker_although_notices_come() -> None:
    """A level that can be heard and refuses to write is left alone for longer and longer."""
    ships = fleet(1)
    process = ships.processes[0]
    await ships.fill(1)
    ships.server.trouble = "full"
    changes = []
    for _ in range(60):
        process.cache.invalidate(process.slot)
        await asyncio.sleep(0.5)
        changes.append(process.stats.breaker_changes)

    # Open after 0.5 s, then for 2, 4 and 8 seconds, and closed in between for two commands.
    assert changes[-1] in range(6, 9)
    assert SharedReconnected("") in process.events
    ships.server.trouble = None
    await asyncio.sleep(20.0)
    await ships.fill(1)
    await ships.aclose()


@in_virtual_time
async def test_a_success_in_between_counts() -> None:
    """Only failures in a row open the breaker."""
    ships = fleet(1)
    process = ships.processes[0]
    await ships.fill(1)
    for _ in range(3):
        ships.server.trouble = "full"
        process.cache.invalidate(process.slot)
        await asyncio.sleep(0.1)
        ships.server.trouble = None
        process.cache.invalidate(process.slot)
        await asyncio.sleep(0.1)

    assert (process.stats.shared_errors, process.stats.breaker_open) == (3, False)
    await ships.aclose()


@in_virtual_time
async def test_who_is_slow_itself_does_not_blame_the_level() -> None:
    """Commands that time out while others are answered open nothing."""
    server = FakeServer(virtual_loop().time)
    desk = _desk(server)

    async def never(_: Level) -> None:
        await asyncio.sleep(3600)

    async def quick(_: Level) -> bool:
        await asyncio.sleep(0.1)
        return True

    await desk.enter(1.0)
    slow = [desk.start(desk.ask(never, 0.25)) for _ in range(4)]
    assert await desk.ask(quick, 0.25)
    await asyncio.wait(slow)
    away = [desk.away]
    await asyncio.wait([desk.start(desk.ask(never, 0.25)) for _ in range(2)])
    assert [*away, desk.away] == [False, True]
    await desk.aclose(0.0)


@in_virtual_time
async def test_garbage_is_nothing() -> None:
    """What cannot be read is refused once, and the lease is taken in spite of it."""
    ships = fleet(2)
    ships.server.garbage = b"0|{garbage"

    for number in range(2):
        caller = ships.start(number)
        await asyncio.sleep(0.01)
        ships.service.succeed(answer(1))
        assert (await caller).status.source == "origin"
        await settle()

    assert [process.stats.shared_rejected for process in ships.processes] == [1, 1]
    ships.server.garbage = None
    await asyncio.sleep(6.0)
    await ships.fetch(0)
    await ships.aclose()


@in_virtual_time
async def test_a_level_that_claims_what_cannot_be_does_no_harm() -> None:
    """If even nothing is fresh for it, the process asks for itself."""
    ships = fleet(1)

    class Liar(FakeLevel):
        async def acquire(self, name: str, token: str, *, lease_ms: int, stale_ms: int) -> Acquired:
            return Acquired(Outcome.FRESH, b"9|{}", 1000)

    ships.processes[0].shared.make = Liar

    await _each_asks(ships, 0.01)
    await ships.aclose()


@in_virtual_time
async def test_a_lost_lease_is_noticed() -> None:
    """If the level was emptied meanwhile, the answer serves this process and is not stored."""
    ships = fleet(1)
    caller = ships.start(0)
    await asyncio.sleep(0.01)
    ships.server.leases.clear()
    ships.service.succeed(answer(1))
    assert (await caller).status.stored
    await settle()

    assert ships.processes[0].stats.leases_lost == 1
    assert ships.server.values == {}
    await ships.aclose()


@in_virtual_time
async def test_a_slow_level_holds_up_a_request_for_its_budget_only() -> None:
    """The attempt goes on by itself; its lease is given back when the outcome is known."""
    ships = fleet(1, evolve(POLICY, load_timeout=0.1))
    ships.server.trouble = "hang"
    caller = ships.start(0)
    await asyncio.sleep(0.1)
    process = ships.processes[0]
    process.cache.invalidate(process.slot)
    await asyncio.sleep(0.2)
    ships.service.succeed(answer(1))

    assert (await caller).value.total_tasks == 1
    await ships.aclose()


@in_virtual_time
async def test_a_flight_that_ends_while_it_asks_leaves_no_lease() -> None:
    """Cancelled in the middle of an attempt, it gives back what the attempt may still win."""
    ships = fleet(1)
    await ships.fill(1)
    process = ships.processes[0]
    caller = ships.start(0, max_age=0)
    while "acquire" not in ships.server.commands[-1]:
        await asyncio.sleep(0)
    closing = asyncio.create_task(process.cache.aclose())
    with pytest.raises(ClosedError):
        await caller
    await closing

    assert ships.server.lease(NAME) is None


@in_virtual_time
async def test_closing_gives_leases_back_and_leaves_nothing_behind() -> None:
    """Whoever waits gets a ClosedError; the level is closed; others may ask at once."""
    ships = fleet(2)
    caller = ships.start(0)
    await asyncio.sleep(0.01)

    await ships.processes[0].cache.aclose()

    with pytest.raises(ClosedError):
        await caller
    assert ships.server.lease(NAME) is None
    assert [level.closed for level in ships.processes[0].shared.opened] == [True]
    await ships.aclose()
    assert ships.processes[1].shared.opened == []


@in_virtual_time
async def test_closing_does_not_wait_for_a_level_that_hangs() -> None:
    """It takes the grace of the policy, and no more."""
    ships = fleet(1)
    await ships.fill(1)
    process = ships.processes[0]
    ships.server.trouble = "hang"
    process.cache.invalidate(process.slot)
    began = virtual_loop().time()

    await process.cache.aclose()

    assert virtual_loop().time() - began <= POLICY.close_grace + 0.01


@in_virtual_time
async def test_closing_survives_a_level_that_cannot_be_closed() -> None:
    """Its trouble is nobody's at the end either."""
    ships = fleet(1)

    class Stubborn(FakeLevel):
        async def aclose(self) -> None:
            raise OSError("no")

    ships.processes[0].shared.make = Stubborn
    await ships.fill(1)
    await ships.aclose()


@in_virtual_time
async def test_a_flight_at_its_limit_lets_go_of_the_lease() -> None:
    """The lease is over before the flight is, and what comes later is refused."""
    ships = fleet(1, evolve(POLICY, load_timeout=1.0))
    with pytest.raises(CallTimeoutError):
        await ships.fetch(0)
    await settle()

    assert ships.server.lease(NAME) is None
    assert ships.processes[0].stats.leases_lost == 1
    await ships.aclose()


@in_virtual_time
async def test_a_listener_that_fails_opens_the_breaker_without_any_command() -> None:
    """Who asks next does not have to find out that the level is away."""
    ships = fleet(1)
    await ships.fill(1)
    ships.server.trouble = "down"
    ships.server.hang_up()
    await asyncio.sleep(0.5)

    assert _is_open(ships)
    await ships.aclose()


@in_virtual_time
async def test_a_notice_may_come_when_patience_is_over() -> None:
    """At the very moment in which who waits for it gives up, it wakes nobody twice."""
    desk = _desk(FakeServer(virtual_loop().time))
    await desk.enter(1.0)
    for steps in range(8):
        waiting = asyncio.create_task(desk.hear("name", 0.0))
        await settle(steps)
        desk._notice(Notice("put", "name"))
        await waiting
    await desk.aclose(0.0)
