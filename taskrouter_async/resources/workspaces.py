"""Workspaces: https://www.twilio.com/docs/taskrouter/api/workspace."""

from typing import Final

from taskrouter_async._protocol.operation import Call, Operation, Reader
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.models import WorkspaceRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics
from taskrouter_async.resources.task_queues import TaskQueues
from taskrouter_async.resources.workers import Workers
from taskrouter_async.resources.workflows import Workflows

FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET", "/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics", WorkspaceRealTimeStatistics
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


class WorkspaceHandle:
    """One workspace and what belongs to it."""

    __slots__ = ("_reader", "sid")

    def __init__(self, reader: Reader, sid: str) -> None:
        self._reader = reader
        self.sid = sid

    def __repr__(self) -> str:
        return f"<Workspace {self.sid}>"

    @property
    def real_time_statistics(self) -> RealTimeStatistics[WorkspaceRealTimeStatistics]:
        """How the workspace stands right now."""
        call = Call(FETCH_REAL_TIME_STATISTICS, (("WorkspaceSid", self.sid),))
        return RealTimeStatistics(self._reader, call)

    @property
    def task_queues(self) -> TaskQueues:
        """The workspace's task queues."""
        return TaskQueues(self._reader, self.sid)

    @property
    def workers(self) -> Workers:
        """The workspace's workers."""
        return Workers(self._reader, self.sid)

    @property
    def workflows(self) -> Workflows:
        """The workspace's workflows."""
        return Workflows(self._reader, self.sid)
