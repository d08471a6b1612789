"""A stand-in for the service that tells of any task queue, by itself and in bulk."""

import asyncio
import json
import re
from collections.abc import Iterator

from support import ACCOUNT_SID, response

from taskrouter_async._protocol.messages import Request, Response
from taskrouter_async.errors import CallTimeoutError

WORKSPACE_SIDS = tuple(f"WS{number:032x}" for number in range(4))


def queue_sid(number: int) -> str:
    """Return the SID of a queue in which that many tasks are."""
    return f"WQ{number:032x}"


class BulkService:
    """A transport whose queues have as many tasks as their SIDs say, after a while.

    Attributes:
        seconds: How long each answer takes.
        hangs: How many requests are never answered, from now on.
        left_out: Queues that no bulk answer tells of.
        whole: What stands in every bulk answer besides, or instead.
        each: The same for every item, by the queue's SID.
        status: The HTTP status of every answer.
        bulk_calls: When each bulk call came, of which workspace, and for which queues.
        requests: All requests.
    """

    def __init__(self, seconds: float = 0.01) -> None:
        self.seconds = seconds
        self.hangs = 0
        self.left_out: set[str] = set()
        self.whole: dict[str, object] = {}
        self.each: dict[str, dict[str, object]] = {}
        self.status = 200
        self.bulk_calls: list[tuple[float, str, list[str]]] = []
        self.requests: list[Request] = []

    async def send(self, request: Request, deadline: float) -> Response:
        self.requests.append(request)
        loop = asyncio.get_running_loop()
        workspace_sid, *_ = re.findall(r"WS\w{32}", request.target)
        sids = json.loads(request.body)["queueSids"] if request.body else []
        if sids:
            self.bulk_calls.append((loop.time(), workspace_sid, sids))
        if self.hangs:
            self.hangs -= 1
            await asyncio.sleep(deadline - loop.time())
            raise CallTimeoutError("hung")
        await asyncio.sleep(self.seconds)
        around: dict[str, object] = {"account_sid": ACCOUNT_SID, "workspace_sid": workspace_sid}
        if sids:
            items = [*self._items(sids)]
            return response({**around, "task_queue_data": items, **self.whole}, self.status)
        (sid,) = re.findall(r"WQ\w{32}", request.target)
        age = {"longest_relative_task_age_in_queue": 7}
        return response({**around, **_figures(sid), **age}, self.status)

    def enter(self) -> None:
        """Be at home everywhere."""

    def distrust(self) -> None:
        """Have no connections."""

    def end(self) -> None:
        """Have nothing in the air."""

    def _items(self, sids: list[str]) -> Iterator[dict[str, object]]:
        for sid in sids:
            if sid not in self.left_out:
                yield {**_figures(sid), **self.each.get(sid, {})}


def _figures(sid: str) -> dict[str, object]:
    return {"task_queue_sid": sid, "total_tasks": int(sid.partition("WQ")[2], 16)}
