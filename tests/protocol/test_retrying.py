"""What may be tried again: it hangs on what a second time would do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import WORKSPACE_SID

from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.retrying import (
    Effect,
    Next,
    ambiguous,
    effect_of,
    hides_an_attempt,
    is_maybe_done,
    judge,
    pause_seconds,
)
from taskrouter_async.config import RetryPolicy
from taskrouter_async.errors import (
    AccountOverloadedError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    CallTimeoutError,
    ClosedError,
    ConnectError,
    ConnectionLostError,
    IdentityMismatchError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitedError,
    ResponseInfo,
    ServerError,
    TaskRouterError,
    TlsError,
)
from taskrouter_async.models import Reservation, Task

SIDS = (("WorkspaceSid", WORKSPACE_SID),)
TASKS = "/v1/Workspaces/{WorkspaceSid}/Tasks"
TASK = TASKS + "/{Sid}"

EVERY = tuple(Effect)
AGAIN = (Effect.READ, Effect.DELETE, Effect.CONDITIONAL)


def _effect(method: str, path: str = TASK, **rest: object) -> Effect:
    return effect_of(Call(Operation(method, path, Task), SIDS, **rest))  # type: ignore[arg-type]


class TestEffect:
    """What carrying a call out a second time would do."""

    def test_a_get_only_reads(self) -> None:
        assert _effect("GET") is Effect.READ

    def test_a_post_whose_answer_may_be_kept_only_reads(self) -> None:
        bulk = Operation("POST", "/v1/Bulk", Task, keep=Keep.REAL_TIME)
        assert effect_of(Call(bulk, SIDS, json="{}")) is Effect.READ

    def test_a_deletion_can_come_twice_with_a_version_or_without(self) -> None:
        assert _effect("DELETE") is Effect.DELETE
        assert _effect("DELETE", if_match="3") is Effect.DELETE

    def test_a_change_that_names_a_version_can_come_twice(self) -> None:
        assert _effect("POST", if_match="3") is Effect.CONDITIONAL

    def test_a_change_of_any_version_names_none(self) -> None:
        assert _effect("POST", if_match="*") is Effect.ONCE

    @pytest.mark.parametrize("path", [TASK, TASKS], ids=["change", "create"])
    def test_everything_else_that_is_sent_happens_once(self, path: str) -> None:
        assert _effect("POST", path) is Effect.ONCE

    def test_an_instruction_happens_once_although_it_names_a_version(self) -> None:
        update = Operation("POST", TASK + "/Reservations/{Sid}", Reservation)
        call = Call(update, SIDS, (("Instruction", "call"), ("CallTo", "+1")), if_match="3")
        assert effect_of(call) is Effect.ONCE


class TestJudge:
    """What to do about an attempt that failed."""

    @pytest.mark.parametrize("effect", EVERY)
    def test_what_was_never_sent_goes_again_whatever_it_is(self, effect: Effect) -> None:
        for error in (ConnectError("x"), CallTimeoutError("x", phase="dns")):
            assert judge(effect, error, maybe_done=False) is Next.SOON

    @pytest.mark.parametrize("effect", EVERY)
    def test_a_429_goes_again_whatever_it_is(self, effect: Effect) -> None:
        error = RateLimitedError("x", status=429)
        assert judge(effect, error, maybe_done=True) is Next.WHEN_TOLD

    @pytest.mark.parametrize("effect", EVERY)
    def test_a_refused_certificate_ends_it(self, effect: Effect) -> None:
        assert judge(effect, TlsError("x"), maybe_done=False) is Next.GIVE_UP

    @pytest.mark.parametrize(
        "error",
        [
            ConnectionLostError("x"),
            CallTimeoutError("x", phase="answer"),
            CallTimeoutError("x", phase="body"),
            ServerError("x", status=500),
            ServerError("x", status=599),
            ApiError("x", status=408),
            ApiError("x", status=425),
        ],
        ids=lambda error: f"{type(error).__name__}",
    )
    def test_what_may_have_happened_goes_again_only_if_twice_is_as_once(
        self, error: TaskRouterError
    ) -> None:
        assert is_maybe_done(error)
        for effect in AGAIN:
            assert judge(effect, error, maybe_done=False) is Next.SOON
        assert judge(Effect.ONCE, error, maybe_done=False) is Next.CHECK

    def test_a_connection_that_was_just_being_closed_costs_no_pause(self) -> None:
        error = ConnectionLostError("x", reused=True)
        for effect in AGAIN:
            assert judge(effect, error, maybe_done=False) is Next.AT_ONCE
        assert judge(Effect.ONCE, error, maybe_done=False) is Next.CHECK

    def test_who_answers_nonsense_is_not_asked_again(self) -> None:
        for error in (ProtocolError("x"), IdentityMismatchError("x")):
            for effect in AGAIN:
                assert judge(effect, error, maybe_done=False) is Next.GIVE_UP
            assert judge(Effect.ONCE, error, maybe_done=False) is Next.CHECK

    @pytest.mark.parametrize(
        "error",
        [
            BadRequestError("x", status=400),
            AuthenticationError("x", status=401),
            PermissionDeniedError("x", status=403),
            NotFoundError("x", status=404),
            ApiError("x", status=409),
            PreconditionFailedError("x", status=412),
            ApiError("x", status=422),
            ClosedError("x"),
            AccountOverloadedError("x"),
        ],
        ids=lambda error: f"{type(error).__name__}",
    )
    def test_a_refusal_is_an_answer(self, error: TaskRouterError) -> None:
        assert not is_maybe_done(error)
        for effect in EVERY:
            assert judge(effect, error, maybe_done=False) is Next.GIVE_UP

    def test_what_is_gone_after_a_lost_deletion_was_deleted_by_it(self) -> None:
        error = NotFoundError("x", status=404)
        assert judge(Effect.DELETE, error, maybe_done=True) is Next.DONE
        assert judge(Effect.CONDITIONAL, error, maybe_done=True) is Next.GIVE_UP

    @pytest.mark.parametrize(
        "error",
        [
            AuthenticationError("x", status=401),
            PermissionDeniedError("x", status=403),
            PreconditionFailedError("x", status=412),
            ClosedError("x"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_no_other_refusal_says_that_a_lost_deletion_was_done(
        self, error: TaskRouterError
    ) -> None:
        assert judge(Effect.DELETE, error, maybe_done=True) is Next.GIVE_UP


class TestWhatHides:
    """Errors that are true of the last attempt, and not of the call."""

    @pytest.mark.parametrize("effect", [Effect.DELETE, Effect.CONDITIONAL])
    def test_another_version_after_a_lost_change_may_be_our_own(self, effect: Effect) -> None:
        error = PreconditionFailedError("x", status=412)
        assert hides_an_attempt(effect, error, maybe_done=True)
        assert not hides_an_attempt(effect, error, maybe_done=False)

    @pytest.mark.parametrize(
        "error",
        [NotFoundError("x", status=404), RateLimitedError("x", status=429), ConnectError("x")],
        ids=lambda error: type(error).__name__,
    )
    def test_that_nothing_was_done_is_no_longer_sure_after_a_lost_change(
        self, error: TaskRouterError
    ) -> None:
        assert hides_an_attempt(Effect.CONDITIONAL, error, maybe_done=True)
        assert not hides_an_attempt(Effect.CONDITIONAL, error, maybe_done=False)
        for effect in (Effect.READ, Effect.DELETE, Effect.ONCE):
            assert not hides_an_attempt(effect, error, maybe_done=True)

    def test_an_error_that_says_maybe_hides_nothing(self) -> None:
        error = ServerError("x", status=503)
        assert not hides_an_attempt(Effect.CONDITIONAL, error, maybe_done=True)


class TestDoubt:
    """The error that says what may have happened."""

    create = Call(Operation("POST", TASKS, Task), SIDS, (("Attributes", "private"),))

    def test_it_names_what_was_asked_without_sids_and_arguments_and_what_came(self) -> None:
        doubt = ambiguous(self.create, ServerError("503: busy", status=503))
        assert str(doubt) == (
            "POST /v1/Workspaces/{WorkspaceSid}/Tasks may have been carried out, or not: 503: busy"
        )

    def test_it_carries_the_answer_and_the_number_of_attempts(self) -> None:
        error = ServerError("x", status=503, retry_after=7.0)
        error.response, error.attempts = ResponseInfo("POST", TASKS, 503, 0.1), 2
        doubt = ambiguous(self.create, error)
        assert doubt.response is error.response
        assert (doubt.attempts, doubt.retry_after) == (2, 7.0)

    def test_a_whole_answer_leaves_a_status_and_no_phase(self) -> None:
        doubt = ambiguous(self.create, ServerError("x", status=503))
        assert (doubt.status, doubt.phase) == (503, None)

    def test_an_answer_that_made_no_sense_leaves_its_status(self) -> None:
        error = ProtocolError("x")
        error.response = ResponseInfo("POST", TASKS, 201, 0.1)
        doubt = ambiguous(self.create, error)
        assert (doubt.status, doubt.phase) == (201, None)

    def test_without_an_answer_there_is_neither(self) -> None:
        doubt = ambiguous(self.create, ProtocolError("x"))
        assert (doubt.status, doubt.phase, doubt.response) == (None, None, None)

    def test_a_broken_answer_leaves_the_phase_and_the_status_if_that_much_came(self) -> None:
        error = ConnectionLostError("x", phase="body")
        doubt = ambiguous(self.create, error)
        assert (doubt.status, doubt.phase) == (None, "body")
        error.status = 201
        doubt = ambiguous(self.create, error)
        assert (doubt.status, doubt.phase) == (201, "body")


class TestPause:
    """How long there is nothing to do."""

    policy = RetryPolicy(backoff=(0.1, 20.0), throttle_backoff=1.0, max_retry_after=30.0)

    def test_the_bound_doubles_up_to_the_longest(self) -> None:
        bounds = [pause_seconds(self.policy, Next.SOON, n, None, 1.0) for n in (1, 2, 3, 8, 9, 999)]
        assert bounds == pytest.approx([0.1, 0.2, 0.4, 12.8, 20.0, 20.0])

    def test_no_number_of_failures_is_too_large(self) -> None:
        assert pause_seconds(self.policy, Next.SOON, 1_000_000, None, 1.0) == 20.0

    def test_after_a_429_it_begins_higher(self) -> None:
        bounds = [pause_seconds(self.policy, Next.WHEN_TOLD, n, None, 1.0) for n in (1, 2, 3, 6)]
        assert bounds == [1.0, 2.0, 4.0, 20.0]

    @given(chance=st.floats(0, 1), failures=st.integers(1, 50))
    def test_it_is_anything_between_0_and_the_bound(self, chance: float, failures: int) -> None:
        bound = pause_seconds(self.policy, Next.SOON, failures, None, 1.0)
        assert pause_seconds(self.policy, Next.SOON, failures, None, chance) == chance * bound

    def test_what_the_service_asks_for_is_waited_and_up_to_half_a_second_more(self) -> None:
        pauses = [pause_seconds(self.policy, Next.WHEN_TOLD, 1, 2.0, c) for c in (0.0, 1.0)]
        assert pauses == [2.0, 2.5]

    def test_a_short_wish_is_exceeded_by_no_more_than_itself(self) -> None:
        pauses = [pause_seconds(self.policy, Next.SOON, 1, 0.2, c) for c in (0.0, 1.0)]
        assert pauses == [0.2, 0.4]

    def test_a_503_may_ask_too(self) -> None:
        assert pause_seconds(self.policy, Next.SOON, 1, 3.0, 0.0) == 3.0

    def test_it_cannot_ask_for_longer_than_allowed(self) -> None:
        assert pause_seconds(self.policy, Next.WHEN_TOLD, 1, 86400.0, 0.0) == 30.0

    def test_a_short_wish_does_not_shorten_the_pause(self) -> None:
        assert pause_seconds(self.policy, Next.WHEN_TOLD, 6, 0.0, 1.0) == 20.0

    def test_a_lost_race_costs_none(self) -> None:
        assert pause_seconds(self.policy, Next.AT_ONCE, 1, 5.0, 1.0) == 0.0
