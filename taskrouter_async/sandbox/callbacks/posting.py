"""Signed forms for receivers.

Redirects are not followed, cookies not kept and proxies not asked. Where the vendor is silent: an
answer longer than 64 KiB is none.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import aiohttp
from aiohttp.abc import AbstractResolver
from attrs import define, field, frozen
from attrs.validators import gt
from yarl import URL

from taskrouter_async.sandbox.callbacks.signature import sign

LONGEST_ANSWER: Final = 64 * 1_024

_HEADERS: Final = {
    "Accept": "*/*",
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "User-Agent": "TaskRouterSandboxProxy/1.0",
}


@frozen(kw_only=True)
class CallbackTimeouts:
    """How long receivers may take, in seconds; the vendor's own times unless others are given.

    Attributes:
        assignment: For an instruction.
        event: For taking notice of an event.
    """

    assignment: float = field(default=5.0, validator=gt(0))
    event: float = field(default=15.0, validator=gt(0))


@frozen
class Reply:
    """What a receiver answered."""

    status: int
    content_type: str
    body: bytes


class PostingError(Exception):
    """A receiver could not be reached, took too long, or answered too much."""


@define(eq=False)
class Poster:
    """Who carries forms; it opens connections with the first one.

    Args:
        resolver: Finds the addresses of other machines; left out, as this machine does.
    """

    _resolver: AbstractResolver | None = None
    _session: aiohttp.ClientSession | None = field(init=False, default=None)

    async def post(
        self, url: URL, form: Mapping[str, str], auth_token: str, seconds: float
    ) -> Reply:
        """Send a form and return what is answered.

        Args:
            url: Where to.
            form: What it says.
            auth_token: What it is signed with.
            seconds: How long it may take.

        Raises:
            PostingError: There is no answer, or none that could be read.
        """
        # Receivers do not see the credentials in their address, so they are not signed.
        signature = sign(auth_token, str(url.with_user(None)), form)
        sent = self._opened().post(
            url,
            data=urlencode(form).encode(),
            headers={**_HEADERS, "X-Twilio-Signature": signature},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
        )
        try:
            async with sent as response:
                return Reply(response.status, response.content_type, await _read(response))
        except TimeoutError:
            raise PostingError(f"there was no answer within {seconds:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise PostingError(f"there was no answer: {type(error).__name__}") from None

    async def aclose(self) -> None:
        """Close the connections; the next form opens new ones."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, resolver=self._resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise PostingError(f"the answer was longer than {LONGEST_ANSWER} bytes")
    return bytes(body)
