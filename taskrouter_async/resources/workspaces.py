"""Workspaces: https://www.twilio.com/docs/taskrouter/api/workspace."""

from collections.abc import Sequence
from types import NoneType
from typing import Final, Literal

from taskrouter_async import resources
from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    NotGiven,
    Pairs,
    boolean,
    choice,
    comma_list,
    required_text,
    text,
)
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Keep, Operation
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async._protocol.slots import Reader
from taskrouter_async.models import (
    Order,
    Workspace,
    WorkspaceCumulativeStatistics,
    WorkspaceRealTimeStatistics,
    WorkspaceStatistics,
)
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources.statistics import (
    CumulativeStatistics,
    RealTimeStatistics,
    Statistics,
)

_COLLECTION: Final = "/v1/Workspaces"
_ONE: Final = "/v1/Workspaces/{Sid}"
_OF_ONE: Final = "/v1/Workspaces/{WorkspaceSid}"

CREATE: Final = Operation("POST", _COLLECTION, Workspace)
FETCH: Final = Operation("GET", _ONE, Workspace)
LIST: Final = Operation("GET", _COLLECTION, Workspace, list_key="workspaces")
UPDATE: Final = Operation("POST", _ONE, Workspace)
DELETE: Final = Operation("DELETE", _ONE, NoneType)
FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/RealTimeStatistics", WorkspaceRealTimeStatistics, keep=Keep.REAL_TIME
)
FETCH_CUMULATIVE_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/CumulativeStatistics", WorkspaceCumulativeStatistics, keep=Keep.OVER_TIME
)
FETCH_STATISTICS: Final = Operation(
    "GET", _OF_ONE + "/Statistics", WorkspaceStatistics, keep=Keep.OVER_TIME
)


class Workspaces:
    """The workspaces of the client's account."""

    __slots__ = ("_reader",)

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __call__(self, sid: str) -> "WorkspaceHandle":
        """Return a handle for one workspace; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WS`` and 32 hexadecimal digits.
        """
        return WorkspaceHandle(self._reader, checked_sid(sid, prefix="WS", argument="sid"))

    async def create(
        self,
        *,
        friendly_name: str,
        event_callback_url: str | NotGiven = NOT_GIVEN,
        events_filter: str | Sequence[str] | NotGiven = NOT_GIVEN,
        multi_task_enabled: bool | NotGiven = NOT_GIVEN,
        template: Literal["NONE", "FIFO"] | NotGiven = NOT_GIVEN,
        prioritize_queue_order: Order | Literal["FIFO", "LIFO"] | NotGiven = NOT_GIVEN,
    ) -> Workspace:
        """Make a workspace.

        Args:
            friendly_name: Its name, 64 characters at most.
            event_callback_url: Where the service reports events.
            events_filter: The types of events it reports, in a sequence or joined by commas; all
                if left out.
            multi_task_enabled: Whether workers can have several tasks at once; the service takes
                ``True``.
            template: What is in it from the beginning: ``NONE``, which the service takes, for
                activities only; ``FIFO`` for a task queue and a workflow besides.
            prioritize_queue_order: Which queues serve a worker first who matches queues of both
                orders; the service takes ``FIFO``.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *required_text("friendly_name", friendly_name),
            *text("event_callback_url", event_callback_url),
            *comma_list("events_filter", events_filter),
            *boolean("multi_task_enabled", multi_task_enabled),
            *choice("template", template, ("NONE", "FIFO")),
            *choice("prioritize_queue_order", prioritize_queue_order, Order),
        )
        return await self._reader.send(Call(CREATE, (), arguments))

    def list(
        self,
        *,
        friendly_name: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Workspace]:
        """List the workspaces; nothing is sent before the listing is iterated over.

        Args:
            friendly_name: Only those of this name.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = text("friendly_name", friendly_name)
        return listing(self._reader, Call(LIST, (), filters), limit, page_size)


