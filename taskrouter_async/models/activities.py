"""Activities: what workers may be doing."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class Activity(Answer):
    """What a worker may be doing, such as ``Available`` or ``Offline``.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/activity

    Attributes:
        sid: The activity, ``WA…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        friendly_name: Its name.
        available: Whether workers in it can be offered tasks; fixed when it is made.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it: ``workspace``.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    friendly_name: str | None = None
    available: bool | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS
