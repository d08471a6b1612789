"""Events: https://www.twilio.com/docs/taskrouter/api/event."""

from datetime import datetime, timedelta
from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import NOT_GIVEN, NotGiven, Pairs, text
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.models import Event
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources._window import window

FETCH: Final = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Events/{Sid}", Event)
LIST: Final = Operation("GET", "/v1/Workspaces/{WorkspaceSid}/Events", Event, list_key="events")


class Events:
    """The events of one workspace: what happened in it."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "EventHandle":
        """Return a handle for one event; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``EV`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="EV", argument="sid")
        return EventHandle(self._send, (*self._sids, ("Sid", checked)))

    def list(  # noqa: PLR0913 - the reference's own list of filters
        self,
        *,
        minutes: int | timedelta | NotGiven = NOT_GIVEN,
        start_date: datetime | NotGiven = NOT_GIVEN,
        end_date: datetime | NotGiven = NOT_GIVEN,
        event_type: str | NotGiven = NOT_GIVEN,
        reservation_sid: str | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
        task_sid: str | NotGiven = NOT_GIVEN,
        worker_sid: str | NotGiven = NOT_GIVEN,
        workflow_sid: str | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        sid: str | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Event]:
        """List the events of a window of time; nothing is sent before it is iterated over.

        The service says nothing about their order.

        Args:
            minutes: How long a window, up to now; the service takes 15 if neither this nor dates
                are given.
            start_date: When the window begins. Attributes of tasks in events older than 30 days
                are redacted.
            end_date: When the window ends.
            event_type: Only those of this type, such as ``task.created``.
            reservation_sid: Only those about this reservation, ``WR…``.
            task_queue_sid: Only those about this task queue, ``WQ…``.
            task_sid: Only those about this task, ``WT…``.
            worker_sid: Only those about this worker, ``WK…``.
            workflow_sid: Only those about this workflow, ``WW…``.
            task_channel: Only those about this channel: its SID or its unique name.
            sid: Only this event, ``EV…``.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used, or minutes stand beside dates;
                nothing was sent.
        """
        filters = (
            *window(minutes, start_date, end_date),
            *text("event_type", event_type),
            *sid_argument("reservation_sid", reservation_sid, "WR"),
            *sid_argument("task_queue_sid", task_queue_sid, "WQ"),
            *sid_argument("task_sid", task_sid, "WT"),
            *sid_argument("worker_sid", worker_sid, "WK"),
            *sid_argument("workflow_sid", workflow_sid, "WW"),
            *text("task_channel", task_channel),
            *sid_argument("sid", sid, "EV"),
        )
        return listing(self._send, Call(LIST, self._sids, filters), limit, page_size)


class EventHandle:
    """One event."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __repr__(self) -> str:
        return f"<Event {self.sid}>"

    @property
    def sid(self) -> str:
        """The event's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Event:
        """Return the event.

        Raises:
            NotFoundError: There is none.
        """
        return await self._send.send(Call(FETCH, self._sids))
