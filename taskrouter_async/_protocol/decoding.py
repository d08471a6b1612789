"""An answer becomes a model, or the error that it stands for."""

import json
from types import NoneType
from typing import Final, TypeVar, cast

from taskrouter_async._protocol.fast import AT_ONCE, Steps, decode_fast, decode_page_fast
from taskrouter_async._protocol.judge import structure
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Operation
from taskrouter_async._protocol.retry_after import retry_after_seconds
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
from taskrouter_async.models import Document, Page, PageMeta, Versioned
from taskrouter_async.models._answer import load_json

T = TypeVar("T")

_LONGEST_MESSAGE: Final = 500

_REFUSALS: Final[dict[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    412: PreconditionFailedError,
    429: RateLimitedError,
}


def decode(operation: Operation[T], response: Response) -> T:
    """Return what the service answered.

    Raises:
        ApiError: The service refused.
        ProtocolError: The answer makes no sense.
    """
    _require_success(response)
    if operation.result is NoneType:
        return cast("T", None)
    instance = decode_fast(response.body, operation.result)
    if instance is None:
        instance = _judged(parse(response.body), operation.result, response.body)
    if isinstance(instance, Versioned):
        object.__setattr__(instance, "etag", response.headers.get("etag"))
    return instance


def decode_page(operation: Operation[T], response: Response) -> Steps[Page[T]]:
    """Make the page of a listing of what the service answered, in steps.

    Raises:
        ApiError: The service refused.
        ProtocolError: The answer makes no sense.
    """
    _require_success(response)
    page = yield from decode_page_fast(response.body, operation.result, operation.list_key)
    if page is None:
        document = parse(response.body)
        page = yield from _judged_page(document, operation.result, operation.list_key)
    return page


def _require_success(response: Response) -> None:
    if not 200 <= response.status < 300:  # noqa: PLR2004 - the class of statuses that mean success
        raise refusal(response)


def _judged(document: Document, model: type[T], raw: bytes, at: str = "$") -> T:
    instance = structure(document, model, at)
    object.__setattr__(instance, "raw", raw)
    return instance


def _judged_page(document: Document, model: type[T], list_key: str) -> Steps[Page[T]]:
    members = document if isinstance(document, dict) else {}
    items = members.get(list_key)
    if not isinstance(items, list):
        raise DecodingError(f"the page has no array {list_key}", path=f"$.{list_key}")
    judged: list[T] = []
    for number, item in enumerate(items):
        raw = json.dumps(item).encode()
        judged.append(_judged(item, model, raw, f"$.{list_key}[{number}]"))
        if len(judged) % AT_ONCE == 0:
            yield
    return Page(tuple(judged), structure(members.get("meta"), PageMeta, "$.meta"))


def parse(body: bytes) -> Document:
    """Return the JSON document in the body, which must be UTF-8 as RFC 8259 asks.

    Raises:
        DecodingError: It is none; NaN and Infinity are none either.
    """
    # The charset of a Content-Type is not consulted: a wrong one would change the text.
    # A number beyond all floats is told of later, by the name of its member.
    return load_json(body, "the body", members=_members, number=float)


def _members(pairs: list[tuple[str, Document]]) -> dict[str, Document]:
    # A member that stands twice counts with its last value, but for the one that says whose it is.
    members = dict(pairs)
    if len(members) < len(pairs) and [name for name, _ in pairs].count("account_sid") > 1:
        raise ValueError("whose answer this is stands in it twice")
    return members


def refusal(response: Response) -> TaskRouterError:
    """Return the error that an answer without success stands for."""
    status = response.status
    if 300 <= status < 400:  # noqa: PLR2004 - the class of statuses that point elsewhere
        return UnexpectedRedirectError(f"the service answered {status}, which points elsewhere")
    if status < 400:  # noqa: PLR2004 - the rest below the refusals is no final answer
        return ProtocolError(f"the service answered {status}, which is no final answer")
    details = _details(response.body)
    code = details.get("code") if type(details.get("code")) is int else None
    more_info = details.get("more_info")
    return _class_of(status)(
        _message(status, code, details.get("message")),
        status=status,
        code=code if isinstance(code, int) else None,
        more_info=more_info if isinstance(more_info, str) else None,
        request_id=response.headers.get("twilio-request-id"),
        retry_after=retry_after_seconds(response.headers),
    )


def _class_of(status: int) -> type[ApiError]:
    if status >= 500:  # noqa: PLR2004 - the class of statuses that mean a failed server
        return ServerError
    return _REFUSALS.get(status, ApiError)


def _details(body: bytes) -> dict[str, Document]:
    # Between us and the service sit balancers whose errors are HTML or empty.
    try:
        document = parse(body)
    except DecodingError:
        return {}
    return document if isinstance(document, dict) else {}


def _message(status: int, code: Document, text: Document) -> str:
    known = f"{status}" if code is None else f"{status} ({code})"
    if not isinstance(text, str) or not text:
        return f"the service answered {known}"
    # The text may echo what a stranger typed: no line of a log shall end in the middle of it.
    printable = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:_LONGEST_MESSAGE])
    return f"the service answered {known}: {printable[:_LONGEST_MESSAGE]}"
