"""Workers: https://www.twilio.com/docs/taskrouter/api/worker."""

from typing import Final

from taskrouter_async._protocol.operation import Call, Operation, Reader
from taskrouter_async.models import WorkersRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics

FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET", "/v1/Workspaces/{WorkspaceSid}/Workers/RealTimeStatistics", WorkersRealTimeStatistics
)


class Workers:
    """The workers of one workspace."""

    __slots__ = ("_reader", "_workspace_sid")

    def __init__(self, reader: Reader, workspace_sid: str) -> None:
        self._reader = reader
        self._workspace_sid = workspace_sid

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkersRealTimeStatistics]:
        """Where all workers of the workspace are right now."""
        call = Call(FETCH_REAL_TIME_STATISTICS, (("WorkspaceSid", self._workspace_sid),))
        return RealTimeStatistics(self._reader, call)
