"""Scenes in which something goes wrong, for the scenario ``side_by_side``.

Each is played with a client against a server that misbehaves by script, and tells what was seen.
The server is that of the tests, so they have to be importable.
"""

import asyncio
import gc
import gzip
import json
import logging
import multiprocessing
import os
import resource
import time
import warnings
import zlib
from collections.abc import Callable
from typing import Final

from faults.answers import TASK, WORKSPACE, ok, status
from faults.connection import Request
from faults.fault_server import FaultServer
from faults.steps import Fin, Pause, Send, Unsolicited
from support import OTHER_ACCOUNT_SID

from benchmarks.sides import TOKEN, Scene, Side, on_stage, outcome

_CALLERS: Final = 100
_BOMB_BYTES: Final = 200 * 10**6


def _requests(server: FaultServer) -> str:
    return f"{len(server.requests)} x sent"


@on_stage()
async def throttled(side: Side, server: FaultServer) -> str:
    """429 with Retry-After: 1."""
    server.in_turn(Send(status(429, Retry_After=1)), Send(ok(WORKSPACE)))
    began = time.monotonic()
    got = await outcome(side.read())
    return f"{got} after {time.monotonic() - began:.1f} s, {_requests(server)}"


@on_stage()
async def failing_create(side: Side, server: FaultServer) -> str:
    """A creation is answered 500."""
    server.on_request(Send(status(500)))
    return f"{await outcome(side.create())}, {_requests(server)}"


@on_stage()
async def lost_create(side: Side, server: FaultServer) -> str:
    """The kept connection ends under a creation."""
    server.in_turn(Send(ok(WORKSPACE)), Fin(), Send(status(201, TASK)))
    await side.read()
    got = await outcome(side.create())
    return f"{got}, {sum(each.method == 'POST' for each in server.requests)} x sent"


@on_stage(seconds=0.5)
async def slow(side: Side, server: FaultServer) -> str:
    """The answer takes 3 s, and the client was made with a timeout of 0.5 s."""
    server.on_request([Pause(3.0), Send(ok(WORKSPACE))])
    began = time.monotonic()
    got = await outcome(side.read())
    return f"{got} after {time.monotonic() - began:.1f} s"


@on_stage()
async def unsolicited(side: Side, server: FaultServer) -> str:
    """An idle connection says something that nobody asked for."""
    stray = ok(WORKSPACE | {"friendly_name": "a stray answer"})
    server.on_request([Send(ok(WORKSPACE)), Unsolicited(stray, after=0.05)], times=1)
    server.on_request(Send(ok(WORKSPACE)))
    await side.read()
    await server.quiet()
    await outcome(side.read())
    return f"the next call gets {side.last_name!r}"


@on_stage()
async def foreign(side: Side, server: FaultServer) -> str:
    """The answer belongs to another account."""
    server.on_request(Send(ok(WORKSPACE | {"account_sid": OTHER_ACCOUNT_SID})))
    return await outcome(side.read())


def _asks_for(sid: str) -> Callable[[Request], bool]:
    return lambda request: sid in request.target


async def _mixed_up(side: Side, server: FaultServer) -> str:
    sids = [f"WS{number:032}" for number in range(_CALLERS)]
    for sid in sids:
        server.on_request(Send(ok(WORKSPACE | {"sid": sid})), when=_asks_for(sid))
    got = await asyncio.gather(*(side.sid_of(sid) for sid in sids))
    wrong = sum(asked != answered for asked, answered in zip(sids, got, strict=True))
    return f"{wrong} of {_CALLERS} got another's"


@on_stage()
async def at_once(side: Side, server: FaultServer) -> str:
    """A hundred calls at once."""
    return await _mixed_up(side, server)


@on_stage(pooled=False)
async def at_once_unpooled(side: Side, server: FaultServer) -> str:
    """The same, with the vendor's pool_connections=False."""
    return await _mixed_up(side, server)


def second_loop(kind: type[Side]) -> str:
    """Made and used in one event loop, then in another."""
    sides: list[Side] = []

    async def ask() -> str:
        async with FaultServer() as server:
            server.on_request(Send(ok(WORKSPACE)))
            if not sides:
                sides.append(kind(server.base_url))
            sides[0].address = server.base_url  # another server, for this event loop
            return await outcome(sides[0].read())

    asyncio.run(ask())
    return asyncio.run(ask())


@on_stage()
async def token_kept(side: Side, server: FaultServer) -> str:
    """The token in repr() and vars() of the client, and in those of what it holds."""
    server.on_request(Send(ok(WORKSPACE)))
    await side.read()
    held = [side.client, *vars(side.client).values()]
    texts = [repr(each) + repr(getattr(each, "__dict__", "")) for each in held]
    return "shows" if any(TOKEN in text for text in texts) else "does not show"


