"""Serve the real-time statistics of some workspaces with Starlette, all from one client.

Which workspaces these are stands in WORKSPACE_SIDS, separated by spaces; the credentials are read
as `TaskRouterClient.from_env` reads them.
"""

import logging
import math
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypedDict

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from taskrouter_async import CachePolicy, TaskRouterClient, Timeouts
from taskrouter_async.errors import CallTimeoutError, NotFoundError, TaskRouterError
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources import RealTimeStatistics

Handles = dict[str, RealTimeStatistics[WorkspaceRealTimeStatistics]]


class State(TypedDict):
    """What requests find in their ``state``."""

    handles: Handles


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[State]:
    """Open the client when the service starts, in its event loop, and close it when it stops."""
    policy, timeouts = CachePolicy(ttl=5.0), Timeouts(total=3.0, connect=1.0)
    async with TaskRouterClient.from_env(cache=policy, timeouts=timeouts) as client:
        sids = os.environ["WORKSPACE_SIDS"].split()
        yield {"handles": {sid: client.workspaces(sid).real_time_statistics for sid in sids}}


async def one_workspace(request: Request) -> Response:
    """Answer with one workspace; a SID that is not served costs no request."""
    handles: Handles = request.state.handles
    handle = handles.get(request.path_params["sid"])
    if handle is None:
        raise HTTPException(404)
    cached = await handle.fetch_cached()
    statistics, status = cached.value, cached.status
    figures = {
        "age": round(status.age, 3),
        "pending": statistics.tasks_by_status.pending,
        "longest_wait": statistics.longest_task_waiting_age,
    }
    seconds = max(0, math.floor(status.ttl))
    return JSONResponse(figures, headers={"Cache-Control": f"max-age={seconds}"})


async def error_as_status(request: Request, error: Exception) -> Response:
    """Say in HTTP's words what went wrong behind us; the details are for our log only."""
    logging.getLogger(__name__).warning("%s: %s", request.url.path, error)
    status = 504 if isinstance(error, CallTimeoutError) else 502
    if isinstance(error, NotFoundError):
        status = 404
    return JSONResponse({"error": type(error).__name__}, status)


app = Starlette(
    routes=[Route("/workspaces/{sid}", one_workspace)],
    exception_handlers={TaskRouterError: error_as_status},
    lifespan=lifespan,
)
