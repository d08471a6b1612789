"""What a test in another process can do to the sandbox itself: faults, clock, counts and alerts.

It is no part of the vendor's API, and faults do not strike it. Whoever has the credentials of one
of the sandbox's accounts may use it, for the whole sandbox. A POST must be JSON and say so, which
no page of the web can do without being asked first.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from aiohttp import web
from attrs import define, field

from taskrouter_async.sandbox.api.routes import MethodRefusalError
from taskrouter_async.sandbox.faults import documents
from taskrouter_async.sandbox.faults.orders import Faults
from taskrouter_async.sandbox.logins import Logins
from taskrouter_async.sandbox.state.refusals import RefusalError, not_found, refused
from taskrouter_async.sandbox.timekeeper import Timekeeper
from taskrouter_async.sandbox.wire import JSON, is_object, named, read_body, refusal_response
from taskrouter_async.sandbox.world import World

PREFIX: Final = "/sandbox/"

_Answer: TypeAlias = tuple[int, Mapping[str, object] | None]
_Serve: TypeAlias = Callable[[object], Awaitable[_Answer]]


@define(eq=False)
class Administration:
    """Answer on the paths below ``/sandbox/``."""

    _world: World
    _logins: Logins
    _faults: Faults
    _counts: Mapping[str, int]
    _time: Timekeeper
    _advance: Callable[[float], Awaitable[None]]
    _paths: Mapping[str, Mapping[str, _Serve]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._paths = {
            "alerts": {"GET": self._list_alerts},
            "clock": {"GET": self._show_clock, "POST": self._turn_clock},
            "faults": {
                "GET": self._list_faults,
                "POST": self._add_fault,
                "DELETE": self._clear_faults,
            },
            "requests": {"GET": self._count_requests},
        }

    async def serve(self, request: web.BaseRequest) -> web.Response:
        """Answer a request; whatever is wrong with it is said in its answer."""
        try:
            self._logins.account(request)
            serve = self._find(request.method, request.rel_url.raw_path)
            document = await _document(request) if request.method == "POST" else None
            status, answer = await serve(document)
        except RefusalError as refusal:
            return refusal_response(refusal, named())
        except ValueError as error:
            return refusal_response(refused(str(error.args[0])), named())
        if answer is None:
            return web.Response(status=status, headers=named())
        return web.json_response(answer, status=status, headers=named())

    def _find(self, verb: str, path: str) -> _Serve:
        verbs = self._paths.get(path.removeprefix(PREFIX))
        if verbs is None:
            raise not_found(path)
        if verb not in verbs:
            raise MethodRefusalError(verbs)
        return verbs[verb]

    async def _list_faults(self, _: object) -> _Answer:
        return 200, {"faults": [documents.write(order) for order in self._faults]}

    async def _add_fault(self, document: object) -> _Answer:
        return 201, documents.write(self._faults.add(documents.read(document)))

    async def _clear_faults(self, _: object) -> _Answer:
        self._faults.clear()
        return 204, None

    async def _show_clock(self, _: object) -> _Answer:
        now = datetime.fromtimestamp(self._time.clock(), UTC)
        return 200, {"clock": self._time.clock.kind, "now": now.isoformat()}

    async def _turn_clock(self, document: object) -> _Answer:
        if not is_object(document) or document.keys() != {"advance"}:
            raise ValueError('The document must be {"advance": seconds}')
        seconds = document["advance"]
        if not isinstance(seconds, int | float):
            raise refused(f"advance must be a number of seconds, not {seconds!r:.50}")
        await self._advance(seconds)
        return await self._show_clock(None)

    async def _count_requests(self, _: object) -> _Answer:
        return 200, {"requests": dict(self._counts), "total": sum(self._counts.values())}

    async def _list_alerts(self, _: object) -> _Answer:
        found = [
            {
                "workspace_sid": floor.workspace.sid,
                "date_created": datetime.fromtimestamp(alert.at, UTC).isoformat(),
                "code": alert.code,
                "message": alert.message,
                "resource_sid": alert.resource_sid,
            }
            for floors in self._world.floors.values()
            for floor in floors.values()
            for alert in floor.workspace.alerts
        ]
        return 200, {"alerts": found}


async def _document(request: web.BaseRequest) -> object:
    if request.content_type != JSON:
        raise refused(f"The request's Content-Type must be {JSON}")
    body = await read_body(request)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise refused("The request's body is no JSON") from None
