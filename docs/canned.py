"""A small server with canned answers, for the pages about what the sandbox does not serve yet.

It is told to the pages in environment variables and knows one of each thing: a workspace, a
workflow, a task with its reservation, and a worker; of task queues it knows seven, so that their
listing has pages. Bodies are made here by hand and not by the library, which reads them.

``python docs/canned.py`` prints what to put into the environment as one line of JSON, and serves
until it is terminated.
"""

import json
import re
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

Document: TypeAlias = dict[str, object]

ACCOUNT: Final = "AC" + "a" * 32
WORKSPACE: Final = "WS" + "1" * 32
QUEUES: Final = tuple(f"WQ{number:032x}" for number in range(1, 8))
WORKFLOW: Final = "WW" + "3" * 32
CHANNEL: Final = "TC" + "4" * 32
ACTIVITY: Final = "WA" + "5" * 32
TASK: Final = "WT" + "6" * 32
WORKER: Final = "WK" + "7" * 32
RESERVATION: Final = "WR" + "8" * 32
OWNER: Final[Document] = {"account_sid": ACCOUNT, "workspace_sid": WORKSPACE}
PAGE_SIZE: Final = 3
AT: Final = "2026-03-01T10:00:00Z"
UNTIL: Final = "2026-03-01T11:00:00Z"
BUSY: Final[Document] = {
    "total_tasks": 3,
    "total_available_workers": 2,
    "total_eligible_workers": 4,
    "longest_task_waiting_age": 25,
    "longest_task_waiting_sid": TASK,
    "tasks_by_status": {"pending": 2, "reserved": 0, "assigned": 1, "wrapping": 0},
    "tasks_by_priority": {"0": 2, "10": 1},
    "activity_statistics": [{"sid": ACTIVITY, "friendly_name": "Available", "workers": 2}],
}
ENVIRONMENT: Final = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": "invented",
    "WORKSPACE_SID": WORKSPACE,
    "WORKFLOW_SID": WORKFLOW,
    "TASK_SID": TASK,
    "RESERVATION_SID": RESERVATION,
    "WORKER_SID": WORKER,
    "TASK_QUEUE_SID": QUEUES[0],
}
STATUSES: Final = {"dequeue": "pending", "conference": "pending", "call": "pending"}


class World:
    """What can be changed: the task and its reservation, each with a version."""

    def __init__(self) -> None:
        self.task: Document = {
            **OWNER,
            "sid": TASK,
            "assignment_status": "assigned",
            "priority": 0,
            "timeout": 86400,
            "attributes": '{"language": "es"}',
            "task_channel_sid": CHANNEL,
            "task_channel_unique_name": "default",
            "task_queue_sid": QUEUES[0],
            "workflow_sid": WORKFLOW,
            "date_created": AT,
            "date_updated": AT,
        }
        self.reservation: Document = {
            **OWNER,
            "sid": RESERVATION,
            "reservation_status": "pending",
            "task_sid": TASK,
            "worker_sid": WORKER,
            "worker_name": "Ada",
            "date_created": AT,
            "date_updated": AT,
        }
        self.versions: dict[str, int] = {TASK: 0, RESERVATION: 0}

    def write(self, thing: Document, form: Mapping[str, str]) -> None:
        """Take over what a form says."""
        names = (re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in form)
        thing.update(zip(names, form.values(), strict=True))
        instruction = str(thing.pop("instruction", ""))
        if instruction:
            thing["reservation_status"] = STATUSES[instruction]
        self.versions[str(thing["sid"])] += 1


def statistics(path: str, query: Mapping[str, str]) -> Document | None:
    """Return the statistics at a path below the workspace."""
    *owner, kind = path.strip("/").split("/")
    if owner and (owner[:1] != ["TaskQueues"] or owner[1] not in QUEUES):
        return None
    named: Document = {"task_queue_sid": owner[1]} if owner else {}
    whole: Document = {**OWNER, **named}
    split = {
        seconds: {
            "above": {"tasks_canceled": 1, "reservations_accepted": 2},
            "below": {"tasks_canceled": 0, "reservations_accepted": 9},
        }
        for seconds in query.get("SplitByWaitTime", "").split(",")
        if seconds
    }
    cumulative: Document = {
        **whole,
        "start_time": query.get("StartDate", AT),
        "end_time": query.get("EndDate", UNTIL),
        "avg_task_acceptance_time": 17.5,
        "reservations_accepted": 11,
        "tasks_completed": 10,
        "wait_duration_until_accepted": {"avg": 17.5, "min": 2, "max": 61, "total": 192.5},
        "split_by_wait_time": split or None,
    }
    realtime: Document = {**whole, **BUSY}
    if not owner:  # a workspace counts its workers otherwise
        realtime = {k: v for k, v in realtime.items() if not k.endswith("_workers")}
        realtime["total_workers"] = 4
    if kind == "Statistics":
        return {**whole, "realtime": realtime, "cumulative": cumulative}
    return {"RealTimeStatistics": realtime, "CumulativeStatistics": cumulative}.get(kind)


