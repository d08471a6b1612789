"""Task channels: https://www.twilio.com/docs/taskrouter/api/task-channel."""

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
from taskrouter_async._protocol.sids import checked_channel, checked_sid
from taskrouter_async.models import TaskChannel
from taskrouter_async.resources._listing import listing

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/TaskChannels"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/TaskChannels/{Sid}"

CREATE: Final = Operation("POST", _COLLECTION, TaskChannel)
FETCH: Final = Operation("GET", _ONE, TaskChannel)
LIST: Final = Operation("GET", _COLLECTION, TaskChannel, list_key="channels")
UPDATE: Final = Operation("POST", _ONE, TaskChannel)
DELETE: Final = Operation("DELETE", _ONE, NoneType)


class TaskChannels:
    """The task channels of one workspace: its kinds of work."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "TaskChannelHandle":
        """Return a handle for one task channel; nothing is sent.

        Args:
            sid: The channel's SID, ``TC…``, or its unique name, such as ``voice``.

        Raises:
            InvalidArgumentError: It is neither.
        """
        checked = checked_channel(sid, argument="sid")
        return TaskChannelHandle(self._send, (*self._sids, ("Sid", checked)))

    async def create(
        self,
        *,
        friendly_name: str,
        unique_name: str,
        channel_optimized_routing: bool | NotGiven = NOT_GIVEN,
    ) -> TaskChannel:
        """Make a task channel.

        Args:
            friendly_name: Its name, 64 characters at most.
            unique_name: The name to address it by: letters, digits, ``_`` and ``$``, no digit
                first. It can never be changed.
            channel_optimized_routing: Whether workers who have been idle on this channel for
                longest come first.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *required_text("unique_name", unique_name),
            *boolean("channel_optimized_routing", channel_optimized_routing),
        )
        return await self._send.send(Call(CREATE, self._sids, arguments))

    def list(
        self, *, limit: int | None = None, page_size: int | None = None
    ) -> Listing[TaskChannel]:
        """List the task channels; nothing is sent before the listing is iterated over.

        Args:
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        return listing(self._send, Call(LIST, self._sids), limit, page_size)


class TaskChannelHandle:
    """One task channel."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __repr__(self) -> str:
        return f"<TaskChannel {self.sid}>"

    @property
    def sid(self) -> str:
        """The channel's SID or unique name, whichever it was asked for by."""
        return self._sids[-1][1]

    async def fetch(self) -> TaskChannel:
        """Return the task channel.

        Raises:
            NotFoundError: There is none.
        """
        return await self._send.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        channel_optimized_routing: bool | NotGiven = NOT_GIVEN,
    ) -> TaskChannel:
        """Change the task channel; its unique name never changes.

        Args:
            friendly_name: Its new name, 64 characters at most.
            channel_optimized_routing: Whether workers who have been idle on this channel for
                longest come first.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such task channel.
        """
        arguments = (
            *text("friendly_name", friendly_name),
            *boolean("channel_optimized_routing", channel_optimized_routing),
        )
        return await self._send.send(Call(UPDATE, self._sids, arguments))

    async def delete(self) -> None:
        """Delete the task channel, for which the service wants its SID.

        Raises:
            InvalidArgumentError: This handle has the unique name instead; nothing was sent.
            NotFoundError: There is none.
        """
        checked_sid(self.sid, prefix="TC", argument="sid")
        await self._send.send(Call(DELETE, self._sids))
