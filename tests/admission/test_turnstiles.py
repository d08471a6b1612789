"""Pauses and rates: when a call may go, as far as its kind goes."""

from collections.abc import Callable
from types import MappingProxyType

import pytest
from admission.calls import FETCH, FILTERED, LIST, QUEUES, WORKSPACE
from attrs import evolve
from support import ACCOUNT_SID

from taskrouter_async._admission import Admission, Desk
from taskrouter_async._admission.turnstiles import Turnstiles
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import AccountOverloadedError, RateLimitedError
from taskrouter_async.models import RateLimit, Task

NEVER = float("inf")


def desk(chance: float = 0.0) -> Desk:
    """Return a desk at which chance always says the same."""
    return Admission(100, chance=lambda: chance).desk(ACCOUNT_SID)


def listing_of(number: int) -> Call[object]:
    """Return a call of another kind for each number."""
    return evolve(LIST, sids=(("WorkspaceSid", f"WS{number:032x}"),))


# Pauses


def test_a_call_is_due_at_once_if_nothing_is_in_its_way() -> None:
    """Whatever its deadline."""
    assert desk().due(FETCH, 5.0, NEVER) == 5.0
    assert desk().opening(FETCH, 5.0, NEVER) == 5.0


def test_a_pause_holds_back_its_kind_and_no_other() -> None:
    """No listing of the tasks before 8; other calls, and other workspaces, go on."""
    account = desk()
    account.pause(LIST, 8.0)

    assert account.due(LIST, 5.0, NEVER) == 8.0
    assert account.opening(LIST, 5.0, NEVER) == 8.0
    for other in (FETCH, QUEUES, listing_of(2)):
        assert account.due(other, 5.0, NEVER) == 5.0
        assert account.opening(other, 5.0, NEVER) == 5.0


def test_not_everybody_starts_off_as_soon_as_a_pause_ends() -> None:
    """Up to half a second by chance, but not later than each may."""
    account = desk(chance=0.5)
    account.pause(LIST, 8.0)

    assert account.due(LIST, 5.0, NEVER) == 8.25
    assert account.opening(LIST, 5.0, 8.1) == 8.1


def test_a_pause_that_is_over_holds_back_nobody() -> None:
    """From its end on, without a spread."""
    account = desk(chance=0.5)
    account.pause(LIST, 8.0)

    assert account.opening(LIST, 8.0, NEVER) == 8.0
    assert account.due(LIST, 8.0, NEVER) == 8.0


def test_the_longer_of_two_pauses_counts() -> None:
    """A shorter one that comes later does not end it."""
    account = desk()
    account.pause(LIST, 8.0)
    account.pause(LIST, 6.0)
    assert account.due(LIST, 5.0, NEVER) == 8.0

    account.pause(LIST, 9.0)
    assert account.due(LIST, 5.0, NEVER) == 9.0


@pytest.mark.parametrize("ask", [Desk.due, Desk.opening])
def test_a_pause_that_lasts_too_long_is_told_at_once(
    ask: Callable[[Desk, Call[object], float, float], float],
) -> None:
    """The error says how long; a pause that ends in the last moment is waited for."""
    account = desk()
    account.pause(LIST, 8.0)

    with pytest.raises(RateLimitedError, match=r"lasts 3\.0 s more") as caught:
        ask(account, LIST, 5.0, 7.9)

    assert caught.value.retry_after == 3.0
    assert caught.value.status == 429
    assert ask(account, LIST, 5.0, 8.0) == 8.0


def test_a_call_whose_time_is_over_is_not_told_of_a_pause_that_is_over_too() -> None:
    """Nothing stands in its way but its own time, which is not looked at here."""
    account = desk()
    account.pause(LIST, 8.0)

    assert account.due(LIST, 9.0, 7.0) == 9.0
    assert account.opening(LIST, 9.0, 7.0) == 9.0


# Rates


