"""The way of one call to the service: how often it is sent, when, and how it ends."""

import asyncio
import contextlib
import logging
import pickle

import pytest
from attempts.scene import (
    CONDITIONAL,
    CREATE,
    DELETE,
    READ,
    SIDS,
    TASKS,
    UPDATE,
    Scene,
    answer,
)
from support import settle
from virtual_loop import in_virtual_time, virtual_loop

from taskrouter_async._admission import Admission
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.config import RetryPolicy, Timeouts
from taskrouter_async.errors import (
    AccountOverloadedError,
    AmbiguousResultError,
    CallTimeoutError,
    ClosedError,
    ConnectError,
    ConnectionLostError,
    NotFoundError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
    TlsError,
    WrongLoopError,
)
from taskrouter_async.models import RequestEnded, RequestStarted, RetryScheduled, Task

LOST = ConnectionLostError("lost")
ONCE = (CREATE, UPDATE)
SAFE = (READ, DELETE, CONDITIONAL)


class TestHowOften:
    """How often a call is sent."""

    @in_virtual_time
    async def test_what_is_answered_is_sent_once(self) -> None:
        scene = Scene()
        outcome = await scene.send(READ)
        assert (len(scene.transport.sent), outcome.info.attempts) == (1, 1)

    @pytest.mark.parametrize("call", SAFE)
    def test_what_can_come_twice_goes_up_to_four_times(self, call: Call[object]) -> None:
        @in_virtual_time
        async def test() -> None:
            scene = Scene(LOST)
            error = await scene.error(call)
            assert type(error) is ConnectionLostError
            assert (len(scene.transport.sent), error.attempts) == (4, 4)

        test()

    @in_virtual_time
    async def test_no_retries_means_one_request(self) -> None:
        scene = Scene(answer(503), policy=RetryPolicy(max_retries=0))
        assert type(await scene.error(READ)) is ServerError
        assert len(scene.transport.sent) == 1

    @in_virtual_time
    async def test_the_attempt_that_succeeds_is_the_last(self) -> None:
        scene = Scene(answer(503), LOST, answer(200))
        outcome = await scene.send(READ)
        assert (len(scene.transport.sent), outcome.info.attempts) == (3, 3)

    @pytest.mark.parametrize("call", ONCE)
    @pytest.mark.parametrize("failure", [LOST, answer(500), ProtocolError("x")])
    def test_what_must_happen_once_is_sent_once_and_may_have_happened(
        self, call: Call[object], failure: ConnectionLostError
    ) -> None:
        @in_virtual_time
        async def test() -> None:
            scene = Scene(failure)
            error = await scene.error(call)
            assert type(error) is AmbiguousResultError
            assert len(scene.transport.sent) == 1

        test()

    @pytest.mark.parametrize("call", [*ONCE, *SAFE])
    @pytest.mark.parametrize("failure", [ConnectError("x"), answer(429)])
    def test_what_was_certainly_not_done_goes_again_whatever_it_is(
        self, call: Call[object], failure: ConnectError
    ) -> None:
        @in_virtual_time
        async def test() -> None:
            scene = Scene(failure, failure, answer(200))
            await scene.send(call)
            assert len(scene.transport.sent) == 3

        test()

    @in_virtual_time
    async def test_a_refused_certificate_is_never_tried_again(self) -> None:
        scene = Scene(TlsError("x"))
        assert type(await scene.error(READ)) is TlsError
        assert len(scene.transport.sent) == 1

    @in_virtual_time
    async def test_every_attempt_sends_the_same_message(self) -> None:
        scene = Scene(LOST)
        await scene.error(READ)
        assert len({id(request) for request, _, _ in scene.transport.sent}) == 1


