"""An operation with its blanks filled in is a call: its own key, and its own request."""

from urllib.parse import parse_qsl, urlsplit

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from support import TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Call
from taskrouter_async.resources.task_queues import FETCH_REAL_TIME_STATISTICS as OF_TASK_QUEUE
from taskrouter_async.resources.workers import FETCH_REAL_TIME_STATISTICS as OF_WORKERS
from taskrouter_async.resources.workspaces import FETCH_REAL_TIME_STATISTICS as OF_WORKSPACE

WORKSPACE = (("WorkspaceSid", WORKSPACE_SID),)


def test_the_blanks_of_the_path_are_filled() -> None:
    """Each blank takes the SID of its name."""
    call = Call(OF_TASK_QUEUE, (*WORKSPACE, ("TaskQueueSid", TASK_QUEUE_SID)))

    request = call.request()

    assert request.method == "GET"
    assert request.target == (
        f"/v1/Workspaces/{WORKSPACE_SID}/TaskQueues/{TASK_QUEUE_SID}/RealTimeStatistics"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_argument_survives_the_query(value: str) -> None:
    """An argument's value arrives as one parameter, whatever is in it."""
    call = Call(OF_WORKSPACE, WORKSPACE, (("TaskChannel", value),))

    query = urlsplit("http://host" + call.request().target).query

    assert parse_qsl(query, keep_blank_values=True, strict_parsing=True) == [("TaskChannel", value)]


def test_equal_calls_are_one_key() -> None:
    """Two calls that ask for the same thing are equal and hash alike."""
    first, second = Call(OF_WORKSPACE, WORKSPACE), Call(OF_WORKSPACE, WORKSPACE)

    assert first == second
    assert len({first, second}) == 1


def test_different_calls_are_different_keys() -> None:
    """Another operation, another SID and another argument each make another key."""
    call = Call(OF_WORKSPACE, WORKSPACE)

    keys = {
        call,
        Call(OF_WORKERS, WORKSPACE),
        Call(OF_WORKSPACE, (("WorkspaceSid", "WS" + "9" * 32),)),
        evolve(call, arguments=(("TaskChannel", "voice"),)),
    }

    assert len(keys) == 4
