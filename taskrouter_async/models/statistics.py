"""The parts that several statistics share."""

from typing import Final

from attrs import frozen

from taskrouter_async.models._answer import FrozenMap

_KNOWN_STATUSES: Final = frozenset(
    {"pending", "reserved", "assigned", "wrapping", "completed", "canceled"}
)


class TasksByStatus(FrozenMap[str, int]):
    """Count tasks by their assignment status, as a mapping and by name.

    By name, a status that the answer leaves out counts 0: the service has sent three, four and
    six of them over the years.
    """

    __slots__ = ()

    @property
    def pending(self) -> int:
        """Tasks that wait for a worker."""
        return self.get("pending", 0)

    @property
    def reserved(self) -> int:
        """Tasks offered to a worker who has not answered yet."""
        return self.get("reserved", 0)

    @property
    def assigned(self) -> int:
        """Tasks that a worker handles."""
        return self.get("assigned", 0)

    @property
    def wrapping(self) -> int:
        """Tasks whose conversation has ended and whose follow-up has not."""
        return self.get("wrapping", 0)

    @property
    def completed(self) -> int:
        """Tasks that are done and not yet removed by the service."""
        return self.get("completed", 0)

    @property
    def canceled(self) -> int:
        """Tasks that were called off and not yet removed by the service."""
        return self.get("canceled", 0)

    @property
    def other(self) -> FrozenMap[str, int]:
        """Counts of the statuses that this release does not know, by their name."""
        return FrozenMap({name: n for name, n in self.items() if name not in _KNOWN_STATUSES})


class TasksByPriority(FrozenMap[int, int]):
    """Count tasks by their priority."""

    __slots__ = ()


@frozen(kw_only=True)
class ActivityStatistic:
    """Count the workers in one activity.

    Attributes:
        sid: The activity, ``WA…``.
        friendly_name: Its name, such as ``Available``.
        workers: How many workers are in it now.
    """

    sid: str
    friendly_name: str
    workers: int = 0


@frozen(kw_only=True)
class ActivityDuration:
    """How long workers were in one activity within a window, in seconds.

    Attributes:
        sid: The activity, ``WA…``.
        friendly_name: Its name, such as ``Available``.
        avg: The mean over the workers.
        min: The shortest.
        max: The longest.
        total: All workers together.
    """

    sid: str
    friendly_name: str
    avg: float = 0.0
    min: float = 0.0
    max: float = 0.0
    total: float = 0.0


@frozen(kw_only=True)
class WaitDuration:
    """How long tasks waited within a window, in seconds; zeros when none did.

    Attributes:
        avg: The mean.
        min: The shortest.
        max: The longest.
        total: All together.
    """

    avg: float = 0.0
    min: float = 0.0
    max: float = 0.0
    total: float = 0.0


@frozen(kw_only=True)
class WaitTimeCounts:
    """What became of tasks on one side of a threshold.

    Attributes:
        reservations_accepted: Reservations that were accepted.
        tasks_canceled: Tasks that were called off.
    """

    reservations_accepted: int = 0
    tasks_canceled: int = 0


@frozen(kw_only=True)
class WaitTimeSplit:
    """Tasks on both sides of a threshold of waiting time.

    Attributes:
        above: Those that waited longer.
        below: Those that did not.
    """

    above: WaitTimeCounts = WaitTimeCounts()
    below: WaitTimeCounts = WaitTimeCounts()


class SplitByWaitTime(FrozenMap[int, WaitTimeSplit]):
    """The split for each threshold asked for, by its seconds."""

    __slots__ = ()


class Links(FrozenMap[str, str]):
    """Addresses of related resources, by their name."""

    __slots__ = ()


NO_STATUSES: Final = TasksByStatus()
NO_PRIORITIES: Final = TasksByPriority()
NO_WAIT: Final = WaitDuration()
NO_LINKS: Final = Links()