def queue_page(base: str, query: Mapping[str, str]) -> Document:
    """Return one page of the listing of task queues."""
    size, page = int(query.get("PageSize", PAGE_SIZE)), int(query.get("Page", 0))
    first = page * size
    address = f"{base}/v1/Workspaces/{WORKSPACE}/TaskQueues"
    more = urlencode({"PageSize": size, "Page": page + 1, "PageToken": f"PT{page + 1}"})
    return {
        "task_queues": [
            {**OWNER, "sid": sid, "friendly_name": f"Queue {number}", "task_order": "FIFO"}
            for number, sid in enumerate(QUEUES, 1)
            if first < number <= first + size
        ],
        "meta": {
            "key": "task_queues",
            "page": page,
            "page_size": size,
            "url": f"{address}?PageSize={size}&Page={page}",
            "first_page_url": f"{address}?PageSize={size}&Page=0",
            "previous_page_url": None,
            "next_page_url": f"{address}?{more}" if first + size < len(QUEUES) else None,
        },
    }


class Handler(BaseHTTPRequestHandler):
    """Answers requests out of the one world that there is."""

    protocol_version = "HTTP/1.1"
    world = World()

    def do_GET(self) -> None:
        """Tell."""
        path, query = self._asked()
        thing = self._thing(path)
        if thing is not None:
            self._tell(200, thing)
        elif path == "/TaskQueues":
            self._tell(200, queue_page(f"http://{self.headers['Host']}", query))
        else:
            self._tell_or_miss(statistics(path, query))

    def do_POST(self) -> None:
        """Make or change."""
        path, _ = self._asked()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if path == "/TaskQueues/RealTimeStatistics":
            sids = json.loads(body)["queueSids"]
            entries = [{"task_queue_sid": sid, **BUSY} for sid in sids]
            told = {"task_queue_data": entries, "task_queue_response_count": len(entries)}
            self._tell(200, {**OWNER, **told})
            return
        form = {name: values[-1] for name, values in parse_qs(body).items()}
        if path == "/Tasks":
            type(self).world = World()
            self.world.write(self.world.task, {"AssignmentStatus": "pending", **form})
            self._tell(201, self.world.task)
            return
        thing = self._current(path)
        if thing is not None:
            self.world.write(thing, form)
            self._tell(200, thing)

    def do_DELETE(self) -> None:
        """Forget, which here means to begin anew."""
        path, _ = self._asked()
        if self._current(path) is not None:
            type(self).world = World()
            self._tell(204, None)

    def _asked(self) -> tuple[str, Mapping[str, str]]:
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        return address.path.removeprefix(f"/v1/Workspaces/{WORKSPACE}"), query

    def _thing(self, path: str) -> Document | None:
        reservation = f"/Reservations/{RESERVATION}"
        return {
            f"/Tasks/{TASK}": self.world.task,
            f"/Tasks/{TASK}{reservation}": self.world.reservation,
            f"/Workers/{WORKER}{reservation}": self.world.reservation,
        }.get(path)

    def _current(self, path: str) -> Document | None:
        thing = self._thing(path)
        if thing is None:
            self._tell_or_miss(None)
        elif self.headers.get("If-Match", "") not in {"", self._version(thing)}:
            self._tell(412, {"code": 20001, "message": "it has another version", "status": 412})
            return None
        return thing

    def _version(self, thing: Document) -> str:
        return f'"{self.world.versions.get(str(thing.get("sid")), 0)}"'

    def _tell_or_miss(self, thing: Document | None) -> None:
        if thing is None:
            self._tell(404, {"code": 20404, "message": "there is no such thing", "status": 404})
        else:
            self._tell(200, thing)

    def _tell(self, status: int, document: Document | None) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Twilio-Request-Id", "RQ" + "9" * 32)
        if document and document.get("sid") in self.world.versions:
            self.send_header("ETag", self._version(document))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
        """Stay silent."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base_url = f"http://127.0.0.1:{server.server_port}"
    print(json.dumps({**ENVIRONMENT, "TASKROUTER_BASE_URL": base_url}), flush=True)  # noqa: T201
    server.serve_forever()
