"""The commands and their options."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter, validators

from taskrouter_async.cli.demo import Demo
from taskrouter_async.cli.level import level_at
from taskrouter_async.cli.serve import serve
from taskrouter_async.cli.watch import watch as watch_workspaces
from taskrouter_async.errors import TaskRouterError
from taskrouter_async.sandbox import Sandbox, Traffic

# After a quarter of an hour a contact centre that was opened empty is in full swing.
HEAD_START: Final = timedelta(minutes=15)
# Queues that are empty most of the time are dull to watch.
BUSY: Final = Traffic(occupancy=0.95)
_FAILED: Final = 1

app = App(
    name="taskrouter",
    help="Watch Twilio TaskRouter workspaces, or run some of your own on this machine.",
    help_flags=["--help"],
    version_flags=["--version"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # it would leave with 130
)

Count = Annotated[int, Parameter(validator=validators.Number(gte=1))]
CountOrNone = Annotated[int, Parameter(validator=validators.Number(gte=0))]
Seconds = Annotated[float, Parameter(validator=validators.Number(gt=0))]
SecondsOrNone = Annotated[float, Parameter(validator=validators.Number(gte=0))]
Port = Annotated[int, Parameter(validator=validators.Number(gte=0, lte=65535))]
Switch = Annotated[bool, Parameter(negative=())]


@app.command
async def demo(
    *,
    workspaces: Count = 12,
    seconds: Seconds = 15.0,
    ttl: SecondsOrNone = 2.0,
    consumers: Count = 50,
    redis: str | None = None,
    json: Switch = False,
) -> None:
    """Watch the library work: many workspaces, many consumers, few requests.

    A sandbox is started in a process of its own; nothing leaves this machine. Ctrl-C ends the
    demonstration early.

    Args:
        workspaces: Workspaces in the sandbox.
        seconds: How long to poll them.
        ttl: Seconds for which the cache serves an answer again; 0 switches it off.
        consumers: Callers at the same time, each asking every 20 milliseconds.
        redis: Share answers through the Redis at this address, redis://host:port/0.
        json: End with one line of JSON instead of words, and show nothing before.
    """
    await Demo(workspaces, seconds, ttl, consumers, level_at(redis)).run(json=json)


@app.command
async def watch(
    workspaces: Annotated[list[str], Parameter(negative=())],
    /,
    *,
    every: Seconds = 5.0,
    redis: str | None = None,
) -> None:
    """Show the real-time statistics of workspaces until Ctrl-C.

    The credentials are read from TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or with
    TWILIO_API_KEY and TWILIO_API_SECRET. TWILIO_REGION and TWILIO_EDGE choose the address,
    TASKROUTER_BASE_URL overrides it.

    Args:
        workspaces: The workspaces' SIDs, WS and 32 hexadecimal digits each.
        every: Seconds between two looks at each workspace.
        redis: Share answers with other processes through the Redis at this address,
            redis://host:port/0.
    """
    await watch_workspaces(workspaces, every, level_at(redis))


@app.command
async def sandbox(  # noqa: PLR0913 - each is an option
    *,
    port: Port = 0,
    workspaces: CountOrNone = 12,
    accounts: Count = 1,
    seed: int = 0,
    clock: Literal["system", "virtual"] = "system",
    traffic: bool = True,
    latency: SecondsOrNone = 0.0,
    rate_limits: Switch = False,
    json: Switch = False,
    until_eof: Annotated[bool, Parameter(negative=(), show=False)] = False,
) -> None:
    """Serve a TaskRouter of your own on this machine until Ctrl-C.

    Its workspaces are contact centres in full swing: tasks arrive, and workers take them.

    Args:
        port: Where to listen on 127.0.0.1; 0 takes a free port.
        workspaces: How many workspaces each account has; 0 starts it empty.
        accounts: How many accounts there are; the first one is announced.
        seed: The same seed makes the same workspaces and the same things happen.
        clock: A virtual clock stands still: the figures stay as they are.
        traffic: Without it the workspaces are empty, and nothing happens by itself.
        latency: Seconds to wait before each answer.
        rate_limits: Refuse requests beyond the vendor's limits, with status 429.
        json: Print address and credentials as one line of JSON once the sandbox listens.
        until_eof: End when standard input does, and so with the process that writes to it.
    """
    sandbox = Sandbox(
        workspaces=workspaces,
        accounts=accounts,
        seed=seed,
        latency=latency,
        rate_limits=rate_limits,
        port=port,
        clock=clock,
        start=datetime.now(UTC) - HEAD_START if traffic and clock == "system" else None,
    )
    if traffic:
        sandbox.simulate(BUSY)
        await sandbox.advance(HEAD_START.total_seconds())
    await serve(sandbox, port, json_line=json, until_eof=until_eof)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    An error of ours is one line on standard error, without a traceback; Ctrl-C is how these
    commands are meant to be ended. Where our output is read by nobody any more, nothing is said.
    """
    try:
        app(arguments)
    except TaskRouterError as error:
        print(f"taskrouter: {error}", file=sys.stderr)
        return _FAILED
    except BrokenPipeError:
        _abandon_output()
        return _FAILED
    except KeyboardInterrupt:
        return 0
    return 0


def _abandon_output() -> None:
    # Nobody reads it any more, and the interpreter would complain at its last flush.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
