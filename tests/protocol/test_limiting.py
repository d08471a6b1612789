"""How much may be in the air, how fast, and how often again: rules without a clock."""

import heapq
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st
from support import TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async._protocol.limiting import (
    ACCOUNT_TOKENS,
    POOL_TOKENS,
    RETRY_COST,
    REWARD,
    THROTTLED_RETRY_COST,
    AdaptiveLimit,
    Kind,
    Pacer,
    RetryBudget,
    TokenBudget,
    kind_of,
    paced,
)
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.models import Task
from taskrouter_async.resources import task_queues, tasks, workers, workspaces
from taskrouter_async.resources.task_queues_statistics import FETCH_BULK

NEVER = float("inf")
WORKSPACE = (("WorkspaceSid", WORKSPACE_SID),)


def limit_at(value: float) -> AdaptiveLimit:
    """Return a limit that has learnt this."""
    limit = AdaptiveLimit()
    limit.limit = value
    return limit


# What may be in the air


def test_ten_may_be_in_the_air_at_first() -> None:
    """The limit starts at 10: the tenth may go, the eleventh may not."""
    limit = AdaptiveLimit()

    assert limit.limit == 10.0
    assert limit.allows(9)
    assert not limit.allows(10)


def test_a_fraction_of_a_request_is_not_sent() -> None:
    """Below 11 there is no eleventh, and at 11 there is."""
    assert not limit_at(10.99).allows(10)
    assert limit_at(11.0).allows(10)


def test_an_answer_raises_the_limit_by_its_inverse() -> None:
    """A whole limit's worth of answers raises it by about one, at whatever height."""
    limit = limit_at(20.0)

    limit.accepted(20)

    assert limit.limit == 20.0 + 1 / 20.0


@pytest.mark.parametrize(("in_flight", "limit"), [(4, 10.0), (5, 10.1), (6, 10.1)])
def test_an_answer_teaches_nothing_where_less_than_half_is_used(
    in_flight: int, limit: float
) -> None:
    """With half of the limit in the air or more it grows, with less it stays."""
    learning = AdaptiveLimit()

    learning.accepted(in_flight)

    assert learning.limit == limit


def test_the_limit_ends_at_a_hundred() -> None:
    """However many answers come, no more than 100 may be in the air."""
    limit = limit_at(99.999)

    limit.accepted(99)
    assert limit.limit == 100.0

    limit.accepted(100)
    assert limit.limit == 100.0


def test_a_refusal_takes_fifteen_percent() -> None:
    """One 429 leaves 85 % of the limit, the first one however early it was sent."""
    limit = AdaptiveLimit()

    limit.rejected(sent_at=-1e9, now=1.0)

    assert limit.limit == 8.5


def test_one_always_may() -> None:
    """However many refusals come, one request may be in the air."""
    limit = limit_at(1.1)

    limit.rejected(sent_at=1.0, now=2.0)
    assert limit.limit == 1.0
    assert limit.allows(0)
    assert not limit.allows(1)

    limit.rejected(sent_at=3.0, now=4.0)
    assert limit.limit == 1.0


def test_a_burst_of_refusals_counts_once() -> None:
    """What was sent before the last decrease, or in its instant, decreases nothing again."""
    limit = AdaptiveLimit()
    limit.rejected(sent_at=1.0, now=2.0)

    limit.rejected(sent_at=1.5, now=2.1)
    limit.rejected(sent_at=2.0, now=2.2)
    assert limit.limit == 8.5

    limit.rejected(sent_at=2.01, now=3.0)
    assert limit.limit == pytest.approx(7.225)


def test_a_refusal_that_did_not_count_moves_nothing() -> None:
    """The instant of the last decrease is not put off by refusals that change nothing."""
    limit = AdaptiveLimit()
    limit.rejected(sent_at=1.0, now=2.0)
    limit.rejected(sent_at=1.5, now=9.0)

    limit.rejected(sent_at=3.0, now=10.0)

    assert limit.limit == pytest.approx(7.225)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 120), st.floats(0, 1e6))))
def test_the_limit_stays_within_its_range(happenings: list[tuple[bool, int, float]]) -> None:
    """Whatever happens, it is 1 to 100, and a refusal never raises it, nor an answer lowers it."""
    limit = AdaptiveLimit()
    for is_accepted, in_flight, at in happenings:
        before = limit.limit
        if is_accepted:
            limit.accepted(in_flight)
            assert limit.limit >= before
        else:
            limit.rejected(at, at + 0.1)
            assert limit.limit <= before
        assert 1.0 <= limit.limit <= 100.0