class TestWhatMayHaveHappened:
    """What is said where it cannot be known."""

    @in_virtual_time
    async def test_the_error_says_what_and_how_far_it_came(self) -> None:
        error = await Scene(CallTimeoutError("no answer", phase="body")).error(CREATE)
        assert isinstance(error, AmbiguousResultError)
        assert (error.phase, error.status, error.attempts) == ("body", None, 1)
        assert str(error) == f"POST {TASKS} may have been carried out, or not: no answer"
        assert isinstance(error.__cause__, CallTimeoutError)

    @in_virtual_time
    async def test_the_error_says_what_the_service_said(self) -> None:
        error = await Scene(answer(500, twilio_request_id="RQ1")).error(CREATE)
        assert isinstance(error, AmbiguousResultError)
        assert (error.status, error.phase) == (500, None)
        assert error.response is not None
        assert error.response.request_id == "RQ1"
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (again.status, again.attempts, again.response) == (500, 1, error.response)

    @in_virtual_time
    async def test_a_404_after_a_lost_deletion_is_its_success(self) -> None:
        scene = Scene(LOST, answer(404))
        outcome = await scene.send(DELETE)
        assert (outcome.response.status, outcome.info.attempts) == (204, 2)

    @in_virtual_time
    async def test_a_404_after_a_refused_deletion_is_a_404(self) -> None:
        assert type(await Scene(answer(429), answer(404)).error(DELETE)) is NotFoundError

    @in_virtual_time
    async def test_a_412_after_a_lost_change_may_be_its_success(self) -> None:
        error = await Scene(LOST, answer(412)).error(CONDITIONAL)
        assert isinstance(error, AmbiguousResultError)
        assert (error.status, error.attempts) == (412, 2)

    @pytest.mark.parametrize("last", [answer(404), answer(429), ConnectError("x")])
    def test_what_a_retry_meets_after_a_lost_change_does_not_undo_it(
        self, last: ConnectError
    ) -> None:
        @in_virtual_time
        async def test() -> None:
            error = await Scene(LOST, last).error(CONDITIONAL)
            assert type(error) is AmbiguousResultError

        test()

    @in_virtual_time
    async def test_a_412_at_first_is_a_412(self) -> None:
        assert type(await Scene(answer(412)).error(CONDITIONAL)) is PreconditionFailedError


class TestPauses:
    """When a call is sent again."""

    @in_virtual_time
    async def test_the_bound_of_the_pauses_doubles(self) -> None:
        scene = Scene(answer(503), chance=lambda: 1.0)
        await scene.error(READ)
        assert scene.transport.times == pytest.approx([0.0, 0.1, 0.3, 0.7])

    @in_virtual_time
    async def test_a_429_without_a_wish_pauses_longer(self) -> None:
        scene = Scene(answer(429), chance=lambda: 1.0)
        await scene.error(READ)
        assert scene.transport.times == pytest.approx([0.0, 1.0, 3.0, 7.0])

    @in_virtual_time
    async def test_a_lost_race_with_a_closing_connection_costs_no_pause(self) -> None:
        scene = Scene(ConnectionLostError("x", reused=True), answer(), chance=lambda: 1.0)
        await scene.send(READ)
        assert scene.transport.times == [0.0, 0.0]

    @in_virtual_time
    async def test_what_the_service_asks_for_is_waited(self) -> None:
        scene = Scene(answer(429, retry_after="2"), answer())
        await scene.send(CREATE)
        assert scene.transport.times == [0.0, 2.0]

    @in_virtual_time
    async def test_calls_of_the_same_kind_wait_too(self) -> None:
        scene = Scene(answer(429, retry_after="2"), answer())
        first = asyncio.ensure_future(scene.send(READ))
        await settle()
        await scene.send(READ)
        await first
        assert scene.transport.times == [0.0, 2.0, 2.0]

    @in_virtual_time
    async def test_calls_of_another_kind_do_not(self) -> None:
        scene = Scene(answer(429, retry_after="2"), answer())
        first = asyncio.ensure_future(scene.send(READ))
        await settle()
        await scene.send(DELETE)
        await first
        assert scene.transport.times == [0.0, 0.0, 2.0]

    @in_virtual_time
    async def test_a_wish_beyond_the_deadline_is_told_at_once(self) -> None:
        scene = Scene(answer(429, retry_after="20"))
        error = await scene.error(READ, seconds=10.0)
        assert (type(error), error.retry_after) == (RateLimitedError, 20.0)
        assert virtual_loop().time() == 0.0

    @in_virtual_time
    async def test_who_would_wait_beyond_the_deadline_is_told_without_a_request(self) -> None:
        scene = Scene(answer(429, retry_after="20"))
        await scene.error(READ, seconds=10.0)
        error = await scene.error(READ, seconds=10.0)
        assert (type(error), error.retry_after, error.attempts) == (RateLimitedError, 20.0, 0)
        assert len(scene.transport.sent) == 1

    @in_virtual_time
    async def test_what_nobody_sent_costs_no_retry(self) -> None:
        told = Scene(answer(429, retry_after="20"), policy=RetryPolicy(max_retries=0))
        await told.error(READ)
        hasty = RetryPolicy(throttle_backoff=0.0, max_retry_after=0.0)
        other = Scene(policy=hasty, admission=told.admission)
        error = await other.error(READ, seconds=10.0)
        assert (type(error), error.attempts) == (RateLimitedError, 0)
        assert (other.events, other.desk.limits().retry_tokens) == ([], 100)

    @in_virtual_time
    async def test_who_waits_for_a_pause_takes_a_place_in_the_queue(self) -> None:
        scene = Scene(
            answer(429, retry_after="5"),
            answer(),
            admission=Admission(100, max_waiting=3, chance=lambda: 0.0),
            policy=RetryPolicy(max_retries=0),
        )
        await scene.error(READ)
        held = [asyncio.ensure_future(scene.send(READ)) for _ in range(3)]
        await settle()
        assert scene.desk.limits().waiting == 3
        assert type(await scene.error(READ)) is AccountOverloadedError
        await asyncio.gather(*held)
        assert scene.desk.limits().waiting == 0

    @in_virtual_time
    async def test_an_absurd_wish_is_cut_to_what_is_allowed(self) -> None:
        scene = Scene(answer(429, retry_after="86400"), answer())
        await scene.send(READ, seconds=60.0)
        assert scene.transport.times == [0.0, 30.0]


