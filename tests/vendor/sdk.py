"""The vendor's own SDK, pointed at a server on loopback, with what went over the wire."""

import json
import re
from typing import Any

import aiohttp
from attrs import define, field
from reference import TABLE
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

_HOST = "https://taskrouter.twilio.com"
_PATTERNS = {
    name: (facts["verb"], re.compile(re.sub(r"\{\w+\}", "([^/?]+)", facts["path"]) + r"(\?.*)?"))
    for name, facts in TABLE.items()
}


@define
class Exchange:
    """A request of the SDK's and its answer."""

    operation: str
    status: int
    document: Any
    headers: dict[str, str]

    @property
    def records(self) -> list[dict[str, Any]]:
        """The record that was answered, or those that were listed; none in a refusal."""
        key = TABLE[self.operation]["list_key"]
        if self.document is None or self.status >= 400:
            return []
        return self.document[key] if key else [self.document]


@define(init=False)
class Loopback(AsyncTwilioHttpClient):  # type: ignore[misc] # comes without types
    """Carries the SDK's requests to another address and remembers the answers."""

    base_url: str
    exchanges: list[Exchange] = field(factory=list)

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.exchanges = []

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **more: Any,
    ) -> Response:
        here = url.replace(_HOST, self.base_url)
        sent = dict(headers or {})
        if auth is not None:  # written out: aiohttp has deprecated the SDK's way of sending it
            sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
        if sent.get("Content-Type") == "application/json":
            data = json.dumps(
                data
            )  # the SDK's carrier for threads does so, that for asyncio forgets
        response = await super().request(
            method, here, params=params, data=data, headers=sent, **more
        )
        text = response.text
        self.exchanges.append(
            Exchange(
                operation_of(method, here.removeprefix(self.base_url)),
                response.status_code,
                json.loads(text) if text else None,
                dict(response.headers),
            )
        )
        return response


def operation_of(method: str, target: str) -> str:
    """Return the vendor's name of what a request asks for."""
    path = target.partition("?")[0]
    found = [
        name
        for name, (verb, pattern) in _PATTERNS.items()
        if verb == method.upper() and pattern.fullmatch(path)
    ]
    # `/Workers/Statistics` could be a worker's SID as well: the path with fewer blanks is meant.
    return min(found, key=lambda name: TABLE[name]["path"].count("{"))


def sdk(base_url: str, account_sid: str, auth_token: str) -> tuple[Client, Loopback]:
    """Return the SDK as a caller would build it, and what carries its requests."""
    carrier = Loopback(base_url)
    return Client(account_sid, auth_token, http_client=carrier), carrier
