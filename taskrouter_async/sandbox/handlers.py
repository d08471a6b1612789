"""What each path of the sandbox answers."""

from collections.abc import Callable

from aiohttp import web

from taskrouter_async.sandbox import answers, statistics
from taskrouter_async.sandbox.floor import CHANNELS, Floor
from taskrouter_async.sandbox.statistics import Body
from taskrouter_async.sandbox.world import SandboxAccount, World

ACCOUNT: web.RequestKey[SandboxAccount] = web.RequestKey("account", SandboxAccount)


class Handlers:
    """The statistics of a world over HTTP.

    Args:
        world: What is served.
        clock: Seconds that never run backwards; the floors follow it.
    """

    def __init__(self, world: World, clock: Callable[[], float]) -> None:
        self._world = world
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return the paths, fixed ones before those with a SID in the same place."""
        workspace = "/v1/Workspaces/{workspace_sid}"
        return [
            web.get(f"{workspace}/RealTimeStatistics", self._workspace),
            web.get(f"{workspace}/Workers/RealTimeStatistics", self._workers),
            web.get(f"{workspace}/TaskQueues/{{sid}}/RealTimeStatistics", self._task_queue),
            web.get(f"{workspace}/Workflows/{{sid}}/RealTimeStatistics", self._workflow),
        ]

    async def _workspace(self, request: web.Request) -> web.Response:
        floor = self._floor(request)
        return _answer(request, statistics.of_workspace(floor, _channel(request)))

    async def _workers(self, request: web.Request) -> web.Response:
        _channel(request)  # accepted, although workers have no channel
        return _answer(request, statistics.of_workers(self._floor(request)))

    async def _task_queue(self, request: web.Request) -> web.Response:
        floor, sid = self._floor(request), request.match_info["sid"]
        for queue in floor.task_queues:
            if queue.sid == sid:
                body = statistics.of_task_queue(floor, queue, _channel(request))
                return _answer(request, {"task_queue_sid": sid, **body})
        raise answers.not_found(request.path)

    async def _workflow(self, request: web.Request) -> web.Response:
        floor, sid = self._floor(request), request.match_info["sid"]
        if sid not in floor.workflow_sids:
            raise answers.not_found(request.path)
        body = statistics.of_workflow(floor, sid, _channel(request))
        return _answer(request, {"workflow_sid": sid, **body})

    def _floor(self, request: web.Request) -> Floor:
        key = request[ACCOUNT].account_sid, request.match_info["workspace_sid"]
        floor = self._world.floors.get(key)
        if floor is None:
            raise answers.not_found(request.path)
        floor.advance(self._clock())
        return floor


def _channel(request: web.Request) -> str | None:
    channel = request.query.get("TaskChannel")
    if channel is None or channel in CHANNELS:
        return channel
    raise answers.invalid("TaskChannel")


def _answer(request: web.Request, body: Body) -> web.Response:
    identity = {
        "account_sid": request[ACCOUNT].account_sid,
        "workspace_sid": request.match_info["workspace_sid"],
        "url": str(request.url.with_query(None)),
    }
    return web.json_response({**identity, **body})