class TestTime:
    """How long it all may take."""

    @in_virtual_time
    async def test_an_attempt_has_its_own_limit(self) -> None:
        scene = Scene(timeouts=Timeouts(attempt=4.0))
        await scene.send(READ)
        assert scene.transport.limits == [4.0]

    @in_virtual_time
    async def test_no_attempt_outlasts_the_call(self) -> None:
        scene = Scene()
        await scene.send(READ, seconds=3.0)
        assert scene.transport.limits == [3.0]

    @in_virtual_time
    async def test_a_first_attempt_can_have_less(self) -> None:
        scene = Scene(LOST, answer())
        await scene.send(READ, seconds=5.0, first_seconds=2.0)
        assert scene.transport.limits == [2.0, 5.0]

    @in_virtual_time
    async def test_a_first_attempt_has_no_more_than_any(self) -> None:
        scene = Scene(timeouts=Timeouts(attempt=0.5))
        await scene.send(READ, first_seconds=2.0)
        assert scene.transport.limits == [0.5]

    @in_virtual_time
    async def test_the_only_attempt_has_all_the_time(self) -> None:
        scene = Scene(policy=RetryPolicy(max_retries=0))
        await scene.send(READ, seconds=5.0, first_seconds=2.0)
        assert scene.transport.limits == [5.0]

    @in_virtual_time
    async def test_an_attempt_that_could_hardly_begin_is_not_made(self) -> None:
        for left, requests in ((0.24, 1), (0.26, 4)):
            scene = Scene(LOST)
            await scene.error(READ, seconds=left)
            assert len(scene.transport.sent) == requests

    @in_virtual_time
    async def test_the_time_in_the_queue_counts(self) -> None:
        scene = Scene(9.0, admission=Admission(1))
        holder = asyncio.ensure_future(scene.send(READ))
        await settle()
        error = await scene.error(READ, seconds=1.0)
        assert isinstance(error, CallTimeoutError)
        assert (error.phase, error.maybe_sent, error.attempts) == ("queue", False, 0)
        assert error.seconds == 1.0
        assert virtual_loop().time() == 1.0
        await holder

    @in_virtual_time
    async def test_a_timeout_of_the_callers_stays_the_callers(self) -> None:
        scene = Scene(9.0, admission=Admission(1))
        holder = asyncio.ensure_future(scene.send(READ))
        await settle()
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.5):
                await scene.send(READ)
        assert not isinstance(caught.value, CallTimeoutError)
        await holder
        assert scene.admission.in_flight == 0


