"""What the service tells about workers."""

from collections.abc import Mapping

from attrs import field, frozen

from taskrouter_async.models._json import NOTHING, Json
from taskrouter_async.models.statistics import ActivityStatistic


@frozen
class WorkersRealTimeStatistics:
    """Where the workers of a workspace are right now.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/worker/statistics

    Attributes:
        account_sid: The account that owns the workspace, ``AC…``.
        workspace_sid: The workspace, ``WS…``.
        total_workers: Workers in the workspace, whatever their activity.
        activity_statistics: The workers counted by activity, one entry for each activity.
        url: The address of these statistics.
        extra: Members of the answer that this release does not know.
    """

    account_sid: str
    workspace_sid: str
    total_workers: int = 0
    activity_statistics: tuple[ActivityStatistic, ...] = ()
    url: str | None = None
    extra: Mapping[str, Json] = field(default=NOTHING, hash=False, repr=False)
