"""All accounts of a pool take turns, and a pool knows when nothing is under way."""

import asyncio
import gc
import random
import weakref

import pytest
from admission.calls import Crowd, bring_down, settled
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._admission import Admission, Desk
from taskrouter_async._admission.hall import Hall
from taskrouter_async.errors import ClosedError


@in_virtual_time
async def test_accounts_take_turns() -> None:
    """Three of one account came first; those of the others do not wait for all of them."""
    admission = Admission(1)
    admitted: list[str] = []
    holder = admission.desk("AC0")
    assert holder.try_enter()
    crowds = [Crowd(admission.desk(sid), admitted) for sid in ("ACa", "ACb", "ACc")]
    for crowd, names in zip(crowds, (["a1", "a2", "a3"], ["b1", "b2"], ["c1"]), strict=True):
        for name in names:
            crowd.come(name)
    await settled()

    holder.leave()
    await settled()
    for crowd in [crowds[i] for i in (0, 1, 2, 0, 1)]:
        crowd.desk.leave()
        await settled()

    assert admitted == ["a1", "b1", "c1", "a2", "b2", "a3"]


@in_virtual_time
async def test_one_call_waits_for_one_service_time_however_many_another_account_has() -> None:
    """A thousand calls of one account wait; the only call of another is the next one."""
    admission = Admission(5)
    admitted: list[str] = []
    busy, quiet = Crowd(admission.desk("AC1"), admitted), Crowd(admission.desk("AC2"), admitted)
    third = admission.desk("AC3")
    assert third.try_enter()  # the place that is kept for others is taken
    for _ in range(1000):
        busy.come("busy")
    await settled()
    quiet.come("quiet")
    await settled()

    busy.desk.leave()
    busy.desk.leave()
    await settled()

    assert admitted[4:] == ["quiet", "busy"]
    await busy.disperse()


@in_virtual_time
async def test_an_account_at_its_limit_does_not_stop_the_others() -> None:
    """Its calls wait for its own; whoever else comes finds the pool's room."""
    admission = Admission(100)
    slow, quick = admission.desk(ACCOUNT_SID), admission.desk(OTHER_ACCOUNT_SID)
    bring_down(slow)
    crowd = Crowd(slow)
    for name in "abc":
        crowd.come(name)
    await settled()

    assert crowd.admitted == ["a"]
    assert quick.try_enter()
    quick.leave()
    await settled()
    assert crowd.admitted == ["a"]
    await crowd.disperse()


@in_virtual_time
async def test_an_account_whose_limit_came_down_in_line_is_passed_over() -> None:
    """It waited for room, and when there is room it may not have it: the next account gets it."""
    admission = Admission(10)
    first, second = admission.desk(ACCOUNT_SID), admission.desk(OTHER_ACCOUNT_SID)
    assert all(first.try_enter() for _ in range(9))
    assert second.try_enter()
    admitted: list[str] = []
    Crowd(first, admitted).come("first")
    Crowd(second, admitted).come("second")
    await settled()

    bring_down(first)
    second.leave()
    await settled()
    assert admitted == ["second"]

    for _ in range(9):
        first.leave()
    await settled()
    assert admitted == ["second", "first"]


@in_virtual_time
async def test_a_line_whose_callers_have_gone_is_passed_over() -> None:
    """They were cancelled and have not run since: the permit goes to the next account."""
    admission = Admission(1)
    holder = admission.desk("AC0")
    assert holder.try_enter()
    admitted: list[str] = []
    gone = [Crowd(admission.desk("AC1"), admitted).come(name) for name in "ab"]
    await settled()
    Crowd(admission.desk("AC2"), admitted).come("c")
    await settled()

    for task in gone:
        task.cancel()
    holder.leave()
    await settled()

    assert admitted == ["c"]
    assert admission.in_flight == 1


def test_clients_of_one_account_share_a_desk() -> None:
    """One desk for each account, however many hold it."""
    admission = Admission(100)

    desk = admission.desk(ACCOUNT_SID)

    assert admission.desk(ACCOUNT_SID) is desk
    assert admission.desk(OTHER_ACCOUNT_SID) is not desk


def test_an_account_is_remembered_as_long_as_somebody_holds_its_desk() -> None:
    """What was learnt stays while one of two clients lives, and goes with the last."""
    admission = Admission(100)
    first = admission.desk(ACCOUNT_SID)
    second = admission.desk(ACCOUNT_SID)
    bring_down(first)

    del first
    gc.collect()
    assert admission.desk(ACCOUNT_SID).limits().concurrency_limit == 1

    gone = weakref.ref(second)
    del second
    assert gone() is None
    assert admission.desk(ACCOUNT_SID).limits().concurrency_limit == 10


@in_virtual_time
async def test_a_desk_whose_callers_have_gone_is_forgotten() -> None:
    """Nothing in the pool holds it: neither the table nor the line for room."""
    admission = Admission(1)
    holder = admission.desk(OTHER_ACCOUNT_SID)
    assert holder.try_enter()
    gone = weakref.ref(await _wait_in_vain(admission))
    await settled()
    gc.collect()

    assert gone() is None
    holder.leave()
    assert admission.in_flight == 0


