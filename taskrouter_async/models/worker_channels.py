"""Worker channels: how much of each kind of work a worker takes on."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class WorkerChannel(Answer):
    """How many tasks of one task channel a worker takes on, and how many there are now.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker-channel

    Attributes:
        sid: The worker channel, ``WC…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        worker_sid: The worker it belongs to, ``WK…``.
        task_channel_sid: The task channel it is about, ``TC…``.
        task_channel_unique_name: The name of that channel, such as ``voice``.
        available: Whether the worker is offered tasks of this channel.
        configured_capacity: How many tasks of this channel they take on at once; 0 for none.
        available_capacity_percentage: How much of that is free, 0 to 100.
        assigned_tasks: How many tasks of this channel they have accepted and not completed.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it; mostly none.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    worker_sid: str | None = None
    task_channel_sid: str | None = None
    task_channel_unique_name: str | None = None
    available: bool | None = None
    configured_capacity: int = 0
    available_capacity_percentage: int = 0
    assigned_tasks: int = 0
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS
