"""What one call finds when it looks at a key: the facts, and what follows from them."""

import math
from typing import Generic, TypeVar

from attrs import define

from taskrouter_async._cache.failures import Trouble
from taskrouter_async._cache.flights import Flight
from taskrouter_async._cache.states import Decision, Load, State, decide, is_young, state_at
from taskrouter_async._protocol.directives import Directives
from taskrouter_async._protocol.slots import Entry
from taskrouter_async.models.caching import Forwarded, LoadReason

T = TypeVar("T")


@define(eq=False)
class Look(Generic[T]):
    """What a call found.

    Attributes:
        now: When.
        entry: The answer that is kept, in whatever state.
        state: Its state.
        flight: The request in the air.
        trouble: Why the service is left alone, if it is.
        decision: What is done.
        older_flight: The request in the air, if it is too old for the call, which waits until it
            has landed and looks again.
        oldest: The earliest instant from which the answer may be; minus infinity for any.
    """

    now: float
    entry: Entry[T] | None
    state: State
    flight: Flight[Entry[T]] | None
    trouble: Trouble | None
    decision: Decision
    older_flight: Flight[Entry[T]] | None
    oldest: float

    @property
    def fwd(self) -> Forwarded:
        """Why this is no hit, as RFC 9211 puts it."""
        if self.state is State.FRESH:
            return "request"
        return "miss" if self.state is State.DEAD else "stale"

    @property
    def reason(self) -> LoadReason:
        """Why a request is sent for this call."""
        return "reload" if self.fwd == "request" else self.fwd


def look(
    entry: Entry[T] | None,
    flight: Flight[Entry[T]] | None,
    trouble: Trouble | None,
    asked: Directives,
    *,
    began: float,
    now: float,
    waited: bool,
) -> Look[T]:
    """Return what a call finds.

    Args:
        entry: The answer that is kept.
        flight: The request in the air.
        trouble: What went wrong last.
        asked: The call's wishes.
        began: When the call began, from which its ``max_age`` counts.
        now: The time.
        waited: Whether it has waited for an older request to land.
    """
    state = state_at(now, entry)
    cooling = trouble if trouble and _cools(trouble, asked, began, now, waited=waited) else None
    decision = decide(
        state,
        asked,
        in_the_air=flight is not None,
        cooldown=cooling is not None,
        young=entry is None or is_young(began - entry.t0, asked.max_age, waited=waited),
    )
    older = None
    if decision.load is Load.JOIN and flight is not None:
        # What takes off in the very instant in which the call begins is as young as can be.
        joins = is_young(began - flight.started_at, asked.max_age, waited=True)
        older = None if joins else flight
    oldest = -math.inf if asked.max_age is None else began - asked.max_age
    return Look(now, entry, state, flight, cooling, decision, older, oldest)


def _cools(trouble: Trouble, asked: Directives, began: float, now: float, *, waited: bool) -> bool:
    if trouble.negative and not is_young(began - trouble.t0, asked.max_age, waited=waited):
        return False  # a 404 is an answer, which may be too old like any other
    return now < trouble.until
