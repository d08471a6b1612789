"""Tasks: work that waits for a worker, or has found one."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Json, Versioned, parse_text
from taskrouter_async.models.enumerations import TaskStatus
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class Task(Versioned):
    """One piece of work: a call, a chat, a lead, whatever workers are there for.

    The service forgets a task some minutes after it was completed or canceled.
    The vendor's page: https://www.twilio.com/docs/taskrouter/api/task

    Attributes:
        sid: The task, ``WT…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        assignment_status: How far it has come.
        reason: Why it was canceled or completed; ``None`` before that.
        age: Seconds since it was made; running through the workflow again does not reset it.
        priority: How urgent it is, 0 at least, the most urgent highest; a filter of the workflow
            may have set it.
        timeout: Seconds it may live without being assigned before the service cancels it.
        attributes: What the application told about it: a JSON object as text, exactly as it came.
        addons: What add-ons told about it: a JSON object as text, exactly as it came.
        task_channel_sid: The channel it belongs to, ``TC…``.
        task_channel_unique_name: The name of that channel, such as ``voice``.
        task_queue_sid: The queue it is in, ``WQ…``.
        task_queue_friendly_name: The name of that queue.
        task_queue_entered_date: When it entered that queue, in UTC.
        workflow_sid: The workflow that routes it, ``WW…``.
        workflow_friendly_name: The name of that workflow.
        routing_target: The worker, queue or workflow it was made for, ``WK…``, ``WQ…`` or
            ``WW…``; ``None`` when it was made for none of its own.
        ignore_capacity: Whether the worker it was made for gets it however busy they are.
        virtual_start_time: When it counts as made where the oldest task comes first, in UTC.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address.
        links: Addresses of what belongs to it: ``task_queue``, ``workflow``, ``workspace`` and
            ``reservations``.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    assignment_status: TaskStatus | None = None
    reason: str | None = None
    age: int = 0
    priority: int = 0
    timeout: int = 0
    attributes: str | None = None
    addons: str | None = None
    task_channel_sid: str | None = None
    task_channel_unique_name: str | None = None
    task_queue_sid: str | None = None
    task_queue_friendly_name: str | None = None
    task_queue_entered_date: datetime | None = None
    workflow_sid: str | None = None
    workflow_friendly_name: str | None = None
    routing_target: str | None = None
    ignore_capacity: bool | None = None
    virtual_start_time: datetime | None = None
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

    def parse_addons(self) -> Json:
        """Return what the add-ons' text says; ``None`` if there is no text.

        Raises:
            DecodingError: The text is not JSON.
        """
        return parse_text(self.addons, "addons")
