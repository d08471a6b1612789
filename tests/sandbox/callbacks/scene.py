"""A workspace whose workflow asks a receiver what is to be done with offers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from attrs import define
from sandbox.callbacks.receivers import Receiver
from sandbox.conftest import Api

from taskrouter_async.sandbox import Alert, Sandbox
from taskrouter_async.sandbox.settings.workspaces import found


@define
class Scene:
    """One queue for everybody, one workflow with callbacks, one worker who is available."""

    api: Api
    worker: Any
    queue: Any
    workflow: Any
    activities: dict[str, str]

    @property
    def sandbox(self) -> Sandbox:
        return self.api.sandbox

    @property
    def alerts(self) -> list[tuple[int, str]]:
        return [(each.code, each.message) for each in self.all_alerts()]

    def all_alerts(self) -> tuple[Alert, ...]:
        return self.sandbox.alerts(self.api.floor.workspace.sid)

    async def hire(self, name: str, **attributes: object) -> Any:
        sid = self.activities["Available"]
        _, worker, _ = await self.api.post(
            "/Workers", FriendlyName=name, Attributes=json.dumps(attributes), ActivitySid=sid
        )
        return worker

    async def offer(self, **attributes: object) -> str:
        """Make a task and return its SID; the callback for it may be in the air still."""
        _, task, _ = await self.api.post(
            "/Tasks", WorkflowSid=self.workflow["sid"], Attributes=json.dumps(attributes)
        )
        return str(task["sid"])

    async def task(self, sid: str) -> Any:
        return (await self.api.get(f"/Tasks/{sid}"))[1]

    async def reservations(self, sid: str) -> list[str]:
        """Return the statuses of a task's reservations."""
        _, body, _ = await self.api.get(f"/Tasks/{sid}/Reservations")
        return [each["reservation_status"] for each in body["reservations"]]

    async def decided(self, **attributes: object) -> list[str]:
        """Offer a task, wait for the callbacks, and return what became of its reservations."""
        sid = await self.offer(**attributes)
        await self.sandbox.settle()
        return await self.reservations(sid)


@asynccontextmanager
async def set_up(
    receiver: Receiver, *, fallback: str = "", address: str = "", **options: Any
) -> AsyncIterator[Scene]:
    """Open a sandbox and furnish a workspace whose workflow calls the receiver's ``/assign``."""
    async with Sandbox(workspaces=0, **{"clock": "virtual", **options}) as sandbox:
        floor = found(sandbox._world, sandbox.account_sid, "Test")
        authorization = aiohttp.encode_basic_auth(sandbox.account_sid, sandbox.auth_token)
        headers = {"Authorization": authorization}
        async with aiohttp.ClientSession(headers=headers) as session:
            api = Api(sandbox, session, floor)
            yield await _furnish(api, address or receiver.base_url + "/assign", fallback)


async def _furnish(api: Api, address: str, fallback: str) -> Scene:
    _, body, _ = await api.get("/Activities")
    activities = {each["friendly_name"]: each["sid"] for each in body["activities"]}
    _, queue, _ = await api.post("/TaskQueues", FriendlyName="Everybody")
    rules = {"task_routing": {"default_filter": {"queue": queue["sid"]}}}
    _, workflow, _ = await api.post(
        "/Workflows",
        FriendlyName="Main",
        Configuration=json.dumps(rules),
        AssignmentCallbackUrl=address,
        FallbackAssignmentCallbackUrl=fallback,
    )
    scene = Scene(api, None, queue, workflow, activities)
    scene.worker = await scene.hire("Ada", contact_uri="client:ada")
    return scene
