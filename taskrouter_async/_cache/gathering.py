"""Loads for single task queues that travel together, as one bulk call.

What the cache knows stays as it is: each queue has its own key, flight and entry. Only the way to
the service is shared. Whoever is about to ask takes a seat at the gate of their workspace, and
everybody who does so in the same turn of the event loop departs with them, fifty at most.

The service takes five bulk calls a second from a workspace. So a gate lets one go every fifth of a
second, as the admission would: who waits there has a place in a call, who waits here can still
share one. The seats are filled at departure and not before: who has to wait
leaves together with all who came meanwhile, so that a stream of single requests becomes few calls,
and who has given up is not asked for.

Where processes share a level, loads come one after the other, since each gets its lease first. So
the first call waits until it is full, or nobody else can come, or a fifth of a second has passed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, islice
from typing import Final, TypeAlias

from attrs import define, field

from taskrouter_async import models
from taskrouter_async._cache.entries import Loaded
from taskrouter_async._cache.failures import another
from taskrouter_async._cache.flights import Flight, Flights
from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.bulk import MOST_QUEUES, BulkAnswer, bulk_call
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import CallTimeoutError

_PAUSE_SECONDS: Final = 0.2

Bulk: TypeAlias = "models.TaskQueueBulkRealTimeStatistics"
Seat: TypeAlias = "asyncio.Future[Flight[BulkAnswer]]"


@define(eq=False)
class _Gate:
    """Where the loads for the queues of one workspace wait.

    Attributes:
        operation: What is asked for.
        workspace: The SIDs of its path.
        seats: Who waits, by the queue's SID.
        timer: When the next call may depart; ``None`` if one may now.
        limit: When it departs at the latest; ``None`` if it waits for nobody.
    """

    operation: Operation[Bulk]
    workspace: Pairs
    seats: dict[str, list[Seat]] = field(factory=dict)
    timer: asyncio.TimerHandle | None = None
    limit: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """Forget what was to happen later."""
        for timer in filter(None, (self.timer, self.limit)):
            timer.cancel()
        self.timer = self.limit = None

    def board(self) -> dict[str, list[Seat]]:
        """Take those who leave together from those who wait; who gave up is let go."""
        waiting = {
            sid: left
            for sid, seats in self.seats.items()
            if (left := [seat for seat in seats if not seat.done()])
        }
        aboard = dict(islice(waiting.items(), MOST_QUEUES))
        self.seats = {sid: seats for sid, seats in waiting.items() if sid not in aboard}
        return aboard


class Gatherer:
    """Turns loads for single queues into bulk calls.

    Args:
        load: Asks the service for a bulk answer.
        limit: How many seconds that may take.
        expects: Whether others may be about to ask. When that ends, `settle` is to be called.
    """

    def __init__(
        self,
        load: Callable[[Call[Bulk]], Awaitable[Loaded[Bulk]]],
        limit: float,
        expects: Callable[[], bool],
    ) -> None:
        self._load = load
        self._expects = expects
        self._flights = Flights(limit)
        self._gates: dict[tuple[Operation[Bulk], Pairs], _Gate] = {}

    def __len__(self) -> int:
        return len(self._gates)

    async def ask(
        self, operation: Operation[Bulk], workspace: Pairs, sid: str, deadline: float
    ) -> BulkAnswer:
        """Return the bulk answer that was asked for this queue too.

        Args:
            operation: The bulk operation.
            workspace: The SIDs of its path.
            sid: The queue.
            deadline: When to give up, in the loop's time.

        Raises:
            CallTimeoutError: There was no answer by the deadline.
            TaskRouterError: The bulk call failed; each who asks gets an error of their own.
        """
        seconds = deadline - self._flights.enter().time()
        flight = None
        try:
            async with asyncio.timeout_at(deadline):
                flight = await self._seat(operation, workspace, sid)
                await flight.landing()
        except TimeoutError:
            raise CallTimeoutError(
                f"no bulk answer came within {seconds:g} s",
                phase="queue" if flight is None else "answer",
                seconds=seconds,
            ) from None
        if flight.error is not None:
            raise another(flight.error) from flight.error
        return flight.value

    def _seat(self, operation: Operation[Bulk], workspace: Pairs, sid: str) -> Seat:
        loop = self._flights.enter()
        gate = self._gates.setdefault((operation, workspace), _Gate(operation, workspace))
        seat: Seat = loop.create_future()
        gate.seats.setdefault(sid, []).append(seat)
        if len(gate.seats) in {1, MOST_QUEUES}:
            # In the next turn: whoever asks in this one comes along.
            loop.call_soon(self._depart, gate)
        return seat

    def settle(self) -> None:
        """Let depart who waited for others: nobody else is about to ask."""
        for gate in self._gates.values():
            asyncio.get_running_loop().call_soon(self._depart, gate)

    def _depart(self, gate: _Gate) -> None:
        if gate.timer is not None:
            return
        if self._expects() and len(gate.seats) < MOST_QUEUES:
            later = asyncio.get_running_loop().call_later
            gate.limit = gate.limit or later(_PAUSE_SECONDS, self._open, gate)
        else:
            self._open(gate)

    def _open(self, gate: _Gate) -> None:
        gate.stop()
        aboard = gate.board()
        if not aboard:
            self._gates.pop((gate.operation, gate.workspace), None)
            return
        self._take_off(bulk_call(gate.operation, gate.workspace, aboard), aboard)
        gate.timer = self._flights.enter().call_later(_PAUSE_SECONDS, self._open, gate)

    def _take_off(self, call: Call[Bulk], aboard: dict[str, list[Seat]]) -> None:
        async def fly() -> BulkAnswer:
            return BulkAnswer.of((await self._load(call)).value)

        # It has no key: who comes later waits for the next.
        flight: Flight[BulkAnswer] = Flight(None, "miss", 0.0, _settled)
        for seat in chain.from_iterable(aboard.values()):
            seat.set_result(flight)
        self._flights.start(flight, fly)

    async def aclose(self) -> None:
        """End every bulk call and send away who waits for one; closing again does nothing.

        Who waits here is a flight of the cache, which closes first and knows why it ended.
        """
        for gate in self._gates.values():
            for seat in chain.from_iterable(gate.seats.values()):
                seat.cancel()
            gate.stop()
        self._gates.clear()
        await self._flights.aclose(0.0)


def _settled(_flight: Flight[BulkAnswer], _registered: bool) -> None:  # noqa: FBT001
    """Keep nothing: each queue's own flight does."""
