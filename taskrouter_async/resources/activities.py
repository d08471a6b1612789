"""Activities: https://www.twilio.com/docs/taskrouter/api/activity."""

from types import NoneType
from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    boolean,
    required_text,
    text,
)
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.models import Activity
from taskrouter_async.resources._listing import listing

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/Activities"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Activities/{Sid}"

CREATE: Final = Operation("POST", _COLLECTION, Activity)
FETCH: Final = Operation("GET", _ONE, Activity)
LIST: Final = Operation("GET", _COLLECTION, Activity, list_key="activities")
UPDATE: Final = Operation("POST", _ONE, Activity)
DELETE: Final = Operation("DELETE", _ONE, NoneType)


class Activities:
    """The activities of one workspace: what its workers may be doing."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "ActivityHandle":
        """Return a handle for one activity; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WA`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WA", argument="sid")
        return ActivityHandle(self._send, (*self._sids, ("Sid", checked)))

    async def create(
        self, *, friendly_name: str, available: bool | NotGiven = NOT_GIVEN
    ) -> Activity:
        """Make an activity.

        Args:
            friendly_name: Its name, 64 characters at most.
            available: Whether workers in it can be offered tasks; the service takes ``False``
                if it is left out. It can never be changed.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *boolean("available", available),
        )
        return await self._send.send(Call(CREATE, self._sids, arguments))

    def list(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        available: bool | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Activity]:
        """List the activities; nothing is sent before the listing is iterated over.

        Args:
            friendly_name: Only those of this name.
            available: Only those that are, or are not, available.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = (*text("friendly_name", friendly_name), *boolean("available", available))
        return listing(self._send, Call(LIST, self._sids, filters), limit, page_size)


class ActivityHandle:
    """One activity."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __repr__(self) -> str:
        return f"<Activity {self.sid}>"

    @property
    def sid(self) -> str:
        """The activity's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Activity:
        """Return the activity.

        Raises:
            NotFoundError: There is none.
        """
        return await self._send.send(Call(FETCH, self._sids))

    async def update(self, *, friendly_name: str | NotGiven = NOT_GIVEN) -> Activity:
        """Change the activity; whether it is available never changes.

        Args:
            friendly_name: Its new name, 64 characters at most.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such activity.
        """
        arguments = text("friendly_name", friendly_name)
        return await self._send.send(Call(UPDATE, self._sids, arguments))

    async def delete(self) -> None:
        """Delete the activity.

        Raises:
            NotFoundError: There is none.
        """
        await self._send.send(Call(DELETE, self._sids))
