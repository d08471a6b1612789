"""Serve the real-time statistics of some workspaces over HTTP, all from one client.

Which workspaces these are stands in WORKSPACE_SIDS, separated by spaces; the credentials are read
as `TaskRouterClient.from_env` reads them.
"""

import asyncio
import math
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Final

from aiohttp import web  # noqa: TID251 - this is a service

from taskrouter_async import CachePolicy, SessionPool, TaskRouterClient, Timeouts
from taskrouter_async.errors import CallTimeoutError, NotFoundError, TaskRouterError
from taskrouter_async.models import Cached, CacheStatus, WorkspaceRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics

Answer = Cached[WorkspaceRealTimeStatistics]
Handles = dict[str, RealTimeStatistics[WorkspaceRealTimeStatistics]]

CACHE: Final = CachePolicy(ttl=5.0)
TIMEOUTS: Final = Timeouts(total=3.0, connect=1.0)
HANDLES: Final = web.AppKey("HANDLES", Handles)


def make_app(workspace_sids: Iterable[str], timeouts: Timeouts = TIMEOUTS) -> web.Application:
    """Return the service; everything it needs is opened when it starts and closed when it stops."""

    async def taskrouter(app: web.Application) -> AsyncGenerator[None]:
        async with (
            SessionPool(max_connections=20) as pool,
            TaskRouterClient.from_env(cache=CACHE, timeouts=timeouts, pool=pool) as client,
        ):
            app[HANDLES] = {
                sid: client.workspaces(sid).real_time_statistics for sid in workspace_sids
            }
            yield

    app = web.Application(middlewares=[errors_as_statuses])
    app.cleanup_ctx.append(taskrouter)
    app.add_routes(
        [web.get("/workspaces", all_workspaces), web.get("/workspaces/{sid}", one_workspace)]
    )
    return app


async def one_workspace(request: web.Request) -> web.Response:
    """Answer with one workspace; a SID that is not served costs no request."""
    handle = request.app[HANDLES].get(request.match_info["sid"])
    if handle is None:
        raise web.HTTPNotFound
    cached = await handle.fetch_cached()
    return web.json_response(figures(cached), headers=freshness([cached.status]))


async def all_workspaces(request: web.Request) -> web.Response:
    """Answer with every workspace, asked for at the same time; one in trouble spoils no other."""
    handles = request.app[HANDLES]
    outcomes = await asyncio.gather(*map(outcome_of, handles.values()))
    body = {
        sid: {"error": type(outcome).__name__}
        if isinstance(outcome, TaskRouterError)
        else figures(outcome)
        for sid, outcome in zip(handles, outcomes, strict=True)
    }
    served = [outcome.status for outcome in outcomes if isinstance(outcome, Cached)]
    return web.json_response(body, headers=freshness(served))


async def outcome_of(
    handle: RealTimeStatistics[WorkspaceRealTimeStatistics],
) -> Answer | TaskRouterError:
    """Return the statistics, or why there are none."""
    try:
        return await handle.fetch_cached()
    except TaskRouterError as error:
        return error


def figures(cached: Answer) -> dict[str, object]:
    """Return what a dashboard wants to know."""
    statistics = cached.value
    return {
        "age": round(cached.status.age, 3),
        "pending": statistics.tasks_by_status.pending,
        "longest_wait": statistics.longest_task_waiting_age,
        "workers": {
            activity.friendly_name: activity.workers for activity in statistics.activity_statistics
        },
    }


def freshness(served: Iterable[CacheStatus]) -> dict[str, str]:
    """Let browsers and proxies keep an answer for as long as our cache would."""
    seconds = min((status.ttl for status in served), default=0.0)
    return {"Cache-Control": f"max-age={max(0, math.floor(seconds))}"}


@web.middleware
async def errors_as_statuses(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Say in HTTP's words what went wrong behind us; the details are for our log only."""
    try:
        return await handler(request)
    except TaskRouterError as error:
        request.app.logger.warning("%s: %s", request.path, error)
        return web.json_response({"error": type(error).__name__}, status=status_of(error))


def status_of(error: TaskRouterError) -> int:
    """Return 404 for what is not there, 504 for what took too long, 502 for any other trouble."""
    if isinstance(error, NotFoundError):
        return 404
    return 504 if isinstance(error, CallTimeoutError) else 502


if __name__ == "__main__":
    web.run_app(make_app(os.environ["WORKSPACE_SIDS"].split()), host="127.0.0.1", port=8080)
