"""From an HTTP request to a handler and back."""

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from aiohttp import web
from attrs import define, field

from taskrouter_async.sandbox.api.asking import Answer, Ask
from taskrouter_async.sandbox.api.routes import Routes
from taskrouter_async.sandbox.faults.orders import Faults
from taskrouter_async.sandbox.faults.races import overtake
from taskrouter_async.sandbox.faults.strikes import suffer
from taskrouter_async.sandbox.logins import Logins
from taskrouter_async.sandbox.rates import Rates
from taskrouter_async.sandbox.routing.offers import dispatch
from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.refusals import RefusalError, refused
from taskrouter_async.sandbox.wire import FORM, JSON, named, read_body, refusal_response
from taskrouter_async.sandbox.world import World

MOST_PATHS_COUNTED: Final = 10_000
OTHER_PATHS: Final = "others"

_NOTHING: Final = Fields({})
_REQUESTS_PER_SECOND: Final = 100


@define(eq=False)
class Pipeline:
    """Serve a world: who asks, what for, with what; then the answer in the vendor's form.

    Attributes:
        counts: How often each path was asked for, refused requests included.
    """

    _world: World
    _routes: Routes
    _catch_up: Callable[[], None]
    _logins: Logins
    _faults: Faults
    _rates: Rates | None
    counts: Counter[str] = field(init=False, factory=Counter)

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request; whatever it is, it is answered in the vendor's form."""
        self._count(request.path)
        if self._rates is None:
            return await self._struck(request) if self._faults else await self._served(request)
        with self._rates.in_the_air(self._logins.find(request)):
            return await self._struck(request)

    def _count(self, path: str) -> None:
        # Paths are the callers' to invent: beyond so many, new ones share one line.
        known = path in self.counts or len(self.counts) < MOST_PATHS_COUNTED
        self.counts[path if known else OTHER_PATHS] += 1

    async def _struck(self, request: web.BaseRequest) -> web.StreamResponse:
        strike = self._faults.strike(request.method, request.rel_url.raw_path)
        return await suffer(request, strike, partial(self._served, request))

    async def _served(
        self,
        request: web.BaseRequest,
        is_race: bool = False,  # noqa: FBT001, FBT002
    ) -> web.Response:
        headers = _headers()
        try:
            return _written(await self._answer(request, headers, is_race=is_race), headers)
        except RefusalError as refusal:
            return refusal_response(refusal, headers)

    async def _answer(
        self, request: web.BaseRequest, headers: dict[str, str], *, is_race: bool
    ) -> Answer:
        account = self._logins.account(request)
        path = request.rel_url.raw_path
        handler, sids = self._routes.find(request.method, path)
        query = Fields.read(request.query_string) if request.query_string else _NOTHING
        form, document = await _body(request)
        # From here on nothing is awaited: no other request sees half a change.
        self._catch_up()
        ask = Ask(
            world=self._world,
            account=account,
            base_url=f"{request.scheme}://{request.host}",
            path=path,
            sids=sids,
            query=query,
            form=form,
            document=document,
            if_match=request.headers.get("If-Match"),
        )
        if self._rates is not None:
            self._rates.take(ask, request.method, headers)
        if is_race:
            overtake(ask)
        answer = handler(ask)
        if request.method != "GET":
            _dispatch(ask)
        return answer


def _dispatch(ask: Ask) -> None:
    # After the answer was written: the vendor too shows a new task before it is offered.
    if ask.sids and ask.sids[0] in ask.floors:
        dispatch(ask.floors[ask.sids[0]])


def _written(answer: Answer, headers: dict[str, str]) -> web.Response:
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.document is None:
        return web.Response(status=answer.status, headers=headers)
    headers["Content-Type"] = JSON
    body = json.dumps(answer.document, separators=(",", ":")).encode()
    return web.Response(body=body, status=answer.status, headers=headers)


async def _body(request: web.BaseRequest) -> tuple[Fields | None, object]:
    if not request.body_exists:
        return _NOTHING, None
    body = await read_body(request)
    if request.method != "POST" or not body:
        return _NOTHING, None
    try:
        text = body.decode()
        if request.content_type == FORM:
            return Fields.read(text), None
        if request.content_type == JSON:
            return None, json.loads(text)
    except (ValueError, RecursionError):
        raise refused("The request's body cannot be read") from None
    raise refused(f"The request's Content-Type must be {FORM}")


def _headers() -> dict[str, str]:
    return {
        **named(),
        "X-Rate-Limit-Limit": str(_REQUESTS_PER_SECOND),
        "X-Rate-Limit-Remaining": str(_REQUESTS_PER_SECOND - 1),
        "X-Rate-Limit-Config": "default",
    }
