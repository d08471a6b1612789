"""What is done for a call, decided from facts alone.

An answer goes through four states. Which of them it is in, whether its request is in the air, and
whether the service is being left alone after a failure: these three facts pick a row of `ROWS`, and
the row says what the caller gets and whether a request is due. The documentation's picture is drawn
from the same rows.

No clock and no event loop here: the time is an argument.
"""

from enum import Enum
from itertools import product
from typing import Final, Protocol

from attrs import evolve, frozen

from taskrouter_async._protocol.directives import Directives


class State(Enum):
    """What the age of an answer allows (RFC 9111, RFC 5861)."""

    FRESH = "fresh"
    STALE_REVALIDATE = "stale-while-revalidate"
    STALE_IF_ERROR = "stale-if-error"
    DEAD = "dead"


class Load(Enum):
    """What is done about a newer answer."""

    NONE = "nothing"
    BACKGROUND = "a request in the background"
    JOIN = "a request, shared"


class Receive(Enum):
    """What the caller gets."""

    KEPT = "the answer at once"
    NEW_OR_KEPT = "a newer answer; the stale one if that fails or takes long"
    NEW_UNLESS_ERROR = "a newer answer; the stale one if that fails"
    NEW = "a newer answer, or the error"
    LAST_ERROR = "the last error at once"
    MISS = "that there is nothing"


@frozen
class Decision:
    """What is done for one call.

    Attributes:
        load: About a newer answer.
        receive: For the caller.
        detail: Why a stale answer is served at once, where one is.
    """

    load: Load
    receive: Receive
    detail: str | None = None


@frozen
class Row:
    """One line of the table; ``None`` means: whichever.

    Attributes:
        state: The state of the answer.
        in_the_air: Whether its request is under way.
        cooldown: Whether the service is being left alone.
        decision: What is done.
    """

    state: State
    in_the_air: bool | None
    cooldown: bool | None
    decision: Decision

    def fits(self, state: State, *, in_the_air: bool, cooldown: bool) -> bool:
        """Tell whether the row speaks about these facts."""
        return (
            self.state is state
            and self.in_the_air in {None, in_the_air}
            and self.cooldown in {None, cooldown}
        )


_SWR: Final = State.STALE_REVALIDATE
_SIE: Final = State.STALE_IF_ERROR
_ANY: Final = None
_YES: Final = True
_NO: Final = False
# A flight under way is joined even if a cooldown runs: it took off when there was none.
ROWS: Final = (
    Row(State.FRESH, _ANY, _ANY, Decision(Load.NONE, Receive.KEPT)),
    Row(_SWR, _YES, _ANY, Decision(Load.BACKGROUND, Receive.KEPT, _SWR.value)),
    Row(_SWR, _NO, _NO, Decision(Load.BACKGROUND, Receive.KEPT, _SWR.value)),
    Row(_SWR, _NO, _YES, Decision(Load.NONE, Receive.KEPT, "cooldown")),
    Row(_SIE, _YES, _ANY, Decision(Load.JOIN, Receive.NEW_OR_KEPT)),
    Row(_SIE, _NO, _NO, Decision(Load.JOIN, Receive.NEW_OR_KEPT)),
    Row(_SIE, _NO, _YES, Decision(Load.NONE, Receive.KEPT, _SIE.value)),
    Row(State.DEAD, _YES, _ANY, Decision(Load.JOIN, Receive.NEW)),
    Row(State.DEAD, _NO, _NO, Decision(Load.JOIN, Receive.NEW)),
    Row(State.DEAD, _NO, _YES, Decision(Load.NONE, Receive.LAST_ERROR)),
)


def _chosen(state: State, in_the_air: bool, cooldown: bool, young: bool) -> Decision:  # noqa: FBT001 - facts
    looks_like = state if young or state is State.DEAD else State.STALE_IF_ERROR
    decision = next(
        row.decision
        for row in ROWS
        if row.fits(looks_like, in_the_air=in_the_air, cooldown=cooldown)
    )
    if not young and decision.receive is Receive.NEW_OR_KEPT:
        # Slowness is no failure: only that lets an answer pass that is older than was asked for.
        return evolve(decision, receive=Receive.NEW_UNLESS_ERROR)
    return decision


_BOTH: Final = (_NO, _YES)
_TABLE: Final = {facts: _chosen(*facts) for facts in product(State, _BOTH, _BOTH, _BOTH)}


class Times(Protocol):
    """Of an answer: the instants at which it leaves its states."""

    @property
    def fresh_until(self) -> float:
        """The first at which it is stale."""
        ...

    @property
    def swr_until(self) -> float:
        """The first at which it is no longer served while a newer one is fetched."""
        ...

    @property
    def dead_at(self) -> float:
        """The first at which it is not served whatever happens."""
        ...


def state_at(now: float, times: Times | None) -> State:
    """Return the one state that an answer is in; none at all is dead."""
    if times is None or now >= times.dead_at:
        return State.DEAD
    if now < times.fresh_until:
        return State.FRESH
    return State.STALE_REVALIDATE if now < times.swr_until else State.STALE_IF_ERROR


def is_young(age: float, max_age: float | None, *, waited: bool) -> bool:
    """Tell whether an answer, or a request in the air, is young enough for a call.

    Args:
        age: How long before the call the request was sent; negative if it was sent after it.
        max_age: What the call asks for.
        waited: Whether the call has waited already for an older request to land. What was sent
            since it began is as young as can be then, even if the clock stood still.
    """
    return max_age is None or age < max_age or (waited and age <= 0)


def decide(
    state: State, asked: Directives, *, in_the_air: bool, cooldown: bool, young: bool
) -> Decision:
    """Return what is done for a call.

    Args:
        state: The state of the answer.
        asked: The call's wishes.
        in_the_air: Whether a request is under way.
        cooldown: Whether the service is being left alone.
        young: Whether the answer is as young as the call wishes.
    """
    decision = _TABLE[state, in_the_air, cooldown, young]
    return _from_memory(decision) if asked.only_if_cached else decision


def _from_memory(decision: Decision) -> Decision:
    if decision.receive is not Receive.KEPT:
        return Decision(Load.NONE, Receive.MISS)
    return evolve(decision, load=Load.NONE)
