"""A desk admits one account's calls in their order, and no more than its limit allows."""

import asyncio

import pytest
from admission.calls import Crowd, bring_down, one_at_a_time, settled
from support import ACCOUNT_SID
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._admission import Admission
from taskrouter_async.errors import AccountOverloadedError, ClosedError
from taskrouter_async.models import AccountLimits


def test_an_account_begins_with_ten() -> None:
    """Ten permits are there at once, an eleventh is not, and one given back can be taken again."""
    admission = Admission(100)
    desk = admission.desk(ACCOUNT_SID)

    assert [desk.try_enter() for _ in range(11)] == [True] * 10 + [False]
    assert (desk.in_flight, admission.in_flight) == (10, 10)

    desk.leave()
    assert (desk.in_flight, admission.in_flight) == (9, 9)
    assert desk.try_enter()


def test_a_full_pool_admits_nobody() -> None:
    """Two may be under way in all, whoever they are."""
    admission = Admission(2)
    desk = admission.desk(ACCOUNT_SID)

    assert [desk.try_enter() for _ in range(3)] == [True, True, False]


@in_virtual_time
async def test_who_finds_room_does_not_wait() -> None:
    """Entering takes no turn of the event loop then."""
    desk = Admission(1).desk(ACCOUNT_SID)

    entering = desk.enter()
    with pytest.raises(StopIteration):
        entering.send(None)

    assert desk.in_flight == 1


@in_virtual_time
async def test_who_waits_gets_in_by_turns() -> None:
    """First come, first served: each permit given back goes to the one who waits longest."""
    _, desk = one_at_a_time()
    crowd = Crowd(desk)
    for name in "abc":
        crowd.come(name)
    await settled()
    assert crowd.admitted == ["a"]
    assert desk.limits().waiting == 2

    desk.leave()
    await settled()
    assert crowd.admitted == ["a", "b"]

    desk.leave()
    await settled()
    assert crowd.admitted == ["a", "b", "c"]
    assert desk.in_flight == 1
    assert desk.limits().waiting == 0


@in_virtual_time
async def test_nobody_slips_in_before_those_who_wait() -> None:
    """A permit is taken the moment it is granted, before its new owner runs."""
    _, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    crowd.come("a")
    await settled()

    desk.leave()

    assert desk.in_flight == 1
    assert not desk.try_enter()
    await settled()
    assert crowd.admitted == ["a"]


@in_virtual_time
async def test_a_permit_of_one_who_is_cancelled_in_that_moment_goes_on() -> None:
    """The permit was granted, its owner never ran: the next one gets it."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    first, second = crowd.come("a"), crowd.come("b")
    await settled()

    desk.leave()
    first.cancel()
    await settled()

    assert first.cancelled()
    assert second.done()
    assert crowd.admitted == ["b"]
    assert (desk.in_flight, admission.in_flight) == (1, 1)


@in_virtual_time
async def test_a_permit_is_not_given_to_one_who_was_cancelled_before() -> None:
    """Cancelled, and not yet run since: the permit goes to the next one at once."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    first, _ = crowd.come("a"), crowd.come("b")
    await settled()

    first.cancel()
    desk.leave()
    await settled()

    assert crowd.admitted == ["b"]
    assert (desk.in_flight, admission.in_flight) == (1, 1)


@in_virtual_time
async def test_who_is_cancelled_while_waiting_leaves_nothing_behind() -> None:
    """No place in the line, and no permit later."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    waiting = crowd.come("a")
    await settled()

    waiting.cancel()
    await settled()
    assert desk.limits().waiting == 0

    desk.leave()
    assert (desk.in_flight, admission.in_flight) == (0, 0)
    assert desk.try_enter()


@in_virtual_time
async def test_a_timeout_in_the_moment_of_the_grant_loses_no_permit() -> None:
    """Whoever's time is over just then may or may not get in: what counts is what is in flight."""
    admission, desk = one_at_a_time()
    assert desk.try_enter()
    loop = virtual_loop()
    loop.call_at(1.0, desk.leave)
    entered = False

    try:
        async with asyncio.timeout_at(1.0):
            await desk.enter()
            entered = True
    except TimeoutError:
        pass

    assert admission.in_flight == int(entered)


