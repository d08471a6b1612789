"""What is decided from facts alone: steps, pauses, names, reasons."""

import json
import math

import pytest
from shared.fleet import OPERATION, OWNER, SIDS
from support import API_KEY, OTHER_ACCOUNT_SID

from taskrouter_async._cache.breaker import Breaker
from taskrouter_async._cache.failures import Trouble
from taskrouter_async._cache.names import Names, Owner
from taskrouter_async._cache.reasons import heard, told
from taskrouter_async._cache.turns import Step, stale_ms, step, wait_seconds
from taskrouter_async._level import Outcome
from taskrouter_async._protocol.operation import Call
from taskrouter_async.errors import (
    CallTimeoutError,
    ConnectError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
    TransportError,
)


@pytest.mark.parametrize(
    ("outcome", "usable", "insisted", "anew", "expected"),
    [
        (Outcome.FRESH, True, False, False, Step.TAKE),
        (Outcome.FRESH, True, True, False, Step.TAKE),
        (Outcome.FRESH, False, False, False, Step.INSIST),
        (Outcome.FRESH, False, True, False, Step.ASK),
        (Outcome.WON, False, False, False, Step.ASK),
        (Outcome.WON, True, False, False, Step.TAKE),
        (Outcome.BUSY, True, False, False, Step.TAKE),
        (Outcome.BUSY, False, False, False, Step.WAIT),
        (Outcome.COOLDOWN, False, False, False, Step.STAND_DOWN),
        (Outcome.COOLDOWN, False, False, True, Step.ASK),
        (None, False, False, False, Step.ASK),
    ],
)
def test_each_outcome_has_one_step(
    outcome: Outcome | None, *, usable: bool, insisted: bool, anew: bool, expected: Step
) -> None:
    """The table of what a flight does."""
    assert step(outcome, usable=usable, insisted=insisted, anew=anew) is expected


@pytest.mark.parametrize(
    ("lease_ms", "polls", "chance", "seconds"),
    [
        (5000, 0, 0.0, 0.05),
        (5000, 0, 1.0, 0.15),
        (5000, 1, 0.5, 0.15),
        (5000, 4, 0.5, 0.5),
        (5000, 10_000, 0.5, 0.5),
        (20, 3, 0.5, 0.021),
        (-1, 3, 0.5, 0.001),
    ],
)
def test_polls_become_rarer_and_never_outlast_the_lease(
    lease_ms: int, polls: int, chance: float, seconds: float
) -> None:
    """From 50 to 150 ms at first, half as much again each time, at most half a second."""
    assert wait_seconds(lease_ms, polls, chance) == pytest.approx(seconds)


def test_what_is_stale_is_what_is_left_when_its_time_is_over() -> None:
    """Of 65 seconds the level has 60 left when a value of 5 seconds is no longer fresh."""
    assert stale_ms(5.0, 65.0) == 60_000


def test_a_breaker_that_is_opened_again_and_again_stays_open_longer() -> None:
    """2 seconds, then twice as long each time, 30 at most; a command that works ends that."""
    breaker = Breaker()
    pauses = []
    for _ in range(6):
        assert not breaker.failed()
        assert breaker.failed()
        assert not breaker.failed()
        breaker.worked()  # a straggler
        pauses.append(breaker.pause(0.5))
        assert breaker.reached()
        assert not breaker.reached()
    assert pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]

    breaker.worked()
    assert not breaker.failed()
    assert breaker.failed()
    assert breaker.pause(0.0) == 1.6
    breaker.tried_in_vain()
    assert breaker.pause(1.0) == pytest.approx(4.8)


def test_a_name_tells_apart_whatever_may_change_an_answer() -> None:
    """Service, account, credential, secret, path, SIDs and arguments all count."""
    call = Call(OPERATION, SIDS)
    voice = Call(OPERATION, SIDS, (("TaskChannel", "voice"),))
    elsewhere = Call(OPERATION, (("WorkspaceSid", "WS" + "9" * 32),))
    owners = [
        OWNER,
        Owner("http://elsewhere", OWNER.account_sid, OWNER.principal),
        Owner(OWNER.base_url, OTHER_ACCOUNT_SID, OWNER.principal),
        Owner(OWNER.base_url, OWNER.account_sid, API_KEY),
    ]
    names = [Names(owner, "").of(each) for owner in owners for each in (call, voice, elsewhere)]
    names.append(Names(OWNER, "secret").of(call))

    assert len(set(names)) == len(names)
    assert {len(name) for name in names} == {32}
    assert Names(OWNER, "").of(Call(OPERATION, SIDS)) == names[0]
    assert Names(OWNER, "").account != Names(owners[2], "").account


def test_the_order_of_arguments_does_not_matter() -> None:
    """Two ways to say the same have one name."""
    one, two = ("A", "1"), ("B", "2")
    names = {Names(OWNER, "").of(Call(OPERATION, SIDS, each)) for each in ((one, two), (two, one))}
    assert len(names) == 1


@pytest.mark.parametrize(
    ("error", "failures"),
    [
        (RateLimitedError("AC1", status=429, code=20429), 3),
        (ServerError("AC1", status=503), 1),
        (NotFoundError("AC1", status=404, code=20404), 0),
        (ConnectError("AC1"), 2),
        (CallTimeoutError("AC1"), 64),
    ],
)
def test_a_failure_is_told_by_kind_and_number(error: TaskRouterError, failures: int) -> None:
    """What arrives is of the same kind and age, and carries no text of the vendor's."""
    reason = told(Trouble(error, 101.0, 109.0, failures))
    trouble = heard(reason, until=7.0)

    assert type(trouble.error) is type(error)
    assert (trouble.t0, trouble.until, trouble.failures) == (-1.0, 7.0, failures)
    assert getattr(trouble.error, "status", None) == getattr(error, "status", None)
    assert getattr(trouble.error, "code", None) == getattr(error, "code", None)
    assert "AC1" not in reason
    assert "AC1" not in str(trouble.error)


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "{",
        "[]",
        "null",
        '{"e": 7}',
        '{"e": "SystemExit", "n": -1}',
        "[" * 100_000,
        '{"n": "x"}',
        '{"p": "long"}',
        '{"p": NaN}',
        '{"p": -1}',
        '{"p": 1' + "0" * 400 + "}",
    ],
)
def test_a_reason_that_makes_no_sense_is_a_failure_all_the_same(reason: str) -> None:
    """Another release may tell what this one does not understand."""
    trouble = heard(reason, until=7.0)

    assert type(trouble.error) is TransportError
    assert (trouble.t0, trouble.failures) == (-math.inf, 1)


def test_odd_numbers_of_a_refusal_are_left_out() -> None:
    """A status that is no number is 0, and such a code is none."""
    reason = json.dumps({"e": "ServerError", "n": 1, "s": "x", "c": "y"})
    error = heard(reason, until=7.0).error

    assert isinstance(error, ServerError)
    assert (error.status, error.code) == (0, None)
