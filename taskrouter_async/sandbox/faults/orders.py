"""The faults that were ordered, and how often each has struck."""

import random
from collections.abc import Iterator

from attrs import define, field, frozen

from taskrouter_async.sandbox.faults.delays import Latency
from taskrouter_async.sandbox.faults.values import Body, Drop, Fault, Race, Status


@define(eq=False)
class FaultOrder:
    """A fault that was ordered.

    Attributes:
        fault: What was ordered.
        matched: How many requests were meant by it.
        struck: How many of them it struck.
    """

    fault: Fault
    matched: int = field(init=False, default=0)
    struck: int = field(init=False, default=0)

    @property
    def over(self) -> bool:
        """Whether it has struck as often as was wanted."""
        return self.fault.times is not None and self.struck >= self.fault.times

    def strikes(self, verb: str, path: str, chance: random.Random) -> bool:
        """Tell whether a request is struck, and count it."""
        fault = self.fault
        if self.over or not fault.matches(verb, path):
            return False
        self.matched += 1
        if self.matched <= fault.after:
            return False
        if fault.probability < 1.0 and chance.random() >= fault.probability:
            return False
        self.struck += 1
        return True


@frozen
class Strike:
    """What happens to one request.

    Attributes:
        seconds: How long it waits.
        ending: What decides on its answer.
        is_race: Whether somebody else is faster.
    """

    seconds: float = 0.0
    ending: Status | Drop | Body | None = None
    is_race: bool = False


@define(eq=False)
class Faults:
    """All faults that were ordered, in the order in which they were; those over stay listed."""

    _chance: random.Random
    _orders: list[FaultOrder] = field(init=False, factory=list)

    def add(self, fault: Fault) -> FaultOrder:
        """Order a fault.

        Returns:
            What tells how often it has struck.
        """
        order = FaultOrder(fault)
        self._orders.append(order)
        return order

    def clear(self) -> None:
        """Call all faults off."""
        self._orders.clear()

    def __iter__(self) -> Iterator[FaultOrder]:
        return iter(tuple(self._orders))

    def __len__(self) -> int:
        return len(self._orders)

    def strike(self, verb: str, path: str) -> Strike:
        """Return what happens to a request; what happens is counted."""
        seconds, is_race = 0.0, False
        ending: Status | Drop | Body | None = None
        for order in self._orders:
            what = order.fault.what
            if ending is not None and not isinstance(what, Latency | Race):
                continue
            if not order.strikes(verb, path, self._chance):
                continue
            if isinstance(what, Latency):
                seconds += what.draw(self._chance)
            elif isinstance(what, Race):
                is_race = True
            else:
                ending = what
        return Strike(seconds, ending, is_race)