def test_calls_with_a_published_rate_go_one_by_one() -> None:
    """Three a second, each third of a second one; what shares their path is not held back."""
    account = desk()

    dues = [account.due(FILTERED, 5.0, NEVER) for _ in range(3)]

    assert dues == pytest.approx([5.0, 5.0 + 1 / 3, 5.0 + 2 / 3])
    assert account.due(LIST, 5.0, NEVER) == 5.0
    elsewhere = evolve(FILTERED, sids=listing_of(2).sids)
    assert account.due(elsewhere, 5.0, NEVER) == 5.0


def test_whose_turn_would_come_too_late_is_told_so() -> None:
    """The error says when there is a place, and takes none."""
    account = desk()
    account.due(FILTERED, 5.0, NEVER)

    with pytest.raises(AccountOverloadedError, match="too late") as caught:
        account.due(FILTERED, 5.1, 5.2)

    assert caught.value.retry_after == pytest.approx(1 / 3 - 0.1)
    assert account.due(FILTERED, 5.1, NEVER) == pytest.approx(5.0 + 1 / 3)


def test_after_a_pause_a_rate_counts_from_its_end() -> None:
    """One by one again, without a spread: they do not come all at once anyway."""
    account = desk(chance=0.5)
    account.due(FILTERED, 5.0, NEVER)
    account.pause(FILTERED, 8.0)

    dues = [account.due(FILTERED, 5.0, NEVER) for _ in range(2)]

    assert dues == pytest.approx([8.0, 8.0 + 1 / 3])


def test_a_pause_goes_before_a_rate() -> None:
    """Where it lasts too long the service is what stops the call, and no place is taken."""
    account = desk()
    account.pause(FILTERED, 8.0)

    with pytest.raises(RateLimitedError):
        account.due(FILTERED, 5.0, 7.0)

    assert account.due(FILTERED, 5.0, NEVER) == 8.0


def test_asking_for_pauses_alone_takes_no_place() -> None:
    """Who has waited for its place may look again as often as it likes."""
    account = desk()

    assert [account.opening(FILTERED, 5.0, NEVER) for _ in range(3)] == [5.0] * 3
    assert account.due(FILTERED, 5.0, NEVER) == 5.0
    assert account.opening(FILTERED, 5.0, NEVER) == 5.0


# What the service says


def headers(**values: str) -> MappingProxyType[str, str]:
    """Return headers, named without their prefix."""
    return MappingProxyType({f"x-rate-limit-{name}": value for name, value in values.items()})


def test_what_the_service_says_is_remembered() -> None:
    """The last of each operation, as it came, the latest at the end."""
    account = desk()
    account.observe(LIST, headers(limit="100", remaining="99", config="default"), 1.0)
    account.observe(QUEUES, headers(limit="lots"), 2.0)
    account.observe(LIST, headers(remaining="98"), 3.0)

    assert account.limits().rate_limits == (
        RateLimit("GET", QUEUES.operation.path, limit="lots"),
        RateLimit("GET", LIST.operation.path, remaining="98"),
    )


def test_who_says_nothing_changes_nothing() -> None:
    """An answer without such headers does not take back what was said before."""
    account = desk()
    said = headers(limit="100", remaining="0") | {"twilio-concurrent-requests": "7"}
    account.observe(LIST, said, 1.0)
    before = account.limits()

    account.observe(LIST, MappingProxyType({"x-rate-limit-config": "x", "etag": "1"}), 2.0)

    assert account.limits() == before
    assert before.concurrent_requests == 7


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("9" * 9, 999_999_999),
        *((text, None) for text in ("9" * 10, "", "1.5", "-1", "many", "٣", "²", " 1")),
    ],
)
def test_only_a_plain_number_is_one(text: str, number: int | None) -> None:
    """Anything else says nothing about the requests that the service counts."""
    account = desk()
    account.observe(FETCH, {"twilio-concurrent-requests": "5"}, 1.0)

    account.observe(FETCH, {"twilio-concurrent-requests": text}, 2.0)

    assert account.limits().concurrent_requests == number


