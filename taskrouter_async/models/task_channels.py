"""Task channels: kinds of work, of which a worker can do several at once."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class TaskChannel(Answer):
    """A kind of work, such as ``voice`` or ``chat``.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/task-channel

    Attributes:
        sid: The channel, ``TC…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        friendly_name: Its name.
        unique_name: The name it can be addressed by, such as ``voice``; fixed when it is made.
        channel_optimized_routing: Whether workers who have been idle on this channel for longest
            come first.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it: ``workspace``.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    friendly_name: str | None = None
    unique_name: str | None = None
    channel_optimized_routing: bool | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS
