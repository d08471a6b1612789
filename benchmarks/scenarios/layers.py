"""Which part of the client costs what: an uncached call, cut open layer by layer."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from benchmarks import peers
from benchmarks.harness import Outcome, Round, Table, compared, opened, take_turns
from benchmarks.origin import ACCOUNT_SID, WORKSPACE_SID, origin, workspace_path
from taskrouter_async import TaskRouterClient
from taskrouter_async._protocol.operation import Call
from taskrouter_async.resources.workspaces import FETCH

ROUNDS: Final = 150
_BARE: Final = "bare aiohttp"
_REQUESTS: Final = 40
_NOTE: Final = (
    "CPU time of a request. Each line holds what stands above it: the transport reads bytes, the "
    "attempts add turns and retries, the engine models and the check of whose they are."
)

Ask = Callable[[], Awaitable[object]]


def _layers(client: TaskRouterClient) -> dict[str, Ask]:
    call = Call(FETCH, (("Sid", WORKSPACE_SID),))
    request, now = call.request(), asyncio.get_running_loop().time
    # These are the client's inner parts: a look inside is what this is for.
    attempts, engine = client._attempts, client._engine
    transport = attempts._transport
    return {
        "transport": lambda: transport.send(request, now() + 30.0),
        "+ attempts and admission": lambda: attempts.send(call, now() + 30.0),
        "+ decoding and identity": lambda: engine.send(call),
        "+ public call": lambda: client.workspaces(WORKSPACE_SID).fetch(),
    }


@asynccontextmanager
async def _contestants(base_url: str) -> AsyncIterator[dict[str, Ask]]:
    ours = TaskRouterClient(ACCOUNT_SID, peers.TOKEN, base_url=base_url)
    told = TaskRouterClient(
        ACCOUNT_SID, peers.TOKEN, base_url=base_url, on_request_event=lambda _: None
    )
    async with peers.bare_session(base_url) as bare, ours, told:
        yield {
            _BARE: bare(workspace_path()),
            **_layers(ours),
            "+ a listener": lambda: told.workspaces(WORKSPACE_SID).fetch(),
        }


def _round(runner: asyncio.Runner, ask: Ask, in_flight: int) -> Round:
    async def caller() -> None:
        for _ in range(_REQUESTS // in_flight):
            await ask()

    async def timed() -> float:
        before = time.process_time()
        await asyncio.gather(*(caller() for _ in range(in_flight)))
        return (time.process_time() - before) / _REQUESTS * 1e6

    return lambda: runner.run(timed())


def _table(base_url: str, in_flight: int, rounds: int, note: str) -> Table:
    with asyncio.Runner() as runner, opened(runner, _contestants(base_url)) as asks:
        plays = {name: _round(runner, ask, in_flight) for name, ask in asks.items()}
        samples = take_turns(plays, rounds)
    title = f"The layers of an uncached call, {in_flight} in flight"
    return compared(title, "µs", samples, base=_BARE, note=note)


def play(scale: float) -> Outcome:
    """Let the layers and the bare client ask for a workspace, in turns."""
    rounds = max(10, int(ROUNDS * scale))
    with origin() as base_url:
        alone = _table(base_url, 1, rounds, "")
        return Outcome((alone, _table(base_url, 10, rounds, _NOTE)))