class TestBudget:
    """How much more an outage costs."""

    @in_virtual_time
    async def test_an_outage_costs_an_account_twenty_retries(self) -> None:
        scene = Scene(answer(503))
        for _ in range(100):
            await scene.error(READ)
        assert len(scene.transport.sent) == 100 + 20

    @in_virtual_time
    async def test_a_flood_of_429s_costs_an_account_fifty(self) -> None:
        scene = Scene(answer(429))
        for _ in range(100):
            await scene.error(READ)
        assert len(scene.transport.sent) == 100 + 50

    @in_virtual_time
    async def test_a_success_after_a_retry_returns_its_cost(self) -> None:
        scene = Scene(answer(503), answer(200))
        await scene.send(READ)
        assert scene.desk.limits().retry_tokens == 100

    @in_virtual_time
    async def test_a_success_at_first_earns_one(self) -> None:
        scene = Scene(*[answer(503)] * 4, answer(200))
        await scene.error(READ)
        await scene.send(READ)
        assert scene.desk.limits().retry_tokens == 100 - 3 * 5 + 1


class TestTheLimitThatAdapts:
    """What answers teach about how much is too much."""

    @in_virtual_time
    async def test_a_429_lowers_it(self) -> None:
        scene = Scene(answer(429), policy=RetryPolicy(max_retries=0))
        await scene.error(READ)
        assert scene.desk.limits().concurrency_limit < 10

    @pytest.mark.parametrize(
        ("status", "limit"), [(200, 2), (404, 2), (499, 2), (500, 1), (503, 1)]
    )
    def test_all_answers_but_failures_raise_it_again(self, status: int, limit: int) -> None:
        @in_virtual_time
        async def test() -> None:
            never = RetryPolicy(max_retries=0)
            scene = Scene(*[answer(429)] * 20, answer(status), policy=never)
            for _ in range(20):
                await asyncio.sleep(1)  # what was sent before the last decrease says nothing new
                await scene.error(READ)
            assert scene.desk.limits().concurrency_limit == 1
            with contextlib.suppress(TaskRouterError):
                await scene.send(READ)
            assert scene.desk.limits().concurrency_limit == limit

        test()

    @in_virtual_time
    async def test_a_429_for_a_rate_leaves_it_alone(self) -> None:
        used_up = answer(429, x_rate_limit_limit="50", x_rate_limit_remaining="0")
        scene = Scene(used_up, policy=RetryPolicy(max_retries=0))
        await scene.error(READ)
        assert scene.desk.limits().concurrency_limit == 10

    @in_virtual_time
    async def test_too_many_who_wait_are_refused_without_a_request(self) -> None:
        scene = Scene(1.0, admission=Admission(1, max_waiting=1))
        held = [asyncio.ensure_future(scene.send(READ)) for _ in range(2)]
        await settle()
        error = await scene.error(READ)
        assert (type(error), error.attempts) == (AccountOverloadedError, 0)
        await asyncio.gather(*held)
        assert len(scene.transport.sent) == 2


class TestWhoIsTold:
    """What listeners and the log hear."""

    @in_virtual_time
    async def test_a_listener_hears_of_each_request_and_retry(self) -> None:
        scene = Scene(answer(503, twilio_request_id="RQ1"), LOST, answer(200), chance=lambda: 1.0)
        await scene.send(READ)
        which = ("GET", TASKS + "/{Sid}")
        assert scene.events == [
            RequestStarted(1, *which, 1, 0.0),
            RequestEnded(1, *which, 1, 0.0, 503, "ServerError", "RQ1"),
            RetryScheduled(1, *which, 1, "ServerError", 0.1),
            RequestStarted(1, *which, 2, 0.0),
            RequestEnded(1, *which, 2, 0.0, None, "ConnectionLostError", None),
            RetryScheduled(1, *which, 2, "ConnectionLostError", 0.2),
            RequestStarted(1, *which, 3, 0.0),
            RequestEnded(1, *which, 3, 0.0, 200, None, None),
        ]

    @in_virtual_time
    async def test_each_call_has_a_number_and_says_how_long_it_waited(self) -> None:
        scene = Scene(1.0, admission=Admission(1))
        await asyncio.gather(scene.send(READ), scene.send(READ))
        begun = [event for event in scene.events if isinstance(event, RequestStarted)]
        assert [(event.number, event.waited) for event in begun] == [(1, 0.0), (2, 1.0)]

    @in_virtual_time
    async def test_a_request_that_is_cancelled_ends_too(self) -> None:
        scene = Scene(9.0)
        call = asyncio.ensure_future(scene.send(READ))
        await settle()
        call.cancel()
        await asyncio.wait({call})
        ended = scene.events[-1]
        assert isinstance(ended, RequestEnded)
        assert ended.error == "CancelledError"

    def test_the_log_names_paths_by_their_blanks(self, caplog: pytest.LogCaptureFixture) -> None:
        @in_virtual_time
        async def test() -> None:
            await Scene(LOST, answer(200)).send(READ)

        with caplog.at_level(logging.DEBUG, "taskrouter_async"):
            test()
        path = f"GET {TASKS}/{{Sid}}"
        ours = [each for each in caplog.records if each.name.startswith("taskrouter_async")]
        assert [each.getMessage() for each in ours] == [
            f"{path} attempt 1: ConnectionLostError after 0.000 s",
            f"{path} again in 0.000 s",
            f"{path} attempt 2: 200 after 0.000 s",
        ]

    def test_the_log_is_silent_above_debug(self, caplog: pytest.LogCaptureFixture) -> None:
        @in_virtual_time
        async def test() -> None:
            await Scene(LOST, answer(200)).send(READ)

        with caplog.at_level(logging.INFO, "taskrouter_async"):
            test()
        assert caplog.messages == []


