"""The service answers 429, and says in all sorts of ways how long it wants to be left alone."""

import asyncio
from itertools import pairwise
from typing import Final

import pytest
from canary import CANARY
from faults.aftermath import ONCE, QUICK, SHORT, Aftermath, MakeClient, failing
from faults.answers import TASK, WORKSPACE, ok, status
from faults.bodies import body_for
from faults.calls import REPEATABLE, UNREPEATABLE, Ask, create, read, read_task, update
from faults.connection import Request
from faults.fault_server import FaultServer
from faults.steps import Send
from support import ACCOUNT_SID, OTHER_ACCOUNT_SID

from taskrouter_async import SessionPool, TaskRouterClient
from taskrouter_async.config import RetryPolicy
from taskrouter_async.errors import RateLimitedError
from taskrouter_async.models import RequestEvent, RetryScheduled

REJECTED: Final = Send(status(429, {"code": 20429, "message": "Too Many Requests"}))
NOON: Final = "Wed, 21 Oct 2015 12:00:00 GMT"
"""Any moment: no clock of ours is that late."""


def rejected(retry_after: str, date: str | None = None) -> Send:
    """Return the answer that asks for a pause."""
    dated = {} if date is None else {"Date": date}
    return Send(status(429, {"code": 20429}, Retry_After=retry_after, **dated))


def waiting_at_most(seconds: float) -> RetryPolicy:
    """Return a policy that waits for nothing but what the service asks for, and not for long."""
    return RetryPolicy(backoff=(0.0, 0.0), throttle_backoff=0.0, max_retry_after=seconds)


def _listened(
    server: FaultServer, aftermath: Aftermath, retry: RetryPolicy, chance: float
) -> tuple[TaskRouterClient, list[RequestEvent]]:
    events: list[RequestEvent] = []
    client = TaskRouterClient(
        ACCOUNT_SID,
        CANARY,
        base_url=server.base_url,
        timeouts=SHORT,
        retry=retry,
        on_request_event=events.append,
        pool=aftermath.watch(SessionPool()),
        chance=lambda: chance,
    )
    return aftermath.watch_client(client), events


def _pauses(events: list[RequestEvent]) -> list[float]:
    return [event.pause for event in events if isinstance(event, RetryScheduled)]


def _gaps(server: FaultServer) -> list[float]:
    times = [request.at for request in server.requests]
    return [after - before for before, after in pairwise(times)]


@pytest.mark.parametrize("ask", [*REPEATABLE, *UNREPEATABLE])
async def test_whatever_was_rejected_is_sent_again(
    ask: Ask, server: FaultServer, client_of: MakeClient
) -> None:
    """66a. After a 429 any call is sent again, a create too: it was certainly not carried out."""
    server.in_turn(REJECTED, REJECTED, Send(ok(body_for(ask))))

    await ask(client_of(server))

    assert server.counts == (1, 3)


async def test_pauses_that_nobody_names_double(server: FaultServer, aftermath: Aftermath) -> None:
    """66b. A 429 that names no pause has one of its own, longer than that of other failures."""
    server.in_turn(REJECTED, REJECTED, Send(ok(WORKSPACE)))
    policy = RetryPolicy(backoff=(0.001, 20.0), throttle_backoff=0.02)
    client, events = _listened(server, aftermath, policy, chance=1.0)

    await read(client)

    assert _pauses(events) == [0.02, 0.04]
    assert all(gap >= pause for gap, pause in zip(_gaps(server), _pauses(events), strict=True))
    assert server.counts == (1, 3)


async def test_a_burst_of_rejections_is_one_signal(
    server: FaultServer, client_of: MakeClient
) -> None:
    """66c. A burst of 429s says only once that there were too many requests in the air."""
    server.on_request(REJECTED)
    client = client_of(server, retry=ONCE)

    await asyncio.gather(*(failing(read(client), RateLimitedError) for _ in range(10)))
    after_one_burst = client.limits().concurrency_limit
    await failing(read(client), RateLimitedError)

    assert (after_one_burst, client.limits().concurrency_limit) == (8, 7)
    assert server.counts == (10, 11)


async def test_what_the_service_asks_for_is_waited(
    server: FaultServer, client_of: MakeClient
) -> None:
    """67a. With ``Retry-After: 1`` there is no request of this kind for a second."""
    server.in_turn(rejected("1"), Send(ok(TASK)))

    await create(client_of(server))

    assert _gaps(server)[0] >= 1.0
    assert server.counts == (1, 2)


async def test_calls_of_the_same_kind_wait_too(server: FaultServer, client_of: MakeClient) -> None:
    """67b. Whoever asks the same of the same workspace waits as well; another kind does not."""
    server.on_request(rejected("1"), times=1)
    server.on_request(Send(ok(TASK)), when=_asks_for_task)
    server.on_request(Send(ok(WORKSPACE)))
    client = client_of(server, retry=waiting_at_most(0.2))

    first = asyncio.create_task(read(client))
    await server.until(lambda: client.limits().concurrency_limit < 10)
    await asyncio.gather(first, read(client), read_task(client))

    assert [_asks_for_task(each) for each in server.requests] == [False, True, False, False]
    assert all(each.at - server.requests[0].at >= 0.2 for each in server.requests[2:])