@on_stage()
async def logged(side: Side, server: FaultServer) -> str:
    """What the log shows at DEBUG of token, SIDs and cookies."""
    lines: list[str] = []
    handler, root = logging.Handler(), logging.getLogger()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign] # briefer than a class
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    server.on_request(Send(ok(WORKSPACE, Set_Cookie="session=abc")))
    await side.read()
    root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    text, seen = " ".join(lines), {"token": TOKEN, "SID": WORKSPACE["sid"], "cookie": "session=abc"}
    return ", ".join(name for name, part in seen.items() if part in text) or "nothing"


@on_stage()
async def redirected(side: Side, server: FaultServer) -> str:
    """A redirect to another server."""
    async with FaultServer() as other:
        other.on_request(Send(ok(WORKSPACE)))
        server.on_request(Send(status(307, Location=f"{other.base_url}/v1/Workspaces")))
        return f"{await outcome(side.read())}, requests there: {len(other.requests)}"


@on_stage()
async def cut_gzip(side: Side, server: FaultServer) -> str:
    """A gzip stream that was cut, its beginning valid JSON."""
    whole = gzip.compress(json.dumps(WORKSPACE).encode() + b" " * 200_000)
    server.on_request(Send(ok(whole[:-40], Content_Encoding="gzip")))
    return await outcome(side.read())


def _bomb_bytes() -> bytes:
    packing = zlib.compressobj(wbits=31)
    spaces = [packing.compress(b" " * 10**6) for _ in range(_BOMB_BYTES // 10**6)]
    return b"".join([packing.compress(b"{"), *spaces, packing.compress(b"}"), packing.flush()])


@on_stage()
async def _swollen(side: Side, server: FaultServer) -> str:
    server.on_request(Send(ok(_bomb_bytes(), Content_Encoding="gzip")))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    got = await outcome(side.read())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return f"{got}, {grown / 1024:.0f} MiB more memory"


def _tell(kind: type[Side], told: "multiprocessing.SimpleQueue[str]") -> None:
    told.put(_swollen(kind))


def bomb(kind: type[Side]) -> str:
    """194 kB of gzip that become 200 MB."""
    spawn = multiprocessing.get_context("spawn")
    told = spawn.SimpleQueue()
    process = spawn.Process(target=_tell, args=(kind, told))
    process.start()
    process.join()
    return str(told.get())


@on_stage()
async def environment_proxy(side: Side, server: FaultServer) -> str:
    """HTTP_PROXY is set in the environment."""
    async with FaultServer() as proxy:
        proxy.on_request(Send(ok(WORKSPACE)))
        server.on_request(Send(ok(WORKSPACE)))
        os.environ["HTTP_PROXY"] = proxy.base_url
        try:
            await side.read()
        finally:
            del os.environ["HTTP_PROXY"]
        return "used" if proxy.requests else "not used"


# For a bare address, aiohttp would keep no cookies.
@on_stage(host="localhost")
async def cookies(side: Side, server: FaultServer) -> str:
    """A cookie set for one account, and the next request is another account's."""
    server.on_request(Send(ok(WORKSPACE, Set_Cookie="session=abc; Path=/")))
    await side.read()
    await side.as_somebody_else()
    return "sent along" if server.requests[-1].header("Cookie") else "not sent"


def unclosed(kind: type[Side]) -> str:
    """The client is forgotten without being closed."""
    complaints: list[str] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
        async with FaultServer() as server:
            server.on_request(Send(ok(WORKSPACE)))
            side = kind(server.base_url)
            await side.read()
            side.forget()
            gc.collect()
            await asyncio.sleep(0)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(play())
        gc.collect()
    named = sum("SessionPool" in str(warning.message) for warning in caught)
    return f"complaints: {len(caught) + len(complaints)}, of which name the owner: {named}"


@on_stage(tls=True)
async def untrusted(side: Side, server: FaultServer) -> str:
    """A certificate that cannot be trusted."""
    server.certificate = "expired"
    return f"{await outcome(side.read())}, handshakes: {len(server.connections)}"


SCENES: Final[tuple[Scene, ...]] = (
    throttled,
    failing_create,
    lost_create,
    slow,
    unsolicited,
    foreign,
    at_once,
    at_once_unpooled,
    second_loop,
    token_kept,
    logged,
    redirected,
    cut_gzip,
    bomb,
    environment_proxy,
    cookies,
    unclosed,
    untrusted,
)