@define
class Service:
    """A service that takes so many at a time, and callers who always have something to ask."""

    cap: int
    limit: AdaptiveLimit
    chance: random.Random = field(factory=lambda: random.Random(1))
    learns: bool = True
    served: int = 0
    refused: int = 0

    def run(self, seconds: float, caps: Callable[[float], int] | None = None) -> None:
        """Let so many seconds pass."""
        events: list[tuple[float, int, float, bool]] = []
        inside = number = 0
        now = 0.0
        while now < seconds:
            cap = caps(now) if caps else self.cap
            while self.limit.allows(len(events)):
                number += 1
                taken = inside < cap
                inside += taken
                delay = self.chance.uniform(0.1, 0.2) if taken else self.chance.uniform(0.02, 0.04)
                heapq.heappush(events, (now + delay, number, now, taken))
            now, _, sent_at, taken = heapq.heappop(events)
            inside -= taken
            self.served += taken
            self.refused += not taken
            if self.learns:
                self._learn(taken, len(events) + 1, sent_at, now)

    def _learn(self, taken: bool, in_flight: int, sent_at: float, now: float) -> None:  # noqa: FBT001 - an outcome
        if taken:
            self.limit.accepted(in_flight)
        else:
            self.limit.rejected(sent_at, now)

    @property
    def refused_share(self) -> float:
        """Of all that was asked."""
        return self.refused / (self.served + self.refused)


def test_a_limit_that_learns_nothing_is_refused_nearly_always() -> None:
    """Against 20 at a time, 100 in the air are answered by little else than refusals."""
    service = Service(20, limit_at(100.0), learns=False)

    service.run(60.0)

    assert service.refused_share > 0.9


def test_the_limit_finds_what_the_service_takes() -> None:
    """It uses nearly all of 20 at a time, and a few percent of what it sends are refused."""
    service = Service(20, AdaptiveLimit())

    service.run(120.0)

    assert service.refused_share < 0.025
    assert service.served > 0.9 * 120.0 * 20 / 0.15
    assert 15.0 < service.limit.limit < 22.0


def test_the_limit_follows_the_service() -> None:
    """The same where the service takes 20, then 6, then 40 at a time."""
    service = Service(20, AdaptiveLimit())

    service.run(180.0, lambda now: 20 if now < 60 else 6 if now < 120 else 40)

    assert service.refused_share < 0.03
    assert service.served > 0.85 * 60.0 * (20 + 6 + 40) / 0.15
    assert 30.0 < service.limit.limit < 42.0


# What repetitions cost


def test_the_prices_are_those_of_the_vendors_of_clouds() -> None:
    """5 for a repetition, 2 after a 429, 1 back for a success; 100 an account, 500 a pool."""
    assert (RETRY_COST, THROTTLED_RETRY_COST, REWARD) == (5, 2, 1)
    assert (ACCOUNT_TOKENS, POOL_TOKENS) == (100, 500)


def test_a_budget_is_full_at_first_and_can_be_spent_to_the_last_token() -> None:
    """10 tokens pay 7 and 3; then not even 1 is left."""
    budget = TokenBudget(10)

    assert budget.tokens == 10
    assert budget.take(7)
    assert budget.tokens == 3
    assert not budget.take(4)
    assert budget.tokens == 3
    assert budget.take(3)
    assert not budget.take(1)


def test_what_is_given_back_can_be_spent() -> None:
    """5 taken and 2 given back leave 7 of 10."""
    budget = TokenBudget(10)
    budget.take(5)

    budget.give(2)

    assert budget.tokens == 7


def test_a_budget_never_holds_more_than_its_capacity() -> None:
    """What is given to a full budget is lost."""
    budget = TokenBudget(10)
    budget.take(1)

    budget.give(5)

    assert budget.tokens == 10


def test_both_budgets_must_grant() -> None:
    """Where one has not enough, nothing is taken from the other."""
    poor_account = RetryBudget(TokenBudget(4), TokenBudget(100))
    poor_pool = RetryBudget(TokenBudget(100), TokenBudget(4))

    assert not poor_account.take(5)
    assert not poor_pool.take(5)
    assert poor_account.pool.tokens == poor_pool.account.tokens == 100
    assert poor_account.tokens == poor_pool.tokens == 4


