"""Traffic in one or several workspaces, from its beginning to its end."""

import random
from collections.abc import Iterable

from attrs import define, field

from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.routing.offers import dispatch
from taskrouter_async.sandbox.state.refusals import RefusalError
from taskrouter_async.sandbox.traffic.callers import Callers
from taskrouter_async.sandbox.traffic.crew import Crew
from taskrouter_async.sandbox.traffic.furniture import furnish
from taskrouter_async.sandbox.traffic.pace import Pace
from taskrouter_async.sandbox.traffic.plan import Traffic
from taskrouter_async.sandbox.traffic.shifts import Shifts


@define(eq=False)
class Centre:
    """The traffic of one workspace."""

    floor: Floor
    _pace: Pace
    _callers: Callers
    _crew: Crew

    @classmethod
    def open(cls, floor: Floor, traffic: Traffic) -> "Centre":
        """Furnish a workspace and let its traffic begin.

        Raises:
            RefusalError: The workspace cannot hold what the traffic needs.
        """
        # The workspace's SID was drawn from the sandbox's seed: each has a chance of its own, and
        # what happens in one has no influence on another.
        chance = random.Random(floor.workspace.sid)
        furniture = furnish(floor, traffic, chance)
        pace = Pace(floor, chance)
        shifts = Shifts(traffic, furniture, pace)
        callers = Callers(traffic, furniture, pace)
        crew = Crew(traffic, frozenset(furniture.workers), pace, shifts, callers)
        shifts.begin()
        crew.begin()
        callers.begin()
        dispatch(floor)
        return cls(floor, pace, callers, crew)

    @property
    def is_open(self) -> bool:
        """Whether something happens here by itself."""
        return not self._pace.over

    def drain(self) -> None:
        """Let nobody call any more."""
        self._callers.gone = True

    def close(self) -> None:
        """Let nothing happen any more that was planned; doing so twice is fine."""
        if self.is_open:
            self._pace.over = True
            self._crew.end()


@define(eq=False)
class Simulation:
    """Traffic that goes on until it is stopped: what :meth:`Sandbox.simulate` returns.

    Attributes:
        traffic: How much is going on.
    """

    traffic: Traffic
    _centres: tuple[Centre, ...] = field(repr=False)

    @property
    def workspace_sids(self) -> tuple[str, ...]:
        """The workspaces in which it goes on."""
        return tuple(centre.floor.workspace.sid for centre in self._centres)

    def drain(self) -> None:
        """Let no more tasks arrive; those that are there are still worked off."""
        for centre in self._centres:
            centre.drain()

    def stop(self) -> None:
        """Let nothing happen by itself any more.

        Everybody and everything stays where it is: open offers are left to you, or to their
        timeout. Doing so twice is fine.
        """
        for centre in self._centres:
            centre.close()


@define(eq=False)
class Simulations:
    """All traffic of a sandbox; a workspace has one at a time."""

    _running: dict[Floor, Centre] = field(init=False, factory=dict)

    def begin(self, floors: Iterable[Floor], traffic: Traffic) -> Simulation:
        """Let traffic begin in these workspaces.

        Raises:
            ValueError: One of them has traffic already, or cannot hold what the traffic needs.
        """
        chosen = list(dict.fromkeys(floors))
        for floor in chosen:
            if floor in self._running and self._running[floor].is_open:
                raise ValueError(f"{floor.workspace.sid} has traffic already: stop it first")
        try:
            centres = tuple(Centre.open(floor, traffic) for floor in chosen)
        except RefusalError as refusal:
            raise ValueError(f"no traffic is possible: {refusal.message}") from None
        self._running.update({centre.floor: centre for centre in centres})
        return Simulation(traffic, centres)
