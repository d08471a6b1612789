"""Reservations: a task offered to a worker."""

from datetime import datetime

from attrs import frozen

from taskrouter_async.models._answer import Versioned
from taskrouter_async.models.enumerations import ReservationStatus
from taskrouter_async.models.statistics import NO_LINKS, Links


@frozen(kw_only=True)
class Reservation(Versioned):
    """A task offered to a worker, and what became of the offer.

    It is the same whether it is reached through the task or through the worker, but for ``url``.
    The vendor's page: https://www.twilio.com/docs/taskrouter/api/reservations

    Attributes:
        sid: The reservation, ``WR…``.
        account_sid: The account that owns it, ``AC…``.
        workspace_sid: The workspace it belongs to, ``WS…``.
        reservation_status: How far it has come.
        task_sid: The task that is offered, ``WT…``.
        worker_sid: The worker it is offered to, ``WK…``.
        worker_name: The name of that worker.
        date_created: When it was made, in UTC.
        date_updated: When it was last changed, in UTC.
        url: Its address, below the task or below the worker.
        links: Addresses of what belongs to it: ``task``, ``worker`` and ``workspace``.
    """

    sid: str
    account_sid: str
    workspace_sid: str
    reservation_status: ReservationStatus | None = None
    task_sid: str | None = None
    worker_sid: str | None = None
    worker_name: str | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    url: str | None = None
    links: Links = NO_LINKS