def test_a_repetition_is_paid_from_both_budgets_and_given_back_to_both() -> None:
    """5 of 20 and of 30 leave 15 and 25; 2 given back make 17 and 27."""
    budget = RetryBudget(TokenBudget(20), TokenBudget(30))

    assert budget.take(5)
    assert (budget.account.tokens, budget.pool.tokens) == (15, 25)

    budget.give(2)
    assert (budget.account.tokens, budget.pool.tokens) == (17, 27)


def test_the_last_tokens_of_both_can_be_spent() -> None:
    """What costs all that is left is granted."""
    budget = RetryBudget(TokenBudget(5), TokenBudget(5))

    assert budget.take(5)
    assert budget.tokens == 0


@given(st.integers(0, 500), st.lists(st.tuples(st.booleans(), st.integers(0, 50))))
def test_a_budget_stays_between_nothing_and_its_capacity(
    capacity: int, happenings: list[tuple[bool, int]]
) -> None:
    """Whatever is taken and given in whatever order; and what is taken is exactly the cost."""
    budget = TokenBudget(capacity)
    for is_cost, amount in happenings:
        before = budget.tokens
        if is_cost:
            assert budget.take(amount) is (amount <= before)
            assert budget.tokens in {before, before - amount}
        else:
            budget.give(amount)
        assert 0 <= budget.tokens <= capacity


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([RETRY_COST, THROTTLED_RETRY_COST]))))
def test_in_a_total_outage_repetitions_end(wishes: list[tuple[int, int]]) -> None:
    """No success, ten accounts, any order: none spends more than its tokens, nor all the pool's."""
    pool = TokenBudget(POOL_TOKENS)
    accounts = [RetryBudget(TokenBudget(ACCOUNT_TOKENS), pool) for _ in range(10)]
    spent = [0] * 10
    for account, cost in wishes * 20:
        if accounts[account].take(cost):
            spent[account] += cost

    assert max(spent) <= ACCOUNT_TOKENS
    assert sum(spent) == POOL_TOKENS - pool.tokens


def test_in_a_total_outage_an_account_repeats_twenty_times_and_a_pool_a_hundred_times() -> None:
    """That is all, however long it lasts and however many accounts there are."""
    pool = TokenBudget(POOL_TOKENS)
    accounts = [RetryBudget(TokenBudget(ACCOUNT_TOKENS), pool) for _ in range(50)]

    granted = [sum(account.take(RETRY_COST) for _ in range(1000)) for account in accounts]

    assert max(granted) == 20
    assert sum(granted) == 100


# How fast


def test_the_first_may_go_at_once() -> None:
    """Nothing is ahead of it."""
    assert Pacer(3.0).reserve(7.0, 7.0) == 7.0


def test_those_that_come_together_go_one_by_one() -> None:
    """Four a second: a quarter of a second lies between any two, whenever they asked."""
    pacer = Pacer(4.0)

    instants = [pacer.reserve(now, NEVER) for now in (1.0, 1.0, 1.1, 1.5)]

    assert instants == [1.0, 1.25, 1.5, 1.75]
    assert pacer.free_at == 2.0


def test_who_comes_late_goes_at_once() -> None:
    """No place is kept for who was not there, and none is saved up."""
    pacer = Pacer(4.0)
    pacer.reserve(1.0, NEVER)

    assert [pacer.reserve(5.0, NEVER), pacer.reserve(5.0, NEVER)] == [5.0, 5.25]


def test_who_cannot_wait_takes_no_place() -> None:
    """An instant after the latest is not reserved; the latest itself is."""
    pacer = Pacer(4.0)
    pacer.reserve(1.0, NEVER)

    assert pacer.reserve(1.0, 1.2) is None
    assert pacer.free_at == 1.25
    assert pacer.reserve(1.0, 1.25) == 1.25


def test_a_pacer_can_be_held_as_if_one_had_gone() -> None:
    """Nothing goes for a quarter of a second, and what was reserved later stays so."""
    pacer = Pacer(4.0)

    pacer.hold(1.0)
    assert pacer.reserve(1.0, NEVER) == 1.25

    pacer.hold(1.0)
    assert pacer.free_at == 1.5


