"""A sandbox to talk to in few words."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeAlias

import aiohttp
import pytest
from attrs import define

from taskrouter_async.sandbox import Sandbox
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.settings.workspaces import found

Reply: TypeAlias = tuple[int, Any, Mapping[str, str]]
Value: TypeAlias = str | int | list[str]


@define
class Api:
    """The API of one workspace, over real HTTP: paths are below the workspace's."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    floor: Floor

    @property
    def home(self) -> str:
        return f"/v1/Workspaces/{self.floor.workspace.sid}"

    async def get(self, path: str, **query: Value) -> Reply:
        return await self.call("GET", self.home + path, query=query)

    async def post(
        self, path: str, *, headers: Mapping[str, str] | None = None, **form: Value
    ) -> Reply:
        return await self.call("POST", self.home + path, form=form, headers=headers)

    async def delete(self, path: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        return await self.call("DELETE", self.home + path, headers=headers)

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Value] | None = None,
        form: Mapping[str, Value] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request and return its status, its document and its headers."""
        url = path if path.startswith("http") else self.sandbox.base_url + path
        sent = self.session.request(
            method,
            url,
            params=_pairs(query or {}) or None,
            data=_pairs(form) if form is not None else None,
            headers=headers,
        )
        async with sent as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None, response.headers


def _pairs(values: Mapping[str, Value]) -> list[tuple[str, str]]:
    return [
        (name, str(each))
        for name, value in values.items()
        for each in (value if isinstance(value, list) else [value])
    ]


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """A sandbox with a virtual clock and one workspace from the template NONE."""
    async with Sandbox(workspaces=0, clock="virtual") as sandbox:
        floor = found(sandbox._world, sandbox.account_sid, "Test")
        login = aiohttp.encode_basic_auth(sandbox.account_sid, sandbox.auth_token)
        async with aiohttp.ClientSession(headers={"Authorization": login}) as session:
            yield Api(sandbox, session, floor)
