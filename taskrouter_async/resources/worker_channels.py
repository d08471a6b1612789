"""Worker channels: https://www.twilio.com/docs/taskrouter/api/worker-channel."""

from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, boolean, integer
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async._protocol.sids import checked_channel
from taskrouter_async.models import WorkerChannel
from taskrouter_async.resources._listing import listing

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Channels"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Workers/{WorkerSid}/Channels/{Sid}"
_LARGEST_CAPACITY: Final = 50

FETCH: Final = Operation("GET", _ONE, WorkerChannel)
LIST: Final = Operation("GET", _COLLECTION, WorkerChannel, list_key="channels")
UPDATE: Final = Operation("POST", _ONE, WorkerChannel)


class WorkerChannels:
    """The channels of one worker: one for each task channel of the workspace."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "WorkerChannelHandle":
        """Return a handle for one worker channel; nothing is sent.

        Args:
            sid: The worker channel's SID, ``WC…``, or the unique name of its task channel, such
                as ``voice``.

        Raises:
            InvalidArgumentError: It is neither.
        """
        checked = checked_channel(sid, argument="sid")
        return WorkerChannelHandle(self._send, (*self._sids, ("Sid", checked)))

    def list(
        self, *, limit: int | None = None, page_size: int | None = None
    ) -> Listing[WorkerChannel]:
        """List the worker channels; nothing is sent before the listing is iterated over.

        Args:
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        return listing(self._send, Call(LIST, self._sids), limit, page_size)


class WorkerChannelHandle:
    """One channel of a worker."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __repr__(self) -> str:
        return f"<WorkerChannel {self.sid}>"

    @property
    def sid(self) -> str:
        """The worker channel's SID or unique name, whichever it was asked for by."""
        return self._sids[-1][1]

    async def fetch(self) -> WorkerChannel:
        """Return the worker channel.

        Raises:
            NotFoundError: There is none.
        """
        return await self._send.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        capacity: int | NotGiven = NOT_GIVEN,
        available: bool | NotGiven = NOT_GIVEN,
    ) -> WorkerChannel:
        """Change how much of this work the worker takes on.

        Args:
            capacity: How many tasks of this channel at once, 0 to 50; with 0 they are offered no
                more of them.
            available: Whether they are offered tasks of this channel.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such worker channel.
        """
        arguments = (
            *integer("capacity", capacity, 0, _LARGEST_CAPACITY),
            *boolean("available", available),
        )
        return await self._send.send(Call(UPDATE, self._sids, arguments))
