"""What a strike does to an answer on its way."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from aiohttp import web

from taskrouter_async.sandbox.faults.orders import Strike
from taskrouter_async.sandbox.faults.values import Body, Drop, Status
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.wire import JSON, named, refusal_response

Serve: TypeAlias = Callable[[bool], Awaitable[web.Response]]

_NO_CONTENT: Final = 204
_HTML: Final = b"<html><head><title>502 Bad Gateway</title></head><body>proxy</body></html>\r\n"
_NOT_JSON: Final = b"upstream connect error or disconnect/reset before headers"
_ACCOUNT: Final = re.compile(rb"\b(AC)([0-9a-f]{32})\b")
_RESOURCE: Final = re.compile(rb"\b(EV|TC|W[ACKQRSTW])([0-9a-f]{32})\b")


async def suffer(request: web.BaseRequest, strike: Strike, serve: Serve) -> web.StreamResponse:
    """Answer a request that is struck.

    Args:
        request: What is asked.
        strike: What happens to it.
        serve: Answers as if nothing happened; told whether somebody else is to be faster.
    """
    if strike.seconds:
        await asyncio.sleep(strike.seconds)
    ending = strike.ending
    if isinstance(ending, Status):
        return _refused(ending)
    if isinstance(ending, Drop) and not ending.served:
        return _hung_up(request, web.Response())
    answer = await serve(strike.is_race)
    if isinstance(ending, Drop):
        return await _dropped(request, ending, answer)
    return answer if ending is None else _spoiled(ending, answer)


def _refused(fault: Status) -> web.Response:
    code = 20_000 + fault.status if fault.code is None else fault.code
    headers = named()
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return refusal_response(RefusalError(fault.status, code, fault.message), headers)


async def _dropped(
    request: web.BaseRequest, fault: Drop, answer: web.Response
) -> web.StreamResponse:
    if fault.body_bytes is None:
        return _hung_up(request, answer)
    body = _bytes(answer)
    headers = {name: text for name, text in answer.headers.items() if name != "Content-Length"}
    partial = web.StreamResponse(status=answer.status, headers=headers)
    if answer.status != _NO_CONTENT:
        partial.content_length = len(body)
    await partial.prepare(request)
    await partial.write(body[: fault.body_bytes])
    return _hung_up(request, partial)


def _hung_up(request: web.BaseRequest, answer: web.StreamResponse) -> web.StreamResponse:
    # Closed, not aborted: what was written of an answer arrives.
    request.protocol.force_close()
    return answer


def _spoiled(fault: Body, answer: web.Response) -> web.Response:
    body, usual = _replaced(fault, _bytes(answer))
    status = fault.status or answer.status
    if status == _NO_CONTENT and body:
        status = 200
    headers = {
        name: text
        for name, text in answer.headers.items()
        if name not in {"Content-Length", "Content-Type"}
    }
    headers["Content-Type"] = fault.content_type or usual
    return web.Response(body=body, status=status, headers=headers)


def _replaced(fault: Body, body: bytes) -> tuple[bytes, str]:
    if fault.kind == "html":
        return _HTML, "text/html"
    if fault.kind == "not-json":
        return _NOT_JSON, JSON
    if fault.kind == "truncated":
        return body[: len(body) // 2], JSON
    if fault.kind == "foreign-account":
        return _ACCOUNT.sub(_another, body), JSON
    if fault.kind == "foreign-resource":
        return _RESOURCE.sub(_another, body), JSON
    return b"", JSON


def _another(found: "re.Match[bytes]") -> bytes:
    # The digits backwards: a SID as good as the first, and the same every time.
    return found[1] + found[2][::-1]


def _bytes(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""