class TestClosing:
    """How calls end when their client does."""

    @in_virtual_time
    async def test_what_is_in_the_air_ends_typed_after_the_grace(self) -> None:
        scene = Scene(9.0)
        call = asyncio.ensure_future(scene.error(READ))
        await settle()
        await scene.attempts.aclose(grace=2.0)
        assert type(await call) is ClosedError
        assert virtual_loop().time() == 2.0

    @in_virtual_time
    async def test_what_ends_within_the_grace_is_answered(self) -> None:
        scene = Scene(1.0)
        call = asyncio.ensure_future(scene.send(READ))
        await settle()
        await scene.attempts.aclose(grace=2.0)
        assert (await call).response.status == 200
        assert virtual_loop().time() == 1.0

    @in_virtual_time
    async def test_who_waits_for_a_turn_ends_typed(self) -> None:
        scene = Scene(9.0, admission=Admission(1))
        calls = [asyncio.ensure_future(scene.error(READ)) for _ in range(2)]
        await settle()
        await scene.attempts.aclose(grace=0.0)
        assert [type(error) for error in await asyncio.gather(*calls)] == [ClosedError] * 2
        assert len(scene.transport.sent) == 1

    @in_virtual_time
    async def test_who_pauses_before_a_retry_ends_typed(self) -> None:
        scene = Scene(answer(503), chance=lambda: 1.0, policy=RetryPolicy(backoff=(5.0, 5.0)))
        call = asyncio.ensure_future(scene.error(READ))
        await settle()
        await scene.attempts.aclose(grace=1.0)
        error = await call
        assert (type(error), error.attempts) == (ClosedError, 1)
        assert virtual_loop().time() == 1.0

    @in_virtual_time
    async def test_a_closing_that_is_cancelled_ends_everything_at_once(self) -> None:
        scene = Scene(9.0)
        call = asyncio.ensure_future(scene.error(READ))
        await settle()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await scene.attempts.aclose(grace=5.0)
        assert type(await call) is ClosedError
        assert virtual_loop().time() == 0.5

    @in_virtual_time
    async def test_two_closings_wait_for_the_same(self) -> None:
        scene = Scene(1.0)
        call = asyncio.ensure_future(scene.send(READ))
        await settle()
        await asyncio.gather(*(scene.attempts.aclose(grace=5.0) for _ in range(2)))
        await call
        assert virtual_loop().time() == 1.0

    @in_virtual_time
    async def test_nothing_to_wait_for_costs_no_time(self) -> None:
        scene = Scene()
        await scene.send(READ)
        await scene.attempts.aclose(grace=5.0)
        await scene.attempts.aclose(grace=5.0)
        assert virtual_loop().time() == 0.0


@in_virtual_time
async def test_a_call_that_is_cancelled_anywhere_leaves_no_permit_behind() -> None:
    """A call that is cancelled anywhere leaves no permit behind."""
    for turns in range(40):
        scene = Scene(answer(429), 0.5, LOST, answer(200), admission=Admission(1))
        calls = [asyncio.ensure_future(scene.send(READ)) for _ in range(3)]
        await settle(turns)
        calls[turns % 3].cancel()
        await asyncio.wait(calls)
        assert scene.admission.in_flight == 0


