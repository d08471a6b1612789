"""How calls for single task queues become one, and how its answer becomes theirs.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. An item of a bulk answer is what
the service tells of a queue by itself, but for the members that stand around all items and for the
two about the task that waits longest relative to its entering the queue.
"""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, cast

from attrs import field, frozen

from taskrouter_async import models
from taskrouter_async._protocol.arguments import Pairs
from taskrouter_async._protocol.messages import Response
from taskrouter_async._protocol.operation import Call, Operation
from taskrouter_async.errors import MissingItemError, ResponseInfo
from taskrouter_async.models import Document

MOST_QUEUES: Final = 50


def bulk_body(task_queue_sids: Iterable[str]) -> str:
    """Return the body that asks for these queues: the same for the same queues in any order."""
    return json.dumps({"queueSids": sorted(set(task_queue_sids))}, separators=(",", ":"))


def bulk_call(
    operation: "Operation[models.TaskQueueBulkRealTimeStatistics]",
    workspace: Pairs,
    task_queue_sids: Iterable[str],
) -> "Call[models.TaskQueueBulkRealTimeStatistics]":
    """Return the call that asks for 1 to 50 queues of a workspace at once."""
    return Call(operation, workspace, json=bulk_body(task_queue_sids))


@frozen
class BulkAnswer:
    """A bulk answer taken apart.

    Attributes:
        info: Where it came from.
        documents: What it says about each queue, by the queue's SID, as the service would say it of
            that queue alone.
    """

    info: ResponseInfo | None
    documents: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, bulk: "models.TaskQueueBulkRealTimeStatistics") -> "BulkAnswer":
        """Take an answer apart."""
        around: dict[str, Document] = {
            "account_sid": bulk.account_sid,
            "workspace_sid": bulk.workspace_sid,
        }
        items = cast("list[dict[str, Document]]", bulk.to_dict().get("task_queue_data") or [])
        documents = {
            str(item["task_queue_sid"]): json.dumps({**around, **item}).encode() for item in items
        }
        return cls(bulk.response, documents)

    def about(self, task_queue_sid: str) -> Response:
        """Return what the service said about one queue.

        Raises:
            MissingItemError: It said nothing.
        """
        document = self.documents.get(task_queue_sid)
        if document is None:
            error = MissingItemError("the bulk answer leaves this task queue out")
            error.response = self.info
            raise error
        return Response(200, _NO_HEADERS, document)


_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
