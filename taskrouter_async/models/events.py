"""Events: what happened in a workspace."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Answer, FrozenMap, Json


class EventData(FrozenMap[str, Json]):
    """What an event tells about the resources it touches, by name.

    The service writes all values as texts, numbers too: ``"worker_time_in_previous_activity":
    "26"``. Attributes are the text of a JSON document.
    """

    __slots__ = ()


@frozen(kw_only=True)
class Event(Answer):
    """Something that happened in a workspace.

    The vendor's page: https://www.twilio.com/docs/taskrouter/api/event

    Attributes:
        sid: The event, ``EV…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it happened in, ``WS…``.
        event_type: What happened, such as ``task.created`` or ``worker.activity.update``.
        description: The same as a sentence.
        event_data: What the event tells about the task, the worker and so on, its values texts.
            Attributes of tasks in it are redacted once the event is 30 days old.
        event_date: When it happened, in UTC, to the second.
        event_date_ms: When it happened, in milliseconds since 1970 in UTC.
        resource_sid: What it happened to; for a reservation's event its task.
        resource_type: The kind of that, such as ``task`` or ``worker``.
        resource_url: The address of that.
        actor_sid: Who or what caused it.
        actor_type: The kind of that, such as ``workspace``.
        actor_url: The address of that.
        source: Where it came from, such as ``twilio``.
        source_ip_address: The IP address it came from.
        url: Its address.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    event_type: str | None = None
    description: str | None = None
    event_data: EventData | None = None
    event_date: datetime | None = None
    event_date_ms: int | None = None
    resource_sid: str | None = None
    resource_type: str | None = None
    resource_url: str | None = None
    actor_sid: str | None = None
    actor_type: str | None = None
    actor_url: str | None = None
    source: str | None = None
    source_ip_address: str | None = None
    url: str | None = None
