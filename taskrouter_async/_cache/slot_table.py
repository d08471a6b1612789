"""Which slot belongs to which call."""

# One table holds the slots of every kind of answer; a slot's type is known by its operation's.
# pyright: reportExplicitAny=false

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import ref

from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async._protocol.slots import Hits, Slot

T = TypeVar("T")


class Slots:
    """One slot for each call, for as long as a handle, a flight or the store holds it.

    So whoever holds a slot sees what all others see, and the table needs no bound of its own. It
    is on the way of every call of a handle that is not kept: its keys are plain tuples, whose
    parts are at hand, and it does by itself what a `WeakValueDictionary` does in more steps.

    Args:
        clock: The cache's clock.
        hits: Where fresh answers that are served are counted.
    """

    def __init__(self, clock: Callable[[], float], hits: Hits) -> None:
        self._clock = clock
        self._hits = hits
        self._refs: dict[Hashable, ref[Slot[Any]]] = {}

    def __len__(self) -> int:
        return len(self._refs)

    def slot(
        self, operation: Operation[T], sids: Pairs, arguments: Pairs = (), json: str = ""
    ) -> Slot[T]:
        """Return the place where the answer to a call is kept, whose parts these are."""
        key = (operation, sids, arguments, json)
        known = self._refs.get(key)
        slot = None if known is None else known()
        return self._new(key, Call(operation, sids, arguments, json=json)) if slot is None else slot

    def _new(self, key: Hashable, call: Call[T]) -> Slot[T]:
        def forget(gone: "ref[Slot[Any]]") -> None:
            # The place may have been given to another slot by now.
            if refs.get(key) is gone:
                del refs[key]

        refs = self._refs
        slot = Slot(call, self._clock, self._hits)
        refs[key] = ref(slot, forget)
        return slot
