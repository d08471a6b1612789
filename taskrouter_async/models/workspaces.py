"""Workspaces: everything that belongs together."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.enumerations import Order
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class Workspace(Answer):
    """Tasks, workers, queues and workflows that belong together.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/workspace

    Attributes:
        sid: The workspace, ``WS…``.
        account_sid: The account that owns it, ``AC…``.
        friendly_name: Its name.
        event_callback_url: Where the service reports events; empty or ``None`` for nowhere.
        events_filter: The types of events it reports, joined by commas; empty or ``None`` for
            all.
        multi_task_enabled: Whether workers can have several tasks at once.
        prioritize_queue_order: Which queues serve a worker first who matches queues of both
            orders: those that are FIFO, or those that are LIFO.
        default_activity_sid: The activity of new workers, ``WA…``.
        default_activity_name: The name of that activity.
        timeout_activity_sid: The activity of workers who left an offer unanswered, ``WA…``.
        timeout_activity_name: The name of that activity.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it, ``tasks`` and ``workers`` among them.
    """

    sid: str
    account_sid: str
    friendly_name: str | None = None
    event_callback_url: str | None = None
    events_filter: str | None = None
    multi_task_enabled: bool | None = None
    prioritize_queue_order: Order | None = None
    default_activity_sid: str | None = None
    default_activity_name: str | None = None
    timeout_activity_sid: str | None = None
    timeout_activity_name: str | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS
