"""Workers: who handles tasks."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Json, Versioned, parse_text
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class Worker(Versioned):
    """Somebody, or something, that handles tasks.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker

    Attributes:
        sid: The worker, ``WK…``.
        account_sid: The account that owns them, ``AC…``.
        workspace_sid: The workspace they belong to, ``WS…``.
        friendly_name: Their name, unique in the workspace whatever its case.
        attributes: What the application told about them: a JSON object as text, exactly as it
            came.
        activity_sid: What they are doing, ``WA…``.
        activity_name: The name of that activity, such as ``Available``.
        available: Whether they can be offered tasks in that activity.
        date_status_changed: When their activity last changed, in UTC.
        date_created: When they were made, in UTC.
        date_updated: When they were last changed, in UTC.
        url: Their address.
        links: Addresses of what belongs to them: ``activity``, ``workspace``, ``channels``,
            ``worker_channels``, ``reservations`` and ``worker_statistics``; the other statistics
            among them are those of all workers.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    friendly_name: str | None = None
    attributes: str | None = None
    activity_sid: str | None = None
    activity_name: str | None = None
    available: bool | None = None
    date_status_changed: datetime | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS

    def parse_attributes(self) -> Json:
        """Return what the attributes' text says; ``None`` if there is no text.

        Raises:
            DecodingError: The text is not JSON.
        """
        return parse_text(self.attributes, "attributes")
