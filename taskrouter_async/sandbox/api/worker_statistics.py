"""Statistics of workers: https://www.twilio.com/docs/taskrouter/api/worker/statistics.

The figures of all workers are refused in a workspace of more than 100, as the vendor does unless
asked for more. Where it is silent: a queue narrows the figures to the workers who belong to it now,
whatever queue their reservations were for, and nobody belongs to one that is not there; without a
filter, reservations of workers who are gone count too. A TaskChannel narrows the reservations only.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from taskrouter_async.sandbox.api.asking import Answer, Ask, Document
from taskrouter_async.sandbox.api.lookups import behind_path
from taskrouter_async.sandbox.api.subject import Subject, asked_channel, asked_past
from taskrouter_async.sandbox.routing.floor import Floor
from taskrouter_async.sandbox.state.journal import Event
from taskrouter_async.sandbox.state.records import TaskQueue, Worker
from taskrouter_async.sandbox.state.refusals import refused
from taskrouter_async.sandbox.statistics import cumulative, durations, real_time
from taskrouter_async.sandbox.statistics.durations import Figures
from taskrouter_async.sandbox.statistics.past import Past

MOST_WORKERS: Final = 100

_FILTERS: Final = ("TaskQueueSid", "TaskQueueName", "FriendlyName")


def workers_real_time(ask: Ask) -> Answer:
    """Answer with what all workers are doing now."""
    workers = _all(ask)
    asked_channel(ask)
    return Subject.of(ask).figures(_now(ask, workers))


def workers_cumulative(ask: Ask) -> Answer:
    """Answer with what all workers did."""
    workers = _all(ask)
    past = asked_past(ask)
    return Subject.of(ask).figures(_done(ask, workers, past, past.events))


def workers_both(ask: Ask) -> Answer:
    """Answer with what all workers, or some, are doing now and what they did."""
    workers, narrowed = _wanted(ask, _all(ask)), any(each in ask.query for each in _FILTERS)
    past = asked_past(ask)
    events = _theirs(past, workers) if narrowed else past.events
    return Subject.of(ask).both(_now(ask, workers), _combined(ask, workers, past, events))


def worker_both(ask: Ask) -> Answer:
    """Answer with what one worker did."""
    worker = behind_path(ask, 1, ask.workspace.workers)
    past = asked_past(ask)
    figures = _combined(ask, [worker], past, _theirs(past, [worker]))
    return Subject.of(ask, worker_sid=worker.sid).figures({"cumulative": figures})


def _now(ask: Ask, workers: Sequence[Worker]) -> Document:
    activities = ask.workspace.activities.values()
    return {**real_time.of_workers(workers, activities), "total_workers": len(workers)}


def _done(ask: Ask, workers: Sequence[Worker], past: Past, events: Sequence[Event]) -> Figures:
    activities = ask.workspace.activities.values()
    return {
        **past.dates(),
        "activity_durations": durations.of_activities(activities, workers, past.window),
        **cumulative.counts(events, cumulative.RESERVATIONS),
    }


def _combined(ask: Ask, workers: Sequence[Worker], past: Past, events: Sequence[Event]) -> Figures:
    undocumented = cumulative.counts(events, cumulative.UNDOCUMENTED)
    return {**_done(ask, workers, past, events), **undocumented}


def _theirs(past: Past, workers: Sequence[Worker]) -> list[Event]:
    return cumulative.of_workers(past.events, {each.sid for each in workers})


def _all(ask: Ask) -> list[Worker]:
    workers = list(ask.workspace.workers.values())
    if len(workers) > MOST_WORKERS:
        raise refused(
            f"Worker statistics are refused in a Workspace with over {MOST_WORKERS} Workers"
        )
    return workers


def _wanted(ask: Ask, workers: list[Worker]) -> list[Worker]:
    queues = ask.workspace.task_queues.values()
    name = ask.query.text("FriendlyName")
    queue_sid, queue_name = ask.query.sid("TaskQueueSid", "WQ"), ask.query.text("TaskQueueName")
    if name is not None:
        workers = [each for each in workers if each.friendly_name == name]
    if queue_sid is not None:
        named = [each for each in queues if each.sid == queue_sid]
        workers = _members(ask.floor, named, workers)
    if queue_name is not None:
        named = [each for each in queues if each.friendly_name == queue_name]
        workers = _members(ask.floor, named, workers)
    return workers


def _members(floor: Floor, queues: Iterable[TaskQueue], workers: list[Worker]) -> list[Worker]:
    belong = {each for queue in queues for each in floor.matching.eligible(queue)}
    return [each for each in workers if each in belong]
