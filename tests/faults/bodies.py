"""Bodies for the calls, right and almost right, and what becomes of a task in one of them."""

from typing import Any, Final

from faults.aftermath import MakeClient, failing
from faults.answers import TASK, WORKSPACE, document_of, ok
from faults.calls import Ask, read_task
from faults.fault_server import FaultServer
from faults.steps import Send

from taskrouter_async.errors import DecodingError
from taskrouter_async.models import Task

WHOLE: Final = document_of(WORKSPACE)


def body_for(ask: Ask) -> bytes:
    """Return the body that one of the calls expects."""
    return WHOLE if ask.__name__ == "read" else document_of(TASK)


def altered(document: dict[str, Any], **members: object) -> bytes:
    """Return a document with some members that are others."""
    return document_of({**document, **members})


def spliced(members: str) -> bytes:
    """Return the task with members behind its own, written by hand."""
    return document_of(TASK)[:-1] + f", {members}}}".encode()


async def task_of(body: bytes, server: FaultServer, client_of: MakeClient) -> Task:
    """Return the task that a client reads from a body."""
    server.on_request(Send(ok(body)))
    task = await read_task(client_of(server))
    assert server.counts == (1, 1)
    return task


async def refused(
    body: bytes, server: FaultServer, client_of: MakeClient, path: str | None = None
) -> None:
    """Check that a client takes a body for no task, and says where if that is asked."""
    server.on_request(Send(ok(body)))
    error = await failing(read_task(client_of(server)), DecodingError)
    assert path in {None, error.path}
    assert server.counts == (1, 1)