@in_virtual_time
async def test_distrust_is_handed_on() -> None:
    """Distrust is handed on."""
    scene = Scene()
    scene.attempts.distrust()
    assert scene.transport.distrusted == 1


SEARCH = Call(Operation("GET", TASKS, Task), SIDS, (("EvaluateTaskAttributes", "a == 1"),))


class TestRates:
    """Calls of a kind that has a rate, three a second."""

    @in_virtual_time
    async def test_they_are_kept_apart(self) -> None:
        scene = Scene()
        await asyncio.gather(*(scene.send(SEARCH) for _ in range(4)))
        assert scene.transport.times == pytest.approx([0, 1 / 3, 2 / 3, 1])

    @in_virtual_time
    async def test_they_are_kept_apart_after_they_have_waited_for_permits_too(self) -> None:
        scene = Scene(*[2.0] * 5, answer(), admission=Admission(5))
        held = [asyncio.ensure_future(scene.send(READ)) for _ in range(5)]
        await settle()
        await asyncio.gather(*(scene.send(SEARCH) for _ in range(5)), *held)
        assert scene.transport.times[5:] == pytest.approx([2 + n / 3 for n in range(5)], abs=0.01)

    @in_virtual_time
    async def test_they_are_kept_apart_after_a_pause_too(self) -> None:
        scene = Scene(
            answer(429, retry_after="5"),
            answer(),
            admission=Admission(100, chance=lambda: 0.0),
            policy=RetryPolicy(max_retries=0),
        )
        calls = [asyncio.ensure_future(scene.send(SEARCH)) for _ in range(6)]
        await asyncio.wait(calls)
        assert isinstance(calls[0].exception(), RateLimitedError)
        assert scene.transport.times[1:] == pytest.approx([5 + n / 3 for n in range(5)], abs=0.01)


@in_virtual_time
async def test_whoever_may_not_enter_takes_no_turn() -> None:
    """A caller from elsewhere is refused before it can wait among those who are at home."""
    scene = Scene()

    def refuse() -> None:
        raise WrongLoopError("elsewhere")

    scene.transport.enter = refuse  # type: ignore[method-assign]
    with pytest.raises(WrongLoopError):
        await scene.send(READ)
    assert (scene.admission.in_flight, scene.transport.sent) == (0, [])


class TestAPauseWhileOthersWait:
    """What the service asks for while a call waits for its turn."""

    @in_virtual_time
    async def test_who_has_waited_for_a_permit_waits_for_the_pause_as_well(self) -> None:
        scene = Scene(
            1.0,
            answer(429, retry_after="5"),
            answer(),
            admission=Admission(1, chance=lambda: 0.0),
            policy=RetryPolicy(max_retries=0),
        )
        first = asyncio.ensure_future(scene.send(READ))
        await settle()
        second = asyncio.ensure_future(scene.error(READ))
        await settle()
        await scene.send(READ)
        await asyncio.gather(first, second)
        assert scene.transport.times == [0.0, 1.0, 6.0]

    @in_virtual_time
    async def test_who_has_no_time_for_the_pause_is_told_at_once(self) -> None:
        scene = Scene(
            1.0,
            answer(429, retry_after="5"),
            admission=Admission(1),
            policy=RetryPolicy(max_retries=0),
        )
        first = asyncio.ensure_future(scene.send(READ))
        await settle()
        errors = await asyncio.gather(*(scene.error(READ, seconds=4.0) for _ in range(2)))
        await first
        assert [type(error) for error in errors] == [RateLimitedError] * 2
        assert virtual_loop().time() == 1.0
        assert scene.admission.in_flight == 0


@in_virtual_time
async def test_a_listener_that_raises_reaches_no_call() -> None:
    """A listener's trouble is logged, and the call is answered."""

    def fail(_: object) -> None:
        raise RuntimeError("mine")

    scene = Scene(listener=fail)
    assert (await scene.send(READ)).response.status == 200


@in_virtual_time
async def test_without_a_listener_nobody_is_told() -> None:
    """A client without a listener tries again all the same."""
    scene = Scene(LOST, answer(503), answer(), listener=None)
    assert (await scene.send(READ)).info.attempts == 3
    assert scene.events == []