async def _wait_in_vain(admission: Admission) -> Desk:
    desk = admission.desk(ACCOUNT_SID)
    for _ in range(3):
        crowd = Crowd(desk)
        crowd.come("in vain")
        await settled()
        await crowd.disperse()
    return desk


@in_virtual_time
async def test_a_closed_pool_holds_no_desk() -> None:
    """Those who waited for room have been turned away, and nobody is in line."""
    admission = Admission(1)
    holder = admission.desk(OTHER_ACCOUNT_SID)
    assert holder.try_enter()
    gone = weakref.ref(await _be_turned_away(admission))
    await settled()
    gc.collect()

    assert gone() is None


async def _be_turned_away(admission: Admission) -> Desk:
    desk = admission.desk(ACCOUNT_SID)
    waiting = Crowd(desk).come("in vain")
    await settled()
    admission.close()
    with pytest.raises(ClosedError):
        await waiting
    return desk


@in_virtual_time
async def test_who_gives_up_takes_nobody_out_of_the_line() -> None:
    """The account still waits for room, now with the next of its callers."""
    admission = Admission(1)
    holder = admission.desk(OTHER_ACCOUNT_SID)
    assert holder.try_enter()
    crowd = Crowd(admission.desk(ACCOUNT_SID))
    first, _ = crowd.come("a"), crowd.come("b")
    await settled()

    first.cancel()
    await settled()
    holder.leave()
    await settled()

    assert crowd.admitted == ["b"]


def test_all_accounts_pay_repetitions_from_the_pools_tokens_too() -> None:
    """Five accounts have spent 500 tokens: a sixth has its own and cannot spend them."""
    admission = Admission(100)
    desks = [admission.desk(f"AC{number}") for number in range(6)]

    spent = [sum(desk.budget.take(5) for _ in range(100)) for desk in desks]

    assert spent == [20] * 5 + [0]
    assert desks[5].limits().retry_tokens == 0


@in_virtual_time
async def test_a_pool_is_idle_at_once_if_nothing_is_under_way() -> None:
    """There is nothing to wait for."""
    await Admission(1).idle()


@in_virtual_time
async def test_a_pool_is_idle_when_the_last_permit_is_given_back() -> None:
    """Everybody who waits for that is told, and who gave up waiting is in nobody's way."""
    admission = Admission(100)
    desks = [admission.desk(ACCOUNT_SID), admission.desk(OTHER_ACCOUNT_SID)]
    assert all(desk.try_enter() for desk in desks)
    idlers = [asyncio.create_task(admission.idle()) for _ in range(3)]
    await settled()

    desks[0].leave()
    await settled()
    assert not any(idler.done() for idler in idlers)

    idlers[0].cancel()
    desks[1].leave()
    await settled()
    assert idlers[0].cancelled()
    assert [idler.done() for idler in idlers] == [True] * 3


@in_virtual_time
async def test_who_has_waited_for_idleness_is_forgotten() -> None:
    """Told, or cancelled before: nobody stays in the list of those to be told."""
    hall = Hall(1)
    hall.in_flight = 1
    idlers = [asyncio.create_task(hall.idle()) for _ in range(2)]
    await settled()
    assert len(hall.idlers) == 2

    idlers[0].cancel()
    hall.in_flight = 0
    hall.serve()
    await settled()

    assert not hall.idlers


@in_virtual_time
async def test_a_pool_is_not_idle_if_somebody_came_in_between() -> None:
    """Told that nothing is under way, and before they run something is: they wait on."""
    admission = Admission(100)
    desk = admission.desk(ACCOUNT_SID)
    assert desk.try_enter()
    idler = asyncio.create_task(admission.idle())
    await settled()

    desk.leave()
    assert desk.try_enter()
    await settled()
    assert not idler.done()

    desk.leave()
    desk.try_enter()
    desk.leave()
    await settled()
    assert idler.done()


@in_virtual_time
async def test_a_closed_pool_is_idle_once_the_last_has_left() -> None:
    """Those who wait are turned away and do not follow."""
    admission = Admission(1)
    desk = admission.desk(ACCOUNT_SID)
    assert desk.try_enter()
    waiting = asyncio.create_task(desk.enter())
    await settled()
    admission.close()
    idler = asyncio.create_task(admission.idle())
    await settled()
    assert not idler.done()

    desk.leave()
    await idler

    assert admission.in_flight == 0
    assert isinstance(waiting.exception(), Exception)


@in_virtual_time
async def test_accounts_share_a_pool_evenly_however_long_their_calls_take() -> None:
    """Twenty accounts with as much to do as they can, one of them slow: each gets its share."""
    admission = Admission(20)
    served = [0] * 20
    chance = random.Random(1)

    async def work(number: int, desk: Desk) -> None:
        while virtual_loop().time() < 50.0:
            await desk.enter()
            try:
                await asyncio.sleep(chance.uniform(0.05, 0.15) * (5 if number == 0 else 1))
                desk.accepted()
            finally:
                desk.leave()
            served[number] += 1

    await asyncio.gather(
        *(work(number, admission.desk(f"AC{number}")) for number in range(20) for _ in range(10))
    )

    assert min(served) > 0.9 * max(served)
    assert admission.in_flight == 0
