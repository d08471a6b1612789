"""Worlds with one bad part each: what the simulation looks for, it finds."""

import pytest
from simulation.carrier import Carrier
from simulation.client import Parts
from simulation.watch import BrokenPromiseError
from simulation.world import compared_with_peace, play

from taskrouter_async._admission import Desk
from taskrouter_async._admission.turnstiles import Turnstiles
from taskrouter_async._attempts import Attempts, Outcome
from taskrouter_async._attempts.course import Course
from taskrouter_async._engine import Engine
from taskrouter_async._protocol.limiting import AdaptiveLimit, RetryBudget
from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async._protocol.operation import Call
from taskrouter_async._protocol.retrying import Next
from taskrouter_async.errors import TaskRouterError

_WORLDS = 30


class Stubborn(Attempts):
    """Tries again whatever it is, although it may have happened."""

    def _judge(self, course: Course, error: TaskRouterError) -> Next:
        step = super()._judge(course, error)
        return Next.SOON if step is Next.CHECK else step


class Sure(Attempts):
    """Says that nothing happened where that is not known."""

    def _judge(self, course: Course, error: TaskRouterError) -> Next:
        step = super()._judge(course, error)
        return Next.GIVE_UP if step is Next.CHECK else step


class Hopeful(Attempts):
    """Takes every failure of a deletion for its success."""

    def _judge(self, course: Course, error: TaskRouterError) -> Next:
        step = super()._judge(course, error)
        return Next.DONE if course.request.method == "DELETE" else step


class Greedy(Attempts):
    """Takes one permit more than it gives back, now and then."""

    async def _attempt(self, course: Course, seconds: float) -> Outcome:
        if course.number % 10 == 0:
            self._desk.try_enter()
        return await super()._attempt(course, seconds)


class Credulous(Engine):
    """Believes that every answer is its own."""

    def _check(self, call: Call[object], answer: object) -> None: ...


class Dawdler(Carrier):
    """Takes a second longer than it may."""

    async def send(self, request: Request, deadline: float) -> Response:
        return await super().send(request, deadline + 1.0)


class Lavish(RetryBudget):
    """Never refuses."""

    def take(self, cost: int) -> bool:
        super().take(cost)
        return True


class Boundless(AdaptiveLimit):
    """Allows everything."""

    def allows(self, in_flight: int) -> bool:
        return True


class Stingy(AdaptiveLimit):
    """Allows one request less than it could."""

    def allows(self, in_flight: int) -> bool:
        return super().allows(in_flight + 1)


def lavish(desk: Desk) -> None:
    """Give it a budget that never refuses."""
    desk.budget = Lavish(desk.budget.account, desk.budget.pool)


def boundless(desk: Desk) -> None:
    """Give it a limit that allows everything."""
    desk._limit = Boundless()


def stingy(desk: Desk) -> None:
    """Give it a limit that lets calls wait in vain."""
    desk._limit = Stingy()


def play_until_something_breaks(parts: Parts) -> None:
    """Play some worlds; most bad parts show in the first."""
    for seed in range(_WORLDS):
        play(seed, parts)


def compare_until_something_differs(parts: Parts) -> None:
    """Play some worlds, and each of them in peace as well."""
    for seed in range(_WORLDS):
        compared_with_peace(seed, parts)


BAD = {
    "nothing happens twice": Parts(attempts=Stubborn),
    "what failed has not happened": Parts(attempts=Sure),
    "what was deleted without an error is gone": Parts(attempts=Hopeful),
    "an account has a permit for each request": Parts(attempts=Greedy),
    "an answer belongs to the account that asked": Parts(engine=Credulous),
    "a call ends by its deadline": Parts(carrier=Dawdler),
    "no retry is sent on credit": Parts(furnish=lavish),
    "an account keeps within its limit": Parts(furnish=boundless),
    "nobody waits where there is room": Parts(furnish=stingy),
}


@pytest.mark.parametrize("promise", BAD)
def test_a_bad_part_is_found(promise: str) -> None:
    """A world with a bad part breaks a promise, and says which, and how to play it again."""
    with pytest.raises(BrokenPromiseError, match=promise) as caught:
        play_until_something_breaks(BAD[promise])
    assert "again: nox -s simulation -- --seed" in str(caught.value)


def test_pauses_that_accounts_share_are_found() -> None:
    """Where one account's pauses are the others' too, their calls go otherwise than in peace."""
    turnstiles = Turnstiles(lambda: 0.5)

    def shared(desk: Desk) -> None:
        desk._turnstiles = turnstiles

    with pytest.raises(BrokenPromiseError, match="trouble"):
        compare_until_something_differs(Parts(furnish=shared))
