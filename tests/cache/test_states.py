"""The table that decides: each row, each wish, and the instants at which states change."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_async._cache.entries import Loaded, entry_of
from taskrouter_async._cache.states import (
    ROWS,
    Decision,
    Load,
    Receive,
    State,
    decide,
    is_young,
    state_at,
)
from taskrouter_async._protocol.directives import NO_WISHES, Directives
from taskrouter_async._protocol.slots import Entry
from taskrouter_async.config import CachePolicy

FRESH, SWR, SIE, DEAD = State
KEPT, LAST_ERROR = Receive.KEPT, Receive.LAST_ERROR
YES, NO = True, False

# What the reference (R4) says, cell by cell: state, in the air, cooldown.
TABLE = {
    (FRESH, NO, NO): Decision(Load.NONE, KEPT),
    (FRESH, NO, YES): Decision(Load.NONE, KEPT),
    (FRESH, YES, NO): Decision(Load.NONE, KEPT),
    (FRESH, YES, YES): Decision(Load.NONE, KEPT),
    (SWR, NO, NO): Decision(Load.BACKGROUND, KEPT, "stale-while-revalidate"),
    (SWR, NO, YES): Decision(Load.NONE, KEPT, "cooldown"),
    (SWR, YES, NO): Decision(Load.BACKGROUND, KEPT, "stale-while-revalidate"),
    (SWR, YES, YES): Decision(Load.BACKGROUND, KEPT, "stale-while-revalidate"),
    (SIE, NO, NO): Decision(Load.JOIN, Receive.NEW_OR_KEPT),
    (SIE, NO, YES): Decision(Load.NONE, KEPT, "stale-if-error"),
    (SIE, YES, NO): Decision(Load.JOIN, Receive.NEW_OR_KEPT),
    (SIE, YES, YES): Decision(Load.JOIN, Receive.NEW_OR_KEPT),
    (DEAD, NO, NO): Decision(Load.JOIN, Receive.NEW),
    (DEAD, NO, YES): Decision(Load.NONE, LAST_ERROR),
    (DEAD, YES, NO): Decision(Load.JOIN, Receive.NEW),
    (DEAD, YES, YES): Decision(Load.JOIN, Receive.NEW),
}
FACTS = list(TABLE)
MISS = Decision(Load.NONE, Receive.MISS)


@pytest.mark.parametrize(("state", "in_the_air", "cooldown"), FACTS)
def test_each_cell_of_the_table(state: State, in_the_air: bool, cooldown: bool) -> None:  # noqa: FBT001
    """Without wishes the state, the flight and the cooldown decide."""
    decision = decide(state, NO_WISHES, in_the_air=in_the_air, cooldown=cooldown, young=True)

    assert decision == TABLE[state, in_the_air, cooldown]


@pytest.mark.parametrize(("state", "in_the_air", "cooldown"), FACTS)
def test_no_two_rows_speak_about_the_same(state: State, in_the_air: bool, cooldown: bool) -> None:  # noqa: FBT001
    """Exactly one row fits whatever the facts are."""
    fitting = [row for row in ROWS if row.fits(state, in_the_air=in_the_air, cooldown=cooldown)]

    assert len(fitting) == 1


@pytest.mark.parametrize(("state", "in_the_air", "cooldown"), FACTS)
def test_an_answer_that_is_too_old_is_a_last_resort(
    state: State,
    in_the_air: bool,  # noqa: FBT001
    cooldown: bool,  # noqa: FBT001
) -> None:
    """max_age excludes an answer in any state; only a failing service lets it pass, marked."""
    decision = decide(
        state, Directives(max_age=1.0), in_the_air=in_the_air, cooldown=cooldown, young=False
    )

    if state is DEAD:
        assert decision == TABLE[state, in_the_air, cooldown]
    elif cooldown and not in_the_air:
        assert decision == Decision(Load.NONE, KEPT, "stale-if-error")
    else:
        assert decision == Decision(Load.JOIN, Receive.NEW_UNLESS_ERROR)


@pytest.mark.parametrize("young", [True, False])
@pytest.mark.parametrize(("state", "in_the_air", "cooldown"), FACTS)
def test_memory_alone_sends_nothing(
    state: State,
    in_the_air: bool,  # noqa: FBT001
    cooldown: bool,  # noqa: FBT001
    young: bool,  # noqa: FBT001
) -> None:
    """only_if_cached gets what would be served at once, and never causes a request."""
    free = decide(state, NO_WISHES, in_the_air=in_the_air, cooldown=cooldown, young=young)

    decision = decide(
        state,
        Directives(only_if_cached=True),
        in_the_air=in_the_air,
        cooldown=cooldown,
        young=young,
    )

    if free.receive is KEPT:
        assert decision == Decision(Load.NONE, KEPT, free.detail)
    else:
        assert decision == MISS


def test_nothing_at_all_is_dead() -> None:
    """Without an answer there is nothing to serve."""
    assert state_at(0.0, None) is DEAD


SECONDS = st.floats(0.0, 1e6)
POLICIES = st.builds(
    CachePolicy,
    ttl=st.floats(0.001, 1e6),
    stale_while_revalidate=SECONDS,
    stale_if_error=SECONDS,
    jitter=st.floats(0.0, 0.99),
)


def _entry(policy: CachePolicy, chance: float, t0: float = 0.0) -> Entry[str]:
    return entry_of(Loaded("answer"), policy, policy.ttl, t0=t0, at=0.0, chance=chance)


@given(policy=POLICIES, chance=st.floats(0.0, 1.0), t0=SECONDS)
def test_states_follow_one_another_at_their_instants(
    policy: CachePolicy, chance: float, t0: float
) -> None:
    """Each state ends an instant before the next begins: the intervals are half open."""
    entry = _entry(policy, chance, t0)
    order = list(State)

    assert entry.fresh_until <= entry.swr_until <= entry.dead_at
    for at in (entry.fresh_until, entry.swr_until, entry.dead_at):
        before, then = state_at(math.nextafter(at, -math.inf), entry), state_at(at, entry)
        assert order.index(before) < order.index(then)
    assert state_at(entry.dead_at, entry) is DEAD


@given(policy=POLICIES, chance=st.floats(0.0, 1.0), now=SECONDS)
def test_what_is_fresh_is_never_older_than_ttl(
    policy: CachePolicy, chance: float, now: float
) -> None:
    """Jitter only shortens, whatever the chance."""
    if state_at(now, _entry(policy, chance)) is FRESH:
        assert now < policy.ttl


@given(policy=POLICIES, now=SECONDS)
def test_the_windows_are_those_of_the_policy(policy: CachePolicy, now: float) -> None:
    """Jitter does not move the windows for stale answers."""
    state = state_at(now, _entry(policy, 1.0))
    longest = max(policy.stale_while_revalidate, policy.stale_if_error)

    assert (state is DEAD) == (now >= policy.ttl + longest)
    if state is SIE:
        assert now >= policy.ttl + policy.stale_while_revalidate


@pytest.mark.parametrize(
    ("age", "max_age", "waited", "young"),
    [
        (100.0, None, False, True),
        (1.9, 2.0, False, True),
        (2.0, 2.0, False, False),
        (0.0, 0.0, False, False),
        (0.0, 0.0, True, True),
        (-1.0, 0.0, True, True),
        (0.1, 0.0, True, False),
    ],
)
def test_young_enough(age: float, max_age: float | None, waited: bool, young: bool) -> None:  # noqa: FBT001
    """An answer must be younger than max_age; who has waited takes what was sent meanwhile."""
    assert is_young(age, max_age, waited=waited) is young