@given(
    st.sampled_from([1.0, 3.0, 5.0, 50.0]),
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 3)), min_size=1),
)
def test_no_window_holds_more_than_the_rate(
    rate: float, arrivals: list[tuple[float, float]]
) -> None:
    """In any stretch of time no more go than rate times its length, and one; none goes too late."""
    pacer = Pacer(rate)
    now = 0.0
    instants = []
    for wait, patience in arrivals:
        now += wait
        at = pacer.reserve(now, now + patience)
        assert at is None or now <= at <= now + patience
        instants += [] if at is None else [at]

    assert all(later - earlier >= 1 / rate - 1e-9 for earlier, later in pairwise(instants))
    for first, start in enumerate(instants):
        for count, end in enumerate(instants[first:], start=1):
            assert count <= rate * (end - start) + 1 + 1e-6


# What is counted together


@pytest.mark.parametrize(
    ("operation", "argument", "per_second"),
    [
        (tasks.LIST, "EvaluateTaskAttributes", 3.0),
        (workers.LIST, "TargetWorkersExpression", 3.0),
        (task_queues.LIST, "EvaluateWorkerAttributes", 3.0),
    ],
)
def test_a_filter_with_an_expression_has_a_published_rate(
    operation: Operation[object], argument: str, per_second: float
) -> None:
    """A listing filtered by one has it, wherever it stands among the filters; no other has."""
    filtered = (("PageSize", "50"), (argument, "a == 1"), ("PageToken", "x"))

    assert paced(Call(operation, WORKSPACE, filtered)) == per_second
    assert paced(Call(operation, WORKSPACE, (("PageSize", "50"),))) is None
    assert paced(Call(operation, WORKSPACE)) is None


def test_the_statistics_of_many_queues_have_a_published_rate() -> None:
    """5 a second, whatever is asked."""
    assert paced(Call(FETCH_BULK, WORKSPACE)) == 5.0
    assert paced(Call(FETCH_BULK, WORKSPACE, json="{}")) == 5.0


def test_nothing_else_has_a_published_rate() -> None:
    """Nor what shares the path or the argument with one that has."""
    argument = (("EvaluateTaskAttributes", "a == 1"),)

    assert paced(Call(tasks.CREATE, WORKSPACE, argument)) is None
    assert paced(Call(workers.LIST, WORKSPACE, argument)) is None
    assert paced(Call(workspaces.FETCH, (("Sid", WORKSPACE_SID),), argument)) is None
    path = FETCH_BULK.path
    assert paced(Call(Operation("GET", path, Task), WORKSPACE, argument)) is None


def test_a_kind_is_a_workspaces_operation() -> None:
    """Which SIDs stand after the workspace's makes no difference, nor do the arguments."""
    one = Call(tasks.FETCH, (*WORKSPACE, ("Sid", "WT" + "1" * 32)))
    two = Call(tasks.FETCH, (*WORKSPACE, ("Sid", "WT" + "2" * 32)), (("x", "y"),))

    assert kind_of(one) == kind_of(two) == Kind(WORKSPACE_SID, tasks.FETCH)
    assert len({kind_of(one), kind_of(two)}) == 1


def test_kinds_differ_by_workspace_and_by_operation() -> None:
    """A workspace by itself is named like those inside; above all workspaces there is no name."""
    elsewhere = (("WorkspaceSid", "WS" + "9" * 32),)

    kinds = {
        kind_of(Call(task_queues.LIST, WORKSPACE)),
        kind_of(Call(task_queues.LIST, elsewhere)),
        kind_of(Call(task_queues.FETCH, (*WORKSPACE, ("Sid", TASK_QUEUE_SID)))),
    }

    assert len(kinds) == 3
    assert kind_of(Call(workspaces.FETCH, (("Sid", WORKSPACE_SID),))).workspace_sid == WORKSPACE_SID
    assert kind_of(Call(workspaces.LIST, ())) == Kind("", workspaces.LIST)


def test_calls_with_a_rate_of_their_own_are_a_kind_of_their_own() -> None:
    """A pause of the filtered listing stops no other listing of the same path."""
    filtered = Call(tasks.LIST, WORKSPACE, (("EvaluateTaskAttributes", "a == 1"),))

    assert kind_of(filtered) == Kind(WORKSPACE_SID, tasks.LIST, paced=True)
    assert kind_of(Call(tasks.LIST, WORKSPACE)) == Kind(WORKSPACE_SID, tasks.LIST, paced=False)
