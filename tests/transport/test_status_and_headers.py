"""What the transport sends along and what it hands on, without a network.

Only a session can be answered for by aioresponses, so these requests take the long way; what goes
the short way is read off the wire in `test_direct.py`.
"""

import base64
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientResponse
from aioresponses import aioresponses
from raw import ask
from support import ACCOUNT_SID

from taskrouter_async import SessionPool

URL = "https://taskrouter.test/v1/x"


class _Response(ClientResponse):
    """aioresponses 0.7.9 does not know that aiohttp 3.14's responses want a stream writer."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        writer: Any = SimpleNamespace(output_size=0)
        super().__init__(*args, stream_writer=writer, **facts)


@pytest.fixture
def service() -> Iterator[aioresponses]:
    """A service that answers what it is told to."""
    with aioresponses() as service:
        yield service


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    """A pool that was handed a session."""
    async with aiohttp.ClientSession() as session, SessionPool(session=session) as pool:
        yield pool


async def _ask(pool: SessionPool, token: str) -> Any:
    return await ask("https://taskrouter.test", pool, token)


@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 404, 412, 429, 500, 503])
async def test_every_status_is_handed_on(
    service: aioresponses, pool: SessionPool, canary: str, status: int
) -> None:
    """The transport judges no status: what it means is decided elsewhere."""
    service.get(URL, status=status, body=b'{"a": 1}', response_class=_Response)

    answer = await _ask(pool, canary)

    assert (answer.status, answer.body) == (status, b'{"a": 1}')


async def test_headers_that_mean_something_are_kept(
    service: aioresponses, pool: SessionPool, canary: str
) -> None:
    """Request id, rate limits and the like are handed on in lower case; cookies are not."""
    headers = {
        "Twilio-Request-Id": "RQ1",
        "X-RATE-LIMIT-REMAINING": "9",
        "Retry-After": "3",
        "ETag": "7",
        "Set-Cookie": "visitor=1",
        "X-Powered-By": "AT-5000",
    }
    service.get(URL, headers=headers, body=b"{}", response_class=_Response)

    answer = await _ask(pool, canary)

    assert dict(answer.headers) == {
        "twilio-request-id": "RQ1",
        "x-rate-limit-remaining": "9",
        "retry-after": "3",
        "etag": "7",
    }


async def test_each_request_brings_its_own_credentials(
    service: aioresponses, pool: SessionPool, canary: str
) -> None:
    """The header of HTTP Basic goes with the request, and the session holds none."""
    service.get(URL, body=b"{}", response_class=_Response)

    await _ask(pool, canary)

    (call,) = (call for calls in service.requests.values() for call in calls)
    sent = call.kwargs["headers"]
    pair = base64.b64encode(f"{ACCOUNT_SID}:{canary}".encode()).decode()
    assert sent["Authorization"] == "Basic " + pair
    assert sent["Accept"] == "application/json"
    assert sent["Accept-Encoding"] == "gzip"
    assert sent["User-Agent"].startswith(f"taskrouter-async/{version('taskrouter-async')} ")
    assert "Authorization" not in pool.session().headers


async def test_redirects_are_not_followed(
    service: aioresponses, pool: SessionPool, canary: str
) -> None:
    """An answer that points elsewhere is handed on; nobody goes there."""
    service.get(
        URL, status=302, headers={"Location": "https://evil.test/"}, response_class=_Response
    )

    answer = await _ask(pool, canary)

    assert answer.status == 302
    assert [str(url) for _, url in service.requests] == [URL]
