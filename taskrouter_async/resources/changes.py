"""Changes as values: what a function given to ``modify`` decides upon."""

from datetime import datetime
from typing import Final, Literal, TypeAlias

from attrs import frozen

from taskrouter_async._protocol.arguments import (
    NOT_GIVEN,
    Attributes,
    NotGiven,
    Pairs,
    boolean,
    choice,
    instant,
    integer,
    json_text,
    sid,
    text,
)
from taskrouter_async.errors import InvalidArgumentError
from taskrouter_async.models import TaskStatus

TaskStatusName: TypeAlias = (
    TaskStatus | Literal["pending", "reserved", "assigned", "wrapping", "completed", "canceled"]
)
"""The status of a task, as a member of `TaskStatus` or as the service's word."""

HIGHEST_PRIORITY: Final = 2**31 - 1


@frozen(kw_only=True)
class TaskChange:
    """What shall change about a task; what is left out stays.

    Attributes:
        attributes: All its attributes anew: a mapping, or the text of a JSON object, 4096
            characters at most. A pending task runs through its workflow again.
        assignment_status: The status it shall have. The service refuses a step that a task cannot
            take, such as completing one that is not assigned.
        reason: Why it is canceled or completed, which the service wants to be told.
        priority: How urgent it is, 0 to 2147483647, the most urgent highest; a filter of the
            workflow that sets a priority of its own wins.
        task_channel: The channel it belongs to: its SID or its unique name.
        virtual_start_time: When it counts as made where the oldest comes first, not in the
            future.
    """

    attributes: Attributes | NotGiven = NOT_GIVEN
    assignment_status: TaskStatusName | NotGiven = NOT_GIVEN
    reason: str | NotGiven = NOT_GIVEN
    priority: int | NotGiven = NOT_GIVEN
    task_channel: str | NotGiven = NOT_GIVEN
    virtual_start_time: datetime | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used.
        """
        return (
            *json_text("attributes", self.attributes),
            *choice("assignment_status", self.assignment_status, TaskStatus),
            *text("reason", self.reason),
            *integer("priority", self.priority, 0, HIGHEST_PRIORITY),
            *text("task_channel", self.task_channel),
            *instant("virtual_start_time", self.virtual_start_time),
        )


@frozen(kw_only=True)
class WorkerChange:
    """What shall change about a worker; what is left out stays.

    Attributes:
        activity_sid: What they are doing, ``WA…``.
        attributes: All their attributes anew: a mapping, or the text of a JSON object, 4096
            characters at most.
        friendly_name: Their name, 64 characters at most, unique in the workspace whatever its
            case.
        reject_pending_reservations: Whether what they are offered is rejected; only together with
            an activity, which must not be available.
    """

    activity_sid: str | NotGiven = NOT_GIVEN
    attributes: Attributes | NotGiven = NOT_GIVEN
    friendly_name: str | NotGiven = NOT_GIVEN
    reject_pending_reservations: bool | NotGiven = NOT_GIVEN

    def pairs(self) -> Pairs:
        """Return the form that asks for this.

        Raises:
            InvalidArgumentError: A value cannot be used, or reservations shall be rejected without
                an activity.
        """
        if self.reject_pending_reservations is not NOT_GIVEN and self.activity_sid is NOT_GIVEN:
            raise InvalidArgumentError(
                "reject_pending_reservations needs an activity_sid",
                argument="reject_pending_reservations",
            )
        return (
            *sid("activity_sid", self.activity_sid, "WA"),
            *json_text("attributes", self.attributes),
            *text("friendly_name", self.friendly_name),
            *boolean("reject_pending_reservations", self.reject_pending_reservations),
        )
