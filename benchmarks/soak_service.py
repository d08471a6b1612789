"""The service of a soak: a sandbox in a process of its own; one request in thirty fails."""

import asyncio
import logging
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final

from attrs import define

from taskrouter_async.sandbox import Fault, Sandbox
from taskrouter_async.sandbox.faults import Body, Drop, Latency, Lognormal, Status

FAULTS: Final = (
    Fault(Latency(Lognormal(0.005))),
    Fault(Latency(6.0), probability=0.0003),
    Fault(Status(503), probability=0.01),
    Fault(Status(500), probability=0.005),
    Fault(Status(429, retry_after=1), probability=0.003),
    Fault(Status(429), probability=0.003),
    Fault(Drop(), probability=0.004),
    Fault(Drop(served=True), probability=0.002),
    Fault(Drop(served=True, body_bytes=20), probability=0.002),
    Fault(Body("truncated"), probability=0.001),
    Fault(Body("html", status=502), probability=0.001),
    Fault(Body("not-json"), probability=0.001),
    Fault(Body("foreign-account"), probability=0.0005),
)

Login = tuple[str, str, tuple[str, ...]]


@define
class Service:
    """The sandbox in its process."""

    talk: Connection
    base_url: str
    logins: list[Login]

    def counts(self) -> tuple[int, int]:
        """Return how many requests came, and on how many connections."""
        self.talk.send("counts")
        requests, connections = self.talk.recv()
        return requests, connections


async def _serve(talk: Connection, accounts: int, workspaces: int) -> None:
    async with Sandbox(accounts=accounts, workspaces=workspaces) as sandbox:
        for fault in FAULTS:
            sandbox.faults.add(fault)
        opened = _counted_connections(sandbox)
        logins = [(a.account_sid, a.auth_token, a.workspace_sids) for a in sandbox.accounts]
        talk.send((sandbox.base_url, logins))
        while await asyncio.to_thread(talk.recv) == "counts":
            talk.send((sum(sandbox.request_counts.values()), len(opened)))


def _counted_connections(sandbox: Sandbox) -> list[None]:
    # Nothing public tells of connections that have ended again.
    server: Any = sandbox._runner and sandbox._runner.server
    opened: list[None] = []
    known = server.connection_made

    def counting(handler: object, transport: object) -> None:
        opened.append(None)
        known(handler, transport)

    server.connection_made = counting
    return opened


def _process(talk: Connection, accounts: int, workspaces: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other process
    logging.disable()  # it would complain of callers whose patience ended
    asyncio.run(_serve(talk, accounts, workspaces))


@contextmanager
def service(accounts: int, workspaces: int) -> Iterator[Service]:
    """Run a sandbox in a process of its own."""
    talk, theirs = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_process, args=(theirs, accounts, workspaces))
    process.start()
    try:
        yield Service(talk, *talk.recv())
    finally:
        talk.send("stop")
        process.join()
