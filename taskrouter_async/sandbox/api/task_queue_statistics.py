"""Statistics of task queues: https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics.

Where it is silent: a queue that is named twice in one bulk request is answered once.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, TypeGuard, cast

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.paging import by_number, page
from taskrouter_async.sandbox.api.subject import Subject, asked_channel, asked_split_past
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.records import Task, TaskQueue
from taskrouter_async.sandbox.state.refusals import invalid, refused
from taskrouter_async.sandbox.statistics import cumulative, real_time
from taskrouter_async.sandbox.statistics.past import Past

MOST_IN_BULK: Final = 50

# The vendor's table and the vendor's example spell the key differently.
_BULK_KEYS: Final = ("queueSids", "QueueSids")
_SID: Final = re.compile(r"WQ[0-9a-fA-F]{32}")


def task_queue_real_time(ask: Ask) -> Answer:
    """Answer with what is true now of a queue."""
    queue = _queue(ask)
    return _subject(ask, queue).figures(_now(ask, queue))


def task_queue_cumulative(ask: Ask) -> Answer:
    """Answer with what happened in a queue."""
    queue = _queue(ask)
    past = asked_split_past(ask)
    events = cumulative.of_task_queue(past.events, queue.sid)
    return _subject(ask, queue).figures(past.figures(events, cumulative.TASK_QUEUE))


def task_queue_both(ask: Ask) -> Answer:
    """Answer with what is true now of a queue and what happened in it."""
    queue = _queue(ask)
    past = asked_split_past(ask)
    events = cumulative.of_task_queue(past.events, queue.sid)
    figures = past.combined(events, cumulative.TASK_QUEUE)
    return _subject(ask, queue).both(_now(ask, queue), figures)


def list_of_task_queues(ask: Ask) -> Answer:
    """Answer with a page of queues: what is true now of each, and what happened in it."""
    queues = ask.workspace.task_queues.values()
    name = ask.query.text("FriendlyName")
    past = asked_split_past(ask)
    return page(
        ask,
        "task_queues_statistics",
        [each for each in queues if name in (None, each.friendly_name)],
        partial(_entry, ask, past, cumulative.by_task_queue(past.events), _by_queue(ask)),
        order=by_number,
        is_ordered=True,
    )


def task_queues_bulk(ask: Ask) -> Answer:
    """Answer with what is true now of up to 50 queues; of one that is unknown, nothing is.

    Raises:
        RefusalError: The body does not name 1 to 50 queues.
    """
    subject, sids = Subject.of(ask), _bulk(ask.document)
    tasks = real_time.by_task_queue(ask.workspace.tasks.values())
    data = [_bulk_entry(ask.floor, sid, tasks[sid]) for sid in dict.fromkeys(sids)]
    return subject.figures({"task_queue_data": data, "task_queue_response_count": len(data)})


def _entry(
    ask: Ask,
    past: Past,
    events: Mapping[str | None, list[Event]],
    tasks: Mapping[str | None, list[Task]],
    queue: TaskQueue,
) -> Document:
    now = _figures(ask.floor, queue, tasks[queue.sid])
    figures = past.combined(events[queue.sid], cumulative.TASK_QUEUE)
    return _subject(ask, queue).both_document(now, figures)


def _bulk_entry(floor: Floor, sid: str, tasks: Sequence[Task]) -> Document:
    return {"task_queue_sid": sid, **_shared(floor, floor.workspace.task_queues.get(sid), tasks)}


def _now(ask: Ask, queue: TaskQueue) -> Document:
    channel = asked_channel(ask)
    own = [each for each in ask.workspace.tasks.values() if each.queue is queue]
    return _figures(ask.floor, queue, real_time.on_channel(own, channel))


def _figures(floor: Floor, queue: TaskQueue, tasks: Sequence[Task]) -> Document:
    return {**_shared(floor, queue, tasks), **real_time.of_queue_entries(tasks, floor.now)}


def _shared(floor: Floor, queue: TaskQueue | None, tasks: Sequence[Task]) -> Document:
    workers = floor.matching.eligible(queue) if queue else []
    return {
        **real_time.of_workers(workers, floor.workspace.activities.values()),
        **real_time.of_tasks(tasks, floor.now),
        **real_time.of_eligible(workers),
    }


def _by_queue(ask: Ask) -> Mapping[str | None, list[Task]]:
    channel = asked_channel(ask)
    tasks = real_time.on_channel(ask.workspace.tasks.values(), channel)
    return real_time.by_task_queue(tasks)


def _bulk(document: object) -> list[str]:
    if not isinstance(document, Mapping):
        raise refused("The request's body must be a JSON object, with application/json as its type")
    given = cast("Mapping[str, object]", document)
    sids = next((given[key] for key in _BULK_KEYS if key in given), None)
    listed = cast("list[object]", sids) if isinstance(sids, list) else []
    named = [each for each in listed if _is_sid(each)]
    if not 1 <= len(named) == len(listed) <= MOST_IN_BULK:
        raise invalid("QueueSids")
    return named


def _is_sid(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _SID.fullmatch(value) is not None


def _queue(ask: Ask) -> TaskQueue:
    return behind_path(ask, 1, ask.workspace.task_queues)


def _subject(ask: Ask, queue: TaskQueue) -> Subject:
    return Subject.of(ask, task_queue_sid=queue.sid)