def _asks_for_task(request: Request) -> bool:
    return request.target.endswith(TASK["sid"])


async def test_a_date_counts_from_the_answers_own(
    server: FaultServer, client_of: MakeClient
) -> None:
    """68a. A date in ``Retry-After`` counts from the answer's ``Date``, whatever our clock says."""
    server.on_request(rejected("Wed, 21 Oct 2015 12:00:20 GMT", NOON))

    error = await failing(read(client_of(server)), RateLimitedError)

    assert (error.retry_after, error.attempts) == (20.0, 1)
    assert server.counts == (1, 1)


async def test_a_date_without_another_says_nothing(
    server: FaultServer, client_of: MakeClient
) -> None:
    """68b. Without a ``Date`` to count from, a date in ``Retry-After`` says nothing."""
    server.on_request(rejected("Fri, 31 Dec 9999 23:59:59 GMT"))

    error = await failing(read(client_of(server)), RateLimitedError)

    assert (error.retry_after, error.attempts) == (None, 4)
    assert server.counts == (1, 4)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("86400", 86400.0),
        ("0", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251956871999.0),
        ("Tue, 20 Oct 2015 12:00:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 25:61:00 GMT", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("1.5", None),
        ("9" * 20, None),
        ("\u0661\u0662", None),
        ("soon", None),
        ("", None),
        ("1, 86400", None),
    ],
)
async def test_an_absurd_wish_is_cut(
    text: str, seconds: float | None, server: FaultServer, client_of: MakeClient
) -> None:
    """69a. Whatever ``Retry-After`` says, no pause is longer than allowed, and nonsense is none."""
    server.on_request(rejected(text, NOON))
    client = client_of(server, retry=waiting_at_most(0.01))

    error = await failing(read(client), RateLimitedError)

    assert (error.retry_after, error.attempts) == (seconds, 4)
    assert max(_gaps(server)) < 1.0
    assert server.counts == (1, 4)


async def test_two_wishes_are_one(server: FaultServer, client_of: MakeClient) -> None:
    """69b. Of two ``Retry-After`` the first one counts."""
    twice = rejected("2").data.replace(b"Retry-After: 2", b"Retry-After: 2\r\nRetry-After: 86400")
    server.in_turn(Send(twice), Send(ok(WORKSPACE)))

    error = await failing(read(client_of(server, retry=ONCE)), RateLimitedError)

    assert error.retry_after == 2.0
    assert server.counts == (1, 1)


async def test_a_wish_beyond_the_deadline_is_told_at_once(
    server: FaultServer, client_of: MakeClient
) -> None:
    """69c. A pause that the call has no time for is not begun: the error tells it at once."""
    server.on_request(rejected("20"))
    client = client_of(server)

    first = await failing(create(client), RateLimitedError)
    second = await failing(create(client), RateLimitedError)

    assert (first.retry_after, first.attempts) == (20.0, 1)
    assert second.retry_after is not None
    assert 19.0 < second.retry_after <= 20.0
    assert second.attempts == 0
    assert server.counts == (1, 1)


async def test_rejections_without_end(server: FaultServer, client_of: MakeClient) -> None:
    """70a. 429s without end bring an error that says how long to wait."""
    server.on_request(rejected("7"))

    error = await failing(update(client_of(server, retry=waiting_at_most(0.0))), RateLimitedError)

    assert (error.status, error.retry_after, error.attempts) == (429, 7.0, 4)
    assert server.counts == (1, 4)


async def test_other_accounts_do_not_wait(
    server: FaultServer, client_of: MakeClient, aftermath: Aftermath
) -> None:
    """70b. While one account is held off, another one on the same connections is not."""
    pool = aftermath.watch(SessionPool())
    held_off = client_of(server, pool=pool)
    other = TaskRouterClient(OTHER_ACCOUNT_SID, CANARY, base_url=server.base_url, pool=pool)
    aftermath.watch_client(other)
    server.on_request(Send(ok({**TASK, "account_sid": OTHER_ACCOUNT_SID})), when=_asks_for_task)
    server.on_request(rejected("2"))

    rejection = asyncio.create_task(read(held_off))
    await server.until(lambda: held_off.limits().concurrency_limit < 10)
    for _ in range(20):
        await read_task(other)

    assert not rejection.done()
    assert (held_off.limits().concurrency_limit, other.limits().concurrency_limit) == (8, 10)
    assert server.counts == (1, 1 + 20)
    rejection.cancel()
    await asyncio.wait({rejection})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(429, b"<html>slow down</html>", Content_Type="text/html"), None),
        (status(429, {"code": 20005, "message": "slow down"}), 20005),
        (status(429, {"code": "20429"}), None),
        (status(429), None),
    ],
    ids=["HTML", "another code", "a code that is no number", "nothing"],
)
@pytest.mark.parametrize("ask", [read, create])
async def test_the_status_alone_counts(
    ask: Ask, answer: bytes, code: int | None, server: FaultServer, client_of: MakeClient
) -> None:
    """71. A 429 is one by its status, whatever its body says."""
    server.on_request(Send(answer))

    error = await failing(ask(client_of(server, retry=QUICK)), RateLimitedError)

    assert (error.status, error.code, error.attempts) == (429, code, 4)
    assert "<" not in str(error)
    assert server.counts == (1, 4)
