"""A workspace with a queue, a workflow and a worker, made through the API in few words."""

import json
from typing import Any, TypeAlias

from attrs import define
from sandbox.conftest import Api

Form: TypeAlias = dict[str, Any]


@define
class Centre:
    """What a test about work begins with; every record as the API showed it."""

    api: Api
    activities: dict[str, str]
    queue: dict[str, Any]
    workflow: dict[str, Any]

    @classmethod
    async def open(cls, api: Api) -> "Centre":
        _, body, _ = await api.get("/Activities")
        activities = {each["friendly_name"]: each["sid"] for each in body["activities"]}
        _, queue, _ = await api.post("/TaskQueues", FriendlyName="Everybody")
        return cls(api, activities, queue, await workflow(api, "Main", queue["sid"]))

    async def worker(
        self, name: str = "Ada", activity: str = "Available", **attributes: Any
    ) -> Any:
        """Make a worker."""
        status, body, _ = await self.api.post(
            "/Workers",
            FriendlyName=name,
            ActivitySid=self.activities[activity],
            Attributes=json.dumps(attributes),
        )
        assert status == 201, body
        return body

    async def task(self, **form: Any) -> Any:
        """Make a task."""
        status, body, _ = await self.api.post("/Tasks", **form)
        assert status == 201, body
        return body

    async def show(self, task: Any) -> Any:
        """Return a task as it is now."""
        _, body, _ = await self.api.get(f"/Tasks/{task['sid']}")
        return body

    async def offer(self, worker: dict[str, Any] | None = None, **attributes: Any) -> str:
        """Offer a new task to a new worker; return the path of the reservation."""
        if worker is None:
            await self.worker(contact_uri="client:ada")
        task = await self.task(Attributes=json.dumps(attributes))
        return await self.reservation_of(task)

    async def reservation_of(self, task: Any) -> str:
        """Return the path of the only reservation of a task."""
        _, body, _ = await self.api.get(f"/Tasks/{task['sid']}/Reservations")
        (reservation,) = body["reservations"]
        return f"/Tasks/{task['sid']}/Reservations/{reservation['sid']}"

    async def accepted(self, **attributes: Any) -> str:
        """Let a new worker accept a new task; return the path of the reservation."""
        path = await self.offer(**attributes)
        status, body, _ = await self.api.post(path, ReservationStatus="accepted")
        assert status == 200, body
        return path


async def workflow(api: Api, name: str, queue_sid: str) -> Any:
    """Make a workflow that brings every task to one queue."""
    rules = {"task_routing": {"default_filter": {"queue": queue_sid}}}
    status, body, _ = await api.post(
        "/Workflows", FriendlyName=name, Configuration=json.dumps(rules)
    )
    assert status == 201, body
    return body


def names(body: Any, key: str, member: str = "friendly_name") -> list[str]:
    """Return one member of every record of a list."""
    return [each[member] for each in body[key]]


def unknown(prefix: str) -> str:
    """Return a SID that nothing has."""
    return prefix + "0" * 32
