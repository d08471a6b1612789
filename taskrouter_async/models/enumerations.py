"""The words of the service for states and orders."""

from taskrouter_async.models._answer import OpenEnum


class TaskStatus(OpenEnum):
    """How far a task has come."""

    PENDING = "pending"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    WRAPPING = "wrapping"
    COMPLETED = "completed"
    CANCELED = "canceled"


class ReservationStatus(OpenEnum):
    """How far a reservation has come."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    CANCELED = "canceled"
    RESCINDED = "rescinded"
    WRAPPING = "wrapping"
    COMPLETED = "completed"


class Order(OpenEnum):
    """Which of several tasks comes first."""

    FIFO = "FIFO"
    LIFO = "LIFO"