@in_virtual_time
async def test_below_the_limit_that_came_down_nobody_gets_in_until_enough_have_left() -> None:
    """Ten are in and one may be: the line moves when the last of them has left."""
    desk = Admission(100).desk(ACCOUNT_SID)
    crowd = Crowd(desk)
    assert all(desk.try_enter() for _ in range(10))
    crowd.come("a")
    await settled()

    bring_down(desk)
    for _ in range(9):
        desk.leave()
    await settled()
    assert crowd.admitted == []

    desk.leave()
    await settled()
    assert crowd.admitted == ["a"]


@in_virtual_time
async def test_a_limit_that_grows_wakes_those_who_wait() -> None:
    """An answer raises the limit from one to two: the next one enters before anybody leaves."""
    _, desk = one_at_a_time()
    crowd = Crowd(desk)
    for name in "abc":
        crowd.come(name)
    await settled()

    desk.accepted()
    await settled()

    assert crowd.admitted == ["a", "b"]
    assert desk.in_flight == 2
    await crowd.disperse()


@in_virtual_time
async def test_an_answer_that_makes_no_room_wakes_nobody() -> None:
    """The limit grows by a fraction, and the line stays."""
    desk = Admission(100).desk(ACCOUNT_SID)
    crowd = Crowd(desk)
    assert all(desk.try_enter() for _ in range(10))
    crowd.come("a")
    await settled()

    desk.accepted()
    await settled()

    assert crowd.admitted == []
    await crowd.disperse()


@in_virtual_time
async def test_no_more_than_so_many_wait() -> None:
    """One too many is turned away at once, and told that nothing was sent."""
    _, desk = one_at_a_time(max_waiting=2)
    crowd = Crowd(desk)
    for name in "abc":
        crowd.come(name)
    await settled()

    with pytest.raises(AccountOverloadedError, match="2 calls of this account") as caught:
        await desk.enter()

    assert caught.value.retry_after is None
    assert desk.limits().waiting == 2
    desk.leave()
    crowd.come("d")
    await settled()
    assert desk.limits().waiting == 2
    await crowd.disperse()


@in_virtual_time
async def test_a_thousand_may_wait_unless_said_otherwise() -> None:
    """The thousandth waits, the next one does not."""
    desk = Admission(1).desk(ACCOUNT_SID)
    crowd = Crowd(desk)
    for _ in range(1001):
        crowd.come("waits")
    await settled()
    assert desk.limits().waiting == 1000

    with pytest.raises(AccountOverloadedError):
        await desk.enter()

    await crowd.disperse()
    assert desk.limits().waiting == 0


@in_virtual_time
async def test_closing_wakes_everybody_who_waits() -> None:
    """They get a `ClosedError`, as do those who come later; who is in may leave."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    waiting = [crowd.come(name) for name in "ab"]
    await settled()

    admission.close()
    admission.close()

    for task in waiting:
        with pytest.raises(ClosedError, match="session pool was closed"):
            await task
    assert not desk.try_enter()
    with pytest.raises(ClosedError):
        await desk.enter()
    desk.leave()
    assert admission.in_flight == 0
    assert not desk.try_enter()


@in_virtual_time
async def test_who_is_cancelled_when_the_pool_is_closed_is_cancelled() -> None:
    """In the same moment, whichever came first; no error is left that nobody retrieves."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    before, after = crowd.come("a"), crowd.come("b")
    await settled()

    before.cancel()
    admission.close()
    after.cancel()
    await settled()

    assert before.cancelled()
    assert after.cancelled()
    assert admission.in_flight == 1


@in_virtual_time
async def test_who_was_admitted_before_the_pool_was_closed_is_in() -> None:
    """A permit that was granted is good, and has to be given back."""
    admission, desk = one_at_a_time()
    crowd = Crowd(desk)
    assert desk.try_enter()
    crowd.come("a")
    await settled()

    desk.leave()
    admission.close()
    await settled()

    assert crowd.admitted == ["a"]
    assert admission.in_flight == 1


def test_a_desk_tells_how_things_stand() -> None:
    """At first nothing is under way, ten may be, and there are tokens for twenty repetitions."""
    desk = Admission(100).desk(ACCOUNT_SID)

    assert desk.limits() == AccountLimits(
        in_flight=0,
        waiting=0,
        concurrency_limit=10,
        retry_tokens=100,
        concurrent_requests=None,
        rate_limits=(),
    )

    assert desk.try_enter()
    desk.rejected(1.0, 2.0)
    desk.budget.take(5)
    assert desk.limits() == AccountLimits(
        in_flight=1, waiting=0, concurrency_limit=8, retry_tokens=95
    )
