"""What retries do to a service that fails, and limits to one that is overloaded.

The first table is about a sandbox that answers 503 by chance: how many requests it gets for each
call, and how many calls succeed in the end. The second is about a model of a service that serves so
many requests at a time, 0.147 seconds each, and refuses the others; what it can serve changes
twice, and a hundred callers always want something.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from attrs import define, field

from benchmarks.harness import Outcome, Table
from taskrouter_async import RetryPolicy, TaskRouterClient
from taskrouter_async._protocol.limiting import AdaptiveLimit, RetryBudget, TokenBudget
from taskrouter_async.errors import TaskRouterError
from taskrouter_async.sandbox import Fault, Sandbox
from taskrouter_async.sandbox.faults import Status

FAILURE_RATES: Final = (0.1, 0.2, 0.5, 1.0)
CALLS_PER_SECOND: Final = 100
CAPACITIES: Final = (20, 6, 40)
CALLERS: Final = 100
SECONDS: Final = 5.0

_SERVICE_SECONDS: Final = 0.147
_REFUSAL_SECONDS: Final = 0.05
_WORKSPACE_SID: Final = "WS" + "1" * 32
_ACCOUNT_SID: Final = "AC" + "a" * 32
_RETRIES: Final = {
    "no retries": RetryPolicy(max_retries=0),
    "no budget": RetryPolicy(),
    "ours": RetryPolicy(),
}

Row: TypeAlias = tuple[str | float, ...]


async def outage(policy: str, rate: float, seconds: float) -> tuple[float, float]:
    """Return requests per call, and the share of calls that succeeded."""
    async with (
        Sandbox(workspaces=1, seed=round(100 * rate)) as sandbox,
        TaskRouterClient(
            sandbox.account_sid,
            sandbox.auth_token,
            base_url=sandbox.base_url,
            retry=_RETRIES[policy],
        ) as client,
    ):
        if policy == "no budget":
            client._desk.budget = RetryBudget(TokenBudget(10**9), TokenBudget(10**9))
        sandbox.faults.add(Fault(Status(503), probability=rate))
        calls = await _called(client, sandbox.workspace_sids[0], seconds)
        succeeded = sum(call.exception() is None for call in calls)
        return sum(sandbox.request_counts.values()) / len(calls), succeeded / len(calls)


async def _called(
    client: TaskRouterClient, workspace_sid: str, seconds: float
) -> list[asyncio.Task[object]]:
    calls: list[asyncio.Task[object]] = []
    for _ in range(round(seconds * CALLS_PER_SECOND)):
        calls.append(asyncio.create_task(client.workspaces(workspace_sid).fetch()))
        await asyncio.sleep(1 / CALLS_PER_SECOND)
    await asyncio.wait(calls)
    return calls


async def outages(seconds: float) -> Table:
    """Return the first table."""
    rows = []
    for rate in FAILURE_RATES:
        cells = await asyncio.gather(*(outage(policy, rate, seconds) for policy in _RETRIES))
        told = (cell for sent, share in cells for cell in (round(sent, 2), f"{share:.1%}"))
        rows.append((f"{rate:.0%}", *told))
    heads = (f"{policy}, {what}" for policy in _RETRIES for what in ("requests a call", "success"))
    note = f"{CALLS_PER_SECOND} calls a second for {seconds:g} s in each cell."
    return Table("A service that fails by chance", ("failures", *heads), tuple(rows), note)


@define
class Service:
    """A service that serves so many at a time."""

    capacity: int
    busy: int = 0
    counts: list[int] = field(factory=lambda: [0, 0])

    def answer(self, transport: asyncio.Transport) -> None:
        """Serve or refuse, each after its time."""
        is_refused = self.busy >= self.capacity
        self.counts[is_refused] += 1
        self.busy += not is_refused
        seconds = _REFUSAL_SECONDS if is_refused else _SERVICE_SECONDS
        asyncio.get_running_loop().call_later(seconds, self._done, transport, is_refused)

    def _done(self, transport: asyncio.Transport, is_refused: bool) -> None:  # noqa: FBT001
        self.busy -= not is_refused
        body = b'{"sid": "%b", "account_sid": "%b"}' % (
            _WORKSPACE_SID.encode(),
            _ACCOUNT_SID.encode(),
        )
        status = b"429 Too Many Requests" if is_refused else b"200 OK"
        transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(body), body)
        )


class _Talk(asyncio.Protocol):
    def __init__(self, service: Service) -> None:
        self._service = service

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, _: bytes) -> None:
        self._service.answer(self._transport)


class _Fixed(AdaptiveLimit):
    """Learns nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = float(CALLERS)

    def accepted(self, in_flight: int) -> None:
        pass

    def rejected(self, sent_at: float, now: float) -> None:
        pass


async def _keep_asking(client: TaskRouterClient) -> None:
    while True:
        try:
            await client.workspaces(_WORKSPACE_SID).fetch()
        except TaskRouterError:
            await asyncio.sleep(0)


@asynccontextmanager
async def _busy_client(service: Service) -> AsyncIterator[TaskRouterClient]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(service), "127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with TaskRouterClient(
        _ACCOUNT_SID, "token", base_url=base_url, retry=RetryPolicy(max_retries=0)
    ) as client:
        callers = [asyncio.create_task(_keep_asking(client)) for _ in range(CALLERS)]
        yield client
        for caller in callers:
            caller.cancel()
        await asyncio.wait(callers)
    server.close()


async def overload(limit: str, seconds: float) -> Row:
    """Return a row of the second table: what becomes of callers when the capacity changes."""
    service, cells = Service(CAPACITIES[0]), list[str | float]()
    async with _busy_client(service) as client:
        if limit == "fixed at 100":
            client._desk._limit = _Fixed()
        for service.capacity in CAPACITIES:
            service.counts[:] = 0, 0
            await asyncio.sleep(seconds)
            served, refused = service.counts
            cells += round(served / seconds), f"{refused / (served + refused):.1%}"
        return (limit, *cells, str(client.limits().concurrency_limit))


async def overloads(seconds: float) -> Table:
    """Return the second table."""
    least = (cell for each in CAPACITIES for cell in (round(each / _SERVICE_SECONDS), "0.0%"))
    played = [await overload(limit, seconds) for limit in ("fixed at 100", "ours")]
    rows: tuple[Row, ...] = (("ideal", *least, ""), *played)
    heads = (f"{what}, room for {each}" for each in CAPACITIES for what in ("served/s", "refused"))
    note = f"{CALLERS} callers, and {seconds:g} s for each room."
    return Table("A service that is overloaded", ("limit", *heads, "at last"), rows, note)


async def _tables(seconds: float) -> tuple[Table, Table]:
    return await outages(seconds), await overloads(2 * seconds)


def play(scale: float) -> Outcome:
    """Let services fail and be overloaded."""
    logging.disable()
    return Outcome(asyncio.run(_tables(max(1.0, SECONDS * scale))))
