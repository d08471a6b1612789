"""Tasks: https://www.twilio.com/docs/taskrouter/api/task."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import NoneType
from typing import Final

from taskrouter_async._pages import Listing
from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    Attributes,
    NotGiven,
    Pairs,
    boolean,
    choices,
    instant,
    integer,
    json_text,
    seconds,
    text,
)
from taskrouter_async._protocol.arguments import sid as sid_argument
from taskrouter_async._protocol.operation import Call, Operation, Send
from taskrouter_async._protocol.sids import checked_sid
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import Task, TaskStatus
from taskrouter_async.resources._listing import listing
from taskrouter_async.resources._versions import modify, version
from taskrouter_async.resources.changes import HIGHEST_PRIORITY, TaskChange, TaskStatusName
from taskrouter_async.resources.reservations import Reservations

_COLLECTION: Final = "/v1/Workspaces/{WorkspaceSid}/Tasks"
_ONE: Final = "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}"
_TWO_WEEKS: Final = 1_209_600
_TARGETS: Final = ("WK", "WQ", "WW")

CREATE: Final = Operation("POST", _COLLECTION, Task)
FETCH: Final = Operation("GET", _ONE, Task)
LIST: Final = Operation("GET", _COLLECTION, Task, list_key="tasks")
UPDATE: Final = Operation("POST", _ONE, Task)
DELETE: Final = Operation("DELETE", _ONE, NoneType)


class Tasks:
    """The tasks of one workspace: work that waits for a worker, or has found one."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __call__(self, sid: str) -> "TaskHandle":
        """Return a handle for one task; nothing is sent.

        Raises:
            InvalidArgumentError: The SID is not ``WT`` and 32 hexadecimal digits.
        """
        checked = checked_sid(sid, prefix="WT", argument="sid")
        return TaskHandle(self._send, (*self._sids, ("Sid", checked)))

    async def create(
        self,
        *,
        timeout: int | timedelta | NotGiven = NOT_GIVEN,  # noqa: ASYNC109 - the task's, not ours
        priority: int | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        workflow_sid: str | NotGiven = NOT_GIVEN,
        attributes: Attributes | NotGiven = NOT_GIVEN,
        virtual_start_time: datetime | NotGiven = NOT_GIVEN,
        routing_target: str | NotGiven = NOT_GIVEN,
        ignore_capacity: bool | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
    ) -> Task:
        """Make a task.

        Args:
            timeout: How long it may live without being assigned before the service cancels it, in
                seconds, 1 to 1209600; the service takes 86400.
            priority: How urgent it is, 0 to 2147483647, the most urgent highest; a filter of the
                workflow that sets a priority of its own wins.
            task_channel: The channel it belongs to: its SID or its unique name; the service takes
                ``default``.
            workflow_sid: The workflow that routes it, ``WW…``. It can be left out only in a
                workspace with exactly one.
            attributes: What there is to know about it: a mapping, or the text of a JSON object,
                4096 characters at most.
            virtual_start_time: When it counts as made where the oldest comes first, not in the
                future; the service takes the moment it is made.
            routing_target: The worker, queue or workflow to route it to directly, ``WK…``,
                ``WQ…`` or ``WW…``.
            ignore_capacity: Whether the worker it is routed to directly gets it however busy they
                are, as the service takes it; only with a worker as ``routing_target``.
            task_queue_sid: The queue to put it into, ``WQ…``.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            ApiError: The service refused.
        """
        arguments = (
            *seconds("timeout", timeout, 1, _TWO_WEEKS),
            *integer("priority", priority, 0, HIGHEST_PRIORITY),
            *text("task_channel", task_channel),
            *sid_argument("workflow_sid", workflow_sid, "WW"),
            *json_text("attributes", attributes),
            *instant("virtual_start_time", virtual_start_time),
            *_target(routing_target),
            *_ignore_capacity(routing_target, ignore_capacity=ignore_capacity),
            *sid_argument("task_queue_sid", task_queue_sid, "WQ"),
        )
        return await self._send.send(Call(CREATE, self._sids, arguments))

    def list(  # noqa: PLR0913 - the reference's own list of filters
        self,
        *,
        priority: int | NotGiven = NOT_GIVEN,
        assignment_status: TaskStatusName | Sequence[TaskStatusName] | NotGiven = NOT_GIVEN,
        workflow_sid: str | NotGiven = NOT_GIVEN,
        workflow_name: str | NotGiven = NOT_GIVEN,
        task_queue_sid: str | NotGiven = NOT_GIVEN,
        task_queue_name: str | NotGiven = NOT_GIVEN,
        evaluate_task_attributes: str | NotGiven = NOT_GIVEN,
        routing_target: str | NotGiven = NOT_GIVEN,
        ordering: str | NotGiven = NOT_GIVEN,
        has_addons: bool | NotGiven = NOT_GIVEN,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> Listing[Task]:
        """List the tasks; nothing is sent before the listing is iterated over.

        Args:
            priority: Only those of this priority.
            assignment_status: Only those of this status, or of one of these.
            workflow_sid: Only those that this workflow routes, ``WW…``.
            workflow_name: Only those that the workflow of this name routes.
            task_queue_sid: Only those in this queue, ``WQ…``.
            task_queue_name: Only those in the queue of this name.
            evaluate_task_attributes: Only those whose attributes fulfil this expression. The
                service takes three such requests a second from a workspace.
            routing_target: Only those made for this worker, queue or workflow, ``WK…``, ``WQ…``
                or ``WW…``.
            ordering: ``DateCreated``, ``Priority`` or ``VirtualStartTime``, each followed by
                ``:asc`` or ``:desc``, joined by commas; the service takes ``DateCreated:asc`` and
                refuses ``DateCreated`` together with ``VirtualStartTime``.
            has_addons: Only those that have, or have not, something from add-ons.
            limit: How many at most; all if left out.
            page_size: How many a request brings, 1 to 1000; the service takes 50.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
        """
        filters = (
            *integer("priority", priority, 0, HIGHEST_PRIORITY),
            *choices("assignment_status", assignment_status, TaskStatus),
            *sid_argument("workflow_sid", workflow_sid, "WW"),
            *text("workflow_name", workflow_name),
            *sid_argument("task_queue_sid", task_queue_sid, "WQ"),
            *text("task_queue_name", task_queue_name),
            *text("evaluate_task_attributes", evaluate_task_attributes),
            *_target(routing_target),
            *text("ordering", ordering),
            *boolean("has_addons", has_addons),
        )
        return listing(self._send, Call(LIST, self._sids, filters), limit, page_size)


class TaskHandle:
    """One task and its reservations."""

    __slots__ = ("_send", "_sids")

    def __init__(self, send: Send, sids: Pairs) -> None:
        self._send = send
        self._sids = sids

    def __repr__(self) -> str:
        return f"<Task {self.sid}>"

    @property
    def sid(self) -> str:
        """The task's SID."""
        return self._sids[-1][1]

    async def fetch(self) -> Task:
        """Return the task.

        Raises:
            NotFoundError: There is none; one that has ended is gone after some minutes.
        """
        return await self._send.send(Call(FETCH, self._sids))

    async def update(
        self,
        *,
        attributes: Attributes | NotGiven = NOT_GIVEN,
        assignment_status: TaskStatusName | NotGiven = NOT_GIVEN,
        reason: str | NotGiven = NOT_GIVEN,
        priority: int | NotGiven = NOT_GIVEN,
        task_channel: str | NotGiven = NOT_GIVEN,
        virtual_start_time: datetime | NotGiven = NOT_GIVEN,
        if_match: str | NotGiven = NOT_GIVEN,
    ) -> Task:
        """Change the task.

        Args:
            attributes: As in `TaskChange`, like all that follow but the last.
            assignment_status: The status it shall have.
            reason: Why it is canceled or completed.
            priority: How urgent it is.
            task_channel: The channel it belongs to.
            virtual_start_time: When it counts as made.
            if_match: Change this version only: the ``etag`` of the task as it was read. Without
                it the last writer wins.

        Raises:
            InvalidArgumentError: An argument cannot be used; nothing was sent.
            NotFoundError: There is no such task.
            PreconditionFailedError: Somebody else changed it since; nothing was changed.
            ApiError: The service refused.
        """
        change = TaskChange(
            attributes=attributes,
            assignment_status=assignment_status,
            reason=reason,
            priority=priority,
            task_channel=task_channel,
            virtual_start_time=virtual_start_time,
        )
        return await self._write(change, version(if_match))

    async def delete(self, *, if_match: str | NotGiven = NOT_GIVEN) -> None:
        """Delete the task, and the reservations of it that are pending.

        Args:
            if_match: Delete this version only: the ``etag`` of the task as it was read.

        Raises:
            InvalidArgumentError: The version cannot be used; nothing was sent.
            NotFoundError: There is none.
            PreconditionFailedError: Somebody else changed it since; nothing was deleted.
        """
        await self._send.send(Call(DELETE, self._sids, if_match=version(if_match)))

    async def modify(
        self, function: Callable[[Task], TaskChange | None], *, attempts: int = 3
    ) -> Task:
        """Change the task by what it is now, without losing what others write meanwhile.

        The task is fetched, the function decides, and the change is written to that version only.
        If somebody else wrote in between, all of it happens again.

        Args:
            function: Takes the task as it is and returns the change, or ``None`` for none. It may
                be called several times.
            attempts: How often at most.

        Returns:
            The task as changed, or as read if nothing shall change.

        Raises:
            InvalidArgumentError: An argument or the change cannot be used.
            NotFoundError: There is no such task.
            PreconditionFailedError: Somebody else wrote each time.
            ApiError: The service refused.
        """
        return await modify(self.fetch, self._write, function, attempts)

    @property
    def reservations(self) -> Reservations:
        """The task's reservations."""
        return Reservations(self._send, (*self._sids[:-1], ("TaskSid", self.sid)))

    async def _write(self, change: TaskChange, if_match: str) -> Task:
        call = Call(UPDATE, self._sids, change.pairs(), if_match=if_match)
        return await self._send.send(call)


def _target(routing_target: str | NotGiven) -> Pairs:
    # Which of the three kinds is meant stands in the SID itself.
    prefix = routing_target[:2] if isinstance(routing_target, str) else ""
    if routing_target is NOT_GIVEN or prefix in _TARGETS:
        return sid_argument("routing_target", routing_target, prefix)
    raise InvalidArgumentError(
        "routing_target must be the SID of a worker, a task queue or a workflow",
        argument="routing_target",
    )


def _ignore_capacity(routing_target: str | NotGiven, *, ignore_capacity: bool | NotGiven) -> Pairs:
    to_worker = isinstance(routing_target, str) and routing_target.startswith("WK")
    if ignore_capacity is not NOT_GIVEN and not to_worker:
        raise InvalidArgumentError(
            "ignore_capacity needs a worker as routing_target", argument="ignore_capacity"
        )
    return boolean("ignore_capacity", ignore_capacity)