def test_where_nothing_is_left_calls_are_kept_apart() -> None:
    """Of 4 a second none remains: a quarter of a second from now the next one goes."""
    account = desk()
    account.observe(LIST, headers(limit="4", remaining="0"), 5.0)

    assert [account.due(LIST, 5.0, NEVER) for _ in range(3)] == [5.25, 5.5, 5.75]
    assert account.due(QUEUES, 5.0, NEVER) == 5.0


def test_calls_are_kept_apart_by_a_second_at_most() -> None:
    """That is a limit of one; there is no smaller number."""
    account = desk()
    account.observe(LIST, headers(limit="1", remaining="0"), 5.0)

    assert account.due(LIST, 5.0, NEVER) == 6.0


@pytest.mark.parametrize(
    "said",
    [
        headers(limit="4", remaining="1"),
        headers(limit="4"),
        headers(remaining="0"),
        headers(limit="0", remaining="0"),
        headers(limit="lots", remaining="0"),
        headers(limit="4", remaining="none"),
    ],
)
def test_without_a_readable_limit_that_is_used_up_nothing_is_kept_apart(
    said: MappingProxyType[str, str],
) -> None:
    """Both numbers are needed, and a limit of none is none that could be kept."""
    account = desk()
    account.observe(LIST, said, 5.0)

    assert [account.due(LIST, 5.0, NEVER) for _ in range(3)] == [5.0] * 3


def test_many_answers_that_say_the_same_hold_nothing_up() -> None:
    """Ten answers of the same moment move the next call no further than one does."""
    account = desk()
    for _ in range(10):
        account.observe(LIST, headers(limit="4", remaining="0"), 5.0)

    assert account.due(LIST, 5.0, NEVER) == 5.25


def test_a_published_rate_stays_what_it_is() -> None:
    """The service may say more; it is held for a moment, and its calls stay as far apart."""
    account = desk()
    account.due(FILTERED, 5.0, NEVER)
    account.observe(FILTERED, headers(limit="50", remaining="0"), 5.2)

    dues = [account.due(FILTERED, 5.2, NEVER) for _ in range(2)]

    assert dues == pytest.approx([5.2 + 1 / 3, 5.2 + 2 / 3])


# Memory


def test_what_is_over_is_forgotten() -> None:
    """A thousand pauses and a thousand rates: once a second, those that have ended are cleared."""
    stiles = Turnstiles(lambda: 0.0)
    stiles.due(FILTERED, 0.0, NEVER)
    stiles.pause(QUEUES, 4.5)
    for number in range(1000):
        stiles.pause(listing_of(number), 5.0)
        stiles.space(listing_of(2000 + number), 4, 4.75)
    assert len(stiles) == 2002

    assert stiles.due(FETCH, 4.0, NEVER) == 4.0
    assert len(stiles) == 2001
    stiles.due(FETCH, 4.99, NEVER)
    assert len(stiles) == 2001

    stiles.due(FETCH, 5.0, NEVER)
    assert len(stiles) == 0


def test_what_is_on_is_not_forgotten() -> None:
    """A pause goes on, and so does a rate whose places are taken."""
    stiles = Turnstiles(lambda: 0.0)
    stiles.pause(LIST, 50.0)
    dues = [stiles.due(FILTERED, 0.0, NEVER) for _ in range(61)]

    for second in range(20):
        stiles.due(FETCH, float(second), NEVER)

    assert stiles.due(LIST, 20.0, NEVER) == 50.0
    assert stiles.due(FILTERED, 20.0, NEVER) == pytest.approx(dues[-1] + 1 / 3)


def test_no_more_is_remembered_than_there_are_operations_several_times() -> None:
    """200 operations, the latest ones, and 100 characters of each header."""
    account = desk()
    operations = [Operation("GET", f"/v1/{number}", Task) for number in range(201)]
    for operation in operations:
        account.observe(Call(operation, WORKSPACE), headers(limit="x" * 101, config="y" * 100), 1.0)

    remembered = account.limits().rate_limits

    assert [said.path for said in remembered] == [of.path for of in operations[1:]]
    assert {len(said.limit or "") for said in remembered} == {100}
    assert {len(said.config or "") for said in remembered} == {100}
