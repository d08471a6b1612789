"""What the tests of statistics share."""

import json
from typing import TYPE_CHECKING, Any

from sandbox.routing.floors import Play

from taskrouter_async.sandbox.state.fields import Fields
from taskrouter_async.sandbox.state.records import TaskQueue, Workflow
from taskrouter_async.sandbox.statistics import cumulative
from taskrouter_async.sandbox.statistics.past import Past

if TYPE_CHECKING:
    from sandbox.conftest import Api


class Scene(Play):
    """A workspace that is played by hand and looked at through its API."""

    def __init__(self, api: "Api") -> None:
        self.api = api
        self.floor = api.floor
        self.workspace = api.floor.workspace
        self.timeline = self.workspace.timeline
        activities = list(self.workspace.activities.values())
        self.offline = self.workspace.default_activity
        self.available = next(each for each in activities if each.available)
        self.default = self.channel_named("default")

    def channel_named(self, name: str) -> Any:
        channels = self.workspace.task_channels.values()
        return next(each for each in channels if each.unique_name == name)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        await self.api.sandbox.advance(seconds)

    async def figures(self, path: str, **query: str | int) -> Any:
        """Return what a path answers with."""
        status, body, _ = await self.api.get(path, **query)
        assert status == 200, body
        return body

    async def refusal(self, path: str, **query: str | int) -> tuple[int, int]:
        """Return the status and the code with which a path refuses."""
        status, body, _ = await self.api.get(path, **query)
        assert body["status"] == status
        return status, body["code"]

    async def bulk(self, document: object) -> tuple[int, Any]:
        """Ask for many queues at once."""
        url = f"{self.api.sandbox.base_url}{self.api.home}/TaskQueues/RealTimeStatistics"
        async with self.api.session.post(url, json=document) as response:
            return response.status, json.loads(await response.text())


def figures(
    play: Play,
    of: Workflow | TaskQueue | None = None,
    *,
    channel: str | None = None,
    query: str = "",
) -> dict[str, Any]:
    """Return cumulative figures of a workspace, or of a part of it, without the API."""
    channels = play.workspace.task_channels.values()
    meant = next((each for each in channels if each.unique_name == channel), None)
    fields = Fields.read(query)
    past = Past.asked(play.workspace, fields, meant).split_as_asked(fields)
    if isinstance(of, Workflow):
        return past.figures(cumulative.of_workflow(past.events, of.sid), cumulative.WORKFLOW)
    if isinstance(of, TaskQueue):
        return past.figures(cumulative.of_task_queue(past.events, of.sid), cumulative.TASK_QUEUE)
    return past.figures(past.events, cumulative.WORKSPACE)