class WorkspaceHandle:
    """One workspace and what belongs to it."""

    __slots__ = ("_own", "_reader", "_sids")

    def __init__(self, reader: Reader, sid: str) -> None:
        self._reader = reader
        # The path names it in one way where it is asked for, in another where what it has is.
        self._sids: Pairs = (("Sid", sid),)
        self._own: Pairs = (("WorkspaceSid", sid),)

    def __repr__(self) -> str:
        return f"<Workspace {self.sid}>"

    @property
    def sid(self) -> str:
        """The workspace's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Workspace:
        """Return the workspace.

        Raises:
            NotFoundError: There is none.
        """
        return await self._reader.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        default_activity_sid: str | NotGiven = NOT_GIVEN,
        event_callback_url: str | NotGiven = NOT_GIVEN,
        events_filter: str | Sequence[str] | NotGiven = NOT_GIVEN,
        friendly_name: str | NotGiven = NOT_GIVEN,
        multi_task_enabled: bool | NotGiven = NOT_GIVEN,
        timeout_activity_sid: str | NotGiven = NOT_GIVEN,
        prioritize_queue_order: Order | Literal["FIFO", "LIFO"] | NotGiven = NOT_GIVEN,
    ) -> Workspace:
        """Change the workspace.

        Args:
            default_activity_sid: The activity of new workers, ``WA…``.
            event_callback_url: Where the service reports events; empty for nowhere.
            events_filter: The types of events it reports, in a sequence or joined by commas; an
                empty text for all.
            friendly_name: Its new name, 64 characters at most.
            multi_task_enabled: Whether workers can have several tasks at once.
            timeout_activity_sid: The activity of workers who left an offer unanswered, ``WA…``.
            prioritize_queue_order: Which queues serve a worker first who matches queues of both
                orders: those that are ``FIFO``, or those that are ``LIFO``.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such workspace.
        """
        arguments = (
            *sid_argument("default_activity_sid", default_activity_sid, "WA"),
            *text("event_callback_url", event_callback_url),
            *comma_list("events_filter", events_filter),
            *text("friendly_name", friendly_name),
            *boolean("multi_task_enabled", multi_task_enabled),
            *sid_argument("timeout_activity_sid", timeout_activity_sid, "WA"),
            *choice("prioritize_queue_order", prioritize_queue_order, Order),
        )
        return await self._reader.send(Call(UPDATE, self._sids, arguments))

    async def delete(self) -> None:
        """Delete the workspace and everything that belongs to it.

        Raises:
            NotFoundError: There is none.
        """
        await self._reader.send(Call(DELETE, self._sids))

    @property
    def activities(self) -> "resources.Activities":
        """What the workspace's workers may be doing."""
        return resources.Activities(self._reader, self._own)

    @property
    def events(self) -> "resources.Events":
        """What happened in the workspace."""
        return resources.Events(self._reader, self._own)

    @property
    def tasks(self) -> "resources.Tasks":
        """The workspace's tasks."""
        return resources.Tasks(self._reader, self._own)

    @property
    def task_channels(self) -> "resources.TaskChannels":
        """The workspace's kinds of work."""
        return resources.TaskChannels(self._reader, self._own)

    @property
    def task_queues(self) -> "resources.TaskQueues":
        """The workspace's task queues."""
        return resources.TaskQueues(self._reader, self._own)

    @property
    def workers(self) -> "resources.Workers":
        """The workspace's workers."""
        return resources.Workers(self._reader, self._own)

    @property
    def workflows(self) -> "resources.Workflows":
        """The workspace's workflows."""
        return resources.Workflows(self._reader, self._own)

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkspaceRealTimeStatistics]:
        """How the workspace stands right now."""
        return RealTimeStatistics(self._reader, FETCH_REAL_TIME_STATISTICS, self._own)

    @property
    def cumulative_statistics(self) -> CumulativeStatistics[WorkspaceCumulativeStatistics]:
        """What happened in the workspace within a window of time."""
        return CumulativeStatistics(self._reader, Call(FETCH_CUMULATIVE_STATISTICS, self._own))

    @property
    def statistics(self) -> Statistics[WorkspaceStatistics]:
        """Both kinds of the workspace's statistics at once."""
        return Statistics(self._reader, Call(FETCH_STATISTICS, self._own))
