"""An answer becomes a model or the error that it stands for."""

from types import MappingProxyType

import pytest
from support import response, workspace_document

from taskrouter_async._protocol.decoding import decode, parse, refusal
from taskrouter_async._protocol.messages import Response
from taskrouter_async.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    DecodingError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    TaskRouterError,
    UnexpectedRedirectError,
)
from taskrouter_async.resources.workspaces import FETCH_REAL_TIME_STATISTICS

NOT_FOUND = {
    "code": 20404,
    "message": "The requested resource was not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
    "status": 404,
}


def _plain(status: int, body: bytes) -> Response:
    return Response(status, MappingProxyType({}), body)


def _api_error(answer: Response) -> ApiError:
    error = refusal(answer)
    assert isinstance(error, ApiError)
    return error


def test_success_is_decoded() -> None:
    """An answer with a status of the 200s becomes the operation's model."""
    statistics = decode(FETCH_REAL_TIME_STATISTICS, response(workspace_document()))

    assert statistics.total_tasks == 5


def test_a_refusal_is_raised() -> None:
    """Any other answer is raised as an error."""
    with pytest.raises(NotFoundError):
        decode(FETCH_REAL_TIME_STATISTICS, response(NOT_FOUND, 404))


def test_a_refusal_carries_what_the_service_said() -> None:
    """Status, code, page, request id and the wait are there as facts, the message as text."""
    error = _api_error(response(NOT_FOUND, 404, twilio_request_id="RQ1", retry_after="7"))

    assert (error.status, error.code, error.retry_after) == (404, 20404, 7.0)
    assert error.more_info == "https://www.twilio.com/docs/errors/20404"
    assert error.request_id == "RQ1"
    assert str(error) == ("the service answered 404 (20404): The requested resource was not found")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ApiError),
        (412, PreconditionFailedError),
        (429, RateLimitedError),
        (500, ServerError),
        (503, ServerError),
        (999, ServerError),
        (301, UnexpectedRedirectError),
        (101, ProtocolError),
    ],
)
def test_the_status_decides_the_error(status: int, kind: type[TaskRouterError]) -> None:
    """Each status that a caller can react to differently has a class of its own."""
    assert type(refusal(response({}, status))) is kind


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad Gateway</html>", b"[]", b'"down"', b"\xff", b'{"code": "x"}']
)
def test_a_refusal_needs_no_body(body: bytes) -> None:
    """Balancers answer with HTML or nothing; the status alone makes the error then."""
    error = _api_error(_plain(502, body))

    assert isinstance(error, ServerError)
    assert (error.code, error.more_info, error.request_id) == (None, None, None)
    assert str(error).startswith("the service answered 502")


def test_a_message_cannot_forge_a_log_line() -> None:
    """Control characters are escaped, and a long message is cut."""
    error = _api_error(response({"message": "bad\r\nroot: \x1b[31mlogged in" + "x" * 900}, 400))

    assert "\n" not in str(error)
    assert "\\r\\nroot: \\x1b[31mlogged in" in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize("code", ["x\nINFO forged", True, [1], "20404"])
def test_a_code_is_a_number_or_nothing(code: object) -> None:
    """Whatever else stands in its place is neither shown nor kept."""
    error = _api_error(response({"code": code, "message": "no"}, 400))

    assert error.code is None
    assert str(error) == "the service answered 400: no"


@pytest.mark.parametrize("hint", ["", "-1", "nan", "1e9", "1_0", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_strange_wait_is_no_wait(hint: str) -> None:
    """Only ASCII digits are a number of seconds."""
    assert _api_error(response({}, 429, retry_after=hint)).retry_after is None


def test_a_byte_order_mark_is_skipped() -> None:
    """A body may begin with UTF-8's byte order mark."""
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"a": 1',
        b'{"a": 1} {"b": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        '{"a": 1}'.encode("utf-16"),
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=["empty", "html", "cut", "two", "nan", "inf", "huge", "utf-16", "bytes", "deep"],
)
def test_what_is_not_json_is_an_error(body: bytes) -> None:
    """Anything but one strict JSON document in UTF-8 is a decoding error, never a crash."""
    with pytest.raises(DecodingError, match="the body is not JSON") as failed:
        parse(body)

    assert failed.value.__context__ is None
