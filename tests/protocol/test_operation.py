"""An operation with its blanks filled in is a call: its own key, and its own request."""

from urllib.parse import parse_qsl, urlsplit

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from support import TASK_QUEUE_SID, WORKSPACE_SID

from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.models import Answer
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


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_argument_survives_a_form(value: str) -> None:
    """The same holds for a form, where an empty text is a value too."""
    posted = Operation("POST", "/v1/Workspaces/{WorkspaceSid}", Answer)
    body = Call(posted, WORKSPACE, (("FriendlyName", value),)).request().body or b""

    assert parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True) == [
        ("FriendlyName", value)
    ]


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


def test_a_call_does_not_show_its_form() -> None:
    """A form may hold a password: a call's repr names the operation and nothing of what is sent."""
    call = Call(OF_WORKSPACE, WORKSPACE, (("SipAuthPassword", "hush"),), json='{"hush": 1}')

    assert "hush" not in repr(call)
    assert "RealTimeStatistics" in repr(call)


def test_the_verb_decides_where_arguments_go() -> None:
    """GET asks in the query, POST in a form or in JSON; a version goes along as If-Match."""
    arguments = (("FriendlyName", "a b&c"),)
    posted = Operation("POST", "/v1/Workspaces/{WorkspaceSid}", Answer)

    form = Call(posted, WORKSPACE, arguments, if_match="7").request()
    written = Call(posted, WORKSPACE, json='{"queueSids":[]}').request()
    asked = Call(OF_WORKSPACE, WORKSPACE, arguments).request()

    assert form.target == f"/v1/Workspaces/{WORKSPACE_SID}"
    assert form.body == b"FriendlyName=a+b%26c"
    assert dict(form.headers) == {
        "If-Match": "7",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert (written.body, dict(written.headers)) == (
        b'{"queueSids":[]}',
        {"Content-Type": "application/json"},
    )
    assert asked.target.endswith("?FriendlyName=a+b%26c")
    assert asked.body is None
