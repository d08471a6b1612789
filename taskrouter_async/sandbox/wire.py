"""How requests are read and refusals are written, whoever serves them."""

from collections.abc import Mapping
from typing import Final, TypeGuard
from uuid import uuid4

from aiohttp import web

from taskrouter_async.sandbox.api.routes import MethodRefusalError
from taskrouter_async.sandbox.state.refusals import RefusalError

# A workflow's configuration of 1,038,576 bytes, each written as %XX.
LARGEST_BODY: Final = 4 * 1024 * 1024

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


async def read_body(request: web.BaseRequest) -> bytes:
    """Return the whole body of a request.

    Raises:
        RefusalError: It is too large.
    """
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RefusalError(413, 20413, "The request's body is too large")
    return bytes(body)


def is_object(document: object) -> TypeGuard[dict[str, object]]:
    """Tell whether what was read from JSON is an object."""
    return isinstance(document, dict)


def is_array(document: object) -> TypeGuard[list[object]]:
    """Tell whether what was read from JSON is an array."""
    return isinstance(document, list)


def named() -> dict[str, str]:
    """Return the header by which a request can be spoken of."""
    return {"Twilio-Request-Id": f"RQ{uuid4().hex}"}


def refusal_response(refusal: RefusalError, headers: Mapping[str, str]) -> web.Response:
    """Return a refusal in the vendor's form."""
    response = web.json_response(
        {
            "code": refusal.code,
            "message": refusal.message,
            "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
            "status": refusal.status,
        },
        status=refusal.status,
        headers=headers,
    )
    if isinstance(refusal, MethodRefusalError):
        response.headers["Allow"] = refusal.allowed
    if refusal.status == 401:  # noqa: PLR2004 - the status that asks for credentials
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response
