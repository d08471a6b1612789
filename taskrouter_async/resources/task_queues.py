"""Task queues: https://www.twilio.com/docs/taskrouter/api/task-queue."""

from typing import Final

from taskrouter_async._protocol.operation import Call, Operation, Reader
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.models import TaskQueueRealTimeStatistics
from taskrouter_async.resources.statistics import RealTimeStatistics

FETCH_REAL_TIME_STATISTICS: Final = Operation(
    "GET",
    "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{TaskQueueSid}/RealTimeStatistics",
    TaskQueueRealTimeStatistics,
)


class TaskQueues:
    """The task queues of one workspace."""

    __slots__ = ("_reader", "_workspace_sid")

    def __init__(self, reader: Reader, workspace_sid: str) -> None:
        self._reader = reader
        self._workspace_sid = workspace_sid

    def __call__(self, sid: str) -> "TaskQueueHandle":
        """Return a handle for one task queue; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WQ`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WQ", argument="sid")
        return TaskQueueHandle(self._reader, self._workspace_sid, checked)


class TaskQueueHandle:
    """One task queue and what belongs to it."""

    __slots__ = ("_reader", "_workspace_sid", "sid")

    def __init__(self, reader: Reader, workspace_sid: str, sid: str) -> None:
        self._reader = reader
        self._workspace_sid = workspace_sid
        self.sid = sid

    def __repr__(self) -> str:
        return f"<TaskQueue {self.sid}>"

    @property
    def real_time_statistics(self) -> RealTimeStatistics[TaskQueueRealTimeStatistics]:
        """How the task queue stands right now."""
        sids = (("WorkspaceSid", self._workspace_sid), ("TaskQueueSid", self.sid))
        return RealTimeStatistics(self._reader, Call(FETCH_REAL_TIME_STATISTICS, sids))
