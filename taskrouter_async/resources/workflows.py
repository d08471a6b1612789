"""Workflows: https://www.twilio.com/docs/taskrouter/api/workflow."""

from typing import Final

from taskrouter_async._protocol.operation import Call, Operation, Reader
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.models import WorkflowRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics

FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET",
    "/v1/Workspaces/{WorkspaceSid}/Workflows/{WorkflowSid}/RealTimeStatistics",
    WorkflowRealTimeStatistics,
)


class Workflows:
    """The workflows of one workspace."""

    __slots__ = ("_reader", "_workspace_sid")

    def __init__(self, reader: Reader, workspace_sid: str) -> None:
        self._reader = reader
        self._workspace_sid = workspace_sid

    def __call__(self, sid: str) -> "WorkflowHandle":
        """Return a handle for one workflow; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WW`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WW", argument="sid")
        return WorkflowHandle(self._reader, self._workspace_sid, checked)


class WorkflowHandle:
    """One workflow and what belongs to it."""

    __slots__ = ("_reader", "_workspace_sid", "sid")

    def __init__(self, reader: Reader, workspace_sid: str, sid: str) -> None:
        self._reader = reader
        self._workspace_sid = workspace_sid
        self.sid = sid

    def __repr__(self) -> str:
        return f"<Workflow {self.sid}>"

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkflowRealTimeStatistics]:
        """How the workflow stands right now."""
        sids = (("WorkspaceSid", self._workspace_sid), ("WorkflowSid", self.sid))
        return RealTimeStatistics(self._reader, Call(FETCH_REAL_TIME_STATISTICS, sids))
