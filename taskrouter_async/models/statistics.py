"""The parts that several real-time statistics share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from taskrouter_async.models._json import NOTHING, Json

NO_STATUSES: Final[Mapping[str, int]] = MappingProxyType({})
NO_PRIORITIES: Final[Mapping[int, int]] = MappingProxyType({})


@frozen
class TasksByStatus:
    """Count tasks by their assignment status.

    A status that the answer leaves out counts 0: the service has sent three, four and six of them
    over the years.

    Attributes:
        pending: Tasks that wait for a worker.
        reserved: Tasks offered to a worker who has not answered yet.
        assigned: Tasks that a worker handles.
        wrapping: Tasks whose conversation has ended and whose follow-up has not.
        completed: Tasks that are done and not yet removed by the service.
        canceled: Tasks that were called off and not yet removed by the service.
        other: Counts of the statuses that this release does not know, by their name.
    """

    pending: int = 0
    reserved: int = 0
    assigned: int = 0
    wrapping: int = 0
    completed: int = 0
    canceled: int = 0
    other: Mapping[str, int] = field(default=NO_STATUSES, hash=False)


NO_TASKS: Final = TasksByStatus()


@frozen
class ActivityStatistic:
    """Count the workers in one activity.

    Attributes:
        sid: The activity's SID, ``WA…``.
        friendly_name: Its name, such as ``Available``.
        workers: How many workers are in it now.
        extra: Members of the answer that this release does not know.
    """

    sid: str
    friendly_name: str
    workers: int = 0
    extra: Mapping[str, Json] = field(default=NOTHING, hash=False, repr=False)
