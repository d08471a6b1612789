"""``taskrouter sandbox``, and a sandbox in a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from attrs import asdict, field, frozen

from taskrouter_async.errors import UsageError
from taskrouter_async.sandbox import Sandbox


@frozen
class Facts:
    """How to reach a sandbox: the line that it prints once it listens."""

    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    workspace_sids: list[str]


async def serve(sandbox: Sandbox, port: int, *, json_line: bool, until_eof: bool) -> None:
    """Serve until cancelled.

    Args:
        sandbox: What to serve.
        port: Where it shall listen, for the error.
        json_line: Announce it as one line of JSON.
        until_eof: End with standard input, too.

    Raises:
        UsageError: The port cannot be listened on.
    """
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(sandbox)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise UsageError(f"port {port} cannot be listened on: {reason}") from None
        _announce(sandbox, json_line=json_line)
        await (asyncio.to_thread(sys.stdin.read) if until_eof else asyncio.Event().wait())


def _announce(sandbox: Sandbox, *, json_line: bool) -> None:
    facts = Facts(
        sandbox.base_url, sandbox.account_sid, sandbox.auth_token, list(sandbox.workspace_sids)
    )
    if json_line:
        print(json.dumps(asdict(facts)), flush=True)
        return
    print(f"The sandbox listens on {facts.base_url} until Ctrl-C. In another terminal:\n")
    print(f"export TASKROUTER_BASE_URL={facts.base_url}")
    print(f"export TWILIO_ACCOUNT_SID={facts.account_sid}")
    print(f"export TWILIO_AUTH_TOKEN={facts.auth_token}", flush=True)
    if facts.workspace_sids:
        print(f"taskrouter watch {' '.join(facts.workspace_sids[:3])}", flush=True)


@asynccontextmanager
async def separate_sandbox(workspaces: int) -> AsyncGenerator[Facts]:
    """Run a sandbox in a process of its own, which ends with the block or with this process.

    Raises:
        UsageError: The process ended before it listened.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "taskrouter_async", "sandbox", "--json"),
        *("--until-eof", "--workspaces", str(workspaces)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # In a session of its own, Ctrl-C in the terminal does not reach it: it is ended here.
        start_new_session=True,
    )
    try:
        yield await _first_line(process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _first_line(process: asyncio.subprocess.Process) -> Facts:
    line = await process.stdout.readline() if process.stdout else b""
    if not line:
        raise UsageError("the sandbox ended before it listened")
    return Facts(**json.loads(line))
